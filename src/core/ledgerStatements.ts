import type { RuleName } from './decision.ts'
import { entryColumns, entryJson, stateJson } from './entryRows.ts'
import { forgottenKeyOf } from './identity.ts'
import { day, type Instant } from './message.ts'
import { type Entry, keepsBytes, type State } from './state.ts'

/** What a statement may bind. */
export type Value = string | number | null | Uint8Array

/** SQL over the tables of `ledgerSchema`, and the value of each of its question marks. */
export interface Statement {
  readonly sql: string
  readonly values: readonly Value[]
}

/** A statement, and what its question marks stand for. */
export const statement = (sql: string, ...values: readonly Value[]): Statement => ({ sql, values })
const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')

const entries = (condition: string, ...values: readonly Value[]): Statement =>
  statement(`SELECT ${entryColumns} FROM entries WHERE ${condition}`, ...values)

/** The fingerprint of an entry that somebody wants looked at again: no decision ever rests on it. */
export const askedFor = 'asked for'

const byAge = 'ORDER BY state_at, seq'
const earliest = 'ORDER BY seq LIMIT 1'

const ofPerson = (condition: string, account: string, keys: readonly string[]): Statement =>
  entries(
    `${condition} AND seq IN (SELECT seq FROM person_keys WHERE account = ? AND key IN (${marks(keys)})) ${earliest}`,
    account,
    ...keys,
  )

/** A reply counts at the moment it was planned, once, however often it is taken up again. */
const plannedBetween = `SELECT count(*) AS replies FROM entries WHERE account = ? AND state_kind NOT IN ('skipped', 'forgotten') AND
  (SELECT min(at) FROM transitions WHERE transitions.seq = entries.seq AND transitions.kind <> 'skipped')
  BETWEEN ? AND ?`

/** What is still to be done for a reply. A refusal without `retryAt` is final. */
const unsettled = `(state_kind IN ('planned', 'appending', 'submitting', 'uncertain')
  OR (state_kind = 'failed' AND state ->> '$.retryAt' IS NOT NULL)
  OR (state_kind = 'sent' AND state ->> '$.copy.kind' IN ('due', 'appending')))`

const inHand = `(state_kind IN ('drafted', 'edited') OR (state_kind = 'removed' AND state_at >= ?))`

/** Judged by a clock that ran ahead then, or so far behind that the message came from the future. */
const misdated = `(reason = 'too-old' AND (state_at > ? OR (sent_at > state_at + ? AND sent_at <= ?)))`

const hour = 60 * 60 * 1000

/** What a decision rests on today; doubtful skips that rest on something else are looked at again. */
export interface Today {
  readonly fingerprint: string
  /** Of messages sent since. */
  readonly since: Instant
  readonly now: Instant
}

/** Statements that find entries, in the columns of `EntryColumns`; `LedgerReader` says what each means. */
export const find = {
  all: () => entries(`true ${byAge}`),
  ofAccount: (account: string) => entries(`account = ? ${byAge}`, account),
  byMessage: (account: string, messageKey: string) =>
    entries('account = ? AND message_key IN (?, ?)', ...[account, messageKey, forgottenKeyOf(messageKey)]),
  byUid: (account: string, mailbox: string, uidValidity: string, uid: number) =>
    entries(
      'account = ? AND mailbox = ? AND uid_validity = ? AND uid = ? ORDER BY seq DESC LIMIT 1',
      ...[account, mailbox, uidValidity, uid],
    ),
  answered: (account: string, invitationKey: string) =>
    entries(
      `account = ? AND invitation_key IN (?, ?) AND state_kind <> 'skipped' ${earliest}`,
      ...[account, invitationKey, forgottenKeyOf(invitationKey)],
    ),
  asked: (account: string, keys: readonly string[]) => ofPerson("state_kind <> 'skipped'", account, keys),
  accepted: (account: string, keys: readonly string[]) => ofPerson("kind = 'accepted'", account, keys),
  byId: (id: string) => entries('id = ?', id),
  unsettled: (account: string) => entries(`account = ? AND ${unsettled} ${byAge}`, account),
  inHand: (account: string, removedSince: Instant) =>
    entries(`account = ? AND ${inHand} ${byAge}`, ...[account, removedSince]),
  doubtful: (account: string, reasons: readonly RuleName[], { fingerprint, since, now }: Today) =>
    entries(
      `account = ? AND state_kind = 'skipped' AND (fingerprint = ? OR
        (reason IN (${marks(reasons)}) AND fingerprint <> ? AND sent_at >= ?) OR ${misdated}) ${byAge}`,
      ...[account, askedFor, ...reasons, fingerprint, since, now + hour, day, now + day],
    ),
} satisfies Record<string, (...given: never[]) => Statement>

/** Statements that tell of mailboxes, requests and replies: a checkpoint, what was seen, `replies`. */
export const tell = {
  checkpoint: (account: string, mailbox: string) =>
    statement(
      'SELECT uid_validity AS uidValidity, uid_next AS uidNext FROM checkpoints WHERE account = ? AND mailbox = ?',
      ...[account, mailbox],
    ),
  seen: (account: string, mailbox: string) =>
    statement(
      'SELECT uid_validity AS uidValidity, uid_next AS uidNext, messages FROM seen WHERE account = ? AND mailbox = ?',
      ...[account, mailbox],
    ),
  seenMailboxes: (account: string) =>
    statement('SELECT mailbox, uid_validity AS uidValidity, uid_next AS uidNext FROM seen WHERE account = ?', account),
  requests: () => statement('SELECT id, kind, subject FROM requests ORDER BY id'),
  repliesBetween: (account: string, since: Instant, until: Instant) => statement(plannedBetween, account, since, until),
} satisfies Record<string, (...given: never[]) => Statement>

/** A copy of a notification in a second mailbox must not erase what was drafted for the first. */
const enterEntry = `INSERT INTO entries
  (id, account, message_key, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen, fallback)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, message_key) DO UPDATE SET
    (id, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen, fallback) =
    (excluded.id, excluded.mailbox, excluded.uid_validity, excluded.uid, excluded.invitation_key, excluded.entry,
     excluded.state, excluded.state_at, excluded.frozen, excluded.fallback)
  WHERE entries.state_kind = 'skipped' OR excluded.state ->> '$.kind' <> 'skipped'
  RETURNING seq`

/** What is looked at again and stays as it is makes no history, however often that is. */
const transition = `INSERT INTO transitions (seq, at, kind, state) SELECT ?, ?, ?, ?
  WHERE ? IS NOT (SELECT state FROM transitions WHERE seq = ? ORDER BY rowid DESC LIMIT 1)`

/** Statements that write. `entry` and `move` give the `seq` of the row they wrote, and no row when they wrote none. */
export const write = {
  entry: (entry: Entry) =>
    statement(
      enterEntry,
      ...[entry.id, entry.account, entry.messageKey, entry.mailbox, entry.uidValidity, entry.uid],
      ...[entry.invitationKey, entryJson(entry), stateJson(entry.state), entry.stateAt],
      ...[entry.frozen, entry.fallback],
    ),
  strip: (entry: Entry) =>
    statement(
      `UPDATE entries SET (message_key, invitation_key, entry, state, state_at, frozen, fallback) =
        (?, ?, ?, ?, ?, NULL, NULL) WHERE id = ? RETURNING seq`,
      ...[entry.messageKey, entry.invitationKey, entryJson(entry), stateJson(entry.state), entry.stateAt, entry.id],
    ),
  noTransitions: (seq: number) => statement('DELETE FROM transitions WHERE seq = ?', seq),
  noPersonKeys: (seq: number) => statement('DELETE FROM person_keys WHERE seq = ?', seq),
  personKey: (account: string, key: string, seq: number) =>
    statement('INSERT OR IGNORE INTO person_keys (account, key, seq) VALUES (?, ?, ?)', account, key, seq),
  transition: (seq: number, state: State, at: Instant) =>
    statement(transition, ...[seq, at, state.kind, stateJson(state), stateJson(state), seq]),
  move: (id: string, state: State, at: Instant) =>
    statement(
      `UPDATE entries SET state = ?, state_at = ?${keepsBytes(state) ? '' : ', frozen = NULL, fallback = NULL'}
        WHERE id = ? RETURNING seq`,
      ...[stateJson(state), at, id],
    ),
  advance: (account: string, mailbox: string, uidValidity: string, uidNext: number) =>
    statement(
      'INSERT OR REPLACE INTO checkpoints (account, mailbox, uid_validity, uid_next) VALUES (?, ?, ?, ?)',
      ...[account, mailbox, uidValidity, uidNext],
    ),
  see: (account: string, mailbox: string, uidValidity: string, uidNext: number, messages: number) =>
    statement(
      'INSERT OR REPLACE INTO seen (account, mailbox, uid_validity, uid_next, messages) VALUES (?, ?, ?, ?, ?)',
      ...[account, mailbox, uidValidity, uidNext, messages],
    ),
  request: (kind: 'retry' | 'forget', subject: string) =>
    statement('INSERT INTO requests (kind, subject) VALUES (?, ?)', kind, subject),
  dismiss: (request: number) => statement('DELETE FROM requests WHERE id = ?', request),
  lookAgain: (id: string) =>
    statement(
      `UPDATE entries SET entry = json_set(entry, '$.fingerprint', ?) WHERE id = ? AND state_kind = 'skipped'`,
      ...[askedFor, id],
    ),
} satisfies Record<string, (...given: never[]) => Statement>
