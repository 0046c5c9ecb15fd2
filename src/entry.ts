import type { Assessed, Grounds } from './assess.ts'
import { entryIdOf, invitationKeyOf, messageKeyOf, nameKeyOf, personKeysOf, soughtKeysOf } from './core/identity.ts'
import type { Notification } from './core/kinds.ts'
import { askedFor } from './core/ledgerStatements.ts'
import { day, type Instant, type Message } from './core/message.ts'
import { senderName } from './core/notification.ts'
import type { AccountFacts } from './core/rule.ts'
import type { Account } from './core/settings.ts'
import type { Entry } from './core/state.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Clock, Fetched } from './ports.ts'

/** A message where it was met. */
export interface Place {
  readonly mailbox: string
  readonly uidValidity: string
  readonly fetched: Fetched
}

/** What of a pass the ledger is asked and told with. */
interface Bookkeeping {
  readonly account: Account
  readonly grounds: Grounds
  readonly fingerprint: string
  readonly since: Instant | null
  readonly installedAt: Instant
  readonly ledger: Ledger
  readonly now: Clock
  /** How many replies this poll has given so far. */
  readonly replies: number
}

/** What the rules may know of the account, as the ledger stands. `known`: the entry of this very message. */
export const factsOf = (
  notification: Notification,
  { mailbox, fetched }: Place,
  known: Entry | null,
  pass: Bookkeeping,
): AccountFacts => {
  const { account, grounds, ledger, now } = pass
  const invitationKey = invitationKeyOf(notification)
  const personKeys = soughtKeysOf(notification)
  const { inviter } = notification
  return {
    own: grounds.user.own,
    installedAt: pass.installedAt,
    arrivedAt: fetched.arrivedAt,
    isFirstLook: ledger.checkpoint(account.name, mailbox) === null,
    known,
    since: pass.since ?? (known?.fingerprint === askedFor ? 0 : null),
    answered: invitationKey === null ? null : ledger.answered(account.name, invitationKey),
    asked: ledger.asked(account.name, personKeys),
    accepted: inviter === null ? null : ledger.accepted(account.name, [nameKeyOf(inviter.name), ...personKeys]),
    repliesThisPoll: pass.replies,
    repliesToday: ledger.repliesSince(account.name, now() - day),
  }
}

/** The entry of a message as it stands before a reply: what is known of it, and no more of it than that. */
export const entryOf = (message: Message, { notification }: Assessed, place: Place, pass: Bookkeeping): Entry => {
  const messageKey = messageKeyOf(message.messageId, place.fetched.bytes)
  const accepted = notification.kind === 'accepted' ? (notification.inviter?.name ?? senderName(message)) : null
  return {
    id: entryIdOf(pass.account.name, messageKey),
    account: pass.account.name,
    messageKey,
    mailbox: place.mailbox,
    uidValidity: place.uidValidity,
    uid: place.fetched.uid,
    kind: notification.kind,
    inviter: notification.inviter,
    invitationKey: invitationKeyOf(notification),
    personKeys: [...(accepted === null ? [] : [nameKeyOf(accepted)]), ...personKeysOf(notification)],
    sentAt: message.date,
    state: { kind: 'planned' },
    stateAt: pass.now(),
    fingerprint: pass.fingerprint,
    replyMessageId: null,
    submitTo: null,
    frozen: null,
    fallback: null,
  }
}
