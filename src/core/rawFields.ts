import type { Field, Message } from './message.ts'

/** Characters of a header that are looked at; LinkedIn's has some 5 000. */
const longestHeader = 64 * 1024

/**
 * A message as its raw fields alone tell it, for one that could not be parsed: unfolded (RFC 5322 §2.2.3), nothing
 * decoded, no address read. Enough to say what it claims to be, and never enough to be believed.
 * @param because why no more of it was read
 */
export const messageOfFields = (octets: Uint8Array, because: string): Message => {
  const start = new TextDecoder('latin1').decode(octets.subarray(0, longestHeader))
  const [header = ''] = start.split(/\r?\n\r?\n/, 1)
  const fields = fieldsIn(header)
    .filter(({ name }) => name !== '')
    .map(({ name, value }) => ({ name, value: value.trim() }))
  const [messageId = null] = fields.filter(({ name }) => /^message-id$/i.test(name)).map(({ value }) => value)
  return {
    fields,
    messageId: messageId?.match(/<[^\s<>]+>/)?.[0] ?? null,
    subject: '',
    date: null,
    from: [],
    to: [],
    replyTo: [],
    text: null,
    html: null,
    defects: [because],
  }
}

/** The fields of a header, unfolded, names without and values with the white space around them; a line without a name, too. */
export const fieldsIn = (header: string): readonly Field[] =>
  header.split(/\r?\n(?![ \t])/).map((line) => {
    const colon = line.indexOf(':')
    return { name: line.slice(0, Math.max(colon, 0)).trim(), value: line.slice(colon + 1).replace(/\r?\n/g, '') }
  })
