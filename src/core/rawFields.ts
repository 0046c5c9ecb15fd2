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
  const fields = header.split(/\r?\n(?![ \t])/).flatMap(fieldOf)
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

const fieldOf = (line: string): readonly Field[] => {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0)).trim()
  return name === ''
    ? []
    : [
        {
          name,
          value: line
            .slice(colon + 1)
            .replace(/\r?\n/g, '')
            .trim(),
        },
      ]
}
