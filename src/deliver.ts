import { AppendRefused } from './core/appendRefused.ts'
import { type Delivery, noDelivery } from './core/outcome.ts'
import type { Entry, State } from './core/state.ts'
import type { Clock, Ledger, Log, MailAccount } from './ports.ts'

/** Where drafts go, as it stood when the poll began. */
export interface Drafts {
  readonly path: string
  readonly uidValidity: string
  readonly uidNext: number
}

export interface Desk {
  readonly mail: MailAccount
  readonly drafts: Drafts
  readonly ledger: Ledger
  readonly now: Clock
  readonly log: Log
}

const deliveryOf = (entry: Entry, told: Partial<Delivery>): Delivery => ({
  ...noDelivery,
  messageId: entry.replyMessageId,
  ...told,
})

/**
 * Appends the frozen bytes of a planned (or definitely refused) entry. The intent is durable before any byte leaves;
 * an APPEND whose answer did not come is `uncertain` and never repeated blindly: a cut APPEND had usually been stored.
 */
export const deliverDraft = async (entry: Entry, desk: Desk): Promise<Delivery> => {
  const { path, uidValidity, uidNext } = desk.drafts
  const move = (state: State): void => desk.ledger.move(entry.id, state, desk.now())
  if (entry.frozen === null) return noDelivery
  move({ kind: 'appending', mailbox: path, uidValidity, uidNext })
  try {
    const appended = await desk.mail.append(path, entry.frozen)
    if (appended.kind === 'rehearsed') return deliveryOf(entry, { state: 'none', because: 'dry run' })
    move({ kind: 'drafted', mailbox: path, uid: appended.uid })
    desk.log.info('drafted', { entry: entry.id, mailbox: path, uid: appended.uid })
    return deliveryOf(entry, { state: 'drafted', mailbox: path, uid: appended.uid })
  } catch (error) {
    return missed(entry, error, desk)
  }
}

const missed = (entry: Entry, error: unknown, { drafts, ledger, now, log }: Desk): Delivery => {
  const because = error instanceof Error ? error.message : String(error)
  const refused = error instanceof AppendRefused
  const state: State = refused
    ? { kind: 'failed', error: because }
    : { kind: 'uncertain', because, mailbox: drafts.path, uidValidity: drafts.uidValidity, uidNext: drafts.uidNext }
  ledger.move(entry.id, state, now())
  log.warn(refused ? 'append-refused' : 'append-uncertain', { entry: entry.id, because })
  return deliveryOf(entry, { state: state.kind, mailbox: drafts.path, because })
}

/**
 * Takes up what an earlier poll left open, before anything new is decided: bytes that never left, or that the server
 * refused, are appended; where the outcome is unknown, Drafts is looked through for the reply's msg-id first.
 */
export const takeUp = async (account: string, desk: Desk): Promise<readonly Delivery[]> => {
  const deliveries: Delivery[] = []
  for (const entry of desk.ledger.unsettled(account)) {
    const { state } = entry
    if (state.kind === 'planned' || state.kind === 'failed') deliveries.push(await deliverDraft(entry, desk))
    else if (state.kind === 'appending' || state.kind === 'uncertain')
      deliveries.push(await lookFor(entry, state, desk))
  }
  return deliveries
}

type Doubtful = Extract<State, { kind: 'appending' | 'uncertain' }>

const lookFor = async (entry: Entry, state: Doubtful, desk: Desk): Promise<Delivery> => {
  const uid = await findReply(entry, state, desk)
  if (uid !== null) {
    desk.ledger.move(entry.id, { kind: 'drafted', mailbox: state.mailbox, uid }, desk.now())
    desk.log.info('draft-found', { entry: entry.id, mailbox: state.mailbox, uid })
    return deliveryOf(entry, { state: 'drafted', mailbox: state.mailbox, uid })
  }
  const because = state.kind === 'uncertain' ? state.because : 'the program ended while the draft was under way'
  if (state.kind === 'appending') desk.ledger.move(entry.id, { ...state, kind: 'uncertain', because }, desk.now())
  return deliveryOf(entry, { state: 'uncertain', mailbox: state.mailbox, because })
}

/** Envelopes of every UID since the intent; of the whole mailbox when UIDVALIDITY changed meanwhile. */
const findReply = async (entry: Entry, state: Doubtful, { mail, drafts }: Desk): Promise<number | null> => {
  if (state.mailbox !== drafts.path) return null
  return mail.examine(state.mailbox, async ({ uidValidity, uidNext, envelopes }) => {
    const first = uidValidity === state.uidValidity ? state.uidNext : 1
    const found = await envelopes({ first, last: uidNext - 1 })
    return found.find(({ messageId }) => messageId === entry.replyMessageId)?.uid ?? null
  })
}
