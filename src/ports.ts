import type { VerifiedSignature } from './core/authenticity.ts'
import type { ReplyPlan } from './core/compose.ts'
import type { RuleName } from './core/decision.ts'
import type { Instant, Message } from './core/message.ts'
import type { Entry, State } from './core/state.ts'

/** A mailbox as LIST and STATUS tell it (RFC 9051 §6.3.9, §6.3.11). */
export interface MailboxStatus {
  readonly path: string
  /** `\Drafts`, `\Sent`, `\All`, … (RFC 6154), or null. */
  readonly specialUse: string | null
  /** How we know: told by the server, or guessed from a well-known name. */
  readonly specialUseSource: 'server' | 'name' | null
  readonly selectable: boolean
  /** null where the server refused STATUS. */
  readonly status: { readonly messages: number; readonly uidNext: number; readonly uidValidity: string } | null
}

/** A closed UID range. Never open-ended: `n:*` answers with the last old message when nothing is newer. */
export interface UidRange {
  readonly first: number
  readonly last: number
}

export interface Fetched {
  readonly uid: number
  /** INTERNALDATE: when the message came into this mailbox. */
  readonly arrivedAt: Instant
  /** Octets on the server (RFC822.SIZE). */
  readonly size: number
  /** The message; only its header when it is larger than the cap. */
  readonly bytes: Uint8Array
  readonly complete: boolean
}

export interface Envelope {
  readonly uid: number
  readonly messageId: string | null
}

/** A mailbox opened with EXAMINE: reading it can change nothing, `\Seen` least of all. */
export interface OpenMailbox {
  readonly uidValidity: string
  readonly uidNext: number
  /** UIDs, ascending, of messages whose From holds linkedin.com; `since` narrows by INTERNALDATE day. */
  search(range: UidRange, since?: Instant): Promise<readonly number[]>
  /** null when the message is gone. */
  fetch(uid: number): Promise<Fetched | null>
  /** Message-IDs, read from the envelopes themselves: SEARCH HEADER is unreliable at several providers. */
  envelopes(range: UidRange): Promise<readonly Envelope[]>
}

/** `rehearsed`: the door of a dry run, which stores nothing. `uid` is null without UIDPLUS (RFC 4315). */
export type Appended = { readonly kind: 'stored'; readonly uid: number | null } | { readonly kind: 'rehearsed' }

/** One logged-in IMAP connection. Every operation has a deadline; after one is missed the connection is closed. */
export interface MailAccount {
  readonly capabilities: ReadonlySet<string>
  list(): Promise<readonly MailboxStatus[]>
  examine<T>(path: string, read: (mailbox: OpenMailbox) => Promise<T>): Promise<T>
  /** Stores bytes with `\Draft \Seen`. Throws AppendRefused when the server said NO (nothing is stored); any other error means: unknown. */
  append(path: string, bytes: Uint8Array): Promise<Appended>
  /** Ends the connection; never throws, never hangs. */
  close(): Promise<void>
}

/** How far a mailbox has been read. Messages below `uidNext` were looked at under this UIDVALIDITY. */
export interface Checkpoint {
  readonly uidValidity: string
  readonly uidNext: number
}

export interface PollRecord {
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** null: a good poll. */
  readonly error: string | null
}

/** What status and health read; also beside a running writer. */
export interface LedgerReader {
  entries(account?: string): readonly Entry[]
  /** Accounts that have been polled or installed. */
  accounts(): readonly string[]
  installedAt(account: string): Instant | null
  lastPoll(account: string): PollRecord | null
  lastGoodPoll(account: string): PollRecord | null
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
  /** planned, appending, uncertain, failed: what a new poll takes up first. */
  unsettled(account: string): readonly Entry[]
  /** Skips by one of the reasons, decided under another fingerprint, of messages sent since. */
  doubtful(account: string, reasons: readonly RuleName[], fingerprint: string, since: Instant): readonly Entry[]
  close(): void
}

/** The one writer. Every call is durable (fsync) when it returns. */
export interface Ledger extends LedgerReader {
  /** The moment of installation: entered by the first call, the same ever after. */
  install(account: string, now: Instant): Instant
  /** Enters a new entry, or replaces the one of the same message. */
  enter(entry: Entry): void
  /** The next state of an entry; drops the frozen bytes when the state is settled (`drafted`). */
  move(id: string, state: State, at: Instant): void
  advance(account: string, mailbox: string, checkpoint: Checkpoint): void
  recordPoll(account: string, record: PollRecord): void
}

/** What a reply template sees: the names users write in `{{…}}`. A missing value is null, an unknown name an error. */
export interface TemplateVariables {
  readonly inviter: {
    readonly name: string
    readonly firstName: string | null
    readonly headline: string | null
    readonly profile: string | null
  }
  readonly invitationDate: string | null
  readonly ownName: string
  readonly language: string
  readonly recipientKind: 'relay' | 'inviter' | 'on-site'
  readonly invitationManager: string
}

export interface Rendered {
  readonly template: string
  readonly language: string
  /** null: `Re: ` and the notification's subject. */
  readonly subject: string | null
  readonly text: string
}

export interface Templates {
  /** @throws OperatorError 78 with file, line and what is wrong */
  render(name: string, language: string | null, variables: TemplateVariables): Rendered
  /** Every NAME and LANGUAGE there is, for `preview` and `check`. */
  readonly all: readonly { readonly name: string; readonly language: string; readonly file: string }[]
}

/** A reply before it becomes bytes: the plan and its words. */
export interface ReplyMessage extends ReplyPlan {
  readonly text: string
}

/** Frozen bytes: built once, used for every attempt. */
export type Encode = (reply: ReplyMessage) => Promise<Uint8Array>

/** Bytes to Message. Never throws on hostile bytes; a part that cannot be read is null. */
export type Parse = (bytes: Uint8Array) => Promise<Message>

/** Local DKIM verification of linkedin.com's signatures. */
export type VerifySignatures = (bytes: Uint8Array) => Promise<readonly VerifiedSignature[]>

export type Clock = () => Instant

/** One event, one line. Names are listed in docs/operations; values are scrubbed of secrets and tokens by the door. */
export interface Log {
  debug(event: string, details?: Readonly<Record<string, unknown>>): void
  info(event: string, details?: Readonly<Record<string, unknown>>): void
  warn(event: string, details?: Readonly<Record<string, unknown>>): void
  error(event: string, details?: Readonly<Record<string, unknown>>): void
}
