/**
 * A message was not submitted, as far as can be known. `later`: nothing was accepted, it may be tried again; `refused`:
 * a definite no (5yz); `unknown`: the end of the message was handed over, and no answer came.
 */
export class SubmissionFailure extends Error {
  readonly outcome: 'later' | 'refused' | 'unknown'
  /** The SMTP reply code (RFC 5321 §4.2), or null. */
  readonly code: number | null

  constructor(sentence: string, outcome: 'later' | 'refused' | 'unknown', code: number | null) {
    super(sentence)
    this.name = 'SubmissionFailure'
    this.outcome = outcome
    this.code = code
  }
}
