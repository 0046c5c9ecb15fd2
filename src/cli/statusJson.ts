import type { Instant } from '../core/message.ts'
import type { Entry } from '../core/state.ts'
import { type AccountStatus, because, type Condition, countsOf, loginOf } from './accountStatus.ts'
import { doubtsIn } from './doubts.ts'

const iso = (instant: Instant | null): string | null =>
  instant === null
    ? null
    : new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' })
        .format(instant)
        .replace(' ', 'T')
        .concat('Z')

const entryJson = (entry: Entry) => ({
  id: entry.id,
  messageId: entry.messageKey.startsWith('<') ? entry.messageKey : null,
  mailbox: entry.mailbox,
  uid: entry.uid,
  kind: entry.kind,
  inviter: entry.inviter,
  sentAt: iso(entry.sentAt),
  state: entry.state.kind,
  reason: entry.state.kind === 'skipped' ? entry.state.reason : null,
  because: because(entry.state),
  stateAt: iso(entry.stateAt),
})

const accountJson = (account: AccountStatus) => {
  const { name, installedAt, lastPoll, lastGoodPoll, standing, entries } = account
  const { unrecognised, unclear } = doubtsIn(entries)
  return {
    name,
    installedAt: iso(installedAt),
    lastPoll: lastPoll && { endedAt: iso(lastPoll.endedAt), error: lastPoll.error, exitCode: lastPoll.exitCode },
    lastGoodPoll: lastGoodPoll && { endedAt: iso(lastGoodPoll.endedAt) },
    failedPolls: lastPoll?.failures ?? 0,
    login: loginOf(account),
    nextPoll: standing && { at: iso(standing.nextPollAt), rests: standing.restsBecause },
    watching: standing?.watching ?? null,
    unknownLayouts: unrecognised,
    unclearNotes: unclear,
    counts: countsOf(entries),
    entries: entries.filter(({ kind }) => kind !== 'other').map(entryJson),
  }
}

/** `status --json`: one object; absent things are null. Mail of LinkedIn's that invites nobody is only counted. */
export const statusJson = (accounts: readonly AccountStatus[], { paused, brokenTemplates }: Condition): string =>
  `${JSON.stringify({
    paused,
    brokenTemplates: brokenTemplates.map(({ file, sentence }) => ({ file, error: sentence })),
    accounts: accounts.map(accountJson),
  })}\n`
