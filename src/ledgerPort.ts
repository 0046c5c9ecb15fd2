import type { PollEnd, PollRecord, Standing } from './core/accountBook.ts'
import type { RuleName } from './core/decision.ts'
import type { Checkpoint, Request, Seen } from './core/ledgerBook.ts'
import type { Today } from './core/ledgerStatements.ts'
import type { Instant } from './core/message.ts'
import type { Notice } from './core/notice.ts'
import type { Unread } from './core/notices.ts'
import type { Entry, Mark, State } from './core/state.ts'

/** What status and health read; also beside a running writer. */
export interface LedgerReader {
  entries(account?: string): readonly Entry[]
  /** Accounts that have been polled, installed, or waited for. */
  accounts(): readonly string[]
  installedAt(account: string): Instant | null
  lastPoll(account: string): PollRecord | null
  lastGoodPoll(account: string): PollRecord | null
  /** How the daemon stands to the account; null where none runs, or none has yet said. */
  standing(account: string): Standing | null
  /** At most one of each kind. */
  notices(account: string): readonly Notice[]
  /** The last message that was not understood, and how many there were after one in the order of the ledger; null: none. */
  unread(account: string, after: number): Unread | null
  checkpoint(account: string, mailbox: string): Checkpoint | null
  /** The entry of this very message. */
  byMessage(account: string, messageKey: string): Entry | null
  /** Entries of one message position, so that what stands behind a deferral is not fetched again. */
  byUid(account: string, mailbox: string, uidValidity: string, uid: number): Entry | null
  /** The entry, of any message, in which this invitation was answered (any state but skipped). */
  answered(account: string, invitationKey: string): Entry | null
  /** The entry in which a person known by one of these keys was asked (any state but skipped). */
  asked(account: string, personKeys: readonly string[]): Entry | null
  /** The accepted notice of a person known by one of these keys. */
  accepted(account: string, personKeys: readonly string[]): Entry | null
  /** Replies planned or later since an instant. */
  repliesSince(account: string, since: Instant): number
  /** What a new poll takes up first: planned, under way, uncertain, refused for now, or sent without a copy in Sent. */
  unsettled(account: string): readonly Entry[]
  /** Drafts that the user may have in hand: drafted or edited, and removed since an instant. */
  inHand(account: string, removedSince: Instant): readonly Entry[]
  seen(account: string, mailbox: string): Seen | null
  /** The mailboxes in which the user's hands were looked for, as they stood then. */
  seenMailboxes(account: string): readonly Mark[]
  requests(): readonly Request[]
  byId(id: string): Entry | null
  /**
   * Skips to be looked at again: by one of the reasons, decided under another fingerprint, of messages sent since; by age
   * as of a clock that was wrong; or because somebody asked for it.
   */
  doubtful(account: string, reasons: readonly RuleName[], today: Today): readonly Entry[]
  close(): void
}

/** The one writer. Every call is durable (fsync) when it returns. */
export interface Ledger extends LedgerReader {
  /**
   * The moment of installation: entered by the first call, and the same ever after, unless the clock turns out to have
   * been wrong then, or no poll has been good for a day since.
   */
  install(account: string, now: Instant): Instant
  /** Enters a new entry, or replaces the one of the same message. */
  enter(entry: Entry): void
  /** The next state of an entry; drops the frozen bytes when they are not needed any more. */
  move(id: string, state: State, at: Instant): void
  /** The user's hands were looked for in this mailbox as it stands now. */
  see(account: string, mailbox: string, seen: Seen): void
  /** The entry is looked at again by the next poll, whatever its age. */
  lookAgain(id: string): void
  /** Nothing of the person stays in this entry but digests of message and invitation, so that neither is answered again. */
  forget(id: string, at: Instant): void
  dismiss(request: number): void
  advance(account: string, mailbox: string, checkpoint: Checkpoint): void
  /** Counts the failures in a row. */
  recordPoll(account: string, end: PollEnd): void
  stand(account: string, standing: Standing | null): void
  /** In place of the one of the same kind. */
  keepNotice(account: string, notice: Notice): void
}
