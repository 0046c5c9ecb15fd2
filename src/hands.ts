import { handOf } from './core/hands.ts'
import { nameKeyOf } from './core/identity.ts'
import type { Seen } from './core/ledgerBook.ts'
import { day } from './core/message.ts'
import type { Entry, Position, State } from './core/state.ts'
import { type Desk, moveTo } from './desk.ts'
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
  const looks = [shelves.drafts, shelves.sent].flatMap((stand): readonly Look[] =>
    stand === null ? [] : [{ stand, before: ledger.seen(account.name, stand.mailbox) }],
  )
  if (inHand.length === 0 || !looks.some(hasChanged)) return
  const isBack = looks.some((look) => hasTurnedBack(look, inHand))
  if (isBack) desk.log.warn('uidnext-went-back', { account: account.name })
  const since = Math.min(...inHand.map(({ sentAt, stateAt }) => sentAt ?? stateAt)) - day
  const sent = looks.find(({ stand }) => stand === shelves.sent)
  const sentBefore = sent?.before ? { ...sent.before, mailbox: sent.stand.mailbox } : null
  const read = await readDraftsAndSent(shelves, since, sentBefore, desk)
  for (const entry of inHand) {
    const state = handOf(entry, read)
    if (!isBack || state?.kind === 'sent-by-you') notice(entry, state, desk)
  }
  for (const { mailbox, ...seen } of looks.map(({ stand }) => stand)) {
    if (read.some((shelf) => shelf.mailbox === mailbox)) ledger.see(account.name, mailbox, seen)
  }
}

/** How a mailbox stands, and how it stood when it was looked at last. */
interface Look {
  readonly stand: Stand
  readonly before: Seen | null
}

const hasChanged = ({ stand, before }: Look): boolean =>
  before === null ||
  before.uidValidity !== stand.uidValidity ||
  before.uidNext !== stand.uidNext ||
  before.messages !== stand.messages

/** UIDs never go down (RFC 9051 §2.3.1.1): a server that says so is not believed about what is gone, only about what is there. */
const hasTurnedBack = ({ stand, before }: Look, inHand: readonly Entry[]): boolean =>
  (before?.uidValidity === stand.uidValidity && before.uidNext > stand.uidNext) ||
  inHand.some(({ state }) => isDraft(state) && isBeyond(state, stand))

const isDraft = (state: State): state is Extract<State, { kind: 'drafted' | 'edited' }> =>
  state.kind === 'drafted' || state.kind === 'edited'

const isBeyond = ({ mailbox, uidValidity, uid }: Position, stand: Stand): boolean =>
  mailbox === stand.mailbox && uidValidity === stand.uidValidity && uid !== null && uid >= stand.uidNext

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
