/** A header, or a change of one: names in the order in which they are to stand. */
export type Fields = Readonly<Record<string, string>>

const nameOf = (field: string): string => field.slice(0, field.indexOf(':')).toLowerCase()

/** Fields that say how the message came to another mailbox, or how the sample came to us. */
const ofTheSample = new Set([
  'delivered-to',
  'return-path',
  'received',
  'authentication-results',
  'dkim-signature',
  'require-recipient-valid-since',
  'x-reconstruction',
])

/** Octets with CRLF line ends (RFC 5322 §2.3), whatever they had. */
const oneLineEnd = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/gu, '\r\n'), 'latin1')

/**
 * The message with these fields on top: they replace those of the same name, and whatever another server wrote.
 * Folded fields stay folded; the body stays as it is, but for its line ends.
 */
export const withFields = (message: Buffer, fields: Fields): Buffer => {
  const text = message.toString('latin1').replaceAll('\r\n', '\n')
  const end = text.indexOf('\n\n')
  const replaced = new Set(Object.keys(fields).map((name) => name.toLowerCase()))
  const kept = text
    .slice(0, end)
    .split(/\n(?![ \t])/u)
    .filter((field) => !replaced.has(nameOf(field)) && !ofTheSample.has(nameOf(field)))
  const added = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return oneLineEnd([...added, ...kept].join('\n') + text.slice(end))
}

/** A message of one plain part. */
export const letter = (fields: Fields, text: string): Buffer => {
  const mime = { 'MIME-Version': '1.0', 'Content-Type': 'text/plain; charset=us-ascii' }
  const header = Object.entries({ ...fields, ...mime }).map(([name, value]) => `${name}: ${value}`)
  return oneLineEnd(`${header.join('\n')}\n\n${text}\n`)
}
