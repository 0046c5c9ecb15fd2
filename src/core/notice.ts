import type { Instant } from './message.ts'

/** `login`: the server refuses the login; `polls`: nothing gets through; `layout`: LinkedIn writes what is not understood. */
export type TroubleKind = 'login' | 'polls' | 'layout'

/** What the user is told, or was, about one kind of trouble with one account. */
export interface Notice {
  readonly kind: TroubleKind
  /** `mended`: it works again, which is to be told; `over`: there is nothing to tell any more. */
  readonly phase: 'broken' | 'mended' | 'over'
  readonly since: Instant
  /** One sentence. */
  readonly because: string
  readonly hints: readonly string[]
  /** When the user was told that it is broken; null: not yet. */
  readonly toldAt: Instant | null
  /** Since when it works again; null while it is broken. */
  readonly mendedAt: Instant | null
  /** When the last message of this kind left, be it of earlier trouble. */
  readonly lastToldAt: Instant | null
  /** How often the message that is due could not be delivered. */
  readonly attempts: number
  /** No sooner than this is it tried again. */
  readonly retryAt: Instant | null
  /** `layout`: the last message, in the order of the ledger, that was told of. */
  readonly upTo: number | null
}
