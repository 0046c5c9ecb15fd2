import type { Inviter } from './kinds.ts'
import type { Instant } from './message.ts'
import type { Entry, State } from './state.ts'

/** Raised with every change of `ledgerSchema`; a program refuses a ledger of a higher version than its own. */
export const ledgerVersion = 1

/**
 * The tables of the ledger (SQLite). `entry` and `state` are JSON and what is read back; the plain columns are copies
 * to search by. They are bound one by one, not taken from the JSON: message and person keys come from strangers, and
 * SQLite ends a JSON string at U+0000, so that two keys could pass for one.
 */
export const ledgerSchema = `
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  message_key TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  uid_validity TEXT NOT NULL,
  uid INTEGER NOT NULL,
  invitation_key TEXT,
  entry TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  frozen BLOB,
  kind TEXT AS (entry ->> '$.kind'),
  sent_at INTEGER AS (entry ->> '$.sentAt'),
  fingerprint TEXT AS (entry ->> '$.fingerprint'),
  state_kind TEXT AS (state ->> '$.kind'),
  reason TEXT AS (state ->> '$.reason'),
  UNIQUE (account, message_key)
) STRICT;
CREATE INDEX entries_uid ON entries (account, mailbox, uid_validity, uid);
CREATE INDEX entries_invitation ON entries (account, invitation_key);
CREATE INDEX entries_state ON entries (account, state_kind, reason);
CREATE TABLE person_keys (
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (account, key, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_keys_entry ON person_keys (seq);
CREATE TABLE transitions (seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL) STRICT;
CREATE INDEX transitions_entry ON transitions (seq);
CREATE TABLE checkpoints (
  account TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  uid_validity TEXT NOT NULL,
  uid_next INTEGER NOT NULL,
  PRIMARY KEY (account, mailbox)
) STRICT;
CREATE TABLE accounts (account TEXT PRIMARY KEY, installed_at INTEGER, last_poll TEXT, last_good_poll TEXT) STRICT;
PRAGMA user_version = ${ledgerVersion};
`

const copied: Readonly<Record<string, string>> = {
  entries: 'seq, id, account, message_key, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen',
  person_keys: 'account, key, seq',
  transitions: 'seq, at, kind, state',
  checkpoints: 'account, mailbox, uid_validity, uid_next',
  accounts: 'account, installed_at, last_poll, last_good_poll',
}

/** Copies every row of the attached database `original` into empty tables. */
export const ledgerCopy = Object.entries(copied)
  .map(([table, columns]) => `INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM original.${table};`)
  .join('\n')

/** The columns `entryOf` reads. */
export const entryColumns = 'entry, state, state_at AS stateAt, frozen'

type StoredApart = 'state' | 'stateAt' | 'frozen'

/** The only names that reach the disk: whatever else an object may carry, a token least of all, stays out. */
const entryFields = Object.keys({
  id: true,
  account: true,
  messageKey: true,
  mailbox: true,
  uidValidity: true,
  uid: true,
  kind: true,
  inviter: true,
  name: true,
  firstName: true,
  headline: true,
  profile: true,
  invitationKey: true,
  personKeys: true,
  sentAt: true,
  fingerprint: true,
  replyMessageId: true,
} satisfies Record<Exclude<keyof Entry, StoredApart> | keyof Inviter, true>)

type FieldOf<T> = T extends unknown ? keyof T : never

const stateFields = Object.keys({
  kind: true,
  reason: true,
  because: true,
  mailbox: true,
  uidValidity: true,
  uidNext: true,
  uid: true,
  error: true,
} satisfies Record<FieldOf<State>, true>)

/** An entry as JSON for the column `entry`: all of it but what has columns of its own. */
export const entryJson = (entry: Entry): string => JSON.stringify(entry, entryFields)

/** A state as JSON for the column `state`. */
export const stateJson = (state: State): string => JSON.stringify(state, stateFields)

/** A row of `entryColumns`, as SQLite gives it. */
export interface EntryColumns {
  readonly entry: string
  readonly state: string
  readonly stateAt: Instant
  readonly frozen: ArrayBuffer | null
}

/** The entry of a row. @throws SyntaxError where the JSON is damaged */
export const entryOf = ({ entry, state, stateAt, frozen }: EntryColumns): Entry => ({
  ...(JSON.parse(entry) as Omit<Entry, StoredApart>),
  state: JSON.parse(state) as State,
  stateAt,
  frozen: frozen && new Uint8Array(frozen),
})
