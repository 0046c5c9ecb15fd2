/** Raised with every change of `ledgerSchema`; a program refuses a ledger of a higher version than its own. */
export const ledgerVersion = 3

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

/** What version 3 added: what the user was told of. */
const tablesSince3 = `CREATE TABLE notices (account TEXT NOT NULL, kind TEXT NOT NULL, notice TEXT NOT NULL, PRIMARY KEY (account, kind)) STRICT;
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
${tablesSince2}${tablesSince3}CREATE TABLE accounts (
  account TEXT PRIMARY KEY,
  installed_at INTEGER,
  last_poll TEXT,
  last_good_poll TEXT,
  standing TEXT
) STRICT;
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
  2: {
    tables: `
ALTER TABLE accounts ADD COLUMN standing TEXT;
${tablesSince3}PRAGMA user_version = 3;
`,
    rows: '',
  },
}

type Columns = Readonly<Record<string, string>>

const columnsOf1 = {
  entries: 'seq, id, account, message_key, mailbox, uid_validity, uid, invitation_key, entry, state, state_at, frozen',
  person_keys: 'account, key, seq',
  transitions: 'seq, at, kind, state',
  checkpoints: 'account, mailbox, uid_validity, uid_next',
  accounts: 'account, installed_at, last_poll, last_good_poll',
} satisfies Columns

const columnsOf2 = {
  ...columnsOf1,
  entries: `${columnsOf1.entries}, fallback`,
  seen: 'account, mailbox, uid_validity, uid_next, messages',
  requests: 'id, kind, subject',
} satisfies Columns

const columnsOf3 = {
  ...columnsOf2,
  accounts: `${columnsOf2.accounts}, standing`,
  notices: 'account, kind, notice',
} satisfies Columns

const columnsOf: Readonly<Record<number, Columns>> = { 1: columnsOf1, 2: columnsOf2, 3: columnsOf3 }

/** Copies every row of the attached database `original`, of this version or an older one, into the tables of a new ledger. */
export const ledgerCopy = (version: number): string =>
  [
    ...Object.entries(columnsOf[version] ?? {}).map(
      ([table, columns]) => `INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM original.${table};`,
    ),
    ...Object.entries(ledgerUpgrades).map(([from, { rows }]) => (Number(from) < version ? '' : rows)),
  ].join('\n')
