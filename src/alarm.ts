import type { Instant } from './core/message.ts'
import type { Clock, SetTimer } from './ports.ts'

/** Milliseconds between two looks at the clock: timers stand still while a computer sleeps, its clock does not. */
const lookEvery = 30_000

export const setTimer: SetTimer = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Rings once: when the clock shows `at`, be it after a sleep, or when it was set back, since nobody knows then when `at` would
 * come. Gives the function that keeps it from ringing.
 */
export const setAlarm = (at: Instant, ring: () => void, now: Clock, set: SetTimer = setTimer): (() => void) => {
  let shown = now()
  const wait = (look: () => void): (() => void) => set(look, Math.min(lookEvery, Math.max(0, at - shown)))
  const look = (): void => {
    const before = shown
    shown = now()
    if (shown >= at || shown < before - lookEvery) ring()
    else cancel = wait(look)
  }
  let cancel = wait(look)
  return () => cancel()
}
