import type { RuleName } from './decision.ts'
import { entryColumns, entryJson, stateJson } from './entryRows.ts'
import type { Instant } from './message.ts'
import type { Entry, State } from './state.ts'

/** What a statement may bind. */
export type Value = string | number | null | Uint8Array

/** SQL over the tables of `ledgerSchema`, and the value of each of its question marks. */
export interface Statement {
  readonly sql: string
  readonly values: readonly Value[]
}

const statement = (sql: string, ...values: readonly Value[]): Statement => ({ sql, values })
const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')

const entries = (condition: string, ...values: readonly Value[]): Statement =>
  statement(`SELECT ${entryColumns} FROM entries WHERE ${condition}`, ...values)

const byAge = 'ORDER BY state_at, seq'
const earliest = 'ORDER BY seq LIMIT 1'

const ofPerson = (condition: string, account: string, keys: readonly string[]): Statement =>
  entries(
    `${condition} AND seq IN (SELECT seq FROM person_keys WHERE account = ? AND key IN (${marks(keys)})) ${earliest}`,
    account,
    ...keys,
  )

/** A reply counts at the moment it was planned, once, however often it is taken up again. */
const plannedSince = `SELECT count(*) AS replies FROM entries WHERE account = ? AND state_kind <> 'skipped' AND ? <=
  (SELECT min(at) FROM transitions WHERE transitions.seq = entries.seq AND transitions.kind <> 'skipped')`

/** Statements that find entries, in the columns of `EntryColumns`; `LedgerReader` says what each means. */
export const find = {
  all: () => entries(`true ${byAge}`),
  ofAccount: (account: string) => entries(`account = ? ${byAge}`, account),
  byMessage: (account: string, messageKey: string) => entries('account = ? AND message_key = ?', account, messageKey),
  byUid: (account: string, mailbox: string, uidValidity: string, uid: number) =>
    entries(
      'account = ? AND mailbox = ? AND uid_validity = ? AND uid = ? ORDER BY seq DESC LIMIT 1',
      ...[account, mailbox, uidValidity, uid],
    ),
  answered: (account: string, invitationKey: string) =>
    entries(`account = ? AND invitation_key = ? AND state_kind <> 'skipped' ${earliest}`, ...[account, invitationKey]),
  asked: (account: string, keys: readonly string[]) => ofPerson("state_kind <> 'skipped'", account, keys),
  accepted: (account: string, keys: readonly string[]) => ofPerson("kind = 'accepted'", account, keys),
  unsettled: (account: string) =>
    entries(`account = ? AND state_kind IN ('planned', 'appending', 'uncertain', 'failed') ${byAge}`, account),
  doubtful: (account: string, reasons: readonly RuleName[], fingerprint: string, since: Instant) =>
    entries(
      `account = ? AND reason IN (${marks(reasons)}) AND fingerprint <> ? AND sent_at >= ? ${byAge}`,
      ...[account, ...reasons, fingerprint, since],
    ),
} satisfies Record<string, (...given: never[]) => Statement>

/** Statements that tell of accounts, one row each: `account`, `at`, `poll` (JSON), a checkpoint, `replies`. */
export const tell = {
  accounts: () => statement('SELECT account FROM accounts ORDER BY account'),
  installedAt: (account: string) => statement('SELECT installed_at AS at FROM accounts WHERE account = ?', account),
  lastPoll: (account: string) => statement('SELECT last_poll AS poll FROM accounts WHERE account = ?', account),
  lastGoodPoll: (account: string) =>
    statement('SELECT last_good_poll AS poll FROM accounts WHERE account = ?', account),
  checkpoint: (account: string, mailbox: string) =>
    statement(
      'SELECT uid_validity AS uidValidity, uid_next AS uidNext FROM checkpoints WHERE account = ? AND mailbox = ?',
      ...[account, mailbox],
    ),
  repliesSince: (account: string, since: Instant) => statement(plannedSince, account, since),
} satisfies Record<string, (...given: never[]) => Statement>

/** A copy of a notification in a second mailbox must not erase what was drafted for the first. */
const enterEntry = `INSERT INTO entries
  (id, account, message_key, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, message_key) DO UPDATE SET
    (id, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen) =
    (excluded.id, excluded.mailbox, excluded.uid_validity, excluded.uid, excluded.invitation_key, excluded.entry,
     excluded.state, excluded.state_at, excluded.frozen)
  WHERE entries.state_kind = 'skipped' OR excluded.state ->> '$.kind' <> 'skipped'
  RETURNING seq`

const recordPoll = `INSERT INTO accounts (account, last_poll, last_good_poll) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET
    last_poll = excluded.last_poll, last_good_poll = coalesce(excluded.last_good_poll, last_good_poll)`

const install = `INSERT INTO accounts (account, installed_at) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET installed_at = coalesce(installed_at, excluded.installed_at) RETURNING installed_at AS at`

/** Statements that write. `entry` and `move` give the `seq` of the row they wrote, and no row when they wrote none. */
export const write = {
  entry: (entry: Entry) =>
    statement(
      enterEntry,
      ...[entry.id, entry.account, entry.messageKey, entry.mailbox, entry.uidValidity, entry.uid],
      ...[entry.invitationKey, entryJson(entry), stateJson(entry.state), entry.stateAt, entry.frozen],
    ),
  noPersonKeys: (seq: number) => statement('DELETE FROM person_keys WHERE seq = ?', seq),
  personKey: (account: string, key: string, seq: number) =>
    statement('INSERT OR IGNORE INTO person_keys (account, key, seq) VALUES (?, ?, ?)', account, key, seq),
  transition: (seq: number, state: State, at: Instant) =>
    statement(
      'INSERT INTO transitions (seq, at, kind, state) VALUES (?, ?, ?, ?)',
      ...[seq, at, state.kind, stateJson(state)],
    ),
  move: (id: string, state: State, at: Instant) =>
    statement(
      `UPDATE entries SET state = ?, state_at = ?${state.kind === 'drafted' ? ', frozen = NULL' : ''} WHERE id = ? RETURNING seq`,
      ...[stateJson(state), at, id],
    ),
  install: (account: string, now: Instant) => statement(install, account, now),
  advance: (account: string, mailbox: string, uidValidity: string, uidNext: number) =>
    statement(
      'INSERT OR REPLACE INTO checkpoints (account, mailbox, uid_validity, uid_next) VALUES (?, ?, ?, ?)',
      ...[account, mailbox, uidValidity, uidNext],
    ),
  recordPoll: (account: string, poll: string, goodPoll: string | null) =>
    statement(recordPoll, account, poll, goodPoll),
} satisfies Record<string, (...given: never[]) => Statement>
