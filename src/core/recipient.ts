import { domainOf, isUnder, mailboxFault, soleMailbox } from './addrSpec.ts'
import type { Authenticity } from './authenticity.ts'
import { fieldValues, type Message } from './message.ts'
import { isOwn } from './ownAddress.ts'

/** Where a reply may go; `on-site`: nowhere by mail, so it becomes a draft to paste, without any recipient. */
export type Recipient =
  | { readonly kind: 'relay' | 'inviter'; readonly address: string }
  | { readonly kind: 'on-site'; readonly because: string }

const relayDomain = 'reply.linkedin.com'
const relayLocalPart = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether an address is LinkedIn's relay to an inviter. */
export const isRelay = (address: string): boolean => domainOf(address) === relayDomain

/** `messages-noreply`, `do_not_reply`, …: nobody reads them. */
const nobody =
  /(?:^|[-_.+])(?:no|do[-_.]?not|dont|never)[-_.]?reply(?:$|[-_.+\d])|^(?:nobody|bounces?|postmaster|mailer-daemon)$/i

/** Lists and their robots (RFC 5230 §4.6), also where a list writes the subscriber into its own address (VERP). */
const list = /^owner-|-(?:request|owner|bounces?|subscribe|unsubscribe)(?:\+.*)?$|^(?:listserv|majordomo|mailman)$/i

const localPartOf = (address: string): string => address.slice(0, Math.max(address.lastIndexOf('@'), 0)) || address

/** Whether an address belongs to a list or to a mail system itself: nobody who wrote from it wants an answer. */
export const isSystemAddress = (address: string): boolean =>
  list.test(localPartOf(address)) || /^mailer-daemon$/i.test(localPartOf(address))

const isListAddress = (message: Message, address: string): boolean =>
  list.test(localPartOf(address)) ||
  fieldValues(message, 'List-Post').some((value) => value.toLowerCase().includes(`mailto:${address.toLowerCase()}`))

/** Why an address must not be written to, or undefined. */
const refusal = (message: Message, address: string, own: readonly string[]): string | undefined => {
  const [local, domain] = [localPartOf(address), domainOf(address)]
  if (isOwn(address, own)) return 'its Reply-To is an address of yours'
  if (nobody.test(local)) return 'its Reply-To is an address that nobody reads'
  if (isListAddress(message, address)) return 'its Reply-To is a mailing list'
  if (domain === relayDomain)
    return relayLocalPart.test(local) ? undefined : `its Reply-To is no known form of relay at ${relayDomain}`
  return isUnder(domain, 'linkedin.com') ? `mail to ${address} reaches nobody` : undefined
}

const onSite = (because: string): Recipient => ({ kind: 'on-site', because })

/**
 * Where the reply to a notification goes: LinkedIn's relay (`{uuid}@reply.linkedin.com`), the inviter's own address
 * (2011-12; only when LinkedIn is proven to have sent the message), else on-site. Reads the raw Reply-To; without one
 * a reply would go to From, `invitations@linkedin.com`, where nobody reads it. `own`: addresses and `*@domain`.
 */
export const recipientFor = (message: Message, { level }: Authenticity, own: readonly string[]): Recipient => {
  const [value, ...others] = fieldValues(message, 'Reply-To')
  if (value === undefined) return onSite('LinkedIn gave no address to reply to')
  if (others.length > 0) return onSite(`it has ${others.length + 1} Reply-To fields`)
  const address = soleMailbox(value)
  if (address === null) return onSite(`its Reply-To ${mailboxFault(value)}`)
  const reason = refusal(message, address, own)
  if (reason !== undefined) return onSite(reason)
  if (isRelay(address)) return { kind: 'relay', address }
  if (level === 'unverified' || level === 'failed')
    return onSite(`${address} stands there, but nothing proves that LinkedIn wrote it`)
  return { kind: 'inviter', address }
}
