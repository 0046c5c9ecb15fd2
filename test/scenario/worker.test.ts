import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/core/pollPlan.ts'
import { OperatorError, Throttled } from '../../src/errors.ts'
import type { PollControl } from '../../src/pollAttempt.ts'
import type { Log } from '../../src/ports.ts'
import { openWorker } from '../../src/worker.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const deadline = 10 * minute

interface FakePoll {
  readonly startedAt: number
  readonly control: PollControl
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

interface FakeTimer {
  readonly at: number
  readonly run: () => void
}

/** Lets everything that is ready happen. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const recorder = () => {
  const events: string[] = []
  const details: unknown[] = []
  const at = (level: string) => (event: string, told?: unknown) => {
    if (event === 'poll-planned') return
    events.push(`${level} ${event}`)
    details.push(told)
  }
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { events, details, log }
}

interface Given {
  readonly stopped?: boolean
  readonly every?: number
  readonly grace?: number
  readonly chance?: number
}

/**
 * A worker whose polls, timers and clocks are in the hands of the test: the timers go by one clock, which stands still while the
 * computer sleeps, and the worker reads another.
 */
const startWorker = ({ stopped = false, every = 5 * minute, grace, chance = 0 }: Given = {}) => {
  const polls: FakePoll[] = []
  const plans: (Plan | null)[] = []
  const missed: string[] = []
  const timers = new Set<FakeTimer>()
  const { events, details, log } = recorder()
  const world = {
    ticks: 0,
    ahead: 0,
    ended: false,
    paused: false,
    unreachable: false,
    mark: 'one' as string | null,
    places: 0,
  }
  const now = () => world.ticks + world.ahead
  const stop = new AbortController()
  if (stopped) stop.abort()
  const queue: (() => void)[] = []
  const lanes: boolean[] = []
  const worker = openWorker({
    slots: { next: (after) => (Math.floor(after / every) + 1) * every },
    poll: (control) => new Promise<void>((end, fail) => polls.push({ startedAt: now(), control, end, fail })),
    place: (ailing, run) => {
      lanes.push(ailing)
      return world.places < 0 ? new Promise((fulfil) => queue.push(() => fulfil(run()))) : run()
    },
    paused: () => {
      if (world.unreachable) throw new OperatorError(78, 'STATE_DIR cannot be reached')
      return world.paused
    },
    secretMark: async () => world.mark,
    planned: (plan) => plans.push(plan),
    missed: (because) => missed.push(because),
    deadline,
    ...(grace !== undefined && { grace }),
    stop: stop.signal,
    log,
    now,
    chance: () => chance,
    setTimer: (run, milliseconds) => {
      const timer = { at: world.ticks + milliseconds, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  })
  const done = worker.ended.then(() => {
    world.ended = true
  })
  const poll = (at: number): FakePoll => {
    const found = polls[at]
    if (!found) throw new Error(`there was no poll ${at}`)
    return found
  }
  /** So much time passes, timer by timer. */
  const elapse = async (milliseconds: number): Promise<void> => {
    const until = world.ticks + milliseconds
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      timers.delete(next)
      world.ticks = Math.max(world.ticks, next.at)
      next.run()
      await settle()
    }
    world.ticks = until
  }
  const endGood = async (at: number): Promise<void> => {
    poll(at).end()
    await settle()
  }
  const failWith = async (at: number, error: unknown): Promise<void> => {
    poll(at).fail(error)
    await settle()
  }
  const begun = (): readonly number[] => polls.map(({ startedAt }) => startedAt / minute)
  return {
    worker,
    world,
    polls,
    poll,
    plans,
    missed,
    timers,
    lanes,
    queue,
    events,
    details,
    stop,
    done,
    elapse,
    endGood,
    failWith,
    begun,
  }
}

const weather = new OperatorError(75, 'the network broke', ['wait'])
const refused = new OperatorError(77, 'the login was refused', ['check it'])

describe('the worker', () => {
  it('polls at once and then at each slot of the schedule', async () => {
    const { endGood, elapse, begun, plans, events } = startWorker()
    for (let at = 0; at < 4; at += 1) {
      await endGood(at)
      await elapse(5 * minute)
    }
    expect(begun()).toEqual([0, 5, 10, 15, 20])
    expect(plans.map((plan) => plan?.because)).toEqual(['schedule', 'schedule', 'schedule', 'schedule'])
    expect(events).toEqual([])
  })

  it('comes a little later by chance, so that not everybody comes in the same second', async () => {
    const { endGood, elapse, begun } = startWorker({ chance: 1 })
    await endGood(0)
    await elapse(6 * minute)
    expect(begun()).toEqual([0, 5.5])
    const often = startWorker({ chance: 1, every: minute })
    await often.endGood(0)
    await often.elapse(2 * minute)
    expect(often.begun()).toEqual([0, 1.1])
  })

  it('takes a slot that comes within half a minute of a poll as served', async () => {
    const { worker, endGood, elapse, begun } = startWorker()
    await endGood(0)
    await elapse(4.75 * minute)
    worker.push()
    await elapse(0)
    await endGood(1)
    await elapse(6 * minute)
    expect(begun()).toEqual([0, 4.75, 10])
  })

  it('catches up for a slot half a minute after the poll began during which it came, and no sooner', async () => {
    const { worker, endGood, elapse, begun } = startWorker({ every: minute })
    await endGood(0)
    await elapse(50 * second)
    worker.push()
    await elapse(15 * second)
    await endGood(1)
    await elapse(14 * second)
    expect(begun()).toHaveLength(2)
    await elapse(second)
    expect(begun()).toHaveLength(3)
  })

  it('never polls twice at once, and catches up once for the slots of a long poll', async () => {
    const { elapse, endGood, begun, polls } = startWorker({ every: minute })
    await elapse(4 * minute)
    expect(polls).toHaveLength(1)
    await endGood(0)
    await elapse(0)
    expect(begun()).toEqual([0, 4])
    await endGood(1)
    await elapse(minute)
    expect(begun()).toEqual([0, 4, 5])
  })

  it('catches up once when the computer slept, and keeps its times', async () => {
    const { world, endGood, elapse, begun, events } = startWorker()
    await endGood(0)
    await elapse(minute)
    world.ahead = 8 * hour
    await elapse(30 * second)
    expect(begun()).toEqual([0, 8 * 60 + 1.5])
    expect(events).toEqual(['info poll-late'])
    await endGood(1)
    await elapse(5 * minute)
    expect(begun().at(-1)).toBe(8 * 60 + 5)
  })

  it('does not call a poll late that only waited a minute', async () => {
    const { world, endGood, elapse, begun, events } = startWorker()
    await endGood(0)
    await elapse(4.75 * minute)
    world.ahead = minute
    await elapse(15 * second)
    expect(begun()).toEqual([0, 6])
    expect(events).toEqual([])
  })

  it('does not wait for a time that a clock set back has made far away', async () => {
    const { world, endGood, elapse, begun } = startWorker()
    await endGood(0)
    await elapse(minute)
    world.ahead = -3 * hour
    await elapse(10 * minute)
    expect(begun()).toEqual([0, -175])
  })

  it('lets no wait after a failure grow when the clock is set back, and says until when it waits now', async () => {
    const { world, failWith, elapse, begun, plans } = startWorker()
    await failWith(0, weather)
    world.ahead = -3 * hour
    await elapse(2 * minute)
    expect(begun()).toEqual([0, -178.5])
    expect(plans.at(-1)).toMatchObject({ at: -178.5 * minute, because: 'retry' })
  })

  it('forgets failures ten minutes after a clock that ran ahead was set back', async () => {
    const { world, failWith, endGood, elapse, begun } = startWorker({ every: minute })
    await failWith(0, weather)
    world.ahead = 24 * hour
    await elapse(minute)
    await endGood(1)
    world.ahead = 0
    for (let at = 2; at < 16; at += 1) {
      await elapse(minute)
      if (begun().length > at) await endGood(at)
    }
    await elapse(minute)
    const last = begun().length - 1
    await failWith(last, weather)
    await elapse(minute)
    expect(begun()).toHaveLength(last + 2)
  })

  it('tells a failure that ends with 75 or 69 as weather, and one that somebody must mend as an error', async () => {
    for (const [exitCode, event] of [
      [75, 'warn poll-failed'],
      [69, 'warn poll-failed'],
      [78, 'error poll-failed'],
    ] as const) {
      const { failWith, events, details } = startWorker()
      await failWith(0, new OperatorError(exitCode, 'it broke', ['wait']))
      expect(events).toEqual([event])
      expect(details).toEqual([{ sentence: 'it broke', hints: ['wait'], exitCode }])
    }
  })

  it('tells a fault of ours and goes on', async () => {
    const { failWith, events, details, elapse, polls } = startWorker()
    const fault = new TypeError('undefined is not a function')
    await failWith(0, fault)
    expect(events).toEqual(['error poll-failed'])
    expect(details).toEqual([{ error: fault }])
    await elapse(minute)
    expect(polls).toHaveLength(2)
  })
})

describe('after failures, the worker', () => {
  it('waits a minute, then twice as long each time up to an hour, whatever the schedule says', async () => {
    const { failWith, elapse, begun, lanes } = startWorker({ every: minute })
    const waits = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    for (const [at, wait] of waits.entries()) {
      await failWith(at, weather)
      await elapse(wait * minute - second)
      expect(begun()).toHaveLength(at + 1)
      await elapse(second)
    }
    expect(begun()).toHaveLength(waits.length + 1)
    expect(lanes.slice(0, 3)).toEqual([false, true, true])
  })

  it('tries again sooner than a rare schedule would', async () => {
    const { failWith, elapse, begun } = startWorker({ every: 24 * hour })
    for (const wait of [1, 2, 4, 8]) {
      await failWith(begun().length - 1, weather)
      await elapse(wait * minute)
    }
    expect(begun()).toEqual([0, 1, 3, 7, 15])
  })

  it('forgets them only when polls have been good for ten minutes', async () => {
    const { failWith, endGood, elapse, begun } = startWorker()
    await failWith(0, weather)
    await elapse(minute)
    await failWith(1, weather)
    await elapse(2 * minute)
    await endGood(2)
    await elapse(2 * minute)
    await failWith(3, weather)
    await elapse(4 * minute)
    expect(begun()).toEqual([0, 1, 3, 5, 9])
    for (let at = 4; at < 8; at += 1) {
      await endGood(at)
      await elapse(5 * minute)
    }
    await failWith(8, weather)
    await elapse(minute)
    expect(begun().slice(-2)).toEqual([25, 30])
  })

  it('does not forget them before', async () => {
    const { failWith, endGood, elapse, begun } = startWorker()
    await failWith(0, weather)
    await elapse(minute)
    await endGood(1)
    await elapse(4 * minute)
    await endGood(2)
    await elapse(5 * minute)
    await failWith(3, weather)
    await elapse(2 * minute)
    expect(begun()).toEqual([0, 1, 5, 10, 12])
  })

  it('waits twice as long each time up to six hours for a server that goes on to ask for patience', async () => {
    const { failWith, elapse, begun } = startWorker()
    for (const [at, wait] of [15, 30, 60, 120, 240, 360, 360].entries()) {
      await failWith(at, new Throttled('slow down', null))
      await elapse(wait * minute - second)
      expect(begun()).toHaveLength(at + 1)
      await elapse(second)
    }
  })

  it('waits as long as the server asks for, and a quarter of an hour where it does not say', async () => {
    const { failWith, elapse, begun } = startWorker()
    await failWith(0, new Throttled('slow down', 2 * hour))
    await elapse(2 * hour)
    expect(begun()).toEqual([0, 120])
    const silent = startWorker()
    await silent.failWith(0, new Throttled('slow down', null))
    await silent.elapse(15 * minute)
    expect(silent.begun()).toEqual([0, 15])
  })

  it('lets no push bring the next poll forward, be it one that came during the poll that failed', async () => {
    const during = startWorker()
    during.worker.push()
    await during.failWith(0, weather)
    await during.elapse(59 * second)
    expect(during.begun()).toEqual([0])
    await during.elapse(second)
    expect(during.begun()).toEqual([0, 1])

    const { worker, failWith, elapse, begun } = startWorker()
    await failWith(0, weather)
    worker.push()
    await elapse(59 * second)
    expect(begun()).toEqual([0])
    await elapse(second)
    expect(begun()).toEqual([0, 1])
  })
})

describe('after a refused login, the worker', () => {
  it('rests, says so, and tries again hours later', async () => {
    const { failWith, elapse, begun, events, plans } = startWorker()
    await failWith(0, refused)
    expect(events).toEqual(['error poll-failed', 'error account-rests'])
    expect(plans.at(-1)).toMatchObject({ because: 'login-refused' })
    await elapse(6 * hour - second)
    expect(begun()).toEqual([0])
    await elapse(second)
    expect(begun()).toEqual([0, 360])
  })

  it('polls at the next slot when the secret is another one', async () => {
    const { world, failWith, elapse, begun } = startWorker()
    await failWith(0, refused)
    await elapse(7 * minute)
    world.mark = 'two'
    await elapse(3 * minute)
    expect(begun()).toEqual([0, 10])
  })

  it('does not take a secret it knows nothing of for another one', async () => {
    const { world, failWith, elapse, begun } = startWorker()
    await failWith(0, refused)
    world.mark = null
    await elapse(hour)
    expect(begun()).toEqual([0])
  })
})

describe('when new mail is pushed, the worker', () => {
  it('polls at once', async () => {
    const { worker, endGood, elapse, begun } = startWorker()
    await endGood(0)
    await elapse(2 * minute)
    worker.push()
    await elapse(0)
    expect(begun()).toEqual([0, 2])
    await endGood(1)
    await elapse(3 * minute)
    expect(begun()).toEqual([0, 2, 5])
  })

  it('polls once more for what comes in during a poll', async () => {
    const { worker, endGood, elapse, begun } = startWorker()
    worker.push()
    worker.push()
    await elapse(second)
    expect(begun()).toEqual([0])
    await endGood(0)
    await elapse(0)
    expect(begun()).toHaveLength(2)
    await endGood(1)
    await elapse(minute)
    expect(begun()).toHaveLength(2)
  })

  it('makes no flood of polls of a flood of mail', async () => {
    const { worker, endGood, elapse, begun } = startWorker({ every: hour })
    await endGood(0)
    for (let mail = 0; mail < 120; mail += 1) {
      worker.push()
      await elapse(second)
      await endGood(begun().length - 1)
    }
    expect(begun().length).toBeGreaterThan(12)
    expect(begun().length).toBeLessThan(16)
  })
})

describe('a poll that passes its deadline', () => {
  it('is abandoned: its signal fires, and it counts as a failure', async () => {
    const { elapse, poll, missed, events, details, begun } = startWorker()
    await elapse(deadline)
    expect(missed).toEqual(['the poll was abandoned because it took longer than 10 minutes'])
    expect(poll(0).control.abort.aborted).toBe(true)
    expect(poll(0).control.abort.reason).toMatchObject({ exitCode: 75 })
    expect(events).toEqual(['error poll-abandoned'])
    expect(details[0]).toMatchObject({ milliseconds: deadline })
    await elapse(minute)
    expect(begun()).toEqual([0, 11])
    expect(poll(1).control.abort.aborted).toBe(false)
  })

  it('may end or fail later without disturbing the next', async () => {
    const { elapse, failWith, polls, events } = startWorker()
    await elapse(deadline + minute)
    await failWith(0, new Error('closed'))
    await elapse(minute)
    expect(polls).toHaveLength(2)
    expect(events).toEqual(['error poll-abandoned', 'debug abandoned-poll-ended'])
  })
})

describe('while paused', () => {
  it('the worker polls nothing, whatever is pushed, and tells each change once', async () => {
    const { worker, world, endGood, elapse, begun, events } = startWorker()
    await endGood(0)
    world.paused = true
    worker.push()
    await elapse(12 * minute)
    expect(begun()).toEqual([0])
    expect(events).toEqual(['info poll-paused'])
    world.paused = false
    await elapse(3 * minute)
    expect(begun()).toEqual([0, 15])
    expect(events).toEqual(['info poll-paused', 'info poll-resumed'])
  })

  it('or not, where nobody can tell, the worker polls nothing, says why at each slot, and goes on when somebody can', async () => {
    const { world, endGood, elapse, begun, events } = startWorker()
    await endGood(0)
    world.unreachable = true
    await elapse(10 * minute)
    expect(begun()).toEqual([0])
    expect(events).toEqual(['error poll-failed', 'error poll-failed'])
    world.unreachable = false
    await elapse(5 * minute)
    expect(begun()).toEqual([0, 15])
  })
})

describe('when told to stop, the worker', () => {
  it('ends at once when no poll runs', async () => {
    const { endGood, stop, done, timers, plans, elapse, polls } = startWorker()
    await endGood(0)
    stop.abort()
    await done
    await elapse(hour)
    expect(polls).toHaveLength(1)
    expect(timers.size).toBe(0)
    expect(plans.at(-1)).toBeNull()
  })

  it('lets the running poll finish the message in hand', async () => {
    const { world, poll, stop, timers, events } = startWorker({ grace: 100 })
    expect(poll(0).control.stopping()).toBe(false)
    stop.abort()
    await settle()
    expect(poll(0).control.stopping()).toBe(true)
    expect(poll(0).control.abort.aborted).toBe(false)
    expect(world.ended).toBe(false)
    poll(0).end()
    await settle()
    expect(world.ended).toBe(true)
    expect(timers.size).toBe(0)
    expect(events).toEqual([])
  })

  it.each([
    ['the grace it was given', { grace: 100 }, 100],
    ['eight seconds', {}, 8000],
  ])('abandons the running poll after %s', async (_, given, grace) => {
    const { world, poll, stop, elapse, events, timers } = startWorker(given)
    stop.abort()
    await settle()
    await elapse(grace - 1)
    expect(poll(0).control.abort.aborted).toBe(false)
    await elapse(1)
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
    expect([entered, world.ended]).toEqual([[false], true])
  })

  it('begins no poll that still waits for its place', async () => {
    const { world, endGood, elapse, stop, done, queue, polls } = startWorker()
    await endGood(0)
    world.places = -1
    await elapse(5 * minute)
    stop.abort()
    for (const next of queue) next()
    await done
    expect(polls).toHaveLength(1)
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
    const timeouts = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timeouts()
    const { log } = recorder()
    const stop = new AbortController()
    const control = await new Promise<PollControl>((resolve) => {
      openWorker({
        slots: { next: (after) => after + hour },
        poll: (given) => {
          given.abort.addEventListener('abort', () => resolve(given))
          return new Promise<void>(() => {})
        },
        place: (_, run) => run(),
        paused: () => false,
        secretMark: async () => null,
        planned: () => {},
        ...{ missed: () => {}, deadline: 1, stop: stop.signal, log, now: Date.now, chance: () => 0 },
      })
    })
    expect(control.abort.aborted).toBe(true)
    stop.abort()
    await settle()
    expect(timeouts()).toBe(before)
  })
})
