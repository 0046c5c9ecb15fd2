import { AppendRefused } from './core/appendRefused.ts'
import type { Delivery } from './core/outcome.ts'
import { provesAbsence, type Shelf, sentFound } from './core/replySearch.ts'
import type { Entry, SentCopy, State } from './core/state.ts'
import { type Desk, moveTo } from './desk.ts'
import { markOf, readShelves } from './shelves.ts'

type Sent = Extract<State, { kind: 'sent' }>
type Appending = Extract<SentCopy, { kind: 'appending' }>

/**
 * Sees to the copy in Sent of a reply that was submitted: looks whether the server has filed one, and appends one where
 * it has not, with the same care as for a draft.
 * @returns null, or the delivery when there is something to tell
 */
export const fileCopy = async (entry: Entry, state: Sent, desk: Desk): Promise<Delivery | null> => {
  const { copy } = state
  const enter = (next: SentCopy): null => {
    moveTo(entry, { ...state, copy: next }, desk)
    return null
  }
  const { sent } = desk.shelves
  if (sent === null) return enter({ kind: 'none', because: 'the account has no Sent mailbox' })
  if (copy.kind !== 'due' && copy.kind !== 'appending') return null
  const shelves = await readShelves(desk.shelves, (entry.sentAt ?? entry.stateAt) - 24 * 60 * 60_000, desk)
  if (sentFound(shelves, entry)) return enter({ kind: 'filed' })
  if (copy.kind === 'due') return appendCopy(entry, enter, desk)
  return afterBreak(entry, copy, shelves, enter, desk)
}

type Enter = (copy: SentCopy) => null

const appendCopy = async (entry: Entry, enter: Enter, desk: Desk): Promise<null> => {
  const { mail, shelves, log } = desk
  if (entry.frozen === null || shelves.sent === null || !mail.alive()) return null
  const mark = markOf(shelves.sent)
  enter({ kind: 'appending', ...mark, brokenAt: null })
  const appended = await mail.append(mark.mailbox, entry.frozen, 'sent').catch((error: unknown) => ({ error }))
  if (!('error' in appended)) return appended.kind === 'rehearsed' ? null : enter({ kind: 'filed' })
  const { error } = appended
  const because = error instanceof Error ? error.message : String(error)
  log.warn('sent-copy-failed', { entry: entry.id, because })
  if (error instanceof AppendRefused) return enter({ kind: 'none', because })
  return enter({ kind: 'appending', ...mark, brokenAt: desk.uptime() })
}

/** An APPEND of the copy whose answer did not come: repeated only when its absence is proven. */
const afterBreak = async (
  entry: Entry,
  copy: Appending,
  shelves: readonly Shelf[],
  enter: Enter,
  desk: Desk,
): Promise<null> => {
  const { account, uptime } = desk
  if (copy.brokenAt === null || copy.brokenAt > uptime()) return enter({ ...copy, brokenAt: uptime() })
  if (uptime() - copy.brokenAt < account.policy.settle) return null
  const sent = shelves.find(({ place, mailbox }) => place === 'sent' && mailbox === copy.mailbox)
  if (sent !== undefined && provesAbsence(copy, sinceMark(sent, copy), entry)) return appendCopy(entry, enter, desk)
  return enter({ kind: 'none', because: 'the connection broke while it was stored, and Sent has changed since' })
}

const sinceMark = (shelf: Shelf, { uidNext }: Appending): Shelf => ({
  ...shelf,
  envelopes: shelf.envelopes.filter(({ uid }) => uid >= uidNext),
})
