import MailComposer from 'nodemailer/lib/mail-composer'
import type { Address } from '../core/message.ts'
import type { Encode, EncodeNotice, ReplyMessage } from '../ports.ts'

/** RFC 5322 §3.6.4, in ASCII and in one line: anything else would leave junk in the field or end it. */
const msgId = /^<[!-;=?-~]{1,450}@[!-;=?-~]{1,450}>$/

/** A dot-atom on both sides: nothing that could become a second mailbox, a group or a comment. */
const addrSpec = /^[^\s<>"(),:;@[\]\\]+@[^\s<>"(),:;@[\]\\]+$/

/** RFC 3834 §5, and what Exchange heeds: no machine is to answer an answer that no person sent. */
const automaticFields = { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'OOF, AutoReply' }

/** Characters; what is longer could not be folded into lines of 998 octets. */
const longestPhrase = 250

/**
 * A reply as the octets of an RFC 5322 message: one text/plain part in UTF-8, CRLF line ends, lines of at most 998
 * octets. The same reply gives the same octets. Without `to` there is no To field at all. msg-ids that are not of the
 * strict form are left out of In-Reply-To and References.
 * @throws Error when From, To or Message-ID is malformed: core must not let such a reply through
 */
export const encode: Encode = async (reply) =>
  octetsOf({
    from: oneMailbox(reply.from),
    ...(reply.to && { to: oneMailbox(reply.to) }),
    subject: onePhrase(reply.subject),
    messageId: ownMessageId(reply.messageId),
    ...threading(reply),
    date: new Date(reply.date),
    headers: reply.automatic ? automaticFields : {},
    text: oneLineEnd(reply.text),
  })

/**
 * A notice as the octets of an RFC 5322 message, from the user to the user, in the form of a reply's. No machine is to
 * answer it (RFC 3834 §5).
 * @throws Error when the address or the Message-ID is malformed
 */
export const encodeNotice: EncodeNotice = async ({ from, subject, text, date, messageId }) =>
  octetsOf({
    ...{ from: oneMailbox(from), to: oneMailbox(from) },
    subject: onePhrase(subject),
    messageId: ownMessageId(messageId),
    date: new Date(date),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: oneLineEnd(text),
  })

type Mail = ConstructorParameters<typeof MailComposer>[0]

const octetsOf = async (mail: Mail): Promise<Uint8Array> => {
  const composer = new MailComposer({ ...mail, newline: 'win', disableFileAccess: true, disableUrlAccess: true })
  return composer.compile().build()
}

/** An object, never a string: in a string, a comma makes two recipients of one. */
const oneMailbox = ({ name, address }: Address): Address => {
  if (!addrSpec.test(address)) throw new Error(`malformed address in a reply: ${JSON.stringify(address)}`)
  return { name: onePhrase(name), address }
}

const onePhrase = (words: string): string =>
  Array.from(words.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' '))
    .slice(0, longestPhrase)
    .join('')
    .trim()

const ownMessageId = (id: string): string => {
  if (!msgId.test(id)) throw new Error(`malformed Message-ID in a reply: ${JSON.stringify(id)}`)
  return id
}

const threading = ({ inReplyTo, references }: ReplyMessage): { inReplyTo?: string; references?: string[] } => {
  const ids = references.filter((id) => msgId.test(id))
  return {
    ...(inReplyTo !== null && msgId.test(inReplyTo) && { inReplyTo }),
    ...(ids.length > 0 && { references: ids }),
  }
}

const oneLineEnd = (text: string): string => `${text.replace(/\r\n?/g, '\n').replace(/\n*$/, '')}\n`
