import type { Instant } from '../core/message.ts'
import type { Entry } from '../core/state.ts'
import { type AccountStatus, because, type Condition, countsOf, loginOf, outcomeOf } from './accountStatus.ts'
import { printable, renderColumns } from './columns.ts'
import { doubtsIn, doubtsInWords } from './doubts.ts'
import { moment } from './moments.ts'
import type { Style } from './style.ts'

const lastLine = ({ lastPoll }: AccountStatus, style: Style): readonly string[] => {
  if (lastPoll === null || lastPoll.error === null) return []
  const often = lastPoll.failures > 1 ? ` (${lastPoll.failures} failed polls in a row)` : ''
  return [style.bad(`last poll ${moment(lastPoll.endedAt)}: ${printable(lastPoll.error)}${often}`)]
}

/** A poll that is so late is not only slow. */
const allowance = 5 * 60_000

const nextLine = ({ standing }: AccountStatus, now: Instant, style: Style): readonly string[] => {
  const at = standing?.nextPollAt ?? null
  if (standing === null || at === null) return []
  if (at < now - allowance)
    return [style.warn(`the next poll was due at ${moment(at)}: is have-we-met run still running?`)]
  const because = standing.restsBecause === null ? '' : `: ${standing.restsBecause}`
  return [`next poll ${moment(at)}${because}${standing.watching ? ', or as soon as mail comes in' : ''}`]
}

const tokenLine = (account: AccountStatus, style: Style): readonly string[] =>
  loginOf(account) === 'token-expired'
    ? [style.bad('the access token was refused: it has expired, or was revoked')]
    : []

const pollLines = (account: AccountStatus, now: Instant, style: Style): string => {
  const { name, installedAt, lastGoodPoll } = account
  const installed = installedAt === null ? 'never polled' : `installed ${moment(installedAt)}`
  const good = lastGoodPoll === null ? style.warn('no good poll yet') : `last good poll ${moment(lastGoodPoll.endedAt)}`
  const more = [...lastLine(account, style), ...tokenLine(account, style), ...nextLine(account, now, style)]
  return [`${style.bold(name)}: ${installed}, ${good}`, ...more.map((line) => `  ${line}`), ''].join('\n')
}

const entryRow = (entry: Entry): readonly string[] => [
  entry.id,
  entry.inviter?.name ?? entry.kind,
  entry.sentAt === null ? '' : moment(entry.sentAt),
  outcomeOf(entry.state),
  because(entry.state) ?? '',
]

/** `drafted 3, note-present 2`, the most frequent first. */
const countsLine = (entries: readonly Entry[]): string =>
  Object.entries(countsOf(entries))
    .sort(([, one], [, other]) => other - one)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ')

const conditionLines = ({ paused, brokenTemplates }: Condition): readonly string[] => [
  ...(paused ? ['paused; have-we-met resume lets it go on'] : []),
  ...brokenTemplates.map(({ sentence }) => `broken template: ${printable(sentence)}`),
]

const accountPart = (account: AccountStatus, now: Instant, style: Style): string => {
  const met = account.entries.filter(({ kind }) => kind !== 'other')
  const table =
    met.length === 0
      ? 'no invitation met yet\n'
      : `${renderColumns(['ID', 'FROM', 'SENT', 'WHAT', 'WHY'], met.map(entryRow), style)}${countsLine(met)}\n`
  const doubts = doubtsInWords(doubtsIn(met)).map((line) => style.warn(`${line}\n`))
  return `${pollLines(account, now, style)}\n${table}${doubts.join('')}`
}

/** `status` for people: when it last worked and will again, and every invitation with what became of it. */
export const renderStatus = (
  accounts: readonly AccountStatus[],
  condition: Condition,
  now: Instant,
  style: Style,
): string =>
  [
    ...conditionLines(condition).map((line) => style.warn(`${line}\n\n`)),
    accounts.map((account) => accountPart(account, now, style)).join('\n'),
  ].join('')
