/**
 * The server answered APPEND with a tagged NO or BAD (RFC 9051 §6.3.12): nothing is stored, and saying so is safe.
 * Every other failure of an APPEND leaves its outcome unknown.
 */
export class AppendRefused extends Error {
  /** The response code, such as OVERQUOTA or TRYCREATE (RFC 5530), or null. */
  readonly code: string | null

  constructor(sentence: string, code: string | null) {
    super(sentence)
    this.name = 'AppendRefused'
    this.code = code
  }
}
