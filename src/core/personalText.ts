import { readLink, urlsIn } from './links.ts'
import { greetingPattern } from './ownSentences.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** What people read, in reading order: a line of text/plain, or a text node or an attribute of html, decoded. */
export interface Piece {
  readonly kind: 'text' | 'attribute'
  /** The name of the attribute, or ''; `<!--`, `<script` and `<style` for what stands in these. */
  readonly name: string
  readonly value: string
  /** Where the anchor round it leads. */
  readonly href: string | null
  /** The image it describes. */
  readonly image: string | null
}

/** A name in LinkedIn's English frames. Elsewhere people are known by the header, by links, and by greetings. */
const frames = [
  /^\s*(.{2,60}?) (?:requested to add you|would like to connect|(?:has )?accepted your invitation|has indicated you)/,
  /\binvitation from (.{2,60})$/,
  /\bView (.{2,60}?)(?:['’]|&#39;)s profile/,
  /\bknow ([^:]{2,60}): http/,
  /\bintended for (.{2,60}?) \(/,
  /^\s*- (\S.{1,60}?)\s*$/,
  /\b(?:Hi|Hello|Hai) (\p{Lu}[^\s,]{1,40}),/u,
]

/** The names in a text or an attribute: by LinkedIn's links and pictures in any language, by greetings and frames. */
export const namesIn = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap((piece) => (piece.kind === 'attribute' ? pictured(piece) : [...linked(piece), ...framed(piece)]))

const linked = ({ value, href }: Piece): readonly string[] =>
  /name$|^header-\d+-profile$/.test(regionOf(href)) && value.trim() !== '' ? [value.trim()] : []

const framed = ({ value }: Piece): readonly string[] => {
  const greeted = greetingPattern.exec(value)?.groups
  return [...frames.map((frame) => frame.exec(value)?.[1]), greeted?.name, greeted?.name2].filter(
    (name) => name !== undefined,
  )
}

/** `Ada Byron’s Profile Picture`; where the words are in another language, those with a capital. */
const pictured = ({ name, value, image }: Piece): readonly string[] => {
  if (name !== 'alt' && name !== 'title' && name !== 'aria-label') return []
  const possessive = /^(.{2,60}?)['’]s /.exec(value)?.[1]
  if (possessive !== undefined) return [possessive]
  return /displayphoto|company-logo|\/mpr\//.test(image ?? '')
    ? [(value.match(/\p{Lu}[\p{L}\p{M}]+/gu) ?? []).join(' ')]
    : []
}

const regionOf = (href: string | null): string => readLink(href ?? '')?.region ?? ''

type Place = 'code' | 'chrome' | 'title' | 'opens' | 'greets' | 'closes' | 'within'

const personalPlaces: ReadonlySet<Place> = new Set(['code', 'greets', 'title'])

type Rule = 'text' | 'prose' | 'title'

/**
 * The pieces of each part with their pseudonyms. What stands between a name or a greeting and the next button or url,
 * and is none of LinkedIn's own sentences, is personal: headline, location, note. So are a job title in the preheader,
 * what stands in brackets behind a name, and whatever equals a personal text of another part.
 */
export const rewriteParts = (
  parts: readonly (readonly Piece[])[],
  names: readonly string[],
  pseudonyms: Pseudonyms,
): readonly (readonly string[])[] => {
  const people = new Set(names.map((name) => name.trim()))
  const anchored = parts.flat().filter(({ kind, href }) => kind === 'text' && href !== null)
  const labels = new Set(anchored.map(({ value }) => value.trim()))
  const rules = parts.map((pieces) => rulesOf(pieces, people, labels))
  const personal = new Set(
    parts.flatMap((pieces, part) =>
      pieces.flatMap(({ value }, index) => (rules[part]?.[index] === 'prose' ? [value.trim()] : [])),
    ),
  )
  return parts.map((pieces, part) =>
    pieces.map(({ value }, index) => {
      const rule = personal.has(value.trim()) ? 'prose' : rules[part]?.[index]
      return rule === 'text' ? withBrackets(value, people, pseudonyms) : pseudonyms[rule ?? 'prose'](value)
    }),
  )
}

const rulesOf = (
  pieces: readonly Piece[],
  people: ReadonlySet<string>,
  labels: ReadonlySet<string>,
): readonly Rule[] => {
  let open = false
  return pieces.map((piece, index) => {
    const place = placeOf(piece, pieces[index + 1], people, labels)
    if (place === 'opens' || place === 'greets' || place === 'closes') open = place !== 'closes'
    if (place === 'title' && !open) return 'title'
    return personalPlaces.has(place) || (place === 'within' && open) ? 'prose' : 'text'
  })
}

const placeOf = (
  piece: Piece,
  next: Piece | undefined,
  people: ReadonlySet<string>,
  labels: ReadonlySet<string>,
): Place => {
  const text = piece.value.trim()
  if (piece.name === '<script') return 'code'
  if (piece.kind === 'attribute') return piece.name === 'href' && isOfInviter(text) ? 'opens' : 'chrome'
  if (!/[\p{L}\p{N}]/u.test(text)) return /^(?:-{8,}|\.{8,})/.test(text) ? 'closes' : 'chrome'
  if (people.has(text)) return 'opens'
  if (piece.href !== null) return placeOfLink(piece.href)
  if (greetingPattern.test(text) || startsWith(text, people, ':')) return 'greets'
  if (urlsIn(text).some(isLinkedInLink) || /^(?:©|\(c\)|&copy;|This is a reminder that)/i.test(text)) return 'closes'
  if (labels.has(text) || /^- \S/.test(text) || isLabel(text, next, people)) return 'chrome'
  return startsWith(text, firstNamesOf(people), ',') ? 'title' : 'within'
}

const firstNamesOf = (people: Iterable<string>): readonly string[] =>
  [...people].map((name) => name.split(' ')[0] ?? name)

/** A url that a person typed does not end what they wrote. */
const isLinkedInLink = (url: string): boolean =>
  readLink(url)?.tracked === true || /^https?:\/\/www\.linkedin\.com\/e\//.test(url)

/** A line right above a url, with a name in it: `Accept invitation from Ada Byron`. */
const isLabel = (text: string, next: Piece | undefined, people: ReadonlySet<string>): boolean =>
  /^\s*https?:\/\//.test(next?.value ?? '') && [...people].some((name) => text.includes(name))

const startsWith = (text: string, names: Iterable<string>, end: string): boolean =>
  [...names].some((name) => text.startsWith(`${name}${end}`))

const button = /accept|ignore|decline|reply|view|cta|text$|button|connections/

/** The card of 2025 and the hero of 2016: its picture and name come before whatever the person wrote. */
const isOfInviter = (href: string): boolean => {
  const region = regionOf(href)
  return /^(?:invitation~card|hero)/.test(region) && !button.test(region)
}

const placeOfLink = (href: string): Place => {
  if (/^connections_in_common/.test(regionOf(href))) return 'chrome'
  return isOfInviter(href) ? 'within' : 'closes'
}

/** `This email was intended for Ada Byron (Analyst at Example).` */
const withBrackets = (value: string, people: ReadonlySet<string>, { text, prose }: Pseudonyms): string => {
  const name = [...people].find((person) => value.includes(`${person} (`))
  if (name === undefined) return text(value)
  const start = value.indexOf(`${name} (`) + name.length + 2
  const end = Math.max(value.lastIndexOf(')'), start)
  return `${text(value.slice(0, start))}${prose(value.slice(start, end))}${text(value.slice(end))}`
}
