import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Message } from '../../src/core/message.ts'
import type { Phrases } from '../../src/core/phrases.ts'
import { parse } from '../../src/io/parse.ts'
import { readPhrases } from '../../src/io/phrases.ts'

const fixtures = fileURLToPath(new URL('../fixtures/mail/', import.meta.url))

/** The phrases that are shipped. */
export const phrases: readonly Phrases[] = readPhrases([
  fileURLToPath(new URL('../../config/phrases', import.meta.url)),
])

/** A fixture's bytes, by its name without `.eml`. */
export const eml = (name: string): Buffer => readFileSync(`${fixtures}${name}.eml`)

export const card = '2025_en_invite-no-note_card'
export const multipart = '2025_en_invite-no-note_card-multipart'

export const messageOf = (bytes: Uint8Array | string): Promise<Message> =>
  parse(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)

/** A table of tab separated values beside the fixtures: one record a line. */
export const tsv = (name: string): readonly Readonly<Record<string, string>>[] => {
  const [head = '', ...lines] = readFileSync(`${fixtures}${name}`, 'utf8').trimEnd().split('\n')
  const names = head.split('\t')
  return lines.map((line) => Object.fromEntries(line.split('\t').map((value, index) => [names[index], value])))
}

/** Quoted-printable (RFC 2045 §6.7) taken apart and put together, so that a test can edit a part as text. */
const decodeQuotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=\r?\n/gu, '').replace(/=([0-9A-F]{2})/gu, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

const encodeQuotedPrintable = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(
      /[^\n\r\t -<>-~]/gu,
      (character) => `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .replace(/[^\n]{1,72}(?=[^\n])(?<!=.?)/gu, (run) => `${run}=\n`)

/**
 * A fixture with one of its quoted-printable parts edited as text.
 * @param type `text/html` or `text/plain`
 */
export const withPart = (bytes: Buffer, type: string, edit: (text: string) => string): Buffer => {
  const source = bytes.toString('utf8')
  const start = source.indexOf(`Content-Type: ${type}`)
  if (start === -1) throw new Error(`there is no ${type} part`)
  const bodyStart = source.indexOf('\n\n', start) + 2
  const boundary = source.indexOf('\n------=_Part', bodyStart)
  const bodyEnd = boundary === -1 ? source.length : boundary
  const edited = encodeQuotedPrintable(edit(decodeQuotedPrintable(source.slice(bodyStart, bodyEnd))))
  return Buffer.from(source.slice(0, bodyStart) + edited + source.slice(bodyEnd))
}
