import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Ended, Home } from './program.ts'

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string }

/** `have-we-met run`, as a service manager starts it. */
export interface Daemon {
  readonly pid: number
  /** Everything it has said so far. */
  readonly lines: readonly LogLine[]
  /** The first line, from now or from `after` on, of this event and with these details; fails when the program ends before. */
  readonly until: (event: string, details?: Readonly<Record<string, unknown>>, after?: number) => Promise<LogLine>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

/** Lines that are no JSON are kept as an event `unreadable`, so that a test sees them. */
const lineOf = (text: string): LogLine => {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return { event: 'unreadable', text }
  }
}

/** Starts the daemon in this home. */
export const startDaemon = (home: Home, environment: Readonly<Record<string, string>> = {}): Daemon => {
  const { process: program, ended } = home.start(['run'], environment)
  const lines: LogLine[] = []
  const listeners = new Set<() => void>()
  const closed = once(program, 'close')
  if (program.stderr === null) throw new Error('the program has no standard error')
  createInterface({ input: program.stderr }).on('line', (text) => {
    lines.push(lineOf(text))
    for (const tell of listeners) tell()
  })
  const find = (event: string, details: Readonly<Record<string, unknown>>, after: number): LogLine | undefined =>
    lines
      .slice(after)
      .find((line) => line.event === event && Object.entries(details).every(([key, value]) => line[key] === value))
  return {
    pid: program.pid ?? Number.NaN,
    lines,
    until: (event, details = {}, after = 0) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = find(event, details, after)
          if (line === undefined) return
          listeners.delete(look)
          resolve(line)
        }
        listeners.add(look)
        void closed.then(() => reject(new Error(`it ended before it said ${event}: ${JSON.stringify(lines)}`)))
        look()
      }),
    signal: (signal) => void program.kill(signal),
    ended,
  }
}
