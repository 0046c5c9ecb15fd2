import { waitAfter } from './backOff.ts'
import type { Instant } from './message.ts'
import { pushDelay } from './pushes.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** How a poll ended, as far as the next one is concerned. */
export type PollVerdict =
  | { readonly kind: 'good' }
  /** The weather, or what somebody has to mend; `wait`: so many milliseconds the server asked for, or null. */
  | { readonly kind: 'failed'; readonly throttled: boolean; readonly wait: number | null }
  | { readonly kind: 'login-refused' }

/** How the polls of an account have gone. */
export interface Course {
  /** In a row; good polls end the row only when they go on for a while. */
  readonly failures: number
  readonly goodSince: Instant | null
}

export const freshCourse: Course = { failures: 0, goodSince: null }

/** A server that fails every other time must not be asked as often as one that works. */
const stableTime = 10 * minute

/** The course after one more poll. */
export const courseAfter = ({ failures, goodSince }: Course, end: PollVerdict, now: Instant): Course => {
  if (end.kind !== 'good') return { failures: failures + 1, goodSince: null }
  // A clock that ran ahead and was set back must not make the row last until then.
  const since = goodSince === null || goodSince > now ? now : goodSince
  return now - since >= stableTime || failures === 0 ? freshCourse : { failures, goodSince: since }
}

/** Why a poll is planned for a moment. */
export type PlanReason = 'schedule' | 'missed' | 'pushed' | 'retry' | 'throttled' | 'login-refused'

/** When to poll next. */
export interface Plan {
  readonly at: Instant
  readonly because: PlanReason
  /** Milliseconds from when it was made; should the clock be set back, it is made anew with these. */
  readonly wait: number
}

/** What a plan is made from. */
export interface Planning {
  readonly now: Instant
  /** When the last poll began; null: there was none. */
  readonly startedAt: Instant | null
  /** The first slot of the schedule after an instant. */
  readonly nextSlot: (after: Instant) => Instant
  /** From 0 to 1. */
  readonly chance: number
}

/** A slot that comes so soon after a poll began is served by that one. */
const leastInterval = 30 * second

/** No server is asked by all its users in the same second. */
const mostJitter = 30 * second

const retries = { first: minute, most: hour }
const throttles = { first: 15 * minute, most: 6 * hour }

/** A refused login is not tried again by itself for so long: servers lock accounts out. */
const rest = 6 * hour

/** The next slot, later by chance: a tenth of its interval at most, and half a minute. */
export const slotPlan = ({ now, startedAt, nextSlot, chance }: Planning): Plan => {
  const first = nextSlot(now)
  const isServed = startedAt !== null && startedAt <= now && first - startedAt < leastInterval
  const slot = isServed ? nextSlot(first) : first
  const at = slot + Math.round(chance * Math.min(mostJitter, (nextSlot(slot) - slot) / 10))
  return { at, because: 'schedule', wait: at - now }
}

/** A slot that passed while the poll went on is caught up once. */
const afterGood = (planning: Planning): Plan => {
  const { now, startedAt, nextSlot } = planning
  if (startedAt === null || nextSlot(startedAt) > now) return slotPlan(planning)
  const at = Math.max(now, startedAt + leastInterval)
  return { at, because: 'missed', wait: at - now }
}

/**
 * When to poll after a poll: at the next slot; after a failure when the wait for it is over, or what the server asked
 * for; after a refused login hardly ever.
 */
export const planAfter = (end: PollVerdict, { failures }: Course, planning: Planning): Plan => {
  if (end.kind === 'good') return afterGood(planning)
  const { now, chance } = planning
  if (end.kind === 'login-refused') return { at: now + rest, because: 'login-refused', wait: rest }
  const asked = end.wait ?? 0
  const wait = Math.max(asked, waitAfter(failures, chance, end.throttled ? throttles : retries))
  return { at: now + wait, because: end.throttled ? 'throttled' : 'retry', wait }
}

/** Whether a push may bring the next poll forward: an account that has to wait waits. */
export const isFree = ({ because }: Plan): boolean =>
  because === 'schedule' || because === 'missed' || because === 'pushed'

/**
 * A poll because new mail was pushed.
 * @param pushes when the last polls of that kind began, the earliest first
 */
export const pushPlan = (pushes: readonly Instant[], now: Instant): Plan => {
  const wait = pushDelay(pushes, now)
  return { at: now + wait, because: 'pushed', wait }
}
