import { parse, validateDetailed } from 'node-cron'
import type { Instant } from '../core/message.ts'
import { minute, nextSlot } from '../core/slots.ts'
import { exit, OperatorError } from '../errors.ts'
import type { Slots } from '../ports.ts'

const hint = 'set schedule to five fields, such as "*/5 * * * *": minute, hour, day of month, month, day of week'

const refused = (expression: string, problem: string): OperatorError =>
  new OperatorError(exit.config, `the schedule "${expression}" is not valid: ${problem}`, [hint])

const fieldsOf = (expression: string) => {
  const count = expression.trim().split(/\s+/).length
  const problem = count === 5 ? validateDetailed(expression).errors[0]?.message : `it has ${count} of five fields`
  if (problem !== undefined) throw refused(expression, problem)
  return parse(expression)
}

const clockIn = (timezone: string): Intl.DateTimeFormat => {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  try {
    return new Intl.DateTimeFormat('en-US', { ...numeric, timeZone: timezone, hourCycle: 'h23' })
  } catch (cause) {
    const hints = ['set timezone to a name such as Europe/Berlin or UTC']
    throw new OperatorError(exit.config, `there is no time zone ${timezone}`, hints, { cause })
  }
}

/** What a clock on the wall shows, as if it hung in Greenwich: the fields of that are plain arithmetic. */
const shownBy = (clock: Intl.DateTimeFormat, instant: Instant): number => {
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute: minutes = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minutes)
}

const quarter = 15 * minute
const day = 24 * 60 * minute

interface Stretch {
  readonly from: Instant
  /** How far the clock is ahead of Greenwich all the while, in milliseconds; null: it is changed. */
  readonly ahead: number | null
}

/** A day on which clocks are changed is asked for by quarters of an hour, at which they are. */
const wallIn = (timezone: string): ((instant: Instant) => number) => {
  const clock = clockIn(timezone)
  const aheadAt = (instant: Instant): number => shownBy(clock, instant) - instant
  const dayFrom = (from: Instant): Stretch => {
    const ahead = aheadAt(from)
    return { from, ahead: ahead === aheadAt(from + day) ? ahead : null }
  }
  let known: Stretch = { from: Number.NaN, ahead: null }
  return (instant) => {
    const from = Math.floor(instant / day) * day
    if (known.from !== from) known = dayFrom(from)
    return instant + (known.ahead ?? aheadAt(Math.floor(instant / quarter) * quarter))
  }
}

/** The minute is asked first: it is the cheapest to know, and most are not due by it. */
const isDueBy =
  (fields: ReturnType<typeof fieldsOf>) =>
  (wall: number): boolean => {
    if (!fields.minute.includes((wall / minute) % 60)) return false
    const shown = new Date(wall)
    return (
      fields.hour.includes(shown.getUTCHours()) &&
      fields.dayOfMonth.includes(shown.getUTCDate()) &&
      fields.month.includes(shown.getUTCMonth() + 1) &&
      fields.dayOfWeek.includes(shown.getUTCDay())
    )
  }

/**
 * The moments a schedule names. node-cron reads the expression; its own timer is not used, because it is silent for the
 * hour that clocks show twice, skips what they jump over, and sleeps on when the clock of the machine is set back.
 * @param expression five fields in the order of cron(5): minute, hour, day of month, month, day of week; a day has to fit
 * both of its fields, whereas it fits one of them there
 * @param timezone IANA time zone in which the fields are meant
 * @throws OperatorError 78 for an expression that is not five valid fields or never comes, or an unknown time zone
 */
export const slotsOf = (expression: string, timezone: string): Slots => {
  const isDue = isDueBy(fieldsOf(expression))
  const wallAt = wallIn(timezone)
  const next = (after: Instant): Instant => {
    const slot = nextSlot(after, wallAt, isDue)
    if (slot === null) throw refused(expression, 'it never comes')
    return slot
  }
  return { next }
}
