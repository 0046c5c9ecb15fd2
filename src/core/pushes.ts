import type { Instant } from './message.ts'

/** How many polls pushes may start in one minute: a flood of mail is no flood of polls. */
export const pushesPerMinute = 6
const span = 60_000

/**
 * Milliseconds until a push may start a poll: none, unless as many polls as are allowed were started by pushes within the
 * last minute.
 * @param recentPushPolls when pushes started polls, the earliest first
 */
export const pushDelay = (recentPushPolls: readonly Instant[], now: Instant): number => {
  const barring = recentPushPolls.at(-pushesPerMinute)
  // A clock that was put back must not hold up pushes for longer than the span.
  return barring === undefined ? 0 : Math.min(span, Math.max(0, barring + span - now))
}
