import type { Transform } from 'node:stream'
import { Parser } from 'htmlparser2'
import { type Data, type MimeNode, Splitter } from 'mailsplit'
import { type Charset, charsetOf } from '../core/charset.ts'
import { decodedField, type EncodedWords } from '../core/encodedFields.ts'
import { spanCollector } from '../core/htmlSpans.ts'
import type { Field } from '../core/message.ts'
import { type OwnWords, ownWordsOf } from '../core/ownWords.ts'
import { peopleInFields, personalIn, rewriteField } from '../core/personalFields.ts'
import { namesIn, personalRest, rewriteParts } from '../core/personalText.ts'
import type { Phrases } from '../core/phrases.ts'
import { type Pseudonyms, pseudonymsFor } from '../core/pseudonyms.ts'
import { lineSpans, type Span, withSpans, writeHtml } from '../core/spans.ts'
import { OperatorError } from '../errors.ts'

/** Octets, and levels: a message with more is not read either (io/parse). */
const largestMessage = 2 * 1024 * 1024
const deepestElement = 512
const saveAnew = 'save the message anew, as it is, with its header: .eml'

/** A stretch of the message: a header, the body of a leaf, or what lies between them (boundaries). */
type Stretch =
  | { readonly kind: 'header' | 'body'; readonly node: MimeNode; readonly bytes: Buffer }
  | { readonly kind: 'between'; readonly node: null; readonly bytes: Buffer }

/** A text leaf, decoded, and the spans in it that people or programs read. */
interface Leaf {
  readonly node: MimeNode
  readonly bytes: Buffer
  readonly text: string
  readonly charset: Charset
  readonly spans: readonly Span[]
}

/**
 * The same message with people, addresses, ids and tokens replaced, to attach to a bug report: same fields in the same
 * order, same MIME structure, encodings and html, so that it is read as before. The same octets give the same result.
 *
 * What stays is LinkedIn's: its sentences, greetings and labels in the languages of `phrases`, what its buttons say in
 * any language, the kind of its links, and what a server says of the message. All other words go, letter by letter, and
 * with them sentences of LinkedIn's that no phrase holds; attachments are blanked. A fictional name has a length of its
 * own, so a line near a limit of the readers may be read otherwise.
 * @throws OperatorError 65 when the message is over 2 MiB, has a broken header, html of over 512 levels, or a text in a
 * charset that cannot be written back; Error when an original was left
 */
export const sanitize = async (bytes: Uint8Array, phrases: readonly Phrases[]): Promise<Uint8Array> => {
  if (bytes.length > largestMessage)
    throw new OperatorError(65, 'the message is over 2 MiB', ['LinkedIn sends nothing of that size: name another one'])
  const own = ownWordsOf(phrases)
  const stretches = await split(bytes)
  const leaves = await leavesOf(stretches)
  const spans = leaves.map((leaf) => leaf.spans)
  const people = peopleInFields(stretches.flatMap(decodedFieldsOf), own)
  const names = [...people.names, ...spans.flatMap((ofLeaf) => namesIn(ofLeaf, own))]
  const pseudonyms = pseudonymsFor({ ...people, names })
  const headers = stretches.map((stretch) => rewriteHeader(stretch, own, pseudonyms))
  const parts = rewriteParts(spans, own, pseudonyms)
  const bodies = new Map<MimeNode | null, Buffer>()
  for (const [index, leaf] of leaves.entries()) bodies.set(leaf.node, await rewriteBody(leaf, parts[index] ?? []))
  const written = stretches.map(({ kind, node, bytes: old }, index) =>
    kind === 'header' ? (headers[index] ?? old) : (bodies.get(node) ?? blank(old)),
  )
  return withoutLeaks(Buffer.concat(written), own, pseudonyms)
}

const split = async (bytes: Uint8Array): Promise<readonly Stretch[]> => {
  const splitter = new Splitter()
  splitter.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const stretches: Stretch[] = []
  try {
    for await (const emitted of splitter) {
      const stretch = stretchOf(emitted)
      const last = stretches.at(-1)
      if (last?.kind !== 'body' || stretch.kind !== 'body' || last.node !== stretch.node) stretches.push(stretch)
      else stretches[stretches.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, stretch.bytes]) }
    }
  } catch (cause) {
    throw new OperatorError(65, 'the parts of this message cannot be told apart', [saveAnew], { cause })
  }
  return stretches
}

const stretchOf = (chunk: MimeNode | Data): Stretch => {
  if (chunk.type === 'node') return { kind: 'header', node: chunk, bytes: chunk.getHeaders() }
  const bytes = chunk.value ?? Buffer.alloc(0)
  return chunk.type === 'body' ? { kind: 'body', node: chunk.node, bytes } : { kind: 'between', node: null, bytes }
}

/** Letters and digits of what cannot be looked into; boundaries stay. */
const blank = (bytes: Buffer): Buffer =>
  Buffer.from(
    bytes.toString('latin1').replace(/^(?!--\S+$).+$/gm, (line) => line.replace(/[a-z0-9\x80-\xff]/gi, 'A')),
    'latin1',
  )

/** Raw fields, folds included; a line without a colon is a field without a name. */
const fieldsOf = (stretch: Stretch): readonly Field[] => {
  const lines = stretch.kind === 'header' && stretch.node.headers ? stretch.node.headers.getList() : []
  return lines.map(({ line }) => {
    const octets = Buffer.from(line, 'latin1')
    const text = charsetOf('utf-8', octets)?.decode(octets) ?? line
    const colon = text.indexOf(':')
    return { name: text.slice(0, Math.max(colon, 0)).trim(), value: text.slice(colon + 1) }
  })
}

const encodedWords = ({ libmime }: MimeNode): EncodedWords => ({
  decode: (value) => libmime.decodeWords(value),
  encode: (text) => libmime.encodeWord(text, 'Q', 52),
})

const decodedFieldsOf = (stretch: Stretch): readonly Field[] => {
  const { node } = stretch
  return node === null ? [] : fieldsOf(stretch).map((field) => decodedField(field, encodedWords(node)))
}

const rewriteHeader = (stretch: Stretch, own: OwnWords, pseudonyms: Pseudonyms): Buffer => {
  const { bytes, node } = stretch
  const end = bytes.includes('\r\n') ? '\r\n' : '\n'
  const lines = fieldsOf(stretch).map((field) => {
    const value = node === null ? '' : rewriteField(field, own, pseudonyms, encodedWords(node))
    return `${field.name}${field.name && ':'}${value.replace(/\r\n/g, end)}${end}`
  })
  return Buffer.from(`${lines.join('')}${end}`)
}

const leavesOf = async (stretches: readonly Stretch[]): Promise<readonly Leaf[]> => {
  const leaves: Leaf[] = []
  for (const { kind, node, bytes } of stretches) {
    if (kind !== 'body' || !/^text\//.test(node.contentType || '')) continue
    const octets = await through(node.getDecoder(), ascii(node, bytes))
    const charset = readableCharset(node, octets)
    const text = charset.decode(octets)
    const spans = node.contentType === 'text/html' ? htmlSpans(text) : lineSpans(text)
    leaves.push({ node, bytes, text, charset, spans })
  }
  return leaves
}

/** Octets over 127 do not belong into quoted-printable; its decoder would spoil them. */
const ascii = ({ encoding }: MimeNode, bytes: Buffer): Buffer =>
  encoding === 'quoted-printable'
    ? Buffer.from(
        bytes
          .toString('latin1')
          .replace(/[\x80-\xff]/g, (octet) => `=${octet.charCodeAt(0).toString(16).toUpperCase()}`),
      )
    : bytes

const readableCharset = (node: MimeNode, octets: Buffer): Charset => {
  const charset = charsetOf(node.charset || '', octets)
  if (charset !== null) return charset
  const sentence = `a text of this message is in ${node.charset}, which cannot be written back`
  throw new OperatorError(65, sentence, ['save the message from another mail program, as UTF-8'])
}

const rewriteBody = async ({ node, bytes, text, charset, spans }: Leaf, values: readonly string[]): Promise<Buffer> => {
  const write = node.contentType === 'text/html' ? writeHtml : (_: Span, __: string, value: string) => value
  const encoded = await through(node.getEncoder(), Buffer.from(charset.encode(withSpans(text, spans, values, write))))
  return bytes.includes('\r\n') ? encoded : Buffer.from(encoded.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

const through = async (stream: Transform, bytes: Buffer): Promise<Buffer> => {
  stream.end(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The parser takes time by the square of the depth. */
const htmlSpans = (html: string): readonly Span[] => {
  const spans: Span[] = []
  const events = spanCollector(html, spans, () => parser)
  let depth = 0
  const parser: Parser = new Parser({
    ...events,
    onopentag(name, attributes) {
      depth += 1
      if (depth > deepestElement)
        throw new OperatorError(65, 'the html of this message is nested too deep', ['LinkedIn sends none like it'])
      events.onopentag(name, attributes)
    },
    onclosetag(name) {
      depth -= 1
      events.onclosetag(name)
    },
  })
  parser.end(html)
  return spans
}

/** The last word: nothing that was replaced anywhere may be left anywhere. The message of the error must not tell it. */
const withoutLeaks = async (sanitized: Buffer, own: OwnWords, pseudonyms: Pseudonyms): Promise<Uint8Array> => {
  const stretches = await split(sanitized)
  const fields = stretches.flatMap(decodedFieldsOf).map((field) => personalIn(field, own))
  const parts = (await leavesOf(stretches)).map(({ spans }) => spans)
  const left = pseudonyms.leaks([...fields, ...personalRest(parts, own, pseudonyms)]).length
  if (left > 0) throw new Error(`sanitize left ${left} originals in the message, so it is not shown`)
  return sanitized
}
