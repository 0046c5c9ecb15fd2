import { Parser } from 'htmlparser2'
import { type AddressObject, type HeaderLines, type ParsedMail, simpleParser } from 'mailparser'
import type { Address, Field, HtmlElement, HtmlNode, Instant, Message } from '../core/message.ts'
import { fieldValues } from '../core/message.ts'
import type { Parse } from '../ports.ts'

/** A hang in a parser is synchronous, so no timer can end it: only the size of what goes in can (octets). */
const largestMessage = 2 * 1024 * 1024
/** The largest html seen of LinkedIn's has 2 152 nodes and the longest text 2 323 characters. */
const deepestElement = 512
const mostNodes = 50_000
const longestText = 256 * 1024

/** mailparser makes text out of html and html out of text unless told not to; then "both parts agree" proves nothing. */
const onlyWhatIsThere = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepCidLinks: true,
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
  checksumAlgo: false,
} as const

/** RFC 5322 §3.3, loosely: a day, a time and a zone. `new Date` alone reads a year out of nearly anything. */
const dateTime = /\d{1,2}\s+[a-z]{3}\s+\d{4}\s+\d{1,2}:\d{2}(:\d{2})?\s+([+-]\d{4}|[a-z]{1,5})\b/i

interface OpenElement extends HtmlElement {
  readonly children: HtmlNode[]
}

/**
 * Octets of one RFC 5322 message to a Message. Never throws, whatever the octets are: a message over 2 MiB, or one
 * that the MIME parser gives up, keeps its header alone; a header over 1 MiB, mailparser's limit, gives no fields at all.
 * What was left out is named in `defects`.
 * `date` is null unless the first Date field is a date with a zone (mailparser would answer with the present time).
 */
export const parse: Parse = async (bytes) => {
  const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (octets.length > largestMessage) return headerAlone(octets, 'it is larger than 2 MiB')
  const mail = await tryParser(octets)
  return mail === null
    ? headerAlone(octets, 'its MIME structure cannot be read')
    : toMessage(mail, defectsOf(mail, octets))
}

const headerAlone = async (octets: Buffer, because: string): Promise<Message> =>
  toMessage(await tryParser(headerOf(octets)), [`${because}, so no more than its header was`])

const tryParser = async (octets: Buffer): Promise<ParsedMail | null> => {
  try {
    return await simpleParser(octets, onlyWhatIsThere)
  } catch {
    return null
  }
}

const headerOf = (octets: Buffer): Buffer => {
  const ends = [octets.indexOf('\r\n\r\n'), octets.indexOf('\n\n')].filter((end) => end >= 0)
  return octets.subarray(0, Math.min(...ends, octets.length))
}

/** Where a note could stand that neither `text` nor `html` shows. */
const defectsOf = (mail: ParsedMail, octets: Buffer): readonly string[] => [
  ...(isCutOff(mail, octets) ? ['its end is missing: the last MIME boundary is not there'] : []),
  ...(mail.html && /<html[\s>]/i.test(mail.html) && !/<\/html\s*>/i.test(mail.html)
    ? ['the end of its html part is missing']
    : []),
  ...(mail.attachments.some(({ contentType }) => /^(?:text|message)\//i.test(contentType))
    ? ['it has an attachment of text, which LinkedIn does not send']
    : []),
]

/** RFC 2046 §5.1.1: a multipart ends with `--boundary--`. */
const isCutOff = ({ headers }: ParsedMail, octets: Buffer): boolean => {
  const { params } = Object(headers.get('content-type')) as { readonly params?: Readonly<Record<string, string>> }
  return params?.boundary !== undefined && !octets.includes(`--${params.boundary}--`)
}

const toMessage = (mail: ParsedMail | null, defects: readonly string[]): Message => {
  const fields = toFields(mail?.headerLines ?? [])
  const text = mail?.text || null
  const tree = mail?.html ? toTree(mail.html) : null
  const isLong = text !== null && text.length > longestText
  return {
    fields,
    messageId: toMessageId(fieldValues({ fields }, 'Message-ID')[0] ?? ''),
    subject: mail?.subject ?? '',
    date: toInstant(fieldValues({ fields }, 'Date')[0] ?? ''),
    from: toAddresses(mail?.from),
    to: toAddresses(mail?.to),
    replyTo: toAddresses(mail?.replyTo),
    text: isLong ? null : text,
    html: tree,
    defects: [
      ...defects,
      ...(isLong ? ["its text part is longer than any of LinkedIn's"] : []),
      ...(mail?.html && tree === null ? ["its html part is larger than any of LinkedIn's"] : []),
    ],
  }
}

/** Lines without a colon are no fields; the name may be followed by white space (RFC 5322 §4.5). */
const toFields = (lines: HeaderLines): readonly Field[] =>
  lines.flatMap(({ line }) => {
    const unfolded = decodeOctets(line).replace(/\r\n(?=[ \t])/g, '')
    const colon = unfolded.indexOf(':')
    const name = unfolded.slice(0, Math.max(colon, 0)).trim()
    return name === '' ? [] : [{ name, value: unfolded.slice(colon + 1).trim() }]
  })

/** Header lines come as one character an octet: RFC 6532 says UTF-8, and what is not stays as it is. */
const decodeOctets = (line: string): string => {
  const text = Buffer.from(line, 'latin1').toString('utf8')
  return text.includes('\uFFFD') ? line : text
}

const toMessageId = (value: string): string | null =>
  /<[^\s<>]+>/.exec(value)?.[0] ?? (/^[^\s<>]+$/.test(value) ? `<${value}>` : null)

const toInstant = (value: string): Instant | null => {
  const instant = dateTime.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(instant) ? null : instant
}

/** Characters of a display name; patterns are made of names, and nobody's is longer. */
const longestName = 250

const toAddresses = (field: AddressObject | AddressObject[] | undefined): readonly Address[] =>
  [field ?? []]
    .flat()
    .flatMap(({ value }) =>
      value.flatMap(({ name, address }) => (address ? [{ name: name.slice(0, longestName), address }] : [])),
    )

/**
 * Html to a plain tree under `#root`, by events and with a stack of our own, so that no nesting can exhaust the call
 * stack. Beyond 512 levels or 50 000 nodes: null. An `a` inside an `a` stays inside it where a browser would leave it
 * there, that is below another element, as in LinkedIn's buttons.
 */
const toTree = (html: string): HtmlElement | null => {
  const root: OpenElement = { tag: '#root', attributes: {}, children: [] }
  const open = [root]
  let nodes = 0
  const top = (): OpenElement => open.at(-1) ?? root
  const parser = new Parser({
    onopentag(name, attributes) {
      const element: OpenElement = { tag: name.toLowerCase(), attributes, children: [] }
      top().children.push(element)
      open.push(element)
      nodes += 1
      if (nodes > mostNodes || open.length > deepestElement) parser.pause()
    },
    ontext(text) {
      if (isCode(top())) return
      nodes += addText(top(), text)
      if (nodes > mostNodes) parser.pause()
    },
    onclosetag() {
      if (open.length > 1) open.pop()
    },
  })
  parser.end(html)
  return nodes > mostNodes || open.length > deepestElement ? null : root
}

const isCode = ({ tag }: HtmlElement): boolean => tag === 'script' || tag === 'style'

/** Text comes in pieces, one for each entity: pieces of one text node are put together. Gives the number of new nodes. */
const addText = ({ children }: OpenElement, text: string): number => {
  const last = children.at(-1)
  if (typeof last !== 'string') return children.push(text) > 0 ? 1 : 0
  children[children.length - 1] = last + text
  return 0
}
