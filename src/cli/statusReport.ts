import type { Instant } from '../core/message.ts'
import type { Entry, State } from '../core/state.ts'
import { printable, renderColumns } from './columns.ts'
import { type Doubts, doubtsInWords } from './doubts.ts'
import type { Style } from './style.ts'

interface PollTold {
  readonly endedAt: Instant
  readonly error: string | null
}

/** What is known of one account, for `status`. */
export interface AccountStatus {
  readonly name: string
  readonly installedAt: Instant | null
  readonly lastPoll: PollTold | null
  readonly lastGoodPoll: PollTold | null
  readonly entries: readonly Entry[]
}

const iso = (instant: Instant | null): string | null =>
  instant === null
    ? null
    : new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' })
        .format(instant)
        .replace(' ', 'T')
        .concat('Z')

/** Local time to the minute, for people. */
export const moment = (instant: Instant): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(instant)

/** What the state says beyond its name. */
const because = (state: State): string | null => {
  switch (state.kind) {
    case 'skipped':
    case 'uncertain':
      return state.because
    case 'failed':
      return `${state.error}; it is ${state.retryAt === null ? 'not tried again' : `tried again from ${moment(state.retryAt)} on`}`
    case 'drafted':
    case 'edited':
    case 'sent-by-you':
      return `in ${state.mailbox}`
    case 'sent':
      return state.response
    default:
      return null
  }
}

const outcomeOf = (state: State): string => (state.kind === 'skipped' ? state.reason : state.kind)

const counts = (entries: readonly Entry[]): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {}
  for (const { state } of entries) found[outcomeOf(state)] = (found[outcomeOf(state)] ?? 0) + 1
  return found
}

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

/** What concerns all accounts. */
interface Condition {
  readonly paused: boolean
  readonly brokenTemplates: readonly { readonly file: string; readonly sentence: string }[]
}

/** `status --json`: one object; absent things are null. Mail of LinkedIn's that invites nobody is only counted. */
export const statusJson = (accounts: readonly AccountStatus[], { paused, brokenTemplates }: Condition): string =>
  `${JSON.stringify({
    paused,
    brokenTemplates: brokenTemplates.map(({ file, sentence }) => ({ file, error: sentence })),
    accounts: accounts.map(({ name, installedAt, lastPoll, lastGoodPoll, entries }) => ({
      name,
      installedAt: iso(installedAt),
      lastPoll: lastPoll === null ? null : { endedAt: iso(lastPoll.endedAt), error: lastPoll.error },
      lastGoodPoll: lastGoodPoll === null ? null : { endedAt: iso(lastGoodPoll.endedAt) },
      counts: counts(entries),
      entries: entries.filter(({ kind }) => kind !== 'other').map(entryJson),
    })),
  })}\n`

const pollLine = ({ name, installedAt, lastPoll, lastGoodPoll }: AccountStatus, style: Style): string => {
  const installed = installedAt === null ? 'never polled' : `installed ${moment(installedAt)}`
  const good = lastGoodPoll === null ? style.warn('no good poll yet') : `last good poll ${moment(lastGoodPoll.endedAt)}`
  const bad = lastPoll?.error ? `\n  ${style.bad(`last poll ${moment(lastPoll.endedAt)}: ${lastPoll.error}`)}` : ''
  return `${style.bold(name)}: ${installed}, ${good}${bad}\n`
}

const entryRow = (entry: Entry): readonly string[] => [
  entry.id,
  entry.inviter?.name ?? entry.kind,
  entry.sentAt === null ? '' : moment(entry.sentAt),
  outcomeOf(entry.state),
  because(entry.state) ?? '',
]

/** How many of the entries are in doubt. */
export const doubtsIn = (entries: readonly Entry[]): Doubts => ({
  unrecognised: entries.filter(({ kind }) => kind === 'unrecognised').length,
  unclear: entries.filter(({ state }) => state.kind === 'skipped' && state.reason === 'note-unknown').length,
  uncertain: entries.filter(({ state }) => state.kind === 'uncertain').length,
})

const conditionLines = ({ paused, brokenTemplates }: Condition): readonly string[] => [
  ...(paused ? ['paused; have-we-met resume lets it go on'] : []),
  ...brokenTemplates.map(({ sentence }) => `broken template: ${printable(sentence)}`),
]

/** `status` for people: when it last worked, and every invitation with what became of it. */
export const renderStatus = (accounts: readonly AccountStatus[], condition: Condition, style: Style): string => {
  const parts = accounts.map((account) => {
    const met = account.entries.filter(({ kind }) => kind !== 'other')
    const table =
      met.length === 0
        ? 'no invitation met yet\n'
        : renderColumns(['ID', 'FROM', 'SENT', 'WHAT', 'WHY'], met.map(entryRow), style)
    return `${pollLine(account, style)}\n${table}${doubtsInWords(doubtsIn(met))
      .map((line) => style.warn(`${line}\n`))
      .join('')}`
  })
  return [...conditionLines(condition).map((line) => style.warn(`${line}\n\n`)), parts.join('\n')].join('')
}
