import { isLeftToUser, leftBecause } from './core/doubt.ts'
import { day } from './core/message.ts'
import { type Delivery, deliveryIn } from './core/outcome.ts'
import { draftFound, provesAbsence, type Shelf, sentFound } from './core/replySearch.ts'
import type { Entry, State } from './core/state.ts'
import { deliver, isDue } from './deliver.ts'
import { type Desk, moveTo } from './desk.ts'
import { fileCopy } from './sentCopy.ts'
import { readSince } from './shelves.ts'
import { guarded } from './walk.ts'

type Uncertain = Extract<State, { kind: 'uncertain' }>
type Unappended = Extract<Uncertain, { via: 'append' }>

/** How long a reply of unknown outcome is looked for in Sent before it is left to the user, in milliseconds. */
const searchTime = 30 * 60_000

/** How long it is still looked for after that. */
const patience = day

/** What became of a reply that an earlier poll had left open. */
export interface TakenUp extends Delivery {
  /** The inviter, as people know him. */
  readonly who: string
}

/**
 * Takes up what an earlier poll left open, before anything new is decided: bytes that never left, or that were
 * definitely refused, are delivered; where the outcome is unknown, the reply is looked for first.
 * @param stopping no other is begun once it says so
 */
export const takeUp = async (desk: Desk, stopping: () => boolean): Promise<readonly TakenUp[]> => {
  const taken: TakenUp[] = []
  for (const entry of desk.ledger.unsettled(desk.account.name)) {
    if (stopping()) break
    const delivery = await guarded(() => takeUpOne(entry, desk), desk.log)
    if (delivery !== null && delivery !== 'broken') taken.push({ ...delivery, who: entry.inviter?.name ?? entry.id })
  }
  return taken
}

/** null: it has to wait, or there is nothing to tell. */
const takeUpOne = async (entry: Entry, desk: Desk): Promise<Delivery | null> => {
  const { state } = entry
  if (state.kind === 'planned' || state.kind === 'failed') return isDue(entry, desk) ? deliver(entry, desk) : null
  if (state.kind === 'sent') return fileCopy(entry, state, desk)
  if (isOver(entry, desk)) return deliveryIn(state, entry.replyMessageId)
  const doubt = doubtIn(state, desk)
  if (doubt === null) return null
  if (doubt !== state) moveTo(entry, doubt, desk)
  return doubt.via === 'append' ? lookForDraft(entry, doubt, desk) : lookForSent(entry, doubt, desk)
}

/**
 * The doubt that a state is. A process that was killed has left no word of when its line died, so the time is counted
 * from now on; likewise when the machine was started anew meanwhile, unless that time was over before.
 */
const doubtIn = (state: State, { uptime }: Desk): Uncertain | null => {
  const dead = { because: 'the program ended while the reply was under way', brokenAt: uptime() }
  if (state.kind === 'appending') return { ...state, kind: 'uncertain', via: 'append', ...dead }
  if (state.kind === 'submitting') return { kind: 'uncertain', via: 'submission', elsewhere: state.elsewhere, ...dead }
  if (state.kind !== 'uncertain') return null
  return state.brokenAt > uptime() && !isLeftToUser(state) ? { ...state, brokenAt: uptime() } : state
}

/** Whether it was left to the user so long ago that nobody looks any more. */
const isOver = ({ state, stateAt }: Entry, { now }: Desk): boolean => isLeftToUser(state) && now() - stateAt > patience

/** Whether the line has been dead for so many milliseconds. */
const isDeadFor = (time: number, doubt: Uncertain, { uptime }: Desk): boolean =>
  isLeftToUser(doubt) || uptime() - doubt.brokenAt >= time

/** Looks where the draft may be; appends it again only when its absence is proven. */
const lookForDraft = async (entry: Entry, doubt: Unappended, desk: Desk): Promise<Delivery> => {
  const { account, log, shelves } = desk
  const found = await readSince(entry, doubt, doubt.elsewhere, shelves, desk)
  const state = draftFound(found, entry, 'thread')
  if (state !== null) {
    log.info('reply-found', { entry: entry.id, state: state.kind })
    return moveTo(entry, state, desk)
  }
  if (!isDeadFor(account.policy.settle, doubt, desk))
    return deliveryIn(doubt, entry.replyMessageId, `${doubt.because}; it is looked for again`)
  if (!isAbsent(found, entry, doubt)) return leftToUser(entry, doubt, desk)
  log.info('draft-absent', { entry: entry.id })
  return deliver(entry, desk)
}

const isAbsent = (found: readonly Shelf[], entry: Entry, doubt: Unappended): boolean =>
  found.some((shelf) => shelf.mailbox === doubt.mailbox && provesAbsence(doubt, shelf, entry))

/** Looks for a submitted reply in Sent; it is never sent again. */
const lookForSent = async (entry: Entry, doubt: Uncertain, desk: Desk): Promise<Delivery> => {
  const { log, shelves } = desk
  const found = await readSince(entry, null, doubt.elsewhere, shelves, desk)
  if (sentFound(found, entry)) {
    log.info('reply-found', { entry: entry.id, state: 'sent' })
    return moveTo(entry, { kind: 'sent', response: 'found in Sent', copy: { kind: 'filed' } }, desk)
  }
  if (isDeadFor(searchTime, doubt, desk)) return leftToUser(entry, doubt, desk)
  return deliveryIn(doubt, entry.replyMessageId, `${doubt.because}; it is looked for in Sent`)
}

const leftToUser = (entry: Entry, doubt: Uncertain, desk: Desk): Delivery => {
  if (isLeftToUser(doubt)) return deliveryIn(doubt, entry.replyMessageId)
  const because = leftBecause[doubt.via]
  desk.log.warn('left-to-you', { entry: entry.id, because })
  return moveTo(entry, { ...doubt, because }, desk)
}
