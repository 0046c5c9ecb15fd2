import type { Decision, RuleResult } from './decision.ts'
import type { Facts } from './rule.ts'
import { rules } from './rules.ts'

export interface Decided {
  readonly decision: Decision
  readonly rules: readonly RuleResult[]
}

/** Lets every rule speak, in order; the first that refuses names the decision. Pure: the same facts, the same answer. */
export const decide = (facts: Facts): Decided => {
  const results = rules.map(({ name, look }) => ({ rule: name, ...look(facts) }))
  return { decision: decisionFrom(results), rules: results }
}

const decisionFrom = (results: readonly RuleResult[]): Decision => {
  const refusal = results.find(({ verdict }) => verdict === 'skip' || verdict === 'defer')
  if (refusal === undefined) return { kind: 'reply', reason: null }
  const kind = refusal.verdict === 'defer' ? 'defer' : 'skip'
  return { kind, reason: refusal.rule }
}
