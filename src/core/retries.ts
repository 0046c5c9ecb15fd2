import type { State } from './state.ts'

const minute = 60_000
const longest = 6 * 60 * minute

/** How often a reply that the submission server refuses for now is tried before it is left as a draft: a day and more. */
export const submissionAttempts = 12

/**
 * Milliseconds to wait after so many definite refusals of a draft: at first none, so that the next poll tries again;
 * then 15 minutes, and twice as long each time, up to six hours.
 */
export const retryDelay = (attempts: number): number =>
  attempts <= 2 ? 0 : Math.min(longest, 15 * minute * 2 ** (attempts - 3))

/** The same for a reply that is to be sent: from five minutes on (RFC 5321 §4.5.4.1 asks for patience). */
export const submissionDelay = (attempts: number): number => Math.min(longest, 5 * minute * 2 ** (attempts - 1))

/** How often a reply was definitely refused so far. */
export const attemptsIn = (state: State): number => (state.kind === 'failed' ? state.attempts : 0)
