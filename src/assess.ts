import { type Authenticity, authenticity, needsSignatures } from './core/authenticity.ts'
import { onlyDraftBecause } from './core/automaticResponse.ts'
import { inviterVariables, languagesWanted, planReply, replyFrom } from './core/compose.ts'
import { type Decided, decide } from './core/decide.ts'
import type { Kind, Notification } from './core/kinds.ts'
import type { Address, Instant, Message } from './core/message.ts'
import { readNotification } from './core/notification.ts'
import type { ReplyText } from './core/outcome.ts'
import type { Phrases } from './core/phrases.ts'
import type { TrustedServers } from './core/providerTable.ts'
import { type Recipient, recipientFor } from './core/recipient.ts'
import type { AccountFacts } from './core/rule.ts'
import type { Policy, ReplySettings } from './core/settings.ts'
import type { ReplyFacts } from './core/templateVariables.ts'
import { exit, OperatorError } from './errors.ts'
import type { Rendered, ReplyMessage, Templates, VerifySignatures } from './ports.ts'

/** What reading, deciding and composing rest on: settings of one account, and the data that users can edit. */
export interface Grounds {
  readonly phrases: readonly Phrases[]
  readonly policy: Policy
  readonly trusted: TrustedServers
  /** null: no signature is looked up (`trust.verifyDkim: false`, `explain` without `--dns`). */
  readonly verify: VerifySignatures | null
  readonly templates: Templates
  readonly reply: ReplySettings
  readonly timezone: string
  /** The user and every own address or pattern. */
  readonly user: { readonly from: Address; readonly own: readonly string[] }
}

export interface Assessed extends Decided {
  readonly notification: Notification
  readonly authenticity: Authenticity
  readonly recipient: Recipient
  /** Why a reply may not leave by itself; empty: nothing of this message stands against sending. */
  readonly onlyDraft: readonly string[]
}

/** What is answered, and what settles an answer; the name server is asked about no other mail. */
const countsWhenGenuine: readonly Kind[] = ['invitation', 'guest-invitation', 'accepted']

/**
 * Reads a message and decides. The same path for `poll`, its dry run, and `explain`.
 * @param factsFor what the ledger and the settings know of this notification; null where no account is looked at
 */
export const assess = async (
  message: Message,
  bytes: Uint8Array,
  grounds: Grounds,
  now: Instant,
  factsFor: (notification: Notification) => AccountFacts | null,
): Promise<Assessed> => {
  const notification = readNotification(message, grounds.phrases)
  const counts = countsWhenGenuine.includes(notification.kind)
  const verdict = await authenticate(message, bytes, counts ? grounds : { ...grounds, verify: null })
  const recipient = recipientFor(message, verdict, grounds.user.own)
  const { policy, phrases } = grounds
  const account = factsFor(notification)
  return {
    notification,
    authenticity: verdict,
    recipient,
    onlyDraft: onlyDraftBecause({ message, authenticity: verdict, recipient }),
    ...decide({ message, notification, authenticity: verdict, now, policy, phrases, account }),
  }
}

/** How far the message is to be trusted. DNS is asked only where no trusted field answers. */
export const authenticate = async (
  message: Message,
  bytes: Uint8Array,
  { trusted, verify }: Pick<Grounds, 'trusted' | 'verify'>,
): Promise<Authenticity> => {
  const ask = verify !== null && needsSignatures(message, trusted)
  return authenticity(message, trusted, ask ? await verify(bytes) : null)
}

export interface Composed {
  readonly reply: ReplyText
  readonly message: ReplyMessage
}

/**
 * The words of a reply; below an on-site one stands the block that hands it over to the user.
 * @param whom for whom the words are, in those of the error that says there are none
 * @throws OperatorError 78 when a template is at fault, or says nothing
 */
export const replyWords = (
  { templates, reply }: Pick<Grounds, 'templates' | 'reply'>,
  wanted: readonly string[],
  facts: ReplyFacts,
  whom: string,
): Rendered => {
  const words = templates.render(reply.template, wanted, facts)
  const { template, language } = words
  if (words.text.trim() === '')
    throw new OperatorError(exit.config, `the template ${template} in ${language} says nothing ${whom}`, [
      `look at it: have-we-met preview ${template} --language ${language}`,
    ])
  if (facts.recipientKind !== 'on-site') return words
  const handOver = templates.render('hand-over', [language, ...wanted], facts)
  return { ...words, text: `${words.text.trimEnd()}\n\n\n${handOver.text}` }
}

/** What a template is filled with for this invitation. */
export const factsOfReply = (
  message: Message,
  { notification, recipient }: Pick<Assessed, 'notification' | 'recipient'>,
  { timezone, user }: Pick<Grounds, 'timezone' | 'user'>,
): ReplyFacts => ({
  inviter: inviterVariables(notification),
  invitedAt: message.date,
  timezone,
  commonConnections: notification.commonConnections,
  ownName: replyFrom(message, user).name,
  recipientKind: recipient.kind,
})

/**
 * Composes the reply to an invitation.
 * @throws OperatorError 78 when a template is at fault
 */
export const compose = (
  message: Message,
  { notification, recipient }: Pick<Assessed, 'notification' | 'recipient'>,
  grounds: Grounds,
  reply: { readonly messageId: string; readonly now: Instant },
): Composed => {
  const facts = factsOfReply(message, { notification, recipient }, grounds)
  const wanted = languagesWanted(grounds.reply, notification.language)
  const { template, language, subject, text } = replyWords(grounds, wanted, facts, 'to this inviter')
  const plan = planReply(message, recipient, grounds.user, { ...reply, subject, automatic: false })
  return {
    reply: { template, language, subject: plan.subject, text },
    message: { ...plan, text },
  }
}
