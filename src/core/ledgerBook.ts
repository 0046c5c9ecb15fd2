import { readingAccounts, writingAccounts } from './accountBook.ts'
import { forgottenKeyOf } from './identity.ts'
import { find, type Statement, tell, write } from './ledgerStatements.ts'
import { day, type Instant } from './message.ts'
import type { Entry, Mark, State } from './state.ts'

/** Something that answers statements over the tables of `ledgerSchema`; a door gives it. */
export interface Tables {
  /** The rows of one statement, in the shape that the schema gives its columns. */
  readonly rows: <Row>(statement: Statement) => readonly Row[]
  /** The entries of a statement out of `find`. */
  readonly entries: (statement: Statement) => readonly Entry[]
  /** All of it on the disk, or none. */
  readonly transaction: (run: () => void) => void
}

/** How far a mailbox has been read. Messages below `uidNext` were looked at under this UIDVALIDITY. */
export interface Checkpoint {
  readonly uidValidity: string
  readonly uidNext: number
}

/** What of a mailbox the hands of the user can change (RFC 9051 §6.3.11); when none of it did, nothing is looked at. */
export interface Seen extends Checkpoint {
  readonly messages: number
}

/** What somebody asked for while another process held the ledger; that one does it at its next poll. */
export interface Request {
  readonly id: number
  readonly kind: 'retry' | 'forget'
  /** An entry's id. */
  readonly subject: string
}

const first = <T>(found: readonly T[]): T | null => found[0] ?? null

/** The questions of a `LedgerReader`, asked of these tables. */
export const reading = (tables: Tables) => {
  const { rows, entries } = tables
  return {
    ...readingAccounts(tables),
    entries: (account?: string) => entries(account === undefined ? find.all() : find.ofAccount(account)),
    checkpoint: (account: string, mailbox: string) => first(rows<Checkpoint>(tell.checkpoint(account, mailbox))),
    byMessage: (...message: Parameters<typeof find.byMessage>) => first(entries(find.byMessage(...message))),
    byUid: (...place: Parameters<typeof find.byUid>) => first(entries(find.byUid(...place))),
    answered: (...invitation: Parameters<typeof find.answered>) => first(entries(find.answered(...invitation))),
    asked: (...person: Parameters<typeof find.asked>) => first(entries(find.asked(...person))),
    accepted: (...person: Parameters<typeof find.accepted>) => first(entries(find.accepted(...person))),
    repliesSince: (account: string, since: Instant) =>
      // What a clock that ran ahead has dated further into the future counts for no day.
      rows<{ replies: number }>(tell.repliesBetween(account, since, since + 2 * day))[0]?.replies ?? 0,
    byId: (id: string) => first(entries(find.byId(id))),
    unsettled: (account: string) => entries(find.unsettled(account)),
    inHand: (...drafts: Parameters<typeof find.inHand>) => entries(find.inHand(...drafts)),
    seen: (account: string, mailbox: string) => first(rows<Seen>(tell.seen(account, mailbox))),
    seenMailboxes: (account: string) => rows<Mark>(tell.seenMailboxes(account)),
    requests: () => rows<Request>(tell.requests()),
    doubtful: (...doubt: Parameters<typeof find.doubtful>) => entries(find.doubtful(...doubt)),
  }
}

const enterIn = ({ rows }: Tables, entry: Entry): void => {
  const [row] = rows<{ seq: number }>(write.entry(entry))
  if (row === undefined) return
  rows(write.noPersonKeys(row.seq))
  for (const key of entry.personKeys) rows(write.personKey(entry.account, key, row.seq))
  rows(write.transition(row.seq, entry.state, entry.stateAt))
}

const moveIn = ({ rows }: Tables, id: string, state: State, at: Instant): void => {
  const [row] = rows<{ seq: number }>(write.move(id, state, at))
  if (row === undefined) throw new Error(`the ledger has no entry ${id}`)
  rows(write.transition(row.seq, state, at))
}

const forgetIn = (tables: Tables, id: string, at: Instant): void => {
  const [entry] = tables.entries(find.byId(id))
  if (entry === undefined) return
  const stripped: Entry = {
    ...entry,
    messageKey: forgottenKeyOf(entry.messageKey),
    invitationKey: entry.invitationKey === null ? null : forgottenKeyOf(entry.invitationKey),
    ...{ inviter: null, personKeys: [], fingerprint: '', replyMessageId: null, submitTo: null },
    ...{ state: { kind: 'forgotten' }, stateAt: at, frozen: null, fallback: null },
  }
  const [row] = tables.rows<{ seq: number }>(write.strip(stripped))
  if (row === undefined) return
  tables.rows(write.noPersonKeys(row.seq))
  tables.rows(write.noTransitions(row.seq))
  tables.rows(write.transition(row.seq, stripped.state, at))
}

/** What a `Ledger` can do beyond reading; an entry, its keys and its history are written together or not at all. */
export const writing = (tables: Tables) => ({
  ...writingAccounts(tables),
  enter: (entry: Entry): void => tables.transaction(() => enterIn(tables, entry)),
  move: (id: string, state: State, at: Instant): void => tables.transaction(() => moveIn(tables, id, state, at)),
  lookAgain: (id: string): void => {
    tables.rows(write.lookAgain(id))
  },
  forget: (id: string, at: Instant): void => tables.transaction(() => forgetIn(tables, id, at)),
  see: (account: string, mailbox: string, { uidValidity, uidNext, messages }: Seen): void => {
    tables.rows(write.see(account, mailbox, uidValidity, uidNext, messages))
  },
  dismiss: (request: number): void => {
    tables.rows(write.dismiss(request))
  },
  advance: (account: string, mailbox: string, { uidValidity, uidNext }: Checkpoint): void => {
    tables.rows(write.advance(account, mailbox, uidValidity, uidNext))
  },
})
