import type { Field } from './message.ts'

/** Encoded words (RFC 2047): in, and out again. */
export interface EncodedWords {
  readonly decode: (value: string) => string
  readonly encode: (text: string) => string
}

const one = '=\\?[^?\\s]{1,60}\\?[bq]\\?[^?\\s]{0,300}\\?='
const runs = new RegExp(`(${one}(?:\\s{1,9}${one})*)`, 'giu')
const anyWord = /=\?[^?\s]{1,60}\?[bq]\?/i

const mailboxes = /^(?:from|sender|to|cc|bcc|reply-to)$/i

/** Whether the field lists mailboxes (RFC 5322 §3.6.2, §3.6.3): an encoded comma in a name must not part two of them. */
export const listsMailboxes = ({ name }: Field): boolean => mailboxes.test(name)

/** The field unfolded and decoded; in a list of mailboxes what was encoded is a quoted string. */
export const decodedField = (field: Field, { decode }: EncodedWords): Field => {
  const unfolded = field.value.replace(/\r?\n/g, '')
  const value = listsMailboxes(field)
    ? unfolded.replace(runs, (run) => `"${decode(run).replace(/["\\]/g, '\\$&')}"`)
    : decode(unfolded)
  return { name: field.name, value: value.replace(/[\r\n]+/g, ' ').trim() }
}

/** The value with what is encoded in it rewritten as text, and encoded again. */
export const rewriteEncoded = (
  field: Field,
  words: EncodedWords,
  rewrite: { readonly field: (field: Field) => string; readonly name: (name: string) => string },
): string => {
  const { name, value } = field
  if (!anyWord.test(value)) return rewrite.field(field)
  if (!listsMailboxes(field)) return ` ${words.encode(rewrite.field(decodedField(field, words)))}`
  return value
    .split(runs)
    .map((part, index) =>
      index % 2 === 1 ? words.encode(rewrite.name(words.decode(part))) : rewrite.field({ name, value: part }),
    )
    .join('')
}
