import { reasonInWords } from '../core/decision.ts'
import type { Instant } from '../core/message.ts'
import { renderColumns } from './columns.ts'
import type { Explained } from './explainReport.ts'
import { moment } from './moments.ts'
import { renderReplies } from './pollReport.ts'
import type { Style } from './style.ts'

/** An invitation, and what would have become of it. */
export interface Judged {
  readonly date: Instant | null
  readonly explained: Explained
}

type Mode = 'draft' | 'send'

const noteWord = { absent: 'none', present: 'yes', unknown: 'unclear' } as const

const fate = (explained: Explained, mode: Mode): string => {
  const { decision, onlyDraft } = explained
  if (decision.kind !== 'reply') return `${decision.reason}: ${reasonInWords(explained)}`
  return mode === 'send' && onlyDraft.length === 0 ? 'would have been sent a reply' : 'would have left a draft'
}

const row = ({ date, explained }: Judged, mode: Mode): readonly string[] => {
  const { inviter, note } = explained.notification
  const from = inviter?.name ?? explained.subject.slice(0, 32)
  return [date === null ? '' : moment(date), from, note === null ? '' : noteWord[note.kind], fate(explained, mode)]
}

/** Invitations that came, with what would have become of each, and in full the first reply that one would have got. */
export const renderHindsight = (judged: readonly Judged[], mode: Mode, style: Style): string => {
  const rows = judged.map((one) => row(one, mode))
  const table = renderColumns(['SENT', 'FROM', 'NOTE', 'WHAT AND WHY'], rows, style, (cell, column) =>
    column === 3 && cell.startsWith('would') ? style.good(cell) : cell,
  )
  const answered = judged.map(({ explained }) => explained).filter(({ reply }) => reply !== null)
  return `${table}${renderReplies(answered.slice(0, 1), style)}`
}
