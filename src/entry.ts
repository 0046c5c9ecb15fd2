import type { Assessed, Grounds } from './assess.ts'
import type { RuleName } from './core/decision.ts'
import { entryIdsOf, invitationKeyOf, nameKeyOf, personKeysOf, soughtKeysOf } from './core/identity.ts'
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
  readonly messageKey: string
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

/** Message-IDs are written by strangers, who can make two of one short name. */
const idOf = (messageKey: string, { account, ledger }: Bookkeeping): string => {
  const { short, long } = entryIdsOf(account.name, messageKey)
  const named = ledger.byId(short)
  return named === null || named.messageKey === messageKey ? short : long
}

/** Why a notice might be anybody's; such a one settles nothing. */
const doubts: readonly RuleName[] = ['forged', 'unverified', 'dns-unavailable']

const keysOf = (message: Message, { notification, rules }: Assessed): readonly string[] => {
  if (notification.kind !== 'accepted') return personKeysOf(notification)
  if (rules.some(({ rule, verdict }) => doubts.includes(rule) && verdict !== 'pass')) return []
  const name = notification.inviter?.name ?? senderName(message)
  return [...(name === null ? [] : [nameKeyOf(name)]), ...personKeysOf(notification)]
}

/** The entry of a message as it stands before a reply: what is known of it, and no more of it than that. */
export const entryOf = (message: Message, assessed: Assessed, place: Place, pass: Bookkeeping): Entry => {
  const { notification } = assessed
  const { messageKey } = place
  return {
    id: idOf(messageKey, pass),
    account: pass.account.name,
    messageKey,
    mailbox: place.mailbox,
    uidValidity: place.uidValidity,
    uid: place.fetched.uid,
    kind: notification.kind,
    inviter: notification.inviter,
    invitationKey: invitationKeyOf(notification),
    personKeys: keysOf(message, assessed),
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
