import type { Kind } from './kinds.ts'

/** Reasons are a contract: scripts, the ledger and the log name them. In the order in which they strike. */
export type RuleName =
  | Exclude<Kind, 'invitation'>
  | 'forged'
  | 'list-mail'
  | 'own-mail'
  | 'unverified'
  | 'not-addressed-to-you'
  | 'before-installation'
  | 'too-old'
  | 'note-present'
  | 'note-unknown'
  | 'ignored-by-you'
  | 'already-answered'
  | 'already-asked'
  | 'settled'
  | 'dns-unavailable'
  | 'limit-per-poll'
  | 'limit-per-day'

export type Verdict = 'pass' | 'skip' | 'defer' | 'not-checked'

export interface RuleResult {
  readonly rule: RuleName
  readonly verdict: Verdict
  readonly because: string
}

/** A skip is final and entered in the ledger; a deferral is not-yet and must leave the checkpoint behind it. */
export type Decision =
  | { readonly kind: 'reply'; readonly reason: null }
  | { readonly kind: 'skip' | 'defer'; readonly reason: RuleName }

/** What the rule that struck says; '' where none did. */
export const reasonInWords = (decided: {
  readonly decision: Decision
  readonly rules: readonly RuleResult[]
}): string => decided.rules.find(({ rule }) => rule === decided.decision.reason)?.because ?? ''
