import type { VerifiedSignature } from './core/authenticity.ts'
import type { ReplyPlan } from './core/compose.ts'
import type { LogEvent } from './core/events.ts'
import type { Address, Instant, Message } from './core/message.ts'
import type { Envelope } from './core/replySearch.ts'
import type { Uptime } from './core/state.ts'
import type { ReplyFacts } from './core/templateVariables.ts'

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

/** A mailbox opened with EXAMINE: reading it can change nothing, `\Seen` least of all. */
export interface OpenMailbox {
  readonly uidValidity: string
  readonly uidNext: number
  /** UIDs, ascending, of messages whose From holds linkedin.com; `since` narrows by INTERNALDATE day. */
  search(range: UidRange, since?: Instant): Promise<readonly number[]>
  /** null when the message is gone. */
  fetch(uid: number): Promise<Fetched | null>
  /**
   * msg-ids, read from the messages themselves: SEARCH HEADER is unreliable at several providers. `since` narrows by
   * INTERNALDATE day.
   */
  envelopes(range: UidRange, since?: Instant): Promise<readonly Envelope[]>
  /** Whether a message since that day was written to somebody whose address or name this is. */
  holdsMailTo(who: string, since: Instant): Promise<boolean>
}

/** `rehearsed`: the door of a dry run, which stores nothing. `uid` and `uidValidity` are null without UIDPLUS (RFC 4315). */
export type Appended =
  | { readonly kind: 'stored'; readonly uidValidity: string | null; readonly uid: number | null }
  | { readonly kind: 'rehearsed' }

export type StoredAs = 'draft' | 'sent' | 'notice'

/** One logged-in IMAP connection. Every operation has a deadline; after one is missed the connection is closed. */
export interface MailAccount {
  readonly capabilities: ReadonlySet<string>
  list(): Promise<readonly MailboxStatus[]>
  examine<T>(path: string, read: (mailbox: OpenMailbox) => Promise<T>): Promise<T>
  /**
   * Stores bytes, a draft with `\Draft \Seen`, what was sent with `\Seen`, a notice unread. Throws AppendRefused when the server said NO
   * (nothing is stored); any other error means: unknown.
   */
  append(path: string, bytes: Uint8Array, as: StoredAs): Promise<Appended>
  /** Makes a mailbox (CREATE) and subscribes to it; one that is there already stays as it is. */
  create(path: string): Promise<void>
  /** false once the connection is known to be lost: no command would leave. */
  alive(): boolean
  /** Ends the connection; never throws, never hangs. */
  close(): Promise<void>
}

export interface Rendered {
  readonly template: string
  readonly language: string
  /** null: `Re: ` and the notification's subject. */
  readonly subject: string | null
  readonly text: string
}

/** A template that cannot be used as it is. */
export interface BrokenTemplate {
  readonly file: string
  /** File, line and column, and what is wrong. */
  readonly sentence: string
  readonly hints: readonly string[]
  /** Whether replies go on with what was good before. */
  readonly lastGood: boolean
}

/** The reply templates, as their files are at this moment. */
export interface Templates {
  /**
   * Renders the template of that name in the language wanted most, down to the least; English serves at last.
   * @throws OperatorError 78 when there is none, or it is broken and was never good
   */
  render(name: string, wanted: readonly string[], facts: ReplyFacts): Rendered
  /** Every NAME and LANGUAGE there is, for `preview` and `check`. */
  all(): readonly { readonly name: string; readonly language: string; readonly file: string }[]
  /** What is broken now, whether anybody uses it or not. */
  broken(): readonly BrokenTemplate[]
}

/** A reply before it becomes bytes: the plan and its words. */
export interface ReplyMessage extends ReplyPlan {
  readonly text: string
}

/** Frozen bytes: built once, used for every attempt. */
export type Encode = (reply: ReplyMessage) => Promise<Uint8Array>

/** What the user is told, before it becomes bytes: a message from the user to the user. */
export interface NoticeMessage {
  readonly from: Address
  readonly subject: string
  readonly text: string
  readonly date: Instant
  readonly messageId: string
}

export type EncodeNotice = (notice: NoticeMessage) => Promise<Uint8Array>

/** Tells by a command of the user's. @throws OperatorError when it could not be run, or did not end with 0 */
export type NoticeCommand = (command: string, text: string, signal: AbortSignal) => Promise<void>

/** An SMTP envelope (RFC 5321 §2.3.1): one sender, one recipient. */
export interface SmtpEnvelope {
  readonly from: string
  readonly to: string
}

/** `rehearsed`: the door of a dry run, which sends nothing. */
export type Submitted = { readonly kind: 'sent'; readonly response: string } | { readonly kind: 'rehearsed' }

/** Message submission (RFC 6409): a connection of its own for each message. */
export interface Submission {
  /**
   * Submits bytes as they are. Throws SubmissionFailure, which says whether anything may have been accepted, or an
   * OperatorError 77 when the login was refused.
   */
  submit(envelope: SmtpEnvelope, bytes: Uint8Array): Promise<Submitted>
  /** Tries connection and login. Throws OperatorErrors. */
  verify(): Promise<void>
}

/** Bytes to Message. Never throws on hostile bytes; a part that cannot be read is null. */
export type Parse = (bytes: Uint8Array) => Promise<Message>

/** Local DKIM verification of linkedin.com's signatures. */
export type VerifySignatures = (bytes: Uint8Array) => Promise<readonly VerifiedSignature[]>

export type Clock = () => Instant

/** Milliseconds since the machine was started, whatever is done to its clock. */
export type UptimeClock = () => Uptime

/** The moments that a schedule names. */
export interface Slots {
  /** The first one after an instant. */
  next(after: Instant): Instant
}

/** Calls `run` once after so many milliseconds, unless the function it gives is called before. */
export type SetTimer = (run: () => void, milliseconds: number) => () => void

/** What a watch of mailboxes tells. */
export interface WatchHooks {
  /** Whatever comes in from now on is told. */
  readonly ready: () => void
  /** A message came in. */
  readonly news: () => void
}

/** One event, one line; values are scrubbed of secrets and tokens by the door. */
export type Log = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (event: LogEvent, details?: Readonly<Record<string, unknown>>) => void>
>
