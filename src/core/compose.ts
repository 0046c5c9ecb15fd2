import { isAddrSpec } from './addrSpec.ts'
import type { Notification } from './kinds.ts'
import { type Address, fieldValues, type Instant, type Message, msgIdsIn } from './message.ts'
import { isOwn } from './ownAddress.ts'
import type { Recipient } from './recipient.ts'
import type { ReplySettings } from './settings.ts'
import type { InviterVariables } from './templateVariables.ts'
import { visible } from './wording.ts'

/** Everything a reply is made of but its words; the words come from a template. */
export interface ReplyPlan {
  readonly from: Address
  /** null for an on-site draft: it has no To, so it cannot be sent by mistake. */
  readonly to: Address | null
  readonly subject: string
  readonly messageId: string
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly date: Instant
  /** Whether it goes out by itself: such a response says so (RFC 3834 §5); a draft is sent by a person. */
  readonly automatic: boolean
}

const oneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/gu, ' ').trim()

/** What others wrote, as a template may print it: one line, and no dashes that could be the line above the hand-over. */
const words = (text: string): string =>
  visible(text)
    .replace(/\p{Cs}/gu, '')
    .replace(/-{2,}/gu, '-')

/** `Re: ` and the exact subject, so that Gmail keeps the thread; never `Re: Re:`. */
export const replySubject = (subject: string): string => {
  const line = oneLine(subject)
  return /^re:/iu.test(line) ? line : `Re: ${line}`.trim()
}

/**
 * From: the own address that LinkedIn mailed, which is the one the inviter knows; else the account's address. The name
 * is the user's setting, else the one LinkedIn wrote.
 */
export const replyFrom = (message: Message, account: { from: Address; own: readonly string[] }): Address => {
  const mailed = message.to.find(({ address }) => isOwn(address, account.own) && isAddrSpec(address))
  return {
    name: oneLine(account.from.name) || words(mailed?.name ?? ''),
    address: mailed?.address ?? account.from.address,
  }
}

/** Threading as RFC 5322 §3.6.4 has it: In-Reply-To the notification, References its References and itself. */
const threading = (message: Message): Pick<ReplyPlan, 'inReplyTo' | 'references'> => {
  const inReplyTo = msgIdsIn(message.messageId ?? '')[0] ?? null
  const earlier = fieldValues(message, 'References').flatMap(msgIdsIn)
  return { inReplyTo, references: inReplyTo === null ? [] : [...new Set([...earlier, inReplyTo])] }
}

/**
 * Plans the reply to an invitation. An on-site reply has no To: nobody can send it by mistake.
 * @param subject the template's subject, or null for `Re: ` and the notification's
 * @param now the instant of the Date field, ms
 */
export const planReply = (
  message: Message,
  recipient: Recipient,
  account: { from: Address; own: readonly string[] },
  reply: { messageId: string; subject: string | null; now: Instant; automatic: boolean },
): ReplyPlan => ({
  from: replyFrom(message, account),
  to: recipient.kind === 'on-site' ? null : { name: '', address: recipient.address },
  subject: reply.subject === null ? replySubject(message.subject) : oneLine(reply.subject),
  messageId: reply.messageId,
  ...threading(message),
  date: reply.now,
  automatic: reply.automatic,
})

/**
 * The languages of a reply, the one wanted most first: the setting, or the notification's own, and then the default.
 * @param spoken the language of the notification, or null where it does not tell
 */
export const languagesWanted = (
  { language, defaultLanguage }: Pick<ReplySettings, 'language' | 'defaultLanguage'>,
  spoken: string | null,
): readonly string[] => {
  const wanted = language === 'auto' ? spoken : language
  return wanted === null ? [defaultLanguage] : [wanted, defaultLanguage]
}

/** What templates see of the inviter; a missing value is null. */
export const inviterVariables = ({ inviter }: Pick<Notification, 'inviter'>): InviterVariables => ({
  name: words(inviter?.name ?? ''),
  firstName: inviter?.firstName ?? null,
  headline: words(inviter?.headline ?? '') || null,
  profile: inviter?.profile ?? null,
})
