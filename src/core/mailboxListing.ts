import { type Instant, msgIdsIn } from './message.ts'
import type { Envelope } from './replySearch.ts'

/** A LIST answer with its STATUS, as an IMAP library hands it over. */
interface Listed {
  readonly path: string
  readonly flags: ReadonlySet<string>
  readonly specialUse?: string | undefined
  readonly specialUseSource?: 'user' | 'extension' | 'name' | undefined
  readonly status?: ListedStatus | false | undefined
}

interface ListedStatus {
  readonly messages?: number | undefined
  readonly uidNext?: number | undefined
  readonly uidValidity?: bigint | undefined
}

interface Counts {
  readonly messages: number
  readonly uidNext: number
  readonly uidValidity: string
}

/** The counts of a STATUS answer (RFC 9051 §6.3.11); null when it was refused or lacks one of them. */
export const countsOf = (status: ListedStatus | false | undefined): Counts | null => {
  if (!status) return null
  const { messages, uidNext, uidValidity } = status
  if (messages === undefined || uidNext === undefined || uidValidity === undefined) return null
  return { messages, uidNext, uidValidity: String(uidValidity) }
}

const unselectable = new Set(['\\noselect', '\\nonexistent'])

/** A mailbox in our words. `\Inbox` is the library's own and no special use of RFC 6154: null. */
export const listedMailbox = ({ path, flags, specialUse, specialUseSource, status }: Listed) => {
  const use = specialUse === undefined || specialUse === '\\Inbox' ? null : specialUse
  const source: 'server' | 'name' = specialUseSource === 'extension' ? 'server' : 'name'
  return {
    path,
    specialUse: use,
    specialUseSource: use === null ? null : source,
    selectable: ![...flags].some((flag) => unselectable.has(flag.toLowerCase())),
    status: countsOf(status),
  }
}

/** INTERNALDATE as milliseconds and RFC822.SIZE of a FETCH answer; null when one of them is missing or no date. */
export const describedMessage = (row: {
  readonly size?: number | undefined
  readonly internalDate?: { getTime(): number } | string | undefined
}): { readonly arrivedAt: Instant; readonly size: number } | null => {
  const { size, internalDate } = row
  if (size === undefined || internalDate === undefined || typeof internalDate === 'string') return null
  return { arrivedAt: internalDate.getTime(), size }
}

interface EnvelopeRow {
  readonly uid: number
  readonly envelope?: { readonly messageId?: string | undefined; readonly inReplyTo?: string | undefined } | undefined
  /** The References field, as octets. */
  readonly headers?: Uint8Array | undefined
}

/** The msg-ids of a FETCH answer. A row without an envelope tells, unasked, of a changed flag. */
export const envelopesOf = (rows: readonly EnvelopeRow[]): readonly Envelope[] =>
  rows.flatMap(({ uid, envelope, headers }) => {
    if (!envelope) return []
    const field = headers === undefined ? '' : new TextDecoder('latin1').decode(headers)
    const [inReplyTo, references] = [msgIdsIn(envelope.inReplyTo ?? ''), msgIdsIn(field)]
    return [{ uid, messageId: envelope.messageId ?? null, inReplyTo, references }]
  })
