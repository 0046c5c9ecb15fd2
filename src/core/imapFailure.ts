import type { ConnectionFailure } from './connectionTrouble.ts'
import { day } from './message.ts'

/** An IMAP library's error as plain words; '' where it has none. */
export interface Failure extends ConnectionFailure {
  /** NO or BAD. */
  readonly status: string
  /** RFC 5530, in upper case. */
  readonly responseCode: string
  readonly text: string
  readonly message: string
  /** Milliseconds that the server asks to wait (Microsoft's "Suggested Backoff Time"), a day at most; or null. */
  readonly wait: number | null
  readonly has: (property: string) => boolean
}

/**
 * Reads what an IMAP library hangs on its errors: RFC 9051 §7.1 status and code, texts, and Node's own codes.
 * @param cleaned the words of the server, without what they must not repeat
 */
export const failureOf = (error: Error, cleaned: (words: string) => string): Failure => {
  const property = (name: string): unknown => Reflect.get(error, name)
  const word = (name: string): string => {
    const value = property(name)
    return typeof value === 'string' ? value : ''
  }
  const code = word('code')
  const wait = property('throttleReset')
  const has = (name: string): boolean => property(name) === true
  return {
    code,
    status: word('responseStatus'),
    responseCode: word('serverResponseCode').toUpperCase(),
    text: cleaned(word('responseText') || (word('responseStatus') === '' ? word('response') : '')),
    reason: cleaned(word('reason')),
    message: cleaned(error.message),
    wait: typeof wait === 'number' ? Math.min(wait, day) : null,
    syscall: word('syscall'),
    withoutTls: code === '' && has('tlsFailed'),
    has,
  }
}
