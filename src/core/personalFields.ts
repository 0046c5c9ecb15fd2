import { type EncodedWords, listsMailboxes, rewriteEncoded } from './encodedFields.ts'
import type { Field } from './message.ts'
import type { OwnWords } from './ownWords.ts'
import { around, without } from './personalText.ts'
import type { People, Pseudonyms } from './pseudonyms.ts'

/** They tell how a message is built, and what LinkedIn calls it: never changed. */
const kept =
  /^(?:content-.*|mime-version|date|x-linkedin-(?:class|template)|feedback-id|precedence|auto-submitted|x-auto-response-suppress|list-unsubscribe-post|x-reconstruction)$/i
const addresses =
  /^(?:delivered-to|return-path|errors-to|envelope-to|x-original-to|list-unsubscribe|require-recipient-valid-since)$/i
const traces = /^(?:received|x-received|received-spf|(?:arc-)?authentication-results)$/i
const signatures = /^(?:(?:x-google-)?dkim-signature|arc-seal|arc-message-signature)$/i
const messageIds = /^(?:message-id|in-reply-to|references)$/i

const ownField = /^(?:to|delivered-to|envelope-to|x-original-to|require-recipient-valid-since)$/i

/** A list of mailboxes that is longer is not read, and all of it replaced. */
const longestList = 20_000

/** A mailbox before its address (RFC 5322 §3.4), or after it in a comment, as programs of old wrote it. */
const mailboxNames = /(?<phrase>(?:"(?:[^"\\]|\\.){0,100}"|[^<>,"]){1,100})<[^<>]*>|\((?<comment>[^()]{2,80})\)/g

/** The carrier that stands behind a name, in any language: `via LinkedIn`, `(über LinkedIn)`. */
const carrier = /\s{0,9}\(?\p{L}{1,20} LinkedIn\)?[\s"]{0,9}$/u

/** Who the header names. Values are decoded (RFC 2047), unfolded, and quoted where they were encoded. */
export const peopleInFields = (fields: readonly Field[], own: OwnWords): People => ({
  names: fields.flatMap((field) => {
    if (/^subject$/i.test(field.name)) return own.subject(field.value)?.names ?? []
    return listsMailboxes(field) ? displayNames(field.value.slice(0, longestList)) : []
  }),
  ownAddresses: fields.flatMap(({ name, value }) =>
    ownField.test(name) ? (value.match(/[^\s<>,;"]{1,100}@[^\s<>,;"]+/g) ?? []) : [],
  ),
})

/** Without the `via LinkedIn` of any language, and none where LinkedIn itself writes. */
const displayNames = (value: string): readonly string[] =>
  [...value.matchAll(mailboxNames)]
    .map(({ groups }) => (groups?.phrase ?? groups?.comment ?? '').replace(carrier, '').replace(/["\\]/g, ' ').trim())
    .filter((name) => name !== '' && !isLinkedIn(name) && !name.includes('@'))

const isLinkedIn = (name: string): boolean => /^[\s"(]*LinkedIn\b/.test(name)

/** The value of a field with its pseudonyms. A field that is not known is replaced run by run. */
export const rewriteField = (field: Field, own: OwnWords, pseudonyms: Pseudonyms, words: EncodedWords): string =>
  rewriteEncoded(field, words, {
    field: (decoded) => rewriteDecoded(decoded, own, pseudonyms),
    name: (name) => rewriteName(name, pseudonyms),
  })

const rewriteDecoded = (field: Field, own: OwnWords, pseudonyms: Pseudonyms): string => {
  const { name, value } = field
  if (kept.test(name)) return withoutFileName(value, pseudonyms)
  if (/^subject$/i.test(name)) return around(value, own.subject(value)?.own ?? [], subjectRule(own, value, pseudonyms))
  if (listsMailboxes(field)) return rewriteMailboxes(value, pseudonyms)
  if (addresses.test(name)) return pseudonyms.text(value)
  if (traces.test(name)) return pseudonyms.trace(value)
  if (signatures.test(name)) return rewriteSignature(value, pseudonyms)
  return messageIds.test(name) ? rewriteMessageIds(value, pseudonyms) : pseudonyms.token(value)
}

/** The words of a subject in no phrase tell its language, and mostly nothing personal. */
const subjectRule = (own: OwnWords, value: string, { prose, title }: Pseudonyms): ((text: string) => string) =>
  own.subject(value) === null ? title : prose

const rewriteMailboxes = (value: string, pseudonyms: Pseudonyms): string => {
  if (value.length > longestList) return pseudonyms.prose(value)
  let end = 0
  const pieces: string[] = []
  for (const { 0: whole, index, groups } of value.matchAll(mailboxNames)) {
    const name = groups?.phrase ?? whole
    pieces.push(pseudonyms.text(value.slice(end, index)), rewriteName(name, pseudonyms))
    pieces.push(pseudonyms.text(whole.slice(name.length)))
    end = index + whole.length
  }
  return `${pieces.join('')}${pseudonyms.text(value.slice(end))}`
}

const rewriteName = (name: string, { prose }: Pseudonyms): string => {
  const via = carrier.exec(name)?.[0] ?? ''
  return isLinkedIn(name) ? name : `${prose(name.slice(0, name.length - via.length))}${via}`
}

/** `name=` and `filename=` of RFC 2045 and 2183, with the charset of RFC 2231. */
const withoutFileName = (value: string, { token }: Pseudonyms): string =>
  value.replace(
    /\b((?:file)?name(?:\*\d{1,2})?\*?=(?:[\w-]{1,20}'[\w-]{0,20}')?)("[^"]*"|[^;\s]+)/gi,
    (_, name: string, file: string) => `${name}${token(file)}`,
  )

/** What is looked through for originals that were left. */
export const personalIn = ({ name, value }: Field, own: OwnWords): string => {
  if (kept.test(name)) return ''
  return /^subject$/i.test(name) ? without(value, own.subject(value)?.own ?? []) : value
}

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
  value.replace(
    /(?<![^\s<>@])([^\s<>@]+)@([^\s<>@]+)/g,
    (_, left: string, right: string) => `${token(left)}@${trace(right)}`,
  )
