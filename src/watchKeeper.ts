import { waitAfter } from './core/backOff.ts'
import { exit, IdleNotOffered, OperatorError, Throttled } from './errors.ts'
import type { Log, SetTimer, WatchHooks } from './ports.ts'

export interface WatchKeeping {
  /** For the log. */
  readonly account: string
  /** One watch: resolves when the signal aborts, rejects when it is lost. */
  readonly watch: (hooks: WatchHooks, signal: AbortSignal) => Promise<void>
  /** Mail came in, or may have come in while nobody watched. */
  readonly onNews: () => void
  readonly stop: AbortSignal
  readonly log: Log
  readonly setTimer: SetTimer
  /** From 0 to 1, another one each time. */
  readonly chance: () => number
}

export interface WatchKeeper {
  /** Resolves when `stop` has aborted and the watch is closed, or when the server does not push; never rejects. */
  readonly ended: Promise<void>
  /** To be called after a good login: a watch whose login was refused is tried again. Else it does nothing. */
  readonly again: () => void
}

const backOff = { first: 5_000, most: 10 * 60_000 }

/** Milliseconds after which a watch has held, and earlier losses are forgotten. */
const heldAfter = 10 * 60_000

interface Loss {
  readonly error: unknown
  readonly wasReady: boolean
}

/** One watch until it is lost; null when it was told to end. */
const watchOnce = async (keeping: WatchKeeping, onHeld: () => void): Promise<Loss | null> => {
  const { account, watch, onNews, stop, log, setTimer } = keeping
  const timers: (() => void)[] = []
  const ready = (): void => {
    log.info('watch-ready', { account })
    timers.push(setTimer(onHeld, heldAfter))
    onNews()
  }
  try {
    await watch({ ready, news: onNews }, stop)
    return null
  } catch (error) {
    return stop.aborted ? null : { error, wasReady: timers.length > 0 }
  } finally {
    for (const cancel of timers) cancel()
  }
}

/** What a loss leads to: another try after so many milliseconds, none until a login is good again, or none at all. */
type Sequel = { readonly kind: 'retry'; readonly wait: number } | { readonly kind: 'rest' } | { readonly kind: 'end' }

const sequelOf = ({ error }: Loss, failures: number, chance: number): Sequel => {
  if (error instanceof IdleNotOffered) return { kind: 'end' }
  // Each try would be one more refused login; the polls see to it.
  if (error instanceof OperatorError && error.exitCode === exit.loginRefused) return { kind: 'rest' }
  const asked = error instanceof Throttled ? (error.wait ?? 0) : 0
  return { kind: 'retry', wait: Math.max(waitAfter(failures, chance, backOff), asked) }
}

/** A line that broke is the weather; one that could not be had may be for somebody to mend. */
const tellLoss = ({ account, log }: WatchKeeping, { error, wasReady }: Loss, sequel: Sequel): void => {
  if (error instanceof IdleNotOffered) log.info('watch-not-offered', { account, because: error.message })
  else if (error instanceof OperatorError) {
    const { message: because, hints, exitCode } = error
    const wait = sequel.kind === 'retry' ? sequel.wait : null
    log[wasReady ? 'info' : 'warn']('watch-lost', { account, because, hints, exitCode, wait })
  } else log.error('watch-lost', { account, error })
}

/** Resolves when `begin` calls what it is given, or when the signal aborts; then calls what `begin` gave. */
const until = (stop: AbortSignal, begin: (done: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stop.removeEventListener('abort', done)
      end()
      resolve()
    }
    const end = begin(done)
    stop.addEventListener('abort', done)
  })

/**
 * Keeps a watch alive until `stop` aborts. `onNews` is called for what comes in, and whenever a watch has become ready,
 * because mail that came between two watches must not wait for the schedule. A watch that was lost is begun again after
 * 5 s, then later each time, up to 10 min, and never sooner than a server that throttles asks for; once a watch has held for
 * 10 min, as after the first loss. A refused login is not tried again before `again` is called.
 *
 * Events: `watch-ready` (info), `watch-lost` (with because, hints, exitCode, and wait in milliseconds, null for a refused
 * login: info when it had been ready, else warn; a fault of ours with error: error), `watch-not-offered` (info, because:
 * the schedule alone is used).
 */
export const keepWatch = (keeping: WatchKeeping): WatchKeeper => {
  const { stop, setTimer, chance } = keeping
  let resume = (): void => {}
  const rest = (done: () => void): (() => void) => {
    resume = done
    return () => {}
  }
  const keep = async (): Promise<void> => {
    for (let failures = 1; !stop.aborted; failures += 1) {
      const loss = await watchOnce(keeping, () => {
        failures = 1
      })
      if (loss === null) return
      const sequel = sequelOf(loss, failures, chance())
      tellLoss(keeping, loss, sequel)
      if (sequel.kind === 'end') return
      await until(stop, sequel.kind === 'rest' ? rest : (done) => setTimer(done, sequel.wait))
    }
  }
  return { ended: keep(), again: () => resume() }
}
