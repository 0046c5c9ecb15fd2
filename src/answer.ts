import { type Assessed, type Composed, compose, type Grounds } from './assess.ts'
import { replyMessageIdFor } from './core/identity.ts'
import { day, type Message } from './core/message.ts'
import type { Delivery, ReplyText } from './core/outcome.ts'
import type { Recipient } from './core/recipient.ts'
import type { Entry } from './core/state.ts'
import { deliver } from './deliver.ts'
import { type Desk, mustBeAlive } from './desk.ts'
import type { Encode } from './ports.ts'
import { ifReadable } from './shelves.ts'

/** An invitation that is to be answered. */
export interface Question {
  readonly message: Message
  readonly assessed: Assessed
  readonly entry: Entry
  readonly desk: Desk
}

export interface Answer {
  readonly reply: ReplyText | null
  readonly delivery: Delivery
}

/**
 * Composes the reply, freezes its bytes, enters the intent, and delivers: as a draft, or by itself where it may leave so.
 * @throws OperatorError 75 when the connection is known to be lost: nothing is entered
 */
export const answer = async (
  question: Question,
  { grounds, encode }: { readonly grounds: Grounds; readonly encode: Encode },
): Promise<Answer> => {
  const { message, assessed, entry, desk } = question
  const { address } = grounds.user.from
  const replyMessageId = replyMessageIdFor(desk.account.name, entry.invitationKey ?? entry.messageKey, address)
  const composeTo = (recipient: Recipient): Composed =>
    compose(message, { notification: assessed.notification, recipient }, grounds, {
      messageId: replyMessageId,
      now: desk.now(),
    })
  const { recipient } = assessed
  const composed = composeTo(recipient)
  const draft = await encode(composed.message)
  const against = desk.account.mode === 'send' ? await objections(question) : []
  const planned: Entry =
    desk.account.mode === 'draft' || against.length > 0 || recipient.kind === 'on-site'
      ? { ...entry, replyMessageId, frozen: draft }
      : {
          ...{ ...entry, replyMessageId, submitTo: recipient.address },
          frozen: await encode({ ...composed.message, automatic: true }),
          fallback: recipient.kind === 'relay' ? await encode(composeTo(refused).message) : draft,
        }
  // A poll that was abandoned may get here while the next one is under way: it must not undo what that one has entered.
  mustBeAlive(desk)
  desk.ledger.enter(planned)
  const delivery = await deliver(planned, desk)
  return { reply: composed.reply, delivery: { ...delivery, because: delivery.because ?? (against.join('; ') || null) } }
}

/** Where the reply goes when LinkedIn's relay does not take it. */
const refused: Recipient = { kind: 'on-site', because: 'the relay refused it' }

/** Why this reply is not to leave by itself although `mode: send` is set; none: nothing stands against it. */
const objections = async ({ assessed, desk }: Question): Promise<readonly string[]> => {
  if (assessed.onlyDraft.length > 0) return assessed.onlyDraft
  const known = await knownBecause(assessed, desk)
  return known === null ? [] : [known]
}

/** How far back Sent is searched for people the user has written to. */
const acquaintance = 5 * 365 * day

/** Whoever the user has written to is never asked automatically: the user knows better what to say. */
const knownBecause = async ({ notification, recipient }: Assessed, desk: Desk): Promise<string | null> => {
  const { mail, shelves, now } = desk
  if (shelves.sent === null) return 'known-person: there is no Sent mailbox to tell whether you have written to them'
  const name = notification.inviter?.name ?? ''
  const sought = [...(recipient.kind === 'inviter' ? [recipient.address] : []), ...(name === '' ? [] : [name])]
  const { mailbox } = shelves.sent
  const known = await ifReadable(mailbox, desk, () =>
    mail.examine(mailbox, async (open) => {
      for (const who of sought) {
        if (await open.holdsMailTo(who, now() - acquaintance)) return { who }
      }
      return { who: null }
    }),
  )
  if (known === null) return 'known-person: Sent could not be searched for mail that you wrote to them'
  return known.who === null ? null : `known-person: you have written to ${known.who} before`
}
