import { tellAccount, writeAccount } from './accountStatements.ts'
import type { Tables } from './ledgerBook.ts'
import type { Statement } from './ledgerStatements.ts'
import type { Instant } from './message.ts'
import type { Notice } from './notice.ts'
import type { Unread } from './notices.ts'

/** How a poll ended, as the one who polled tells it. */
export interface PollEnd {
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** null: a good poll. */
  readonly error: string | null
  /** What the error ends a program with, as sysexits(3) numbers it; null for a good poll. */
  readonly exitCode: number | null
  /** What to type or look at. */
  readonly hints: readonly string[]
  /** Whether the mailboxes were read, be it that something else went wrong. */
  readonly reached: boolean
}

export interface PollRecord extends PollEnd {
  /** Failed polls in a row, this one included; 0 for a good one. */
  readonly failures: number
}

/** How the daemon stands to an account. */
export interface Standing {
  readonly at: Instant
  readonly nextPollAt: Instant | null
  /** Why it is not polled as its schedule says; null where it is. */
  readonly restsBecause: string | null
  /** Whether the server tells at once what comes in. */
  readonly watching: boolean
}

/** Records of version 2 and before tell no more than when, and which error. */
const recordOf = (json: string): PollRecord => {
  const record = JSON.parse(json) as Pick<PollEnd, 'startedAt' | 'endedAt' | 'error'> & Partial<PollRecord>
  const good = record.error === null
  return { exitCode: null, hints: [], reached: good, failures: good ? 0 : 1, ...record }
}

/** The questions of a `LedgerReader` about accounts, asked of these tables. */
export const readingAccounts = ({ rows }: Pick<Tables, 'rows'>) => {
  const poll = (statement: Statement): PollRecord | null => {
    const found = rows<{ poll: string | null }>(statement)[0]?.poll
    return found ? recordOf(found) : null
  }
  return {
    accounts: () => rows<{ account: string }>(tellAccount.accounts()).map(({ account }) => account),
    installedAt: (account: string) => rows<{ at: Instant | null }>(tellAccount.installedAt(account))[0]?.at ?? null,
    lastPoll: (account: string) => poll(tellAccount.lastPoll(account)),
    lastGoodPoll: (account: string) => poll(tellAccount.lastGoodPoll(account)),
    standing: (account: string) => {
      const found = rows<{ standing: string | null }>(tellAccount.standing(account))[0]?.standing
      return found ? (JSON.parse(found) as Standing) : null
    },
    unread: (account: string, after: number): Unread | null => {
      const [found] = rows<Unread & { readonly readSince: unknown }>(tellAccount.unread(account, after))
      return found === undefined ? null : { ...found, readSince: Boolean(found.readSince) }
    },
    notices: (account: string) =>
      rows<{ notice: string }>(tellAccount.notices(account)).map(({ notice }) => JSON.parse(notice) as Notice),
  }
}

const recordIn = (tables: Tables, account: string, end: PollEnd): void => {
  const { startedAt, endedAt, error, exitCode, hints, reached } = end
  const before = readingAccounts(tables).lastPoll(account)?.failures ?? 0
  const failures = error === null ? 0 : before + 1
  const record: PollRecord = { startedAt, endedAt, error, exitCode, hints, reached, failures }
  const poll = JSON.stringify(record)
  tables.rows(writeAccount.recordPoll(account, poll, error === null ? poll : null))
}

const standIn = ({ rows }: Tables, account: string, standing: Standing | null): void => {
  if (standing === null) {
    rows(writeAccount.standNoMore(account))
    return
  }
  const { at, nextPollAt, restsBecause, watching } = standing
  rows(writeAccount.stand(account, JSON.stringify({ at, nextPollAt, restsBecause, watching })))
}

const noticeFields = Object.keys({
  ...{ kind: true, phase: true, since: true, because: true, hints: true, toldAt: true, mendedAt: true },
  ...{ lastToldAt: true, attempts: true, retryAt: true, upTo: true },
} satisfies Record<keyof Notice, true>)

/** What a `Ledger` can write of accounts. */
export const writingAccounts = (tables: Tables) => ({
  install: (account: string, now: Instant): Instant =>
    tables.rows<{ at: Instant }>(writeAccount.install(account, now))[0]?.at ?? now,
  recordPoll: (account: string, end: PollEnd): void => tables.transaction(() => recordIn(tables, account, end)),
  stand: (account: string, standing: Standing | null): void => standIn(tables, account, standing),
  keepNotice: (account: string, notice: Notice): void => {
    tables.rows(writeAccount.notice(account, notice.kind, JSON.stringify(notice, noticeFields)))
  },
})
