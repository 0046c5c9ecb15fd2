import type { Verdict } from '../core/decision.ts'
import type { Note } from '../core/kinds.ts'
import type { Outcome } from '../core/outcome.ts'
import { printable, renderColumns } from './columns.ts'
import type { Style } from './style.ts'

/** An outcome, and why its reply would not be sent by itself: for people, not for `--json`. */
export interface Explained extends Outcome {
  readonly onlyDraft: readonly string[]
}

const noteText = (note: Note | null): string => {
  if (note === null) return 'has no place in such a message'
  if (note.kind === 'absent') return 'none'
  return note.kind === 'present' ? `yes: ${note.text}` : `unclear: ${note.because}`
}

const sendingText = ({ decision, onlyDraft }: Explained): string => {
  if (decision.kind !== 'reply') return 'nothing: there is no reply'
  return onlyDraft.length === 0 ? 'could be sent by itself' : `stays a draft: ${onlyDraft.join('; ')}`
}

const facts = (explained: Explained): readonly (readonly string[])[] => {
  const { notification, authenticity, recipient, subject, messageId } = explained
  const { inviter, template, layout } = notification
  return [
    ['Subject', subject],
    ['Message-ID', messageId ?? 'none'],
    ['Kind', `${notification.kind} (${notification.because})`],
    ['Layout', layout ?? (template === null ? 'none' : `none for ${template}`)],
    ['Inviter', inviter === null ? 'unknown' : [inviter.name, inviter.headline].filter(Boolean).join(', ')],
    ['Profile', inviter?.profile ?? 'none'],
    ['Invitation', notification.invitationId ?? 'no id'],
    ['Language', notification.language ?? 'unknown'],
    ['Note', noteText(notification.note)],
    ['Trust', `${authenticity.level}: ${authenticity.because}`],
    [
      'Reply goes',
      recipient.kind === 'on-site'
        ? `nowhere by mail (on-site): ${recipient.because}`
        : `to ${recipient.address} (${recipient.kind})`,
    ],
    ['Sending', sendingText(explained)],
  ]
}

const mark: Readonly<Record<Verdict, string>> = { pass: 'ok', skip: 'skip', defer: 'later', 'not-checked': '-' }

const paintVerdict = (cell: string, style: Style): string => {
  if (cell.startsWith('ok')) return style.good(cell)
  return cell.startsWith('-') ? style.dim(cell) : style.bad(cell)
}

/** One message on one screen: what was read, what every rule says, and the reply it would get. */
export const renderExplanation = (source: string, outcome: Explained, style: Style): string => {
  const { decision, rules, reply } = outcome
  const verdict =
    decision.kind === 'reply' ? style.good('would be answered') : style.bad(`${decision.kind}: ${decision.reason}`)
  const shown = rules.filter(({ verdict: one, rule }) => one !== 'pass' || !byKind.has(rule))
  const read = facts(outcome).map(([name = '', text = '']) => `${style.dim(name.padEnd(11))} ${printable(text)}\n`)
  const table = renderColumns(
    ['RULE', '', 'BECAUSE'],
    shown.map((one) => [one.rule, mark[one.verdict], one.because]),
    style,
    (cell, column) => (column === 1 ? paintVerdict(cell, style) : cell),
  )
  const letter =
    reply === null
      ? ''
      : `\n${style.bold(reply.subject)} ${style.dim(`(${reply.template}, ${reply.language})`)}\n\n${reply.text}`
  return `${style.bold(source)}: ${verdict}\n\n${read.join('')}\n${table}${letter}`
}

/** Rules by kind say in seven lines what the line `Kind` has said already. */
const byKind: ReadonlySet<string> = new Set([
  'unrecognised',
  'accepted',
  'digest',
  'guest-invitation',
  'guest-reminder',
  'reminder',
  'other',
])
