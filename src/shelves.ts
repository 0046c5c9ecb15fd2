import { day, type Instant } from './core/message.ts'
import type { Shelf } from './core/replySearch.ts'
import type { Elsewhere, Entry, Mark } from './core/state.ts'
import { OperatorError } from './errors.ts'
import type { Log, MailAccount, MailboxStatus, UidRange } from './ports.ts'
import { draftsOf, isBefore } from './scan.ts'
import { statusOf } from './walk.ts'

/** A mailbox where replies lie, as LIST told it when the poll began. */
export interface Stand extends Mark {
  readonly messages: number
}

/** The mailboxes where a reply may be: left as a draft, sent, or thrown away. */
export interface Shelves {
  readonly drafts: Stand
  /** null where the account has none that is marked or named so. */
  readonly sent: Stand | null
  readonly trash: Stand | null
  readonly all: readonly MailboxStatus[]
}

const standOf = (mailbox: MailboxStatus): Stand => ({ mailbox: mailbox.path, ...statusOf(mailbox) })

const standBy = (all: readonly MailboxStatus[], use: string): Stand | null => {
  const found = all.find(({ specialUse, status }) => specialUse === use && status !== null)
  return found === undefined ? null : standOf(found)
}

/**
 * Finds the shelves among all mailboxes by special use (RFC 6154), or by name where the server tells none.
 * @throws OperatorError 78 when there is no Drafts mailbox
 */
export const shelvesOf = (all: readonly MailboxStatus[], host: string): Shelves => ({
  drafts: standOf(draftsOf(all, host)),
  sent: standBy(all, '\\Sent'),
  trash: standBy(all, '\\Trash'),
  all,
})

/** How Sent and Trash stand, to be kept with an intent. */
export const elsewhereOf = ({ sent, trash }: Shelves): readonly Elsewhere[] => [
  ...(sent === null ? [] : [{ place: 'sent' as const, ...markOf(sent) }]),
  ...(trash === null ? [] : [{ place: 'trash' as const, ...markOf(trash) }]),
]

export const markOf = ({ mailbox, uidValidity, uidNext }: Mark): Mark => ({ mailbox, uidValidity, uidNext })

interface Reading {
  readonly place: Shelf['place']
  readonly path: string
  /** What came before it is not looked at; null, or one of another UIDVALIDITY: what came in since a day is. */
  readonly mark: Mark | null
  readonly since: Instant
}

export interface Reader {
  readonly mail: MailAccount
  readonly log: Log
}

const readShelf = ({ mail }: Reader, { place, path, mark, since }: Reading): Promise<Shelf> =>
  mail.examine(path, async (open) => {
    const { uidValidity, uidNext } = open
    const range = (first: number): UidRange => ({ first, last: uidNext - 1 })
    const envelopes = isBefore(mark, open)
      ? await open.envelopes(range(mark.uidNext))
      : await open.envelopes(range(1), since)
    return { place, mailbox: path, uidValidity, uidNext, envelopes }
  })

/**
 * Reads what is not indispensable; null where the server refuses it, which is told. A connection that broke is an error
 * all the same.
 */
export const unlessRefused = async <T>(
  mail: MailAccount,
  read: () => Promise<T>,
  tell: (because: string) => void,
): Promise<T | null> => {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof OperatorError) || !mail.alive()) throw error
    tell(error.message)
    return null
  }
}

/** The same, told in the log. */
export const ifReadable = <T>(path: string, { mail, log }: Reader, read: () => Promise<T>): Promise<T | null> =>
  unlessRefused(mail, read, (because) => log.warn('mailbox-unreadable', { mailbox: path, because }))

/** A Trash that cannot be read must not keep every reply from going on. */
const readIfPossible = async (reader: Reader, reading: Reading): Promise<readonly Shelf[]> => {
  const read = (): Promise<Shelf> => readShelf(reader, reading)
  const shelf = reading.place === 'drafts' ? await read() : await ifReadable(reading.path, reader, read)
  return shelf === null ? [] : [shelf]
}

const readAll = async (reader: Reader, readings: readonly Reading[]): Promise<readonly Shelf[]> => {
  const shelves: Shelf[] = []
  for (const reading of readings) shelves.push(...(await readIfPossible(reader, reading)))
  return shelves
}

/** Nothing where the account has no such mailbox. */
const reading = (
  place: Shelf['place'],
  stand: Stand | null,
  since: Instant,
  mark: Mark | null = null,
): readonly Reading[] => (stand === null ? [] : [{ place, path: stand.mailbox, mark, since }])

/** Everything on the shelves that came in since a day. */
export const readShelves = (
  { drafts, sent, trash }: Shelves,
  since: Instant,
  reader: Reader,
): Promise<readonly Shelf[]> =>
  readAll(reader, [
    ...reading('drafts', drafts, since),
    ...reading('sent', sent, since),
    ...reading('trash', trash, since),
  ])

/** Drafts as far as they came in since a day, and what came to Sent since it was looked at last. */
export const readDraftsAndSent = (
  { drafts, sent }: Shelves,
  since: Instant,
  sentBefore: Mark | null,
  reader: Reader,
): Promise<readonly Shelf[]> =>
  readAll(reader, [...reading('drafts', drafts, since), ...reading('sent', sent, since, sentBefore)])

/** The mailboxes where a draft marked so may lie now: when Drafts is renamed, it keeps its UIDVALIDITY. */
const draftPaths = (mark: Mark, { drafts, all }: Shelves): readonly string[] => {
  const selectable = all.filter((mailbox) => mailbox.selectable)
  const stays = selectable.some(({ path }) => path === mark.mailbox)
  const renamed = selectable.filter(
    ({ specialUse, status }) =>
      (specialUse === null || specialUse === '\\Drafts') && status?.uidValidity === mark.uidValidity,
  )
  const known = stays ? [mark.mailbox] : renamed.map(({ path }) => path).filter((path) => path !== 'INBOX')
  return [...new Set([drafts.mailbox, ...known])]
}

/**
 * Everything on the shelves since the reply's bytes may have left: where it was to be stored, Sent and Trash.
 * @param mark how Drafts stood; null for a reply that was submitted, which is not looked for there
 */
export const readSince = (
  entry: Pick<Entry, 'sentAt' | 'stateAt'>,
  mark: Mark | null,
  elsewhere: readonly Elsewhere[],
  shelves: Shelves,
  reader: Reader,
): Promise<readonly Shelf[]> => {
  const since = (entry.sentAt ?? entry.stateAt) - day
  const markIn = (place: Elsewhere['place'], stand: Stand | null): Mark | null =>
    elsewhere.find((one) => one.place === place && one.mailbox === stand?.mailbox) ?? null
  const { sent, trash } = shelves
  return readAll(reader, [
    ...(mark === null
      ? []
      : draftPaths(mark, shelves).map((path) => ({ place: 'drafts' as const, path, mark, since }))),
    ...reading('sent', sent, since, markIn('sent', sent)),
    ...reading('trash', trash, since, markIn('trash', trash)),
  ])
}
