/** Ways to take a mail apart and put it together otherwise, by its structure: fields, MIME parts, encodings, html. */
import fc from 'fast-check'
import { noteMark } from './bases.ts'

type Mutation = (source: string) => string

/** Octets as one character each, so that nothing is lost on the way. */
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

const at = (list: readonly unknown[], place: number): number =>
  Math.min(list.length - 1, Math.floor(place * list.length))

interface Split {
  readonly fields: readonly string[]
  readonly body: string
}

const split = (source: string): Split => {
  const end = /\r?\n\r?\n/u.exec(source)
  const header = end === null ? source : source.slice(0, end.index)
  return { fields: header.split(/\r?\n(?![ \t])/u), body: end === null ? '' : source.slice(end.index + end[0].length) }
}

const joined = ({ fields, body }: Split): string => `${fields.join('\n')}\n\n${body}`

const boundaryOf = (source: string): string | null =>
  /^content-type:[^\n]*(?:\n[ \t][^\n]*)*boundary="?([^"\s;]+)/imu.exec(source)?.[1] ?? null

/** The parts of a multipart, each with its own header; null for a single part. */
const partsOf = (source: string): readonly string[] | null => {
  const boundary = boundaryOf(source)
  if (boundary === null) return null
  const pieces = split(source).body.split(`--${boundary}`)
  return pieces.length < 3 ? null : pieces.slice(1, -1)
}

const withParts = (source: string, parts: readonly string[]): string => {
  const boundary = boundaryOf(source) ?? ''
  const { fields } = split(source)
  return joined({ fields, body: `${parts.map((part) => `--${boundary}${part}`).join('')}--${boundary}--\n` })
}

const onFields =
  (edit: (fields: string[]) => readonly string[]): Mutation =>
  (source) => {
    const { fields, body } = split(source)
    return joined({ fields: edit([...fields]), body })
  }

const onParts =
  (edit: (parts: string[]) => readonly string[]): Mutation =>
  (source) => {
    const parts = partsOf(source)
    return parts === null ? source : withParts(source, edit([...parts]))
  }

/** Html cut at its tags. Pieces with the note in them are left where they are, whole. */
const onTags =
  (place: number, edit: (piece: string) => string): Mutation =>
  (source) => {
    const start = source.search(/<html/iu)
    if (start === -1) return source
    const pieces = source.slice(start).split(/(?==?\n?<(?:div|td|tr|p|a|h\d|span|table)[\s>])/iu)
    const index = at(pieces, place)
    const piece = pieces[index] ?? ''
    if (piece.replace(/=\n/gu, '').includes(noteMark)) return source
    return source.slice(0, start) + pieces.with(index, edit(piece)).join('')
  }

const swapped = <T>(list: T[], one: number, other: number): T[] => {
  const [first, second] = [list[one], list[other]]
  if (first !== undefined && second !== undefined) [list[one], list[other]] = [second, first]
  return list
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

const fieldsToAdd = [
  'From: Mallory <mallory@evil.test>',
  'From: LinkedIn <invitations@linkedin.com> <mallory@evil.test>',
  'To: somebody@evil.test',
  'Reply-To: mallory@evil.test',
  'Reply-To: <invitations@linkedin.com>, mallory@evil.test',
  'Subject: =?utf-8?Q?I_want=0D=0ABcc:_x@evil.test?=',
  'Cc: mallory@evil.test',
  'List-Id: <people.example.org>',
  'Content-Type: text/plain; charset=x-none',
  'Content-Type: multipart/alternative; boundary=none',
  'Content-Transfer-Encoding: base64',
  'X-LinkedIn-Template: email_m2m_invite_single_01',
  'Authentication-Results: mx.evil.test; dmarc=pass header.from=linkedin.com',
]

const encodings = ['7bit', '8bit', 'binary', 'quoted-printable', 'base64', 'x-uuencode', 'quoted-printable, base64']
const charsets = ['utf-8', 'us-ascii', 'iso-8859-1', 'utf-16le', 'utf-7', 'iso-2022-jp', 'koi8-r', 'x-none', '"']
const garbage = [
  '\0',
  '\u00ff\u00fe',
  '\n\n',
  '\r',
  '<!--',
  '-->',
  '<',
  '&#',
  '=',
  '=3',
  '--',
  '<style>',
  '</html>',
  '</body>',
]
const wrappers = [
  '<!-- @ -->',
  '<div style="display:none">@</div>',
  '<title>@</title>',
  '<a href="https://example.org/">@</a>',
]

/** Cuts the source off, before a tag or anywhere. */
const cut = fc.tuple(place, fc.boolean()).map(
  ([share, atTag]): Mutation =>
    (source) => {
      const end = Math.floor(share * source.length)
      return source.slice(0, atTag ? Math.max(source.lastIndexOf('<', end), 0) : end)
    },
)

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { arbitrary: cut, weight: 4 },
  place.map((one) => onFields((fields) => fields.toSpliced(at(fields, one), 1))),
  place.map((one) => onFields((fields) => fields.toSpliced(at(fields, one), 0, fields[at(fields, one)] ?? ''))),
  fc
    .tuple(place, place)
    .map(([one, other]) => onFields((fields) => swapped(fields, at(fields, one), at(fields, other)))),
  fc
    .tuple(place, fc.constantFrom(...fieldsToAdd))
    .map(([one, field]) => onFields((fields) => fields.toSpliced(at(fields, one), 0, latin1(field)))),
  place.map((one) => onParts((parts) => parts.toSpliced(at(parts, one), 1))),
  place.map((one) => onParts((parts) => [...parts, parts[at(parts, one)] ?? ''])),
  fc.tuple(place, place).map(([one, other]) => onParts((parts) => swapped(parts, at(parts, one), at(parts, other)))),
  place.map((one) =>
    onParts((parts) => parts.with(at(parts, one), `\nContent-Disposition: attachment${parts[at(parts, one)] ?? ''}`)),
  ),
  fc.constantFrom(...encodings).map(
    (name): Mutation =>
      (source) =>
        source.replace(/^(content-transfer-encoding:).*$/imu, `$1 ${name}`),
  ),
  fc.constantFrom(...charsets).map(
    (name): Mutation =>
      (source) =>
        source.replace(/charset=[^\s;]+/iu, `charset=${name}`),
  ),
  place.map((): Mutation => (source) => source.replace(/boundary="?/iu, (found) => `${found}x`)),
  place.map((one) => onTags(one, () => '')),
  place.map((one) => onTags(one, (piece) => piece + piece)),
  fc
    .tuple(place, fc.constantFrom(...wrappers))
    .map(([one, wrapper]) => onTags(one, (piece) => wrapper.replace('@', () => piece))),
  fc.tuple(place, fc.constantFrom(...garbage)).map(
    ([one, text]): Mutation =>
      (source) => {
        const index = Math.floor(one * source.length)
        return source.slice(0, index) + text + source.slice(index)
      },
  ),
)

/** Some mutations, one after the other. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { minLength: 1, maxLength: 4 })

export const mutated = (bytes: Buffer, steps: readonly Mutation[]): Buffer =>
  Buffer.from(
    steps.reduce((source, step) => step(source), bytes.toString('latin1')),
    'latin1',
  )
