import type { Instant } from './message.ts'

export const minute = 60_000

/**
 * When an account that was polled then has missed three slots: by slots, not by three times their distance, because a schedule
 * may be silent at night.
 * @param next the first slot after an instant
 */
export const thirdSlot = (next: (after: Instant) => Instant, then: Instant): Instant => next(next(next(then)))

/** Whether a minute that the clocks jumped over is due. */
const isLostDue = (before: number, now: number, isDue: (wall: number) => boolean): boolean => {
  for (let lost = before + minute; lost < now; lost += minute) if (isDue(lost)) return true
  return false
}

/** The rarest schedule there is, 29 February on one day of the week, comes once in 40 years at most. */
const furthest = 40 * 366 * 24 * 60

/**
 * The first whole minute after an instant that a schedule names; null when there is none in 40 years. What the clocks jump
 * over in spring comes when they have jumped; what they show twice in autumn comes twice, so that no hour is silent.
 * @param wallAt what a clock on the wall shows at an instant, in milliseconds
 * @param isDue whether the schedule names what it shows
 */
export const nextSlot = (
  after: Instant,
  wallAt: (instant: Instant) => number,
  isDue: (wall: number) => boolean,
): Instant | null => {
  const from = Math.floor(after / minute) * minute
  let before = wallAt(from)
  for (let steps = 1; steps <= furthest; steps += 1) {
    const instant = from + steps * minute
    const wall = wallAt(instant)
    if (isDue(wall) || isLostDue(before, wall, isDue)) return instant
    before = wall
  }
  return null
}
