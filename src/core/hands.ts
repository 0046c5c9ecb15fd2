import { draftFound, type Shelf } from './replySearch.ts'
import type { Entry, Position, State } from './state.ts'

type InHand = Extract<State, { kind: 'drafted' | 'edited' | 'removed' }>

const isInHand = (state: State): state is InHand =>
  state.kind === 'drafted' || state.kind === 'edited' || state.kind === 'removed'

const isAt = (position: Position, { mailbox, uidValidity, envelopes }: Shelf): boolean =>
  mailbox === position.mailbox &&
  uidValidity === position.uidValidity &&
  envelopes.some(({ uid }) => uid === position.uid)

/** Whether only its position is news: the server had not told it, or the mailbox was renamed or made anew. */
const isMerelyFound = (before: InHand, { mailbox, uidValidity }: Position): boolean =>
  before.kind === 'drafted' && (before.uid === null || before.mailbox !== mailbox || before.uidValidity !== uidValidity)

/**
 * What the user did with a draft, by what lies in Drafts and what came to Sent; null when nothing changed. A mail client
 * replaces what is edited, so a draft that answers the notification at another UID is the user's now. One that is
 * nowhere was removed; it may still turn up again: clients remove a draft before they file what was sent.
 * What merely refers to the notification is no answer while the draft is there: the user may have forwarded it.
 */
export const handOf = (entry: Entry, shelves: readonly Shelf[]): State | null => {
  const { state } = entry
  if (!isInHand(state)) return null
  const sent = shelves.filter(({ place }) => place === 'sent')
  const drafts = shelves.filter(({ place }) => place === 'drafts')
  const answered = draftFound(sent, entry, 'answers')
  if (answered !== null) return answered
  if (state.kind !== 'removed' && drafts.some((shelf) => isAt(state, shelf))) return null
  const referring = draftFound(sent, entry, 'thread')
  if (referring !== null) return referring
  const found = draftFound(drafts, entry, 'thread')
  if (found === null) return state.kind === 'removed' ? null : { ...positionOf(state), kind: 'removed' }
  if (found.kind === 'drafted' && isMerelyFound(state, found)) return found
  if (found.kind === 'drafted') return { ...found, kind: 'edited', messageId: entry.replyMessageId }
  return found
}

const positionOf = ({ mailbox, uidValidity, uid }: Position): Position => ({ mailbox, uidValidity, uid })
