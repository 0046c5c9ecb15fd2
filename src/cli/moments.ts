import type { Instant } from '../core/message.ts'
import { exit, OperatorError } from '../errors.ts'

/** How far back `--since` reaches: an age in ms, or a moment. */
export type Since = { readonly age: number } | { readonly moment: Instant }

/** The error of a command line that cannot be understood. */
export const usage = (sentence: string, hint = 'have-we-met --help lists commands and options'): OperatorError =>
  new OperatorError(exit.usage, sentence, [hint])

const ages: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** What `--since` says. @throws OperatorError 64 */
export const sinceOf = (written: string): Since => {
  const age = written.match(/^(\d{1,5})([mhdw])$/u)
  if (age) return { age: Number(age[1]) * (ages[age[2] ?? ''] ?? 0) }
  return { moment: momentOf('--since', written, '30d, 12h or 2026-11-01') }
}

/** A bare number is no date, although Date.parse takes `7` for July 2001. */
const momentOf = (option: string, written: string, examples: string): Instant => {
  const date = /^\d{4}-\d{2}-\d{2}/u.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(date)) throw usage(`${option} ${written} is no date`, `write it like ${examples}`)
  return date
}

/** What `--at` says, or null. @throws OperatorError 64 */
export const at = (written: string | null): Instant | null =>
  written === null ? null : momentOf('--at', written, '2026-11-01 or 2026-11-01T08:00:00Z')

/** Local time to the minute, for people. */
export const moment = (instant: Instant): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(instant)
