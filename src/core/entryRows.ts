import type { Inviter } from './kinds.ts'
import type { Instant } from './message.ts'
import type { Entry, State } from './state.ts'

/** Raised with every change of `ledgerSchema`; a program refuses a ledger of a higher version than its own. */
export const ledgerVersion = 2

/** The tables that version 2 added: what was seen of mailboxes, and what was asked for. */
const tablesSince2 = `CREATE TABLE seen (
  account TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  uid_validity TEXT NOT NULL,
  uid_next INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (account, mailbox)
) STRICT;
CREATE TABLE requests (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
`

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
  fallback BLOB,
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
${tablesSince2}CREATE TABLE accounts (account TEXT PRIMARY KEY, installed_at INTEGER, last_poll TEXT, last_good_poll TEXT) STRICT;
PRAGMA user_version = ${ledgerVersion};
`

/**
 * What makes a ledger of an older version one of the next. Version 1 knew neither where else a reply may turn up, nor
 * when a line broke: `brokenAt` is set so far ahead that the next look sets it anew.
 */
export const ledgerUpgrades: Readonly<Record<number, { readonly tables: string; readonly rows: string }>> = {
  1: {
    tables: `
ALTER TABLE entries ADD COLUMN fallback BLOB;
${tablesSince2}PRAGMA user_version = 2;
`,
    rows: `
UPDATE entries SET state = json_set(state, '$.elsewhere', json('[]')) WHERE state_kind IN ('appending', 'uncertain');
UPDATE entries SET state = json_set(state, '$.via', 'append', '$.brokenAt', ${Number.MAX_SAFE_INTEGER}) WHERE state_kind = 'uncertain';
UPDATE entries SET state = json_set(state, '$.attempts', 1, '$.retryAt', 0) WHERE state_kind = 'failed';
UPDATE entries SET state = json_set(state, '$.uidValidity', '') WHERE state_kind = 'drafted';
`,
  },
}

const columnsOf = {
  entries: 'seq, id, account, message_key, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen',
  person_keys: 'account, key, seq',
  transitions: 'seq, at, kind, state',
  checkpoints: 'account, mailbox, uid_validity, uid_next',
  accounts: 'account, installed_at, last_poll, last_good_poll',
} as const

const columnsSince2: Readonly<Record<string, string>> = {
  ...columnsOf,
  entries: `${columnsOf.entries}, fallback`,
  seen: 'account, mailbox, uid_validity, uid_next, messages',
  requests: 'id, kind, subject',
}

/** Copies every row of the attached database `original`, of this version or ours, into the tables of a new ledger. */
export const ledgerCopy = (version: number): string =>
  [
    ...Object.entries(version === 1 ? columnsOf : columnsSince2).map(
      ([table, columns]) => `INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM original.${table};`,
    ),
    ledgerUpgrades[version]?.rows ?? '',
  ].join('\n')

/** The columns `entryOf` reads. */
export const entryColumns = 'entry, state, state_at AS stateAt, frozen, fallback'

type StoredApart = 'state' | 'stateAt' | 'frozen' | 'fallback'

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
  submitTo: true,
} satisfies Record<Exclude<keyof Entry, StoredApart> | keyof Inviter, true>)

type FieldOf<T> = T extends unknown ? keyof T : never
type ElsewhereOf<T> = T extends { readonly elsewhere: readonly (infer Mark)[] } ? Mark : never
type CopyOf<T> = T extends { readonly copy: infer Copy } ? Copy : never

const stateFields = Object.keys({
  kind: true,
  reason: true,
  because: true,
  mailbox: true,
  uidValidity: true,
  uidNext: true,
  uid: true,
  error: true,
  elsewhere: true,
  via: true,
  brokenAt: true,
  attempts: true,
  retryAt: true,
  response: true,
  copy: true,
  messageId: true,
  place: true,
} satisfies Record<FieldOf<State> | FieldOf<CopyOf<State>> | FieldOf<ElsewhereOf<State>>, true>)

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
  readonly fallback: ArrayBuffer | null
}

/** Entries of version 1 were drafts, all of them. */
const withSubmitTo = <T extends { readonly submitTo?: string | null }>(entry: T): T & { submitTo: string | null } => ({
  ...entry,
  submitTo: entry.submitTo ?? null,
})

/** The entry of a row. @throws SyntaxError where the JSON is damaged */
export const entryOf = ({ entry, state, stateAt, frozen, fallback }: EntryColumns): Entry => ({
  ...withSubmitTo(JSON.parse(entry) as Omit<Entry, StoredApart>),
  state: JSON.parse(state) as State,
  stateAt,
  frozen: frozen && new Uint8Array(frozen),
  fallback: fallback && new Uint8Array(fallback),
})
