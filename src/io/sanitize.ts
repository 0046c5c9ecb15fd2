import type { Transform } from 'node:stream'
import { Parser } from 'htmlparser2'
import { type Data, type MimeNode, Splitter } from 'mailsplit'
import type { Field } from '../core/message.ts'
import { isRewritten, peopleInFields, rewriteField } from '../core/personalFields.ts'
import { namesIn, rewriteParts } from '../core/personalText.ts'
import { type Pseudonyms, pseudonymsFor } from '../core/pseudonyms.ts'
import { addText, lineSpans, type Span, withSpans, writeHtml } from '../core/spans.ts'
import { OperatorError } from '../errors.ts'

/** A stretch of the message: a header, the body of a leaf, or what lies between them (boundaries). */
type Stretch =
  | { readonly kind: 'header' | 'body'; readonly node: MimeNode; readonly bytes: Buffer }
  | { readonly kind: 'between'; readonly node: null; readonly bytes: Buffer }

/** A text leaf, decoded, and the spans in it that people or programs read. */
interface Leaf {
  readonly node: MimeNode
  readonly bytes: Buffer
  readonly text: string
  readonly charset: 'utf8' | 'latin1'
  readonly spans: readonly Span[]
}

/**
 * The same message with people, addresses, ids and tokens replaced, to attach to a bug report: same fields in the same
 * order, same MIME structure, encodings and html, so that it is read as before. The same octets give the same result.
 *
 * Replaced: names, addresses, profiles, ids, every parameter of a link that is not known to be harmless, hosts and IP
 * addresses of the way, signatures, and fields that are not known; headline, location and note letter by letter.
 * Attachments are blanked. Not covered: what a person wrote before the greeting or after the buttons, names that stand
 * only in frames of other languages than English, small words of a job title in the preheader, file names. A default
 * sentence that core/ownSentences does not list is replaced like a note.
 * @throws OperatorError 65 when a text is in a charset that cannot be written back; Error when an original was left
 */
export const sanitize = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const stretches = await split(bytes)
  const leaves = await leavesOf(stretches)
  const people = peopleInFields(stretches.flatMap(decodedFieldsOf))
  const names = [...people.names, ...namesIn(leaves.flatMap(({ spans }) => spans))]
  const pseudonyms = pseudonymsFor({ ...people, names })
  const headers = new Map(stretches.map((stretch) => [stretch, rewriteHeader(stretch, pseudonyms)]))
  const parts = rewriteParts(
    leaves.map(({ spans }) => spans),
    names,
    pseudonyms,
  )
  const bodies = new Map<MimeNode | null, Buffer>()
  for (const [index, leaf] of leaves.entries()) bodies.set(leaf.node, await rewriteBody(leaf, parts[index] ?? []))
  const written = stretches.map((stretch) =>
    stretch.kind === 'header'
      ? (headers.get(stretch) ?? stretch.bytes)
      : (bodies.get(stretch.node) ?? blank(stretch.bytes)),
  )
  return withoutLeaks(Buffer.concat(written), pseudonyms)
}

const split = async (bytes: Uint8Array): Promise<readonly Stretch[]> => {
  const splitter = new Splitter()
  splitter.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const stretches: Stretch[] = []
  for await (const emitted of splitter) {
    const stretch = stretchOf(emitted)
    const last = stretches.at(-1)
    if (last?.kind !== 'body' || stretch.kind !== 'body' || last.node !== stretch.node) stretches.push(stretch)
    else stretches[stretches.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, stretch.bytes]) }
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
    bytes.toString('latin1').replace(/^(?!--).+$/gm, (line) => line.replace(/[a-z0-9\x80-\xff]/gi, 'A')),
    'latin1',
  )

/** Raw fields, folds included; a line without a colon is a field without a name. */
const fieldsOf = (stretch: Stretch): readonly Field[] => {
  const lines = stretch.kind === 'header' && stretch.node.headers ? stretch.node.headers.getList() : []
  return lines.map(({ line }) => {
    const text = utf8OrLatin1(Buffer.from(line, 'latin1')).text
    const colon = text.indexOf(':')
    return { name: text.slice(0, Math.max(colon, 0)).trim(), value: text.slice(colon + 1) }
  })
}

const decodedFieldsOf = (stretch: Stretch): readonly Field[] =>
  fieldsOf(stretch).map((field) => decoded(field, stretch))

const decoded = ({ name, value }: Field, { node }: Stretch): Field => {
  const unfolded = value.replace(/\r?\n/g, '')
  return { name, value: (node?.libmime.decodeWords(unfolded) ?? unfolded).replace(/[\r\n]+/g, ' ').trim() }
}

const rewriteHeader = (stretch: Stretch, pseudonyms: Pseudonyms): Buffer => {
  const end = stretch.bytes.includes('\r\n') ? '\r\n' : '\n'
  const lines = fieldsOf(stretch).map((field) => {
    const words = /=\?.*\?=/s.test(field.value) ? rewriteField(decoded(field, stretch), pseudonyms) : null
    const value = words === null ? rewriteField(field, pseudonyms) : stretch.node?.libmime.encodeWords(words, 'Q', 52)
    return `${field.name}${field.name && ':'}${words === null ? '' : ' '}${value?.replace(/\r\n/g, end)}${end}`
  })
  return Buffer.from(`${lines.join('')}${end}`)
}

const leavesOf = async (stretches: readonly Stretch[]): Promise<readonly Leaf[]> => {
  const leaves: Leaf[] = []
  for (const { kind, node, bytes } of stretches) {
    if (kind !== 'body' || !/^text\//.test(node.contentType || '')) continue
    const { text, charset } = charsetOf(node, await through(node.getDecoder(), bytes))
    const spans = node.contentType === 'text/html' ? htmlSpans(text) : lineSpans(text)
    leaves.push({ node, bytes, text, charset, spans })
  }
  return leaves
}

const charsetOf = (node: MimeNode, bytes: Buffer): { text: string; charset: 'utf8' | 'latin1' } => {
  if (/^(?:utf-?8|us-ascii|ascii|iso-8859-1|windows-1252)?$/i.test(node.charset || '')) return utf8OrLatin1(bytes)
  const sentence = `a text of this message is in ${node.charset}, which cannot be written back`
  throw new OperatorError(65, sentence, ['save the message from another mail program, as UTF-8'])
}

/** Octets that are not UTF-8 are taken one by one, so that they can be written back as they were. */
const utf8OrLatin1 = (bytes: Buffer): { text: string; charset: 'utf8' | 'latin1' } => {
  const text = bytes.toString('utf8')
  return text.includes('\uFFFD') ? { text: bytes.toString('latin1'), charset: 'latin1' } : { text, charset: 'utf8' }
}

const rewriteBody = async ({ node, bytes, text, charset, spans }: Leaf, values: readonly string[]): Promise<Buffer> => {
  const write = node.contentType === 'text/html' ? writeHtml : (_: Span, __: string, value: string) => value
  const encoded = await through(node.getEncoder(), Buffer.from(withSpans(text, spans, values, write), charset))
  return bytes.includes('\r\n') ? encoded : Buffer.from(encoded.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

const through = async (stream: Transform, bytes: Buffer): Promise<Buffer> => {
  stream.end(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** Texts, attributes but for look, comments and scripts, with their places; styles only where they hold urls. */
const htmlSpans = (html: string): readonly Span[] => {
  const spans: Span[] = []
  const anchors: (string | null)[] = [null]
  let attributes: Span[] = []
  let code: string | null = null
  const span = (kind: Span['kind'], name: string, value: string, end = parser.endIndex + 1): Span => {
    return { kind, name, value, href: anchors.at(-1) ?? null, image: null, start: parser.startIndex, end }
  }
  const parser = new Parser({
    onattribute(name, value, quote) {
      if (quote === undefined || name === 'class' || (name === 'style' && !value.includes('http'))) return
      attributes.push(span('attribute', name, value, parser.endIndex))
    },
    onopentag(name, { href, src }) {
      spans.push(...attributes.map((attribute) => ({ ...attribute, image: src ?? null })))
      attributes = []
      anchors.push(name === 'a' ? (href ?? null) : (anchors.at(-1) ?? null))
      code = name === 'script' || name === 'style' ? name : null
    },
    ontext(text) {
      if (code === null) addText(spans, span('text', '', text))
      else if (code === 'script' || text.includes('http')) spans.push(span('attribute', `<${code}`, text))
    },
    oncomment() {
      spans.push(span('attribute', '<!--', html.slice(parser.startIndex, parser.endIndex + 1)))
    },
    onclosetag() {
      anchors.pop()
      code = null
    },
  })
  parser.end(html)
  return spans
}

/** The last word: nothing that was replaced anywhere may be left anywhere. The message of the error must not tell it. */
const withoutLeaks = async (sanitized: Buffer, pseudonyms: Pseudonyms): Promise<Uint8Array> => {
  const stretches = await split(sanitized)
  const fields = stretches.flatMap((stretch) => decodedFieldsOf(stretch).filter(isRewritten))
  const spans = (await leavesOf(stretches)).flatMap((leaf) => leaf.spans)
  const left = pseudonyms.leaks([...fields, ...spans].map(({ value }) => value).join('\n')).length
  if (left > 0) throw new Error(`sanitize left ${left} originals in the message, so it is not shown`)
  return sanitized
}
