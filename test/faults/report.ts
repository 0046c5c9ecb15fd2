import { describeTrial, kindOf, type Trial } from './choose.ts'
import type { Judged } from './place.ts'
import { verdicts } from './verdict.ts'

/** A trial that was made: the index in its seed, when it has one, and what came of it. */
export interface Tried {
  readonly index: number | null
  readonly trial: Trial
  readonly judged: Judged
}

export const isGood = ({ judged: { verdict } }: Tried): boolean => verdict === 'ok' || verdict === 'left to the user'

const columns = ['kind of fault', 'trials', 'struck', 'ok', 'lost', 'doubled', 'left to the user', 'other'] as const
const told = new Set<string>(columns)

const rowOf = (kind: string, tried: readonly Tried[]): readonly string[] => {
  const having = (is: (one: Tried) => boolean): string => String(tried.filter(is).length)
  const verdict = (name: string): string => having(({ judged }) => judged.verdict === name)
  return [
    kind,
    String(tried.length),
    having(({ judged }) => judged.struck),
    ...['ok', 'lost', 'doubled', 'left to the user'].map(verdict),
    having(({ judged }) => verdicts.includes(judged.verdict) && !told.has(judged.verdict)),
  ]
}

/** How often what came of which kind of fault. */
export const renderTable = (tried: readonly Tried[]): string => {
  const kinds = [...new Set(tried.map(({ trial }) => kindOf(trial)))].sort()
  const rows = [
    columns,
    ...kinds.map((kind) =>
      rowOf(
        kind,
        tried.filter(({ trial }) => kindOf(trial) === kind),
      ),
    ),
    rowOf('all', tried),
  ]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => `${row.map(padded).join('  ')}\n`).join('')
}

/** What a trial came to, and how to make it again. */
export const renderTried = ({ index, trial, judged: { verdict, because } }: Tried, seed: number): string => {
  const again = [...(index === null ? [] : [`--replay ${seed}:${index}`]), `--replay '${JSON.stringify(trial)}'`]
  const commands = again.map((options) => `  npm run faults -- ${options}\n`)
  return `${verdict}: ${describeTrial(trial)}\n  ${because}\n${commands.join('')}`
}

/** Trials that the program ended by leaving something to its user, by their reason. */
export const renderLeft = (tried: readonly Tried[]): string => {
  const left = tried.filter(({ judged: { verdict } }) => verdict === 'left to the user')
  const lines = left.map(
    ({ trial, index, judged: { because } }) => `  ${index}: ${describeTrial(trial)}\n    ${because}\n`,
  )
  return left.length === 0 ? '' : `left to the user:\n${lines.join('')}`
}
