import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type ExitCode, IdleNotOffered, OperatorError, Throttled } from '../../src/errors.ts'
import type { Log, WatchHooks } from '../../src/ports.ts'
import { keepWatch } from '../../src/watchKeeper.ts'

interface FakeWatch {
  readonly hooks: WatchHooks
  readonly end: () => void
  readonly lose: (error: unknown) => void
}

interface FakeTimer {
  readonly milliseconds: number
  readonly run: () => void
}

const second = 1000
const minute = 60 * second

/** Lets everything that is ready happen. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const recorder = () => {
  const events: string[] = []
  const details: unknown[] = []
  const at = (level: string) => (event: string, told?: unknown) => {
    events.push(`${level} ${event}`)
    details.push(told)
  }
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { events, details, log }
}

/** A keeper whose watches, timers and chance are in the hands of the test. */
const startKeeper = (given: { stopped?: boolean; chance?: number } = {}) => {
  const watches: FakeWatch[] = []
  const timers = new Set<FakeTimer>()
  const { events, details, log } = recorder()
  const world = { news: 0, ended: false }
  const stop = new AbortController()
  if (given.stopped) stop.abort()
  const { ended, again } = keepWatch({
    account: 'personal',
    watch: (hooks, signal) =>
      new Promise((end, lose) => {
        watches.push({ hooks, end, lose })
        signal.addEventListener('abort', () => end(), { once: true })
      }),
    onNews: () => void world.news++,
    stop: stop.signal,
    log,
    setTimer: (run, milliseconds) => {
      const timer = { milliseconds, run: () => timers.delete(timer) && run() }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    chance: () => given.chance ?? 0,
  })
  void ended.then(() => {
    world.ended = true
  })
  const last = (): FakeWatch => {
    const found = watches.at(-1)
    if (!found) throw new Error('there was no watch')
    return found
  }
  const lose = (error: unknown) => {
    last().lose(error)
    return settle()
  }
  const elapse = () => {
    for (const timer of [...timers]) timer.run()
    return settle()
  }
  const waits = () => [...timers].map(({ milliseconds }) => milliseconds)
  return { world, watches, last, lose, elapse, waits, events, details, stop, again }
}

const failed = (exitCode: ExitCode): OperatorError => new OperatorError(exitCode, 'the line broke', ['wait'])
const lost = failed(75)

describe('the keeper of a watch', () => {
  it('tells of news, and of each time the watch has become ready', async () => {
    const { world, watches, last, events, details } = startKeeper()
    expect([watches.length, world.news]).toEqual([1, 0])
    last().hooks.ready()
    expect(world.news).toBe(1)
    last().hooks.news()
    last().hooks.news()
    expect(world.news).toBe(3)
    expect([events, details]).toEqual([['info watch-ready'], [{ account: 'personal' }]])
  })

  it('begins a watch that was lost again, later each time', async () => {
    const { lose, elapse, waits, watches } = startKeeper()
    const waited: number[] = []
    for (let losses = 1; losses <= 9; losses += 1) {
      await lose(lost)
      expect(watches).toHaveLength(losses)
      waited.push(...waits())
      await elapse()
      expect(watches).toHaveLength(losses + 1)
    }
    expect(waited.map((milliseconds) => milliseconds / second)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600])
  })

  it('leaves half of the time to chance', async () => {
    const { lose, waits } = startKeeper({ chance: 1 })
    await lose(lost)
    expect(waits()).toEqual([2.5 * second])
  })

  it('forgets earlier losses when a watch has held for ten minutes, and not before', async () => {
    const { last, lose, elapse, waits } = startKeeper()
    await lose(lost)
    await elapse()
    last().hooks.ready()
    await lose(lost)
    expect(waits()).toEqual([10 * second])
    await elapse()
    last().hooks.ready()
    expect(waits()).toEqual([10 * minute])
    await elapse()
    await lose(lost)
    expect(waits()).toEqual([5 * second])
    await elapse()
    await lose(lost)
    expect(waits()).toEqual([10 * second])
  })

  it.each([
    ['for as long as the server asks', 20 * minute, 20 * minute],
    ['no shorter than it would anyway', 1, 5 * second],
    ['as usual when the server does not say', null, 5 * second],
  ])('when throttled waits %s', async (_, asked, waited) => {
    const { lose, waits } = startKeeper()
    await lose(new Throttled('slow down', asked))
    expect(waits()).toEqual([waited])
  })
})

describe('a loss is told', () => {
  it.each([
    ['as information when the watch was ready', true, lost, 'info watch-lost'],
    ['as a warning when it could not be begun', false, lost, 'warn watch-lost'],
  ])('%s', async (_, wasReady, error, event) => {
    const { last, lose, events, details } = startKeeper()
    if (wasReady) last().hooks.ready()
    await lose(error)
    expect(events.at(-1)).toBe(event)
    const told = { account: 'personal', because: 'the line broke', hints: ['wait'], exitCode: 75, wait: 5 * second }
    expect(details.at(-1)).toEqual(told)
  })

  it('as an error when it is a fault of ours, and the watch is begun again', async () => {
    const fault = new TypeError('undefined is not a function')
    const { lose, elapse, watches, events, details } = startKeeper()
    await lose(fault)
    expect([events, details]).toEqual([['error watch-lost'], [{ account: 'personal', error: fault }]])
    await elapse()
    expect(watches).toHaveLength(2)
  })
})

describe('a watch whose login was refused', () => {
  it('rests until a login is good again', async () => {
    const { lose, elapse, waits, watches, again, events, details } = startKeeper()
    await lose(failed(77))
    expect(waits()).toEqual([])
    await elapse()
    expect(watches).toHaveLength(1)
    again()
    again()
    await settle()
    expect(watches).toHaveLength(2)
    expect(events).toEqual(['warn watch-lost'])
    expect(details).toEqual([expect.objectContaining({ exitCode: 77, wait: null })])
    await lose(failed(77))
    again()
    await settle()
    expect(watches).toHaveLength(3)
  })

  it('is alone in being begun by a good login', async () => {
    const { lose, watches, again } = startKeeper()
    again()
    await lose(lost)
    again()
    await settle()
    expect(watches).toHaveLength(1)
  })
})

it('a server that does not push is asked once, which the log says', async () => {
  const { world, lose, waits, watches, again, events, details } = startKeeper()
  await lose(new IdleNotOffered(69, 'imap.example.org does not push new mail'))
  again()
  await settle()
  expect([world.ended, watches.length, waits()]).toEqual([true, 1, []])
  expect(events).toEqual(['info watch-not-offered'])
  expect(details).toEqual([{ account: 'personal', because: 'imap.example.org does not push new mail' }])
})

describe('when told to stop, the keeper', () => {
  it('ends with its watch, and leaves no timer and no listener', async () => {
    const { world, last, lose, elapse, waits, stop, events } = startKeeper()
    await lose(lost)
    await elapse()
    last().hooks.ready()
    expect(world.ended).toBe(false)
    stop.abort()
    await settle()
    expect([world.ended, waits(), events]).toEqual([true, [], ['warn watch-lost', 'info watch-ready']])
  })

  it.each([
    ['while it waits', lost],
    ['while it rests', failed(77)],
  ])('ends %s', async (_, error) => {
    const { world, lose, waits, watches, stop } = startKeeper()
    await lose(error)
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(2)
    stop.abort()
    await settle()
    expect([world.ended, waits(), watches.length]).toEqual([true, [], 1])
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })

  it('takes no notice of what becomes of its watch', async () => {
    const { world, last, stop, events } = startKeeper()
    last().lose(lost)
    stop.abort()
    await settle()
    expect([world.ended, events]).toEqual([true, []])
  })

  it('does not even begin when it was told before', async () => {
    const { world, watches } = startKeeper({ stopped: true })
    await settle()
    expect([world.ended, watches]).toEqual([true, []])
  })
})
