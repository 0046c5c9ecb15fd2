import { type Assessed, assess, compose, type Grounds } from './assess.ts'
import {
  entryIdOf,
  invitationKeyOf,
  messageKeyOf,
  nameKeyOf,
  personKeysOf,
  replyMessageIdFor,
  soughtKeysOf,
} from './core/identity.ts'
import type { Notification } from './core/kinds.ts'
import { day, type Instant, type Message } from './core/message.ts'
import { senderName } from './core/notification.ts'
import type { Delivery, Outcome, ReplyText, Summary } from './core/outcome.ts'
import { emptySummary, noDelivery } from './core/outcome.ts'
import type { AccountFacts } from './core/rule.ts'
import type { Account } from './core/settings.ts'
import type { Entry } from './core/state.ts'
import { type Desk, deliverDraft, takeUp } from './deliver.ts'
import type { Clock, Encode, Fetched, Ledger, Log, MailAccount, OpenMailbox, Parse } from './ports.ts'
import { draftsOf, mailboxesToScan } from './scan.ts'
import { type Look, statusOf, walkThrough } from './walk.ts'

/** One pass over one account: everything it touches, and what it rests on. */
export interface Pass {
  readonly account: Account
  readonly gmail: boolean
  readonly grounds: Grounds
  /** See `fingerprintOf`: doubtful skips decided under another one are looked at again. */
  readonly fingerprint: string
  /** An explicit `--since`, or null. */
  readonly since: Instant | null
  readonly connect: () => Promise<MailAccount>
  readonly ledger: Ledger
  readonly parse: Parse
  readonly encode: Encode
  readonly now: Clock
  readonly log: Log
  /** Called for every message that was looked at, as soon as it is settled. */
  readonly report: (outcome: Outcome) => void
  /** True once the program is asked to end: the message in hand is finished, no other is begun. */
  readonly stopping: () => boolean
}

export interface PollResult {
  readonly summary: Summary
  /** What became of replies that an earlier poll had left open. */
  readonly takenUp: readonly Delivery[]
}

/**
 * One pass: take up what is open, then for each mailbox fetch, parse, read, decide, compose, intend, deliver, enter.
 * The only place where that order is written.
 * @throws OperatorError when the account cannot be reached, has no Drafts, or a template is broken; nothing is lost,
 * because the checkpoint only passes what the ledger holds
 */
export const poll = async (pass: Pass): Promise<PollResult> => {
  const { account, ledger, now, log } = pass
  const installedAt = ledger.install(account.name, now())
  const mail = await pass.connect()
  try {
    const all = await mail.list()
    const drafts = draftsOf(all, account.imap.host)
    const desk = { mail, drafts: { path: drafts.path, ...statusOf(drafts) }, ledger, now, log }
    const takenUp = await takeUp(account.name, desk)
    let summary = { ...emptySummary, failed: takenUp.filter(({ state }) => state === 'failed').length }
    for (const mailbox of mailboxesToScan(all, account.mailboxes, pass.gmail)) {
      const look: Look = (uid, open, sum) => handle(uid, mailbox.path, open, desk, { ...pass, installedAt, sum })
      if (!pass.stopping()) summary = await walkThrough(mailbox, { ...pass, mail }, summary, look)
    }
    return { summary, takenUp }
  } finally {
    await mail.close()
  }
}

/** A pass on its way: what it began with, and what it has counted so far. */
interface Underway extends Pass {
  readonly installedAt: Instant
  readonly sum: Summary
}

interface Place {
  readonly mailbox: string
  readonly uidValidity: string
  readonly fetched: Fetched
}

/** fetch, parse, read, decide; then compose, intend, deliver; and enter. */
const handle = async (
  uid: number,
  mailbox: string,
  open: OpenMailbox,
  desk: Desk,
  pass: Underway,
): Promise<Outcome | null> => {
  const fetched = await open.fetch(uid)
  if (fetched === null) return null
  const message = withDefects(await pass.parse(fetched.bytes), fetched)
  const place = { mailbox, uidValidity: open.uidValidity, fetched }
  const assessed = await assess(message, fetched.bytes, pass.grounds, pass.now(), (notification) =>
    factsOf(notification, fetched, pass),
  )
  const entry = entryOf(message, assessed, place, pass)
  const answer =
    assessed.decision.kind === 'reply'
      ? await answerTo(message, assessed, entry, desk, pass)
      : enterSkip(assessed, entry, pass)
  for (const because of message.defects) pass.log.warn('message-quarantined', { mailbox, uid, because })
  const outcome = { messageId: message.messageId, mailbox, uid, subject: message.subject, ...assessed, ...answer }
  pass.report(outcome)
  return outcome
}

/** A message above the cap was not fetched beyond its header, and what else there is may be a note. */
const withDefects = (message: Message, { complete, size }: Fetched): Message =>
  complete ? message : { ...message, defects: [`it has ${size} octets, so no more than its header was fetched`] }

const factsOf = (notification: Notification, { arrivedAt }: Fetched, pass: Underway): AccountFacts => {
  const { account, grounds, ledger, now, since, sum } = pass
  const invitationKey = invitationKeyOf(notification)
  const personKeys = soughtKeysOf(notification)
  const { inviter } = notification
  return {
    own: grounds.user.own,
    installedAt: pass.installedAt,
    arrivedAt,
    since,
    answered: invitationKey === null ? null : ledger.answered(account.name, invitationKey),
    asked: ledger.asked(account.name, personKeys),
    accepted: inviter === null ? null : ledger.accepted(account.name, [nameKeyOf(inviter.name), ...personKeys]),
    repliesThisPoll: sum.replied + sum.uncertain + sum.failed,
    repliesToday: ledger.repliesSince(account.name, now() - day),
  }
}

/** The entry of a message as it stands before a reply: what is known of it, and no more of it than that. */
const entryOf = (message: Message, { notification }: Assessed, place: Place, pass: Pass): Entry => {
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
    frozen: null,
  }
}

type Answer = { readonly reply: ReplyText | null; readonly delivery: Delivery }

const answerTo = async (
  message: Message,
  assessed: Assessed,
  entry: Entry,
  desk: Desk,
  pass: Pass,
): Promise<Answer> => {
  const { account, grounds, ledger, now, encode } = pass
  const address = grounds.user.from.address
  const replyMessageId = replyMessageIdFor(account.name, entry.invitationKey ?? entry.messageKey, address)
  const composed = compose(message, assessed, grounds, { messageId: replyMessageId, now: now() })
  const planned = { ...entry, replyMessageId, frozen: await encode(composed.message) }
  ledger.enter(planned)
  return { reply: composed.reply, delivery: await deliverDraft(planned, desk) }
}

/** A skip is entered; a deferral is not: the message stays behind the checkpoint and is looked at again. */
const enterSkip = ({ decision, rules }: Assessed, entry: Entry, { ledger }: Pass): Answer => {
  if (decision.kind === 'skip') {
    const because = rules.find(({ rule }) => rule === decision.reason)?.because ?? ''
    ledger.enter({ ...entry, state: { kind: 'skipped', reason: decision.reason, because } })
  }
  return { reply: null, delivery: noDelivery }
}
