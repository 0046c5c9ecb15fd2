import { setTimer } from './alarm.ts'
import type { PollVerdict } from './core/pollPlan.ts'
import { exit, OperatorError, Throttled } from './errors.ts'
import type { Clock, Log, SetTimer } from './ports.ts'

export interface PollControl {
  /** Aborts when the poll is abandoned: connections are closed, nothing more is delivered or entered. */
  readonly abort: AbortSignal
  /** Asked between messages: true when the poll should end after the message in hand. */
  readonly stopping: () => boolean
}

export interface AttemptOptions {
  readonly poll: (control: PollControl) => Promise<void>
  /** Milliseconds after which it is abandoned. */
  readonly deadline: number
  /** Told when the deadline has passed, because the poll itself may never say how it ended. */
  readonly missed: (because: string) => void
  readonly stop: AbortSignal
  readonly log: Log
  readonly now: Clock
  readonly setTimer?: SetTimer
}

/** A poll that has begun. */
export interface Attempt {
  /** Never rejects; a poll that was abandoned has failed at once, whatever becomes of it. */
  readonly end: Promise<PollVerdict>
  readonly abandon: (because: string) => void
}

const failed: PollVerdict = { kind: 'failed', throttled: false, wait: null }

const endOf = (error: unknown): PollVerdict => {
  if (error instanceof Throttled) return { kind: 'failed', throttled: true, wait: error.wait }
  return error instanceof OperatorError && error.exitCode === exit.loginRefused ? { kind: 'login-refused' } : failed
}

/** The weather, which passes by itself, is a warning; what somebody has to mend is an error. */
export const tellFailure = (log: Log, error: unknown): void => {
  if (error instanceof OperatorError) {
    const { message: sentence, hints, exitCode } = error
    const isWeather = exitCode === exit.tryAgain || exitCode === exit.unavailable
    log[isWeather ? 'warn' : 'error']('poll-failed', { sentence, hints, exitCode })
  } else log.error('poll-failed', { error })
}

const attempt = async ({ poll, stop, log }: AttemptOptions, abort: AbortSignal): Promise<PollVerdict> => {
  try {
    await poll({ abort, stopping: () => stop.aborted })
    return { kind: 'good' }
  } catch (error) {
    if (abort.aborted) log.debug('abandoned-poll-ended', { error })
    else tellFailure(log, error)
    return endOf(error)
  }
}

/** Resolves when everything that is ready has happened: what a poll learns from its closed connections is entered by then. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const abandonedBy = (signal: AbortSignal): Promise<PollVerdict> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => void turn().then(() => resolve(failed)), { once: true })
  })

/**
 * Begins a poll, which ends, fails, or is abandoned after its deadline or by whoever holds it. Leaves no timer behind.
 * Events: `poll-failed` (with sentence, hints and exitCode: warn for 69 and 75, else error; a fault of ours with error),
 * `poll-abandoned` (error, because), `abandoned-poll-ended` (debug: it failed in the end).
 */
export const startPoll = (options: AttemptOptions): Attempt => {
  const controller = new AbortController()
  const startedAt = options.now()
  const abandon = (because: string) => {
    if (controller.signal.aborted) return
    options.log.error('poll-abandoned', { because, milliseconds: options.now() - startedAt })
    controller.abort(new OperatorError(exit.tryAgain, `the poll was abandoned because ${because}`))
  }
  const miss = (): void => {
    const because = `it took longer than ${options.deadline / 60_000} minutes`
    abandon(because)
    options.missed(`the poll was abandoned because ${because}`)
  }
  const cancel = (options.setTimer ?? setTimer)(miss, options.deadline)
  const abandoned = abandonedBy(controller.signal)
  const end = Promise.race([attempt(options, controller.signal), abandoned]).finally(cancel)
  return { end, abandon }
}
