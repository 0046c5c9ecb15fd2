import type { Server } from './settings.ts'

/** What an operator is told: an exit code of sysexits(3), one sentence, and what to type or look at. */
export interface ImapTrouble {
  readonly exitCode: 69 | 75 | 77 | 78
  readonly sentence: string
  readonly hints: readonly string[]
}

/** The server as the sentences name it. */
export type Peer = Pick<Server, 'host' | 'port' | 'security' | 'user'>

/** An IMAP library's error as plain words; '' where it has none. */
export interface Failure {
  readonly code: string
  /** NO or BAD. */
  readonly status: string
  /** RFC 5530, in upper case. */
  readonly responseCode: string
  readonly text: string
  /** Of a BYE, or of a certificate that was refused. */
  readonly reason: string
  readonly message: string
  readonly syscall: string
  readonly has: (property: string) => boolean
}

/** Reads what an IMAP library hangs on its errors: RFC 9051 §7.1 status and code, texts, and Node's own codes. */
export const failureOf = (error: Error): Failure => {
  const property = (name: string): unknown => Reflect.get(error, name)
  const word = (name: string): string => {
    const value = property(name)
    return typeof value === 'string' ? value : ''
  }
  return {
    code: word('code'),
    status: word('responseStatus'),
    responseCode: word('serverResponseCode').toUpperCase(),
    text: word('responseText') || (word('responseStatus') === '' ? word('response') : ''),
    reason: word('reason'),
    message: error.message,
    syscall: word('syscall'),
    has: (name) => property(name) === true,
  }
}

/** Empty hints are left out. */
export const trouble = (exitCode: ImapTrouble['exitCode'], sentence: string, ...hints: string[]): ImapTrouble => ({
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
