import type { Field } from './message.ts'
import type { People, Pseudonyms } from './pseudonyms.ts'

/** They tell how a message is built, and what LinkedIn calls it: never changed. */
const kept =
  /^(?:content-.*|mime-version|date|x-linkedin-(?:class|template)|feedback-id|precedence|auto-submitted|x-auto-response-suppress|list-unsubscribe-post|x-reconstruction)$/i
const words =
  /^(?:subject|from|sender|to|cc|bcc|reply-to|delivered-to|return-path|errors-to|envelope-to|x-original-to|list-unsubscribe|require-recipient-valid-since)$/i
const traces = /^(?:received|x-received|received-spf|(?:arc-)?authentication-results)$/i
const signatures = /^(?:(?:x-google-)?dkim-signature|arc-seal|arc-message-signature)$/i
const messageIds = /^(?:message-id|in-reply-to|references)$/i

const named = /^(?:from|sender|to|cc|reply-to)$/i
const own = /^(?:to|delivered-to|envelope-to|x-original-to|require-recipient-valid-since)$/i

/** A name as LinkedIn puts it into a subject. Other languages than English are known by From and To alone. */
const subjects = [
  /^(.{2,60}?), (?:please add me|start a conversation)/,
  /^(?:Reminder: )?(.{2,60}?) (?:invited you|(?:has )?accepted your|just messaged|wants to|would like)/,
  /^(.{2,60}?)['’]s (?:invitation|connections)/,
]

/** Who the header names. Values are decoded (RFC 2047) and unfolded. */
export const peopleInFields = (fields: readonly Field[]): People => ({
  names: fields.flatMap(({ name, value }) => {
    if (/^subject$/i.test(name)) return subjects.flatMap((pattern) => pattern.exec(value)?.[1] ?? [])
    return named.test(name) ? displayNames(value) : []
  }),
  ownAddresses: fields.flatMap(({ name, value }) =>
    own.test(name) ? (value.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? []) : [],
  ),
})

/** Without the `via LinkedIn` of any language, and none where LinkedIn itself writes. */
const displayNames = (value: string): readonly string[] =>
  [...value.matchAll(/"(?<quoted>(?:[^"\\]|\\.)*)"\s*<|(?<plain>[^<>,"]+?)\s*</g)]
    .map(({ groups }) => (groups?.quoted ?? groups?.plain ?? '').replace(/[\s(]+\p{L}+ LinkedIn\)?\s*$/u, '').trim())
    .filter((name) => name !== '' && !/^LinkedIn\b/.test(name) && !name.includes('@'))

/** The value of a field with its pseudonyms. A field that is not known is replaced run by run. */
export const rewriteField = ({ name, value }: Field, pseudonyms: Pseudonyms): string => {
  if (kept.test(name)) return value
  if (words.test(name)) return pseudonyms.text(value)
  if (traces.test(name)) return pseudonyms.trace(value)
  if (signatures.test(name)) return rewriteSignature(value, pseudonyms)
  return messageIds.test(name) ? rewriteMessageIds(value, pseudonyms) : pseudonyms.token(value)
}

/** Whether what the field holds is looked through for originals that were left. */
export const isRewritten = ({ name }: Field): boolean => !kept.test(name)

/** The tags b= and bh= are the signature, z= holds copied fields (RFC 6376 §3.5). */
const rewriteSignature = (value: string, { token, trace }: Pseudonyms): string =>
  value
    .split(';')
    .map((tag) => {
      const parts = /^(?<name>\s*(?:bh?|z)\s*=)(?<data>.*)$/s.exec(tag)?.groups
      return parts ? `${parts.name}${token(parts.data ?? '')}` : trace(tag)
    })
    .join(';')

const rewriteMessageIds = (value: string, { token, trace }: Pseudonyms): string =>
  value.replace(/([^\s<>@]+)@([^\s<>@]+)/g, (_, left: string, right: string) => `${token(left)}@${trace(right)}`)
