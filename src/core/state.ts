import type { RuleName } from './decision.ts'
import type { Inviter, Kind } from './kinds.ts'
import type { Instant } from './message.ts'

/** A mailbox as it stood at a moment: what has a UID from `uidNext` on came later (RFC 9051 §2.3.1.1). */
export interface Mark {
  readonly mailbox: string
  readonly uidValidity: string
  readonly uidNext: number
}

/** Where a reply may turn up besides Drafts, as it stood before its bytes left. */
export interface Elsewhere extends Mark {
  readonly place: 'sent' | 'trash'
}

/** Where a message lies; `uid` is null where the server has no UIDPLUS (RFC 4315) to tell it. */
export interface Position {
  readonly mailbox: string
  readonly uidValidity: string
  readonly uid: number | null
}

/** Milliseconds since the machine was started: nobody sets that clock, as they do the one on the wall. */
export type Uptime = number

/** What is known of the copy in Sent of a reply that we submitted. */
export type SentCopy =
  /** The provider files it, or it was found there. */
  | { readonly kind: 'filed' }
  /** The next poll looks whether the server has filed one. */
  | { readonly kind: 'due' }
  /** Bytes of a copy of ours may leave; Sent stood at this mark. `brokenAt` is null until the line is known to be dead. */
  | ({ readonly kind: 'appending'; readonly brokenAt: Uptime | null } & Mark)
  /** It may or may not be there, or cannot be: nothing more is tried. */
  | { readonly kind: 'none'; readonly because: string }

/** What a broken line left behind. `elsewhere`: where else the reply may turn up, as it stood before. */
interface Doubt {
  readonly because: string
  readonly elsewhere: readonly Elsewhere[]
  /** When the line was known to be dead: only `policy.settle` later does a look prove anything. */
  readonly brokenAt: Uptime
}

/**
 * What became of a notification. The order planned → appending → drafted, or planned → submitting → sent, is the promise
 * "nothing twice": each is durable before the next step begins, and only `planned` and a `failed` with a `retryAt` may
 * be delivered without looking first.
 */
export type State =
  | { readonly kind: 'skipped'; readonly reason: RuleName; readonly because: string }
  | { readonly kind: 'planned' }
  /** Bytes may leave for Drafts from here on; it stood at this mark before they did. */
  | ({ readonly kind: 'appending'; readonly elsewhere: readonly Elsewhere[] } & Mark)
  | ({ readonly kind: 'drafted' } & Position)
  /** Bytes may leave for the submission server from here on. */
  | { readonly kind: 'submitting'; readonly elsewhere: readonly Elsewhere[]; readonly attempts: number }
  | { readonly kind: 'sent'; readonly response: string; readonly copy: SentCopy }
  | ({ readonly kind: 'uncertain'; readonly via: 'append' } & Doubt & Mark)
  | ({ readonly kind: 'uncertain'; readonly via: 'submission' } & Doubt)
  /** A definite no: nothing is stored and nothing was sent. The same bytes are tried again at `retryAt`; null: never. */
  | { readonly kind: 'failed'; readonly error: string; readonly attempts: number; readonly retryAt: Instant | null }
  /** What the user did. */
  | ({ readonly kind: 'removed' } & Position)
  | ({ readonly kind: 'edited'; readonly messageId: string | null } & Position)
  | ({ readonly kind: 'sent-by-you'; readonly messageId: string | null } & Position)
  /** LinkedIn told that the two are connected. */
  | { readonly kind: 'accepted' }
  /** The user had the ledger forget the person: digests are left, so that nothing is answered again. */
  | { readonly kind: 'forgotten' }

/** Whether the frozen bytes are still needed; a settled reply keeps none. */
export const keepsBytes = (state: State): boolean => {
  if (state.kind === 'failed') return state.retryAt !== null
  if (state.kind === 'sent') return state.copy.kind === 'due' || state.copy.kind === 'appending'
  return ['planned', 'appending', 'submitting', 'uncertain'].includes(state.kind)
}

/** One line of the ledger: a message from LinkedIn that was looked at, and its state. */
export interface Entry {
  /** Short and stable, for people to type; derived from account and message key. */
  readonly id: string
  readonly account: string
  /** The notification's Message-ID, or a digest of its bytes when it has none. */
  readonly messageKey: string
  readonly mailbox: string
  readonly uidValidity: string
  readonly uid: number
  readonly kind: Kind
  readonly inviter: Inviter | null
  readonly invitationKey: string | null
  /** Every key the person is known by: profile, then name and headline; and name alone for `settled`. */
  readonly personKeys: readonly string[]
  readonly sentAt: Instant | null
  readonly state: State
  readonly stateAt: Instant
  /** Program, phrases and settings that this decision rested on; when it changes, doubtful skips are looked at again. */
  readonly fingerprint: string
  readonly replyMessageId: string | null
  /** The one address the reply is submitted to; null: it is a draft. */
  readonly submitTo: string | null
  /** The reply, byte for byte, from `planned` until it is settled. */
  readonly frozen: Uint8Array | null
  /** The draft to leave, byte for byte, where a reply that was to be sent is refused. */
  readonly fallback: Uint8Array | null
}

/** The reply as the draft to leave instead, where one that was to be sent cannot be, or must not be sent again. */
export const asDraft = (entry: Entry): Entry =>
  entry.submitTo === null ? entry : { ...entry, frozen: entry.fallback, fallback: null, submitTo: null }
