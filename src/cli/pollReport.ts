import { reasonInWords } from '../core/decision.ts'
import type { Delivery, Outcome, Summary } from '../core/outcome.ts'
import { renderColumns } from './columns.ts'
import { doubtsInWords } from './doubts.ts'
import type { Style } from './style.ts'

const noteWord = { absent: 'none', present: 'yes', unknown: 'unclear' } as const

const whatHappened = (outcome: Outcome): string => {
  const { decision, delivery } = outcome
  if (decision.kind === 'reply') return delivered(delivery)
  const because = reasonInWords(outcome)
  return `${decision.kind === 'defer' ? 'later: ' : ''}${decision.reason}: ${because}`
}

const delivered = ({ state, mailbox, because }: Delivery): string => {
  const why = because === null ? '' : `: ${because}`
  if (state === 'drafted') return `draft in ${mailbox}${why}`
  if (state === 'uncertain') return `uncertain: look into ${mailbox ?? 'Sent'}; ${because}`
  return state === 'none' ? (because ?? '') : `${state}${why}`
}

const paintWhat = (cell: string, style: Style): string => {
  if (/^(?:draft in|sent|would)/u.test(cell)) return style.good(cell)
  return /^(?:uncertain|failed)/u.test(cell) ? style.bad(cell) : cell
}

const row = (outcome: Outcome): readonly string[] => [
  outcome.notification.inviter?.name ?? outcome.subject.slice(0, 32),
  outcome.notification.kind,
  outcome.notification.note === null ? '' : noteWord[outcome.notification.note.kind],
  outcome.authenticity.level,
  whatHappened(outcome),
]

const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`

/** The table after a poll: what was found, decided and why. Mail of LinkedIn's that invites nobody is only counted. */
export const renderPoll = (outcomes: readonly Outcome[], style: Style): string => {
  const shown = outcomes.filter(({ notification }) => notification.kind !== 'other')
  const others = outcomes.length - shown.length
  const table =
    shown.length === 0
      ? ''
      : renderColumns(['FROM', 'KIND', 'NOTE', 'TRUST', 'WHAT AND WHY'], shown.map(row), style, (cell, column) =>
          column === 4 ? paintWhat(cell, style) : cell,
        )
  return others === 0 ? table : `${table}${style.dim(`and ${many(others, 'other message')} from LinkedIn`)}\n`
}

/** One line of counts; what needs the user's eye comes last. */
export const renderSummary = (
  summary: Summary,
  outcomes: readonly Outcome[],
  dryRun: boolean,
  style: Style,
): string => {
  if (summary.seen === 0) return 'nothing new from LinkedIn\n'
  const sent = outcomes.filter(({ delivery }) => delivery.state === 'sent').length
  const drafts = many(summary.replied - sent, 'draft')
  const parts = [
    `${summary.seen} seen`,
    style.good(dryRun ? `${many(summary.replied, 'reply', 'replies')} to give` : drafts),
    ...(sent > 0 ? [style.good(`${sent} sent`)] : []),
    `${summary.skipped} skipped`,
    ...(summary.deferred > 0 ? [`${summary.deferred} for later`] : []),
    ...(summary.uncertain > 0 ? [style.bad(`${summary.uncertain} uncertain`)] : []),
    ...(summary.failed > 0 ? [style.bad(`${summary.failed} failed`)] : []),
  ]
  const unclear = outcomes.filter(({ decision }) => decision.reason === 'note-unknown').length
  const doubts = doubtsInWords({ unrecognised: summary.unrecognised, unclear, uncertain: 0 })
  return `${parts.join(', ')}\n${doubts.map((line) => style.warn(`${line}\n`)).join('')}`
}

/** What became of replies that an earlier poll had left open. */
export const renderTakenUp = (deliveries: readonly (Delivery & { readonly who: string })[]): string =>
  deliveries.map((delivery) => `from an earlier poll: ${delivery.who}: ${delivered(delivery)}\n`).join('')

/** The replies a dry run would leave, each in full. */
export const renderReplies = (outcomes: readonly Outcome[], style: Style): string =>
  outcomes
    .flatMap(({ notification, reply }) =>
      reply === null
        ? []
        : [`\n${style.bold(`To ${notification.inviter?.name ?? 'the inviter'}: ${reply.subject}`)}\n\n${reply.text}`],
    )
    .join('')
