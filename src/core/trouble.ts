import type { Server } from './settings.ts'
import type { Protocol } from './settingsAccount.ts'

/** What an operator is told: an exit code of sysexits(3), one sentence, and what to type or look at. */
export interface Trouble {
  readonly exitCode: 69 | 75 | 77 | 78
  readonly sentence: string
  readonly hints: readonly string[]
}

/** The server as the sentences name it. */
export type Peer = Pick<Server, 'host' | 'port' | 'security' | 'user'>

/** The same, and what it is asked for: settings are named after that. */
export interface Service extends Peer {
  readonly protocol: Protocol
}

/** A setting as the environment names it: `IMAP_HOST`. */
export const variable = ({ protocol }: Pick<Service, 'protocol'>, name: string): string =>
  `${protocol.toUpperCase()}_${name}`

/** Empty hints are left out. */
export const trouble = (exitCode: Trouble['exitCode'], sentence: string, ...hints: string[]): Trouble => ({
  exitCode,
  sentence,
  hints: hints.filter((hint) => hint !== ''),
})

/** A server's words on one line, without control characters. */
export const quoted = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)

/** A hint with the server's words, or '' when it gave none. */
export const said = (text: string): string => (text === '' ? '' : `the server said: ${quoted(text)}`)
