import type { Authenticity } from './authenticity.ts'
import type { RuleName, Verdict } from './decision.ts'
import type { Notification } from './kinds.ts'
import type { Instant, Message } from './message.ts'
import type { Phrases } from './phrases.ts'
import type { Policy } from './settings.ts'
import type { Entry } from './state.ts'

/** What the rules may know of the account; a plain value, gathered before anything is decided. */
export interface AccountFacts {
  /** Own addresses and `*@domain` patterns. */
  readonly own: readonly string[]
  readonly installedAt: Instant
  /** INTERNALDATE of the notification. */
  readonly arrivedAt: Instant
  /** Whether the mailbox is looked at for the first time: what is in it was there before. */
  readonly isFirstLook: boolean
  /** The entry of this very message, when it was looked at before. */
  readonly known: Entry | null
  /** An explicit `--since`; it replaces the moment of installation and the greatest age. */
  readonly since: Instant | null
  readonly answered: Entry | null
  readonly asked: Entry | null
  readonly accepted: Entry | null
  readonly repliesThisPoll: number
  readonly repliesToday: number
}

export interface Facts {
  readonly message: Message
  readonly notification: Notification
  readonly authenticity: Authenticity
  readonly now: Instant
  readonly policy: Policy
  readonly phrases: readonly Phrases[]
  /** null when nobody's account is looked at (`explain` on a saved message). */
  readonly account: AccountFacts | null
}

type Outcome = { readonly verdict: Verdict; readonly because: string }

export interface Rule {
  readonly name: RuleName
  readonly look: (facts: Facts) => Outcome
}

export const pass = (because: string): Outcome => ({ verdict: 'pass', because })
export const skip = (because: string): Outcome => ({ verdict: 'skip', because })
export const defer = (because: string): Outcome => ({ verdict: 'defer', because })
const notChecked: Outcome = { verdict: 'not-checked', because: 'no account was looked at' }

export const withAccount =
  (look: (account: AccountFacts, facts: Facts) => Outcome) =>
  (facts: Facts): Outcome =>
    facts.account === null ? notChecked : look(facts.account, facts)
