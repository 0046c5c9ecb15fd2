import { find, type Statement, tell, write } from './ledgerStatements.ts'
import type { Instant } from './message.ts'
import type { Entry, State } from './state.ts'

/** Something that answers statements over the tables of `ledgerSchema`; a door gives it. */
export interface Tables {
  /** The rows of one statement, in the shape that the schema gives its columns. */
  readonly rows: <Row>(statement: Statement) => readonly Row[]
  /** The entries of a statement out of `find`. */
  readonly entries: (statement: Statement) => readonly Entry[]
  /** All of it on the disk, or none. */
  readonly transaction: (run: () => void) => void
}

interface Poll {
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly error: string | null
}

interface Checkpoint {
  readonly uidValidity: string
  readonly uidNext: number
}

const first = <T>(found: readonly T[]): T | null => found[0] ?? null

/** The questions of a `LedgerReader`, asked of these tables. */
export const reading = ({ rows, entries }: Tables) => {
  const poll = (statement: Statement): Poll | null => {
    const found = rows<{ poll: string | null }>(statement)[0]?.poll
    return found ? (JSON.parse(found) as Poll) : null
  }
  return {
    entries: (account?: string) => entries(account === undefined ? find.all() : find.ofAccount(account)),
    accounts: () => rows<{ account: string }>(tell.accounts()).map(({ account }) => account),
    installedAt: (account: string) => rows<{ at: Instant | null }>(tell.installedAt(account))[0]?.at ?? null,
    lastPoll: (account: string) => poll(tell.lastPoll(account)),
    lastGoodPoll: (account: string) => poll(tell.lastGoodPoll(account)),
    checkpoint: (account: string, mailbox: string) => first(rows<Checkpoint>(tell.checkpoint(account, mailbox))),
    byMessage: (...message: Parameters<typeof find.byMessage>) => first(entries(find.byMessage(...message))),
    byUid: (...place: Parameters<typeof find.byUid>) => first(entries(find.byUid(...place))),
    answered: (...invitation: Parameters<typeof find.answered>) => first(entries(find.answered(...invitation))),
    asked: (...person: Parameters<typeof find.asked>) => first(entries(find.asked(...person))),
    accepted: (...person: Parameters<typeof find.accepted>) => first(entries(find.accepted(...person))),
    repliesSince: (account: string, since: Instant) =>
      rows<{ replies: number }>(tell.repliesSince(account, since))[0]?.replies ?? 0,
    unsettled: (account: string) => entries(find.unsettled(account)),
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

/** What a `Ledger` can do beyond reading; an entry, its keys and its history are written together or not at all. */
export const writing = (tables: Tables) => ({
  install: (account: string, now: Instant): Instant =>
    tables.rows<{ at: Instant }>(write.install(account, now))[0]?.at ?? now,
  enter: (entry: Entry): void => tables.transaction(() => enterIn(tables, entry)),
  move: (id: string, state: State, at: Instant): void => tables.transaction(() => moveIn(tables, id, state, at)),
  advance: (account: string, mailbox: string, { uidValidity, uidNext }: Checkpoint): void => {
    tables.rows(write.advance(account, mailbox, uidValidity, uidNext))
  },
  recordPoll: (account: string, { startedAt, endedAt, error }: Poll): void => {
    const poll = JSON.stringify({ startedAt, endedAt, error })
    tables.rows(write.recordPoll(account, poll, error === null ? poll : null))
  },
})
