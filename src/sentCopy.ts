import { day } from './core/message.ts'
import { provesAbsence, type Shelf, sentFound } from './core/replySearch.ts'
import type { Entry, SentCopy, State } from './core/state.ts'
import { append, type Desk, moveTo } from './desk.ts'
import { markOf, readSince } from './shelves.ts'

type Sent = Extract<State, { kind: 'sent' }>
type Appending = Extract<SentCopy, { kind: 'appending' }>

/**
 * Sees to the copy in Sent of a reply that was submitted: looks whether the server has filed one, and appends one where
 * it has not, with the same care as for a draft. A Sent that cannot be read is waited for, for a day.
 */
export const fileCopy = async (entry: Entry, state: Sent, desk: Desk): Promise<null> => {
  const { copy } = state
  const enter = (next: SentCopy): null => {
    moveTo(entry, { ...state, copy: next }, desk)
    return null
  }
  if (copy.kind !== 'due' && copy.kind !== 'appending') return null
  const shelves = desk.shelves.sent === null ? [] : await readSince(entry, null, [], desk.shelves, desk)
  if (sentFound(shelves, entry)) return enter({ kind: 'filed' })
  const shelf = shelves.find(({ place }) => place === 'sent')
  if (shelf === undefined)
    return desk.now() - entry.stateAt < day ? null : enter({ kind: 'none', because: 'no Sent mailbox can be read' })
  return copy.kind === 'due' ? appendCopy(entry, enter, desk) : afterBreak(entry, copy, shelf, enter, desk)
}

type Enter = (copy: SentCopy) => null

const appendCopy = async (entry: Entry, enter: Enter, desk: Desk): Promise<null> => {
  const { mail, shelves, log } = desk
  if (entry.frozen === null || shelves.sent === null || !mail.alive()) return null
  const mark = markOf(shelves.sent)
  enter({ kind: 'appending', ...mark, brokenAt: null })
  const appended = await append(mark.mailbox, entry.frozen, 'sent', desk)
  if (appended.kind === 'rehearsed') return null
  if (appended.kind === 'stored') return enter({ kind: 'filed' })
  const { because } = appended
  log.warn('sent-copy-failed', { entry: entry.id, because })
  if (appended.kind === 'refused') return enter({ kind: 'none', because })
  return enter({ kind: 'appending', ...mark, brokenAt: desk.uptime() })
}

/** An APPEND of the copy whose answer did not come: repeated only when its absence is proven. */
const afterBreak = async (entry: Entry, copy: Appending, shelf: Shelf, enter: Enter, desk: Desk): Promise<null> => {
  const { account, uptime } = desk
  if (copy.brokenAt === null || copy.brokenAt > uptime()) return enter({ ...copy, brokenAt: uptime() })
  if (uptime() - copy.brokenAt < account.policy.settle) return null
  if (shelf.mailbox === copy.mailbox && provesAbsence(copy, shelf, entry)) return appendCopy(entry, enter, desk)
  return enter({ kind: 'none', because: 'the connection broke while it was stored, and Sent has changed since' })
}
