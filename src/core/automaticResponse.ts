import { withoutQuoted } from './addrSpec.ts'
import type { Authenticity } from './authenticity.ts'
import { fieldValues, type Message } from './message.ts'
import { quote } from './reading.ts'
import { isSystemAddress, type Recipient } from './recipient.ts'

/** What a reply rests on, when it is asked whether it may leave without a human (RFC 3834). */
export interface Answerable {
  readonly message: Message
  readonly authenticity: Authenticity
  readonly recipient: Recipient
}

/** A reason to leave the reply to a human, or null. */
type Objection = (answerable: Answerable) => string | null

const withoutComments = (value: string): string => (withoutQuoted(value) ?? value).trim().toLowerCase()

/** RFC 3834 §5: anything but `no`, also with parameters, says that a machine wrote it. Several fields: each counts. */
const autoSubmitted: Objection = ({ message }) => {
  const told = fieldValues(message, 'Auto-Submitted').find(
    (value) => withoutComments(value).split(';')[0]?.trim() !== 'no',
  )
  return told === undefined ? null : `its Auto-Submitted says ${quote(told)}`
}

/** Never standardised, always honoured (RFC 3834 §3.1.8). */
const precedence: Objection = ({ message }) => {
  const told = fieldValues(message, 'Precedence').find((value) => /^(?:list|bulk|junk)$/.test(withoutComments(value)))
  return told === undefined ? null : `its Precedence says ${quote(told)}`
}

/**
 * MS-OXCMAIL §2.1.3.2.20: `All`, or a comma list of DR, NDR, RN, NRN (receipts), OOF and AutoReply. A reply of ours is
 * an automatic one other than an out-of-office notice, which is what AutoReply speaks of.
 */
const suppressed: Objection = ({ message }) => {
  const told = fieldValues(message, 'X-Auto-Response-Suppress').find((value) =>
    value.split(',').some((word) => /^(?:all|autoreply)$/.test(withoutComments(word))),
  )
  return told === undefined ? null : `its X-Auto-Response-Suppress says ${quote(told)}`
}

/** RFC 5321 §4.5.5: what has no return path is a report, and a response to one may go round for ever. */
const nullReturnPath: Objection = ({ message }) =>
  fieldValues(message, 'Return-Path').some((value) => /^<\s*>$/.test(withoutComments(value)))
    ? 'its Return-Path is <>'
    : null

/** RFC 5230 §4.6: owner-…, …-request, MAILER-DAEMON, LISTSERV, majordomo write nothing that wants an answer. */
const systemSender: Objection = ({ message }) => {
  const paths = fieldValues(message, 'Return-Path').map((value) => value.replace(/^\s*<|>\s*$/g, ''))
  const sender = [...paths, ...message.from.map(({ address }) => address)].find(isSystemAddress)
  return sender === undefined ? null : `it comes from the mail system itself: ${quote(sender)}`
}

/** RFC 2369; List-Id and List-Post are refused before, by a rule. List-Unsubscribe is waived: see the tests. */
const listField: Objection = ({ message }) => {
  const told = ['List-Owner', 'List-Subscribe', 'List-Help', 'List-Archive'].find(
    (name) => fieldValues(message, name).length > 0,
  )
  return told === undefined ? null : `it has a ${told} field, as mail of a list has`
}

const weakProof: Objection = ({ authenticity: { level } }) =>
  level === 'direct' || level === 'signed'
    ? null
    : `its level is ${level}; only direct and signed are proof enough to send`

const nowhere: Objection = ({ recipient }) =>
  recipient.kind === 'on-site' ? 'there is no address to send it to' : null

const objections: readonly Objection[] = [
  nowhere,
  weakProof,
  autoSubmitted,
  precedence,
  suppressed,
  nullReturnPath,
  systemSender,
  listField,
]

/**
 * Why a reply to this notification may only be a draft, in readable sentences (RFC 3834, RFC 5230 §4.6); none: it could
 * be sent by itself. A draft is no automatic response, since a human sends it, so nothing here keeps one from being left.
 */
export const onlyDraftBecause = (answerable: Answerable): readonly string[] =>
  objections.flatMap((object) => object(answerable) ?? [])
