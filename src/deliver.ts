import { type Delivery, noDelivery } from './core/outcome.ts'
import { attemptsIn, retryDelay } from './core/retries.ts'
import { asDraft, type Entry, type State } from './core/state.ts'
import { adopt, append, type Desk, moveTo, mustBeAlive } from './desk.ts'
import { elsewhereOf, markOf } from './shelves.ts'
import { submit } from './submit.ts'

/**
 * Delivers a reply whose bytes are frozen and of which none has left, or that was definitely refused: into Drafts, or
 * to the submission server where it is to be sent. What the account holds already is left as it is.
 */
export const deliver = async (entry: Entry, desk: Desk): Promise<Delivery> => {
  const held = await adopt(entry, desk)
  if (held !== null) return held
  if (entry.submitTo === null) return appendDraft(entry, desk)
  if (desk.submission !== null) return sendOrDraft(entry, desk)
  return appendInstead(entry, `mode is ${desk.account.mode}`, desk)
}

/** A reply that cannot be sent becomes a draft, where there is one to leave: the same words, for the user to use. */
const sendOrDraft = async (entry: Entry, desk: Desk): Promise<Delivery> => {
  const delivery = await submit(entry, desk)
  if (delivery.kind === 'settled') return delivery.delivery
  return appendInstead(entry, delivery.because, desk)
}

const appendInstead = async (entry: Entry, because: string, desk: Desk): Promise<Delivery> => {
  const draft: Entry = { ...asDraft(entry), state: { kind: 'planned' }, stateAt: desk.now() }
  desk.ledger.enter(draft)
  const delivery = await appendDraft(draft, desk)
  return { ...delivery, because: delivery.state === 'drafted' ? because : delivery.because }
}

/**
 * Appends the frozen bytes to Drafts. The intent is durable before any byte leaves; an APPEND whose answer did not come
 * is `uncertain` and never repeated blindly: a cut APPEND had usually been stored.
 * @throws OperatorError 75 when the connection is known to be lost: no byte leaves, the entry stays as it is
 */
const appendDraft = async (entry: Entry, desk: Desk): Promise<Delivery> => {
  const { shelves, log } = desk
  if (entry.frozen === null) return noDelivery
  mustBeAlive(desk)
  const mark = markOf(shelves.drafts)
  const elsewhere = elsewhereOf(shelves)
  moveTo(entry, { kind: 'appending', ...mark, elsewhere }, desk)
  const appended = await append(mark.mailbox, entry.frozen, 'draft', desk)
  if (appended.kind === 'rehearsed')
    return { ...noDelivery, messageId: entry.replyMessageId, because: 'would leave a draft' }
  if (appended.kind === 'stored') {
    const uidValidity = appended.uidValidity ?? mark.uidValidity
    log.info('drafted', { entry: entry.id, mailbox: mark.mailbox, uid: appended.uid })
    return moveTo(entry, { kind: 'drafted', mailbox: mark.mailbox, uidValidity, uid: appended.uid }, desk)
  }
  const { because } = appended
  const isRefused = appended.kind === 'refused'
  log.warn(isRefused ? 'append-refused' : 'append-uncertain', { entry: entry.id, because })
  const state: State = isRefused
    ? refusal(entry, because, desk)
    : { kind: 'uncertain', via: 'append', because, brokenAt: desk.uptime(), ...mark, elsewhere }
  return { ...moveTo(entry, state, desk), mailbox: mark.mailbox }
}

/** The server said NO (RFC 9051 §7.1.2): nothing is stored, and the same bytes are tried again. */
const refusal = ({ state }: Entry, error: string, { now }: Desk): State => {
  const attempts = attemptsIn(state) + 1
  return { kind: 'failed', error, attempts, retryAt: now() + retryDelay(attempts) }
}

/** Whether a definite refusal is to be tried again by now; one that is dated further ahead than any delay is, too. */
export const isDue = ({ state }: Entry, desk: Desk): boolean =>
  state.kind !== 'failed' || isPast(state.retryAt, desk.now())

const isPast = (retryAt: number | null, now: number): boolean =>
  retryAt !== null && (retryAt <= now || retryAt > now + retryDelay(Number.POSITIVE_INFINITY))
