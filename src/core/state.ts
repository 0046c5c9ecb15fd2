import type { RuleName } from './decision.ts'
import type { Inviter, Kind } from './kinds.ts'
import type { Instant } from './message.ts'

/**
 * What became of a notification. The order planned → appending → drafted is the promise "nothing twice": each is
 * durable before the next step begins, and only `planned` and `failed` may be appended without looking first.
 */
export type State =
  | { readonly kind: 'skipped'; readonly reason: RuleName; readonly because: string }
  | { readonly kind: 'planned' }
  /** Bytes may leave from here on; the Drafts mailbox stood at this UIDVALIDITY and UIDNEXT before they did. */
  | { readonly kind: 'appending'; readonly mailbox: string; readonly uidValidity: string; readonly uidNext: number }
  /** `uid` is null where the server has no UIDPLUS (RFC 4315) to tell it. */
  | { readonly kind: 'drafted'; readonly mailbox: string; readonly uid: number | null }
  | {
      readonly kind: 'uncertain'
      readonly because: string
      readonly mailbox: string
      readonly uidValidity: string
      readonly uidNext: number
    }
  /** The server said NO: nothing was stored, the same bytes are tried again at the next poll. */
  | { readonly kind: 'failed'; readonly error: string }

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
  /** The reply, byte for byte, from `planned` until it is settled. */
  readonly frozen: Uint8Array | null
}
