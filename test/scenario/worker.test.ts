import { describe, expect, it } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import type { Log } from '../../src/ports.ts'
import { type PollControl, runWorker } from '../../src/worker.ts'

interface FakePoll {
  readonly control: PollControl
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

interface FakeTimer {
  readonly milliseconds: number
  readonly run: () => void
}

const deadline = 240_000

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

/** A worker whose fires, polls, timers and clock are in the hands of the test. */
const startWorker = (given: { stopped?: boolean; paused?: () => boolean; grace?: number } = {}) => {
  const polls: FakePoll[] = []
  const timers = new Set<FakeTimer>()
  const { events, details, log } = recorder()
  const world = { now: 0, fire: () => {}, stopped: 0, ended: false }
  const stop = new AbortController()
  if (given.stopped) stop.abort()
  const done = runWorker({
    fires: (onFire) => {
      world.fire = onFire
      return { stop: () => void world.stopped++ }
    },
    poll: (control) => new Promise((end, fail) => polls.push({ control, end, fail })),
    paused: given.paused ?? (() => false),
    deadline,
    ...(given.grace !== undefined && { grace: given.grace }),
    stop: stop.signal,
    log,
    now: () => world.now,
    setTimer: (run, milliseconds) => {
      const timer = { run, milliseconds }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }).then(() => {
    world.ended = true
  })
  const poll = (at: number): FakePoll => {
    const found = polls[at]
    if (!found) throw new Error(`there was no poll ${at}`)
    return found
  }
  const elapse = (milliseconds: number) => {
    for (const timer of [...timers].filter((one) => one.milliseconds === milliseconds)) timer.run()
    return settle()
  }
  return { world, polls, poll, timers, events, details, stop, done, elapse }
}

describe('the worker', () => {
  it('polls at once and then at each fire', async () => {
    const { world, polls, poll, events } = startWorker()
    expect(polls).toHaveLength(1)
    poll(0).end()
    await settle()
    expect(polls).toHaveLength(1)
    world.fire()
    expect(polls).toHaveLength(2)
    expect(events).toEqual([])
  })

  it('never polls twice at once, and polls once more for the fires of a long poll', async () => {
    const { world, polls, poll, events, details } = startWorker()
    world.now = 5000
    world.fire()
    world.fire()
    expect(polls).toHaveLength(1)
    expect(events).toEqual(['debug poll-skipped', 'debug poll-skipped'])
    expect(details[0]).toEqual({ milliseconds: 5000 })
    poll(0).end()
    await settle()
    expect(polls).toHaveLength(2)
    poll(1).end()
    await settle()
    expect(polls).toHaveLength(2)
  })

  it('waits for the next fire after a long poll that failed', async () => {
    const { world, polls, poll } = startWorker()
    world.fire()
    poll(0).fail(new Error('broken'))
    await settle()
    expect(polls).toHaveLength(1)
    world.fire()
    poll(1).end()
    await settle()
    expect(polls).toHaveLength(2)
  })

  it.each([
    [75, 'warn poll-failed'],
    [69, 'warn poll-failed'],
    [77, 'error poll-failed'],
    [78, 'error poll-failed'],
  ] as const)('tells a failure that ends with %d as %s and goes on', async (exitCode, event) => {
    const { world, polls, poll, events, details } = startWorker()
    poll(0).fail(new OperatorError(exitCode, 'the network broke', ['wait']))
    await settle()
    expect(events).toEqual([event])
    expect(details).toEqual([{ sentence: 'the network broke', hints: ['wait'], exitCode }])
    world.fire()
    expect(polls).toHaveLength(2)
  })

  it('tells a fault of ours and goes on, also when it is thrown at once', async () => {
    const fault = new TypeError('undefined is not a function')
    const { events, details, log } = recorder()
    const stop = new AbortController()
    const poll = () => {
      throw fault
    }
    const fires = () => ({ stop: () => {} })
    const done = runWorker({ fires, poll, paused: () => false, deadline, stop: stop.signal, log, now: () => 0 })
    await settle()
    expect(events).toEqual(['error poll-failed'])
    expect(details).toEqual([{ error: fault }])
    stop.abort()
    await done
  })
})

describe('a poll that passes its deadline', () => {
  it('is abandoned: its signal fires and the next fire polls again', async () => {
    const { world, polls, poll, events, details, elapse } = startWorker()
    world.now = deadline
    await elapse(deadline)
    expect(poll(0).control.abort.aborted).toBe(true)
    expect(poll(0).control.abort.reason).toMatchObject({ exitCode: 75 })
    expect(events).toEqual(['error poll-abandoned'])
    expect(details[0]).toMatchObject({ milliseconds: deadline })
    expect(polls).toHaveLength(1)
    world.fire()
    expect(polls).toHaveLength(2)
    expect(poll(1).control.abort.aborted).toBe(false)
  })

  it('is not followed at once by the fire it made wait', async () => {
    const { world, polls, elapse } = startWorker()
    world.fire()
    await elapse(deadline)
    expect(polls).toHaveLength(1)
  })

  it('may end or fail later without disturbing the next', async () => {
    const { world, polls, poll, events, elapse } = startWorker()
    await elapse(deadline)
    world.fire()
    poll(0).fail(new Error('closed'))
    await settle()
    world.fire()
    expect(polls).toHaveLength(2)
    expect(events).toEqual(['error poll-abandoned', 'debug abandoned-poll-ended', 'debug poll-skipped'])
  })

  it('is only looked for while the poll runs', async () => {
    const { poll, timers } = startWorker()
    expect([...timers].map((timer) => timer.milliseconds)).toEqual([deadline])
    poll(0).end()
    await settle()
    expect(timers.size).toBe(0)
  })
})

describe('while paused', () => {
  it('the worker polls nothing and tells each change once', async () => {
    let paused = true
    const { world, polls, events } = startWorker({ paused: () => paused })
    world.fire()
    world.fire()
    expect(polls).toHaveLength(0)
    expect(events).toEqual(['info poll-paused'])
    paused = false
    world.fire()
    expect(polls).toHaveLength(1)
    expect(events).toEqual(['info poll-paused', 'info poll-resumed'])
  })

  it('a fire that waited for a poll does not poll', async () => {
    let paused = false
    const { world, polls, poll, events } = startWorker({ paused: () => paused })
    world.fire()
    paused = true
    poll(0).end()
    await settle()
    expect(polls).toHaveLength(1)
    expect(events).toEqual(['debug poll-skipped', 'info poll-paused'])
  })
})

describe('when told to stop, the worker', () => {
  it('ends at once when no poll runs, and stops the fires', async () => {
    const { world, polls, poll, stop, done, timers } = startWorker()
    poll(0).end()
    await settle()
    stop.abort()
    await done
    world.fire()
    expect(world.stopped).toBe(1)
    expect(polls).toHaveLength(1)
    expect(timers.size).toBe(0)
  })

  it('lets the running poll finish the message in hand', async () => {
    const { world, polls, poll, stop, timers, events } = startWorker({ grace: 100 })
    world.fire()
    expect(poll(0).control.stopping()).toBe(false)
    stop.abort()
    await settle()
    expect(poll(0).control.stopping()).toBe(true)
    expect(poll(0).control.abort.aborted).toBe(false)
    expect(world.ended).toBe(false)
    poll(0).end()
    await settle()
    expect(world.ended).toBe(true)
    expect(polls).toHaveLength(1)
    expect(timers.size).toBe(0)
    expect(events).toEqual(['debug poll-skipped'])
  })

  it.each([
    ['the grace it was given', { grace: 100 }, 100],
    ['eight seconds', {}, 8000],
  ])('abandons the running poll after %s', async (_, given, grace) => {
    const { world, poll, stop, elapse, events, timers } = startWorker(given)
    stop.abort()
    await settle()
    await elapse(grace)
    expect(poll(0).control.abort.aborted).toBe(true)
    expect(world.ended).toBe(true)
    expect(events).toEqual(['error poll-abandoned'])
    expect(timers.size).toBe(0)
  })

  it('lets an abandoned poll enter what it learns from its closed connections', async () => {
    const { world, poll, stop, elapse } = startWorker()
    const entered: boolean[] = []
    poll(0).control.abort.addEventListener('abort', async () => {
      for (let step = 0; step < 50; step += 1) await null
      entered.push(world.ended)
    })
    stop.abort()
    await settle()
    await elapse(8000)
    await settle()
    expect([entered, world.ended]).toEqual([[false], true])
  })

  it('ends when the deadline comes before the grace', async () => {
    const { world, stop, elapse, timers } = startWorker()
    stop.abort()
    await settle()
    await elapse(deadline)
    expect(world.ended).toBe(true)
    expect(timers.size).toBe(0)
  })

  it('does not even begin when it was told before', async () => {
    const { world, polls } = startWorker({ stopped: true })
    await settle()
    expect(world.ended).toBe(true)
    expect(polls).toHaveLength(0)
  })
})

describe('with the real timer, the worker', () => {
  it('abandons and leaves nothing that keeps the process alive', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const { log } = recorder()
    const stop = new AbortController()
    const control = await new Promise<PollControl>((resolve) => {
      const poll = (given: PollControl) => {
        given.abort.addEventListener('abort', () => resolve(given))
        return new Promise<void>(() => {})
      }
      const fires = () => ({ stop: () => {} })
      void runWorker({ fires, poll, paused: () => false, deadline: 1, stop: stop.signal, log, now: () => 0 })
    })
    expect(control.abort.aborted).toBe(true)
    stop.abort()
    await settle()
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before)
  })
})
