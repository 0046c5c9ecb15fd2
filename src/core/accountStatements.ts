import { type Statement, statement } from './ledgerStatements.ts'
import { day, type Instant } from './message.ts'

const notUnderstood = `account = ? AND state_kind = 'skipped' AND reason IN ('unrecognised', 'note-unknown')`

/** What anybody may have sent in LinkedIn's name does not show that LinkedIn is understood. */
const understood = `kind = 'invitation' AND ifnull(reason, '') NOT IN ('note-unknown', 'forged', 'unverified')`

const unread = `SELECT seq, mailbox, uid,
  (SELECT count(*) FROM entries WHERE ${notUnderstood} AND seq > ?) AS fresh,
  EXISTS (SELECT 1 FROM entries AS later WHERE account = ? AND later.seq > entries.seq AND ${understood}) AS readSince
  FROM entries WHERE ${notUnderstood} ORDER BY seq DESC LIMIT 1`

/** Statements that tell of accounts, in rows of `account`, `at`, or JSON: `poll`, `standing`, `notice`; `unread`: in that of `Unread`. */
export const tellAccount = {
  accounts: () => statement('SELECT account FROM accounts ORDER BY account'),
  installedAt: (account: string) => statement('SELECT installed_at AS at FROM accounts WHERE account = ?', account),
  lastPoll: (account: string) => statement('SELECT last_poll AS poll FROM accounts WHERE account = ?', account),
  lastGoodPoll: (account: string) =>
    statement('SELECT last_good_poll AS poll FROM accounts WHERE account = ?', account),
  standing: (account: string) => statement('SELECT standing FROM accounts WHERE account = ?', account),
  unread: (account: string, after: number) => statement(unread, ...[account, after, account, account]),
  notices: (account: string) => statement('SELECT kind, notice FROM notices WHERE account = ? ORDER BY kind', account),
} satisfies Record<string, (...given: never[]) => Statement>

const recordPoll = `INSERT INTO accounts (account, last_poll, last_good_poll) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET
    last_poll = excluded.last_poll, last_good_poll = coalesce(excluded.last_good_poll, last_good_poll)`

/**
 * A clock that ran ahead at the installation would call everything old until that moment has come; one that was behind,
 * or a set-up that took days, would call everything new, unless a poll has been good since.
 */
const install = `INSERT INTO accounts (account, installed_at) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET installed_at = CASE
    WHEN installed_at IS NULL THEN excluded.installed_at
    WHEN last_good_poll IS NULL AND installed_at < excluded.installed_at - ${day} THEN excluded.installed_at
    ELSE min(installed_at, excluded.installed_at)
  END RETURNING installed_at AS at`

const stand = `INSERT INTO accounts (account, standing) VALUES (?, ?) ON CONFLICT DO UPDATE SET standing = excluded.standing`

/** Statements that write of accounts; polls, standings and notices are JSON. */
export const writeAccount = {
  install: (account: string, now: Instant) => statement(install, account, now),
  recordPoll: (account: string, poll: string, goodPoll: string | null) =>
    statement(recordPoll, account, poll, goodPoll),
  stand: (account: string, standing: string) => statement(stand, account, standing),
  standNoMore: (account: string) => statement('UPDATE accounts SET standing = NULL WHERE account = ?', account),
  notice: (account: string, kind: string, notice: string) =>
    statement('INSERT OR REPLACE INTO notices (account, kind, notice) VALUES (?, ?, ?)', account, kind, notice),
} satisfies Record<string, (...given: never[]) => Statement>
