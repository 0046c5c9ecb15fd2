import { createHash } from 'node:crypto'
import { domainOf } from './addrSpec.ts'
import type { Notification } from './kinds.ts'
import { normalise } from './wording.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 §6 base32, lower case, without padding: safe in a msg-id and easy to type. */
const base32 = (bytes: Uint8Array): string => {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{1,5}/gu) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

const digest = (...parts: readonly string[]): string =>
  base32(createHash('sha256').update(JSON.stringify(parts)).digest())

/** What a message is known by: its Message-ID, or a digest of its bytes where it has none. */
export const messageKeyOf = (messageId: string | null, bytes: Uint8Array): string =>
  messageId ?? `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** What is left of a key when a person is forgotten: it can be recognised when it is met again, and not read. */
export const forgottenKeyOf = (key: string): string => `forgotten:${digest('forgotten', key)}`

/** Names of an entry for people to type: a short one, and one that is longer where another message has the short one. */
export const entryIdsOf = (account: string, messageKey: string): { readonly short: string; readonly long: string } => {
  const long = digest('entry', account, messageKey)
  return { short: long.slice(0, 8), long }
}

const nameKey = (name: string, headline: string | null): string =>
  `person:${normalise(name)}|${normalise(headline ?? '')}`

/** Vanity names know no case; the ids of `profile/view?id=` do. */
const profileKey = (profile: string): string => `profile:${profile.includes('/in/') ? profile.toLowerCase() : profile}`

const itemKeys = (item: string | null): readonly string[] => (item === null ? [] : [`item:${item}`])

/**
 * What an invitation is known by, so that its reminders and copies give no second reply; null where the mail tells
 * nobody apart. Key order of the facts: invitation id, the item in LinkedIn's mailbox, then the inviter's profile, then
 * name and headline.
 */
export const invitationKeyOf = ({ invitationId, item, inviter }: Notification): string | null => {
  if (invitationId !== null) return `invitation:${invitationId}`
  if (item !== null) return `item:${item}`
  if (inviter === null) return null
  return inviter.profile === null ? nameKey(inviter.name, inviter.headline) : profileKey(inviter.profile)
}

/** What the ledger keeps of a person, to know him again: item, profile, and name with headline. */
export const personKeysOf = ({ item, inviter }: Notification): readonly string[] => {
  if (inviter === null) return itemKeys(item)
  const byName = nameKey(inviter.name, inviter.headline)
  const keys = inviter.profile === null ? [byName, `only-${byName}`] : [profileKey(inviter.profile), byName]
  return [...itemKeys(item), ...keys]
}

/**
 * By which keys a person is looked for. A name without a headline is too little to be one with somebody of another
 * profile: there it counts only where that person's mail told no profile either.
 */
export const soughtKeysOf = ({ item, inviter }: Notification): readonly string[] => {
  if (inviter === null) return itemKeys(item)
  const byName = nameKey(inviter.name, inviter.headline)
  if (inviter.profile === null) return [...itemKeys(item), byName]
  return [...itemKeys(item), profileKey(inviter.profile), inviter.headline === null ? `only-${byName}` : byName]
}

/** An accepted notice tells a name and seldom more, so a settled invitation is found by the name alone. */
export const nameKeyOf = (name: string): string => `name:${normalise(name)}`

/**
 * The msg-id of the reply to an invitation: derived, so that the same draft is recognised again in Drafts even when the
 * ledger is lost (facts: "Exactly once"). A real domain, because Gmail replaces malformed ids; 160 bits of the digest,
 * so that the field is not folded, which some servers take for an empty one.
 */
export const replyMessageIdFor = (account: string, invitationKey: string, fromAddress: string): string =>
  `<hwm.${digest('reply', account, invitationKey).slice(0, 32)}@${domainOf(fromAddress)}>`

/** The msg-id of a notice; `at` tells one from the next of its kind. */
export const noticeMessageIdFor = (account: string, kind: string, at: number, fromAddress: string): string =>
  `<hwm-notice.${digest('notice', account, kind, String(at)).slice(0, 32)}@${domainOf(fromAddress)}>`

/** Whether a msg-id is one that we gave to a reply. */
export const isReplyMessageId = (messageId: string | null): boolean => /^<hwm\.[a-z2-7]{32}@/u.test(messageId ?? '')

/** A short mark of everything a doubtful decision rested on: when it changes, the message is looked at again. */
export const fingerprintOf = (groundsOfDecision: unknown): string =>
  digest('fingerprint', JSON.stringify(groundsOfDecision)).slice(0, 16)
