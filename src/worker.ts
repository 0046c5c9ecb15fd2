import { exit, OperatorError } from './errors.ts'
import type { Clock, Log } from './ports.ts'

export interface PollControl {
  /** Aborts when the poll is abandoned: connections are closed, nothing more is delivered or entered. */
  readonly abort: AbortSignal
  /** Asked between messages: true when the poll should end after the message in hand. */
  readonly stopping: () => boolean
}

/** Calls `run` once after so many milliseconds, unless the function it gives is called before. */
export type SetTimer = (run: () => void, milliseconds: number) => () => void

export interface WorkerOptions {
  readonly fires: (onFire: () => void) => { stop(): void }
  readonly poll: (control: PollControl) => Promise<void>
  readonly paused: () => boolean
  /** Milliseconds after which a poll is abandoned: a silent socket must not stop the program (promise 7). */
  readonly deadline: number
  /** Milliseconds a running poll has after `stop` to finish the message in hand; 8000 unless told. */
  readonly grace?: number
  readonly stop: AbortSignal
  readonly log: Log
  readonly now: Clock
  readonly setTimer?: SetTimer
}

type Outcome = 'ended' | 'failed' | 'abandoned'

interface RunningPoll {
  readonly startedAt: number
  readonly outcome: Promise<Outcome>
  readonly abandon: (because: string) => void
}

/** Milliseconds that the message in hand has to be finished in when the program is told to stop. */
export const defaultGrace = 8_000

const setTimer: SetTimer = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds)
  return () => clearTimeout(timer)
}

/** Resolves when everything that is ready has happened. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** The weather, which passes by itself, is a warning; what somebody has to mend is an error. */
const tellFailure = (log: Log, error: unknown): void => {
  if (error instanceof OperatorError) {
    const { message: sentence, hints, exitCode } = error
    const isWeather = exitCode === exit.tryAgain || exitCode === exit.unavailable
    log[isWeather ? 'warn' : 'error']('poll-failed', { sentence, hints, exitCode })
  } else log.error('poll-failed', { error })
}

const attempt = async ({ poll, stop, log }: WorkerOptions, abort: AbortSignal): Promise<Outcome> => {
  try {
    await poll({ abort, stopping: () => stop.aborted })
    return 'ended'
  } catch (error) {
    if (abort.aborted) log.debug('abandoned-poll-ended', { error })
    else tellFailure(log, error)
    return 'failed'
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A poll until it ends, fails or is abandoned; `outcome` never rejects, and leaves no timer behind. */
const startPoll = (options: WorkerOptions): RunningPoll => {
  const controller = new AbortController()
  const startedAt = options.now()
  const abandoned = aborted(controller.signal).then((): Outcome => 'abandoned')
  const abandon = (because: string) => {
    options.log.error('poll-abandoned', { because, milliseconds: options.now() - startedAt })
    controller.abort(new OperatorError(exit.tryAgain, `the poll was abandoned because ${because}`))
  }
  const cancel = (options.setTimer ?? setTimer)(() => abandon('its deadline has passed'), options.deadline)
  const outcome = Promise.race([attempt(options, controller.signal), abandoned]).finally(cancel)
  return { startedAt, outcome, abandon }
}

interface Worker {
  readonly fire: () => void
  readonly finish: () => Promise<void>
}

const openWorker = (options: WorkerOptions): Worker => {
  const { log, now, stop } = options
  let running: RunningPoll | null = null
  let noted = false
  let wasPaused = false
  const isPaused = (): boolean => {
    const paused = options.paused()
    if (paused !== wasPaused) log.info(paused ? 'poll-paused' : 'poll-resumed')
    wasPaused = paused
    return paused
  }
  const begin = async (): Promise<void> => {
    noted = false
    running = startPoll(options)
    const outcome = await running.outcome
    running = null
    if (noted && outcome === 'ended') fire()
  }
  const fire = (): void => {
    if (stop.aborted) return
    if (running) {
      noted = true
      log.debug('poll-skipped', { milliseconds: now() - running.startedAt })
    } else if (!isPaused()) void begin()
  }
  const finish = async (): Promise<void> => {
    const last = running
    if (!last) return
    const late = () => last.abandon('it went on after the program was told to stop')
    const cancel = (options.setTimer ?? setTimer)(late, options.grace ?? defaultGrace)
    const outcome = await last.outcome.finally(cancel)
    // What it learns from its closed connections is entered before the caller closes the ledger.
    if (outcome === 'abandoned') await turn()
  }
  return { fire, finish }
}

/**
 * Polls at once and then at each fire, one poll at a time, until `stop` aborts; then no poll begins, a running one is
 * told through `stopping` and, after the grace, through `abort`. Resolves when it has ended or was abandoned; never
 * rejects because of a poll. A fire that comes during a poll leads to one more poll when that one ends well; a poll
 * that failed or was abandoned waits for its next time, so that no server is hammered.
 *
 * Events: `poll-skipped` (debug: a fire came during a poll), `poll-failed` (with sentence, hints and exitCode: warn for
 * 69 and 75, else error; a fault of ours with error), `poll-abandoned` (error, because), `abandoned-poll-ended` (debug: it failed
 * in the end), `poll-paused` and `poll-resumed` (info: once per change). Times are in milliseconds.
 */
export const runWorker = async (options: WorkerOptions): Promise<void> => {
  if (options.stop.aborted) return
  const worker = openWorker(options)
  const fires = options.fires(worker.fire)
  worker.fire()
  await aborted(options.stop)
  fires.stop()
  await worker.finish()
}
