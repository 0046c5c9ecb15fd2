import { parseArgs } from 'node:util'

export const usage = `Usage: npm run soak -- [--hours 1 | --minutes N] [--seed N]

  --hours N     how long it lasts; 1 when left out
  --minutes N   the same in minutes; a minute and a half is the least
  --seed N      the happenings of an earlier run; each run prints its own
`

/** How long the soak lasts, and which happenings it chooses. */
export interface Plan {
  readonly milliseconds: number
  readonly seed: number
}

const options = {
  hours: { type: 'string' },
  minutes: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
} as const

const minute = 60_000

/** The warm-up, the way to rest, and something between them. */
const least = 1.5 * minute

const numberOf = (name: string, written: string): number => {
  const value = Number(written)
  if (written.trim() !== '' && Number.isFinite(value)) return value
  throw new Error(`--${name} ${written} is no number`)
}

/**
 * What the command line asks for.
 * @param seed when none is given
 * @throws Error in a sentence
 */
export const readPlan = (argv: readonly string[], seed: number): Plan | 'help' => {
  const { values } = parseArgs({ args: [...argv], options })
  if (values.help === true) return 'help'
  if (values.hours !== undefined && values.minutes !== undefined)
    throw new Error('--hours and --minutes exclude each other')
  const milliseconds =
    values.minutes === undefined
      ? numberOf('hours', values.hours ?? '1') * 60 * minute
      : numberOf('minutes', values.minutes) * minute
  if (milliseconds < least) throw new Error('a soak lasts a minute and a half at least')
  const chosen = values.seed === undefined ? seed : numberOf('seed', values.seed)
  if (!Number.isSafeInteger(chosen)) throw new Error(`--seed ${values.seed} is no whole number`)
  return { milliseconds, seed: chosen }
}
