import { isAddrSpec, soleMailbox } from './addrSpec.ts'
import { fieldsIn } from './rawFields.ts'

/** RFC 5321 §4.5.3.1.6, without the line end. */
const longestLine = 998

/** Fields that name recipients besides To (RFC 5322 §3.6.3, §3.6.6). */
const furtherRecipients = /^(?:cc|bcc|resent-(?:to|cc|bcc))$/i

/** What keeps octets from crossing any SMTP server unchanged: even one without 8BITMIME (RFC 6152) and SMTPUTF8. */
const transportFault = (text: string): string | null => {
  if (/\P{ASCII}/u.test(text) || text.includes('\0')) return 'holds octets that not every server takes'
  if (/\r(?!\n)|(?<!\r)\n/.test(text)) return 'holds a line end that is not CRLF'
  if (!text.endsWith('\r\n')) return 'does not end with a line end'
  return text.split('\r\n').some((line) => line.length > longestLine) ? 'holds a line of more than 998 octets' : null
}

const recipientFault = (text: string, to: string): string | null => {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 'has no end of its header'
  const fields = fieldsIn(text.slice(0, end))
  const further = fields.find(({ name }) => furtherRecipients.test(name))
  if (further !== undefined) return `has a ${further.name} field`
  const [addressed, ...more] = fields.filter(({ name }) => /^to$/i.test(name)).map(({ value }) => value)
  if (addressed === undefined || more.length > 0) return 'does not have exactly one To field'
  return soleMailbox(addressed) === to ? null : 'is addressed to another than the envelope'
}

/**
 * What forbids to submit a message, in words that continue "the message …"; null when nothing does. It goes to the one
 * plain recipient of the envelope, who is the one mailbox in its one To field, and it crosses every server unchanged.
 */
export const submissionFault = (envelope: { from: string; to: string }, bytes: Uint8Array): string | null => {
  if (!isAddrSpec(envelope.from)) return 'has no plain address as its sender'
  if (!isAddrSpec(envelope.to)) return 'has no plain address as its recipient'
  const text = new TextDecoder('latin1').decode(bytes)
  return transportFault(text) ?? recipientFault(text, envelope.to)
}
