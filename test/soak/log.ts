import type { LogLine } from '../support/daemon.ts'
import type { Deeds } from './table.ts'

/** What the daemon says it did. */
export const deedsIn = (lines: readonly LogLine[]): Deeds => {
  const count = (...events: readonly string[]): number => lines.filter(({ event }) => events.includes(event)).length
  return {
    polls: count('account-polled'),
    failedPolls: count('poll-failed', 'poll-abandoned'),
    watches: count('watch-ready'),
    lostWatches: count('watch-lost'),
  }
}

/** Errors that belong to what a soak does to the daemon; a fault of the program's own carries an `error`. */
const expected = new Set(['poll-failed', 'poll-abandoned', 'settings-refused', 'template-broken', 'account-rests'])

const isFault = (line: LogLine): boolean =>
  line.event === 'unreadable' || (line.level === 'error' && (!expected.has(line.event) || 'error' in line))

/** Lines that tell of a fault of the program's own. */
export const faultsIn = (lines: readonly LogLine[]): readonly string[] =>
  lines.filter(isFault).map((line) => `the daemon said ${JSON.stringify(line)}`)
