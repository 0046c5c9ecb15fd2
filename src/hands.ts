import { handOf } from './core/hands.ts'
import { nameKeyOf } from './core/identity.ts'
import { day } from './core/message.ts'
import type { Entry, Position, State } from './core/state.ts'
import { type Desk, moveTo } from './desk.ts'
import type { Checkpoint } from './ledgerPort.ts'
import { readDraftsAndSent, type Stand } from './shelves.ts'

/** How long a draft that is gone is still looked for: a client may file what was sent much later, when it is online. */
const removedFor = 30 * day

/**
 * Notices what the user did with drafts: removed, edited or sent them. Nothing in the mailbox is touched, and nothing is
 * read where Drafts and Sent stand as they did.
 */
export const noticeHands = async (desk: Desk): Promise<void> => {
  const { account, ledger, now, shelves } = desk
  const inHand = ledger.inHand(account.name, now() - removedFor)
  const stands = [shelves.drafts, ...(shelves.sent === null ? [] : [shelves.sent])]
  if (inHand.length === 0 || !stands.some((stand) => hasChanged(stand, desk))) return
  const isBack = stands.some((stand) => hasTurnedBack(stand, ledger.seen(account.name, stand.mailbox), inHand))
  if (isBack) desk.log.warn('uidnext-went-back', { account: account.name })
  const since = Math.min(...inHand.map(({ sentAt, stateAt }) => sentAt ?? stateAt)) - day
  const sentMark = shelves.sent && ledger.seen(account.name, shelves.sent.mailbox)
  const sentBefore = sentMark && shelves.sent && { ...sentMark, mailbox: shelves.sent.mailbox }
  const read = await readDraftsAndSent(shelves, since, sentBefore, desk)
  for (const entry of inHand) {
    const state = handOf(entry, read)
    if (!isBack || state?.kind === 'sent-by-you') notice(entry, state, desk)
  }
  for (const { mailbox, ...seen } of stands) {
    if (read.some((shelf) => shelf.mailbox === mailbox)) ledger.see(account.name, mailbox, seen)
  }
}

/** UIDs never go down (RFC 9051 §2.3.1.1): a server that says so is not believed about what is gone, only about what is there. */
const hasTurnedBack = (stand: Stand, before: Checkpoint | null, inHand: readonly Entry[]): boolean =>
  (before !== null && before.uidValidity === stand.uidValidity && before.uidNext > stand.uidNext) ||
  inHand.some(({ state }) => isDraft(state) && isBeyond(state, stand))

const isDraft = (state: State): state is Extract<State, { kind: 'drafted' | 'edited' }> =>
  state.kind === 'drafted' || state.kind === 'edited'

const isBeyond = ({ mailbox, uidValidity, uid }: Position, stand: Stand): boolean =>
  mailbox === stand.mailbox && uidValidity === stand.uidValidity && uid !== null && uid >= stand.uidNext

const hasChanged = ({ mailbox, uidValidity, uidNext, messages }: Stand, { account, ledger }: Desk): boolean => {
  const before = ledger.seen(account.name, mailbox)
  return (
    before === null || before.uidValidity !== uidValidity || before.uidNext !== uidNext || before.messages !== messages
  )
}

const notice = (entry: Entry, state: ReturnType<typeof handOf>, desk: Desk): void => {
  if (state === null) return
  moveTo(entry, state, desk)
  if (state.kind !== 'drafted') desk.log.info('hands-noticed', { entry: entry.id, state: state.kind })
}

/** Drafts, and replies that are still to become one: what an accepted notice makes needless. */
const settledByNotice = ['planned', 'failed', 'uncertain', 'drafted', 'edited']

/**
 * LinkedIn told that the user and this person are connected: an invitation by the same name that came before needs no
 * reply any more. A draft that is there already stays, for the user to remove.
 */
export const noticeAccepted = (notice: Entry, desk: Desk): void => {
  const { account, ledger, now } = desk
  const open = [...ledger.unsettled(account.name), ...ledger.inHand(account.name, now())]
  for (const entry of open) {
    const isSame = entry.inviter !== null && notice.personKeys.includes(nameKeyOf(entry.inviter.name))
    const isLater = notice.sentAt === null || entry.sentAt === null || notice.sentAt >= entry.sentAt
    if (isSame && isLater && settledByNotice.includes(entry.state.kind)) moveTo(entry, { kind: 'accepted' }, desk)
  }
}
