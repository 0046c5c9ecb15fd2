import type { Checkpoint } from './core/ledgerBook.ts'
import { day, type Instant } from './core/message.ts'
import { exit, OperatorError } from './errors.ts'
import type { MailboxStatus, OpenMailbox, UidRange } from './ports.ts'

/** What of a mailbox is to be read in this poll. */
export interface ScanPlan {
  readonly range: UidRange
  /** Narrows a first look, and one after a UIDVALIDITY change, to what may still matter. */
  readonly since: Instant | null
  /** Nothing is known of these UIDs: a first look, or UIDVALIDITY changed, or UIDNEXT went back. */
  readonly isAnew: boolean
}

/** How a mailbox stands: in a STATUS, or when it is open. */
export type Standing = Pick<OpenMailbox, 'uidValidity' | 'uidNext'>

/**
 * Whether the UIDs from an earlier standing on are those that came since. A UIDNEXT that went back (a restored backup, a
 * broken index) gives old UIDs to new messages.
 */
export const isBefore = <T extends Standing>(earlier: T | null, { uidValidity, uidNext }: Standing): earlier is T =>
  earlier !== null && earlier.uidValidity === uidValidity && earlier.uidNext <= uidNext

/**
 * Which UIDs to look at; null when nothing can be new. Ranges are closed at UIDNEXT - 1, so that a message which
 * arrives meanwhile belongs to the next poll. A changed UIDVALIDITY means: the old UIDs say nothing any more.
 */
export const planScan = (
  mailbox: Standing,
  checkpoint: Checkpoint | null,
  options: { readonly since: Instant | null; readonly now: Instant; readonly maxAgeDays: number },
): ScanPlan | null => {
  const last = mailbox.uidNext - 1
  const known = isBefore(checkpoint, mailbox) ? checkpoint.uidNext : null
  const first = options.since === null && known !== null ? known : 1
  if (first > last) return null
  const since = options.since ?? (known === null ? options.now - (options.maxAgeDays + 1) * day : null)
  return { range: { first, last }, since, isAnew: known === null }
}

/** The checkpoint after a scan: it never passes the first deferred message, nor one that was not reached. */
export const checkpointAfter = (
  mailbox: Standing,
  before: Checkpoint | null,
  scan: { readonly reached: number; readonly deferred: readonly number[] },
): Checkpoint => {
  const known = isBefore(before, mailbox) ? before.uidNext : 1
  return { uidValidity: mailbox.uidValidity, uidNext: Math.min(Math.max(known, scan.reached), ...scan.deferred) }
}

/** The mailboxes to scan: the setting, or for `auto` All Mail at Gmail where it is shown, else INBOX. */
export const mailboxesToScan = (
  all: readonly MailboxStatus[],
  setting: 'auto' | readonly string[],
  gmail: boolean,
): readonly MailboxStatus[] => {
  const selectable = all.filter((mailbox) => mailbox.selectable)
  if (setting === 'auto') {
    const allMail = gmail ? selectable.find((mailbox) => mailbox.specialUse === '\\All') : undefined
    const inbox = selectable.find((mailbox) => mailbox.path.toUpperCase() === 'INBOX')
    return [allMail ?? inbox].filter((mailbox) => mailbox !== undefined)
  }
  return setting.map((path) => selectable.find((mailbox) => mailbox.path === path) ?? missing(path, selectable))
}

const missing = (path: string, all: readonly MailboxStatus[]): never => {
  throw new OperatorError(exit.config, `there is no mailbox ${path}`, [
    `set mailboxes to auto, or to some of: ${all.map((mailbox) => mailbox.path).join(', ')}`,
  ])
}

/** The `\Drafts` special-use mailbox (RFC 6154); one known by its name alone where the server tells no special use. */
export const draftsOf = (all: readonly MailboxStatus[], host: string): MailboxStatus => {
  const found = all.find((mailbox) => mailbox.specialUse === '\\Drafts' && mailbox.selectable)
  if (found) return found
  throw new OperatorError(exit.config, `${host} has no Drafts mailbox`, [
    'create a mailbox named Drafts in your mail client, then run have-we-met check',
  ])
}
