import { isReplyMessageId } from './identity.ts'
import type { Entry, Mark, State } from './state.ts'

/** What tells a reply from other messages (RFC 5322 §3.6.4). */
export interface Envelope {
  readonly uid: number
  readonly messageId: string | null
  /** The msg-ids in In-Reply-To: what it answers. */
  readonly inReplyTo: readonly string[]
  /** Those in References: what it belongs to. Some clients write no more than that, and some write it when they forward. */
  readonly references: readonly string[]
}

/** What of a mailbox was looked through for replies of ours. */
export interface Shelf {
  readonly place: 'drafts' | 'sent' | 'trash'
  readonly mailbox: string
  readonly uidValidity: string
  readonly uidNext: number
  readonly envelopes: readonly Envelope[]
}

/** By what a reply is known again: its msg-id, and the notification that it answers. */
export type Sought = Pick<Entry, 'replyMessageId' | 'messageKey'>

interface Match extends Pick<Shelf, 'place' | 'mailbox' | 'uidValidity'> {
  readonly uid: number
  readonly messageId: string | null
  /** Our msg-id; else another message that answers the notification, such as the one a mail client made of ours. */
  readonly same: boolean
}

/**
 * What is taken for an answer to the notification: a message that says so in In-Reply-To, or one that names it in
 * References too. A few clients write no more than References when they answer; a few write it when they forward.
 */
export type Reading = 'answers' | 'thread'

const matchesIn = (shelf: Shelf, sought: Sought, reading: Reading): readonly Match[] => {
  const { place, mailbox, uidValidity, envelopes } = shelf
  return envelopes.flatMap(({ uid, messageId, inReplyTo, references }) => {
    const same = messageId !== null && messageId === sought.replyMessageId
    const named = reading === 'answers' ? inReplyTo : [...inReplyTo, ...references]
    return same || named.includes(sought.messageKey) ? [{ place, mailbox, uidValidity, uid, messageId, same }] : []
  })
}

/** The message on these shelves that is the reply: what was sent tells most, then a draft, then what was thrown away. */
const bestMatch = (shelves: readonly Shelf[], sought: Sought, reading: Reading): Match | null => {
  const matches = shelves.flatMap((shelf) => matchesIn(shelf, sought, reading))
  const of = (place: Shelf['place']): readonly Match[] => matches.filter((match) => match.place === place)
  const best = [of('sent'), of('drafts'), of('trash')].find((found) => found.length > 0) ?? []
  return best.find(({ same }) => same) ?? best[0] ?? null
}

/**
 * What became of a draft, by the place where its reply is found; null when it is on none of these shelves. A mail client
 * replaces an edited draft by a message with another UID, and some with another msg-id, which still answers the
 * notification (RFC 5322 §3.6.4).
 */
export const draftFound = (shelves: readonly Shelf[], sought: Sought, reading: Reading): State | null => {
  const match = bestMatch(shelves, sought, reading)
  if (match === null) return null
  const { place, same, mailbox, uidValidity, uid, messageId } = match
  if (place === 'sent') return { kind: 'sent-by-you', mailbox, uidValidity, uid, messageId }
  if (place === 'trash') return { kind: 'removed', mailbox, uidValidity, uid }
  return same
    ? { kind: 'drafted', mailbox, uidValidity, uid }
    : { kind: 'edited', mailbox, uidValidity, uid, messageId }
}

/** Whether a reply that was submitted is found in Sent, or was thrown away from there. */
export const sentFound = (shelves: readonly Shelf[], sought: Sought): boolean =>
  shelves.some((shelf) => shelf.place !== 'drafts' && matchesIn(shelf, sought, 'answers').length > 0)

/**
 * Whether a mailbox proves that nothing of this reply came since the mark. UIDs only ever go up (RFC 9051 §2.3.1.1): when
 * UIDNEXT stands where it stood, or each message since is there and is a reply of ours to somebody else, this one was
 * never stored. A gap, or a message of somebody else's making, proves nothing: ours may have been there, and may have been
 * rewritten. To be asked only when the broken line has been dead for `policy.settle`.
 */
export const provesAbsence = (mark: Mark, now: Shelf, sought: Sought): boolean => {
  const others = now.envelopes.filter(({ uid, messageId }) => uid >= mark.uidNext && isReplyMessageId(messageId))
  return (
    now.uidValidity === mark.uidValidity &&
    others.length === now.uidNext - mark.uidNext &&
    matchesIn(now, sought, 'thread').length === 0
  )
}
