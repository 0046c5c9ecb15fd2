import { countsOf, type Happening } from './happenings.ts'
import type { Measure, Verdict } from './verdict.ts'

/** What the daemon's log says it did. */
export interface Deeds {
  readonly polls: number
  readonly failedPolls: number
  readonly watches: number
  readonly lostWatches: number
}

export interface Told {
  /** Milliseconds. */
  readonly lasted: number
  /** How many times faster the daemon's clock went. */
  readonly haste: number
  readonly happened: readonly Happening[]
  readonly deeds: Deeds
  /** Connections to IMAP servers. */
  readonly connections: number
  readonly renewals: number
  readonly start: Measure
  readonly end: Measure
  readonly verdict: Verdict
}

type Row = readonly [name: string, value: string]

const duration = (milliseconds: number): string => {
  const minutes = milliseconds / 60_000
  if (minutes < 1) return `${Math.round(milliseconds / 1000)} s`
  if (minutes >= 120) return `${(minutes / 60).toFixed(1)} h`
  return `${Number(minutes.toFixed(1))} min`
}

const mebibytes = (octets: number): string => `${(octets / 1024 / 1024).toFixed(1)} MiB`

const rowsOf = ({
  lasted,
  haste,
  happened,
  deeds,
  connections,
  renewals,
  start,
  end,
  verdict,
}: Told): readonly Row[] => [
  ['time', duration(lasted)],
  ['time for the daemon', duration(lasted * haste)],
  ...countsOf(happened).map(([name, count]): Row => [name, String(count)]),
  ['polls', `${deeds.polls + deeds.failedPolls}, of which ${deeds.failedPolls} failed`],
  ['replies', String(verdict.replies)],
  ['lost', String(verdict.lost)],
  ['doubled', String(verdict.doubled)],
  ['answered wrongly', String(verdict.wrong)],
  ['came back', String(verdict.returned)],
  ['left to the user', String(verdict.left)],
  ['connections', String(connections)],
  ['watches begun', `${deeds.watches}, of which ${deeds.lostWatches} were lost`],
  ['tokens renewed', String(renewals)],
  ['resident at start', mebibytes(start.resident)],
  ['resident at end', mebibytes(end.resident)],
  ['handles at start', String(start.handles)],
  ['handles at end', String(end.handles)],
]

/** The closing table, and below it everything that is wrong. */
export const renderTold = (told: Told): string => {
  const rows = rowsOf(told)
  const width = Math.max(...rows.map(([name]) => name.length))
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`)
  return [...table, ...told.verdict.because.map((sentence) => `wrong: ${sentence}\n`)].join('')
}
