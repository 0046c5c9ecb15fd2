import { setTimer } from '../alarm.ts'
import { aborted } from '../core/stopping.ts'

/** Tells of the troubles of one account, one telling at a time. */
export interface Bulletin {
  /** There may be something to tell. */
  readonly look: () => void
  /** Resolves when `stop` was aborted and the last telling has ended. */
  readonly ended: Promise<void>
}

/** Silence is told of although nothing happens. */
const lookEvery = 60 * 60 * 1000

/** Tells when it is asked to look, and every hour, until `stop` aborts. `tell` never rejects and ends with `stop`. */
export const openBulletin = (tell: () => Promise<void>, stop: AbortSignal): Bulletin => {
  let telling = Promise.resolve()
  let cancel = (): void => {}
  const look = (): void => {
    if (stop.aborted) return
    cancel()
    cancel = setTimer(look, lookEvery)
    telling = telling.then(tell)
  }
  const ended = aborted(stop).then(() => {
    cancel()
    return telling
  })
  return { look, ended }
}
