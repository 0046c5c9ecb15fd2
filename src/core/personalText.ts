import type { Stretch } from './folded.ts'
import { readLink } from './links.ts'
import { labelOf, type OwnWords } from './ownWords.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** What people read, in reading order: a line of text/plain, or a text node or an attribute of html, decoded. */
export interface Piece {
  readonly kind: 'text' | 'attribute'
  /** The name of the attribute, or ''; `<!--`, `<script` and `<style` for what stands in these. */
  readonly name: string
  readonly value: string
  /** Text nodes of one line are read as one text. */
  readonly line: number
  /** Where the anchor round it leads. */
  readonly href: string | null
  /** The image it describes. */
  readonly image: string | null
}

/** The names in a part: by LinkedIn's links and pictures in any language, by its sentences and greetings in those known. */
export const namesIn = (pieces: readonly Piece[], own: OwnWords): readonly string[] => [
  ...pieces.flatMap((piece) => (piece.kind === 'attribute' ? pictured(piece) : linked(piece))),
  ...own.namesIn(pieces.filter(({ kind }) => kind === 'text')),
]

const linked = ({ value, href }: Piece): readonly string[] =>
  /name$|^header-\d+-profile$/.test(regionOf(href)) && value.trim() !== '' ? [value.trim()] : []

const spoken = /^(?:alt|title|aria-label|aria-description|summary|placeholder|label)$/

const noName = /^(?:LinkedIn|Profile|Picture|Photo|Image|Social|Proof|Premium|Members?)$/

/** `Ada Byron’s Profile Picture`; where the words are in another language, those with a capital. */
const pictured = ({ name, value, image }: Piece): readonly string[] => {
  if (!spoken.test(name)) return []
  const possessive = /^(.{2,60}?)['’]s /.exec(value)?.[1]
  if (possessive !== undefined) return [possessive]
  if (!/displayphoto|company-logo|\/mpr\//.test(image ?? '')) return []
  const words = value.slice(0, 200).match(/\p{Lu}[\p{L}\p{M}]+|\p{Lo}[\p{L}\p{M}]*/gu) ?? []
  return [words.filter((word) => !noName.test(word)).join(' ')]
}

const regionOf = (href: string | null): string => readLink(href ?? '')?.region ?? ''

const button = /accept|ignore|decline|reply|view|cta|text$|button|connections|upsell|footer|unsub|help/

/** A short text in a link that LinkedIn tracks and calls a button, in whatever language. */
const isLabel = ({ kind, value, href }: Piece): boolean =>
  kind === 'text' && value.trim().length <= 40 && !/name$/.test(regionOf(href)) && button.test(regionOf(href))

/** The labels of LinkedIn's links: the text part may have them too. */
const labelsOf = (parts: readonly (readonly Piece[])[]): ReadonlySet<string> =>
  new Set(
    parts
      .flat()
      .filter(isLabel)
      .map(({ value }) => labelOf(value))
      .filter(Boolean),
  )

/** Per piece, the stretches that are LinkedIn's own words. Attributes have none, nor has the name of one called `Accept`. */
const ownStretches = (
  parts: readonly (readonly Piece[])[],
  own: OwnWords,
  { names, isPerson }: Pseudonyms,
): readonly (readonly (readonly Stretch[])[])[] => {
  const labels = labelsOf(parts)
  return parts.map((pieces) => {
    const texts = pieces.filter(({ kind }) => kind === 'text')
    const found = own.stretchesIn(texts, labels, names)[Symbol.iterator]()
    return pieces.map((piece) => {
      if (piece.kind === 'attribute') return []
      const stretches = found.next().value ?? []
      return linked(piece).length > 0 || (piece.href === null && isPerson(piece.value)) ? [] : stretches
    })
  })
}

/**
 * The pieces of each part with their pseudonyms. Only LinkedIn's own words stay: its sentences and labels, in the
 * languages of the phrases, and what its buttons say in any. Every other word may be somebody's.
 */
export const rewriteParts = (
  parts: readonly (readonly Piece[])[],
  own: OwnWords,
  pseudonyms: Pseudonyms,
): readonly (readonly string[])[] => {
  const stretches = ownStretches(parts, own, pseudonyms)
  return parts.map((pieces, part) =>
    pieces.map((piece, index) =>
      piece.kind === 'text'
        ? around(piece.value, stretches[part]?.[index] ?? [], pseudonyms.prose)
        : rewriteAttribute(piece, pseudonyms),
    ),
  )
}

/** What is left of the pieces without LinkedIn's own words and without what is never rewritten. */
export const personalRest = (
  parts: readonly (readonly Piece[])[],
  own: OwnWords,
  pseudonyms: Pseudonyms,
): readonly string[] => {
  const stretches = ownStretches(parts, own, pseudonyms)
  return parts.flatMap((pieces, part) =>
    pieces.map(({ name, value }, index) =>
      structural.test(name) ? '' : without(value, stretches[part]?.[index] ?? []),
    ),
  )
}

/** The value with everything but the stretches rewritten. */
export const around = (value: string, stretches: readonly Stretch[], rewrite: (text: string) => string): string => {
  let end = 0
  const pieces: string[] = []
  for (const stretch of stretches) {
    if (stretch.start > end) pieces.push(rewrite(value.slice(end, stretch.start)))
    pieces.push(value.slice(Math.max(end, stretch.start), stretch.end))
    end = Math.max(end, stretch.end)
  }
  return `${pieces.join('')}${end < value.length ? rewrite(value.slice(end)) : ''}`
}

/** The value without the stretches. */
export const without = (value: string, stretches: readonly Stretch[]): string => {
  const rest: string[] = []
  around(value, stretches, (text) => {
    rest.push(text)
    return ''
  })
  return rest.join(' ')
}

const leading = /^(?:href|src|srcset|background|action|cite|poster|longdesc|xlink:href)$/

/** They say how a message looks, never whose it is; whoever is called `center` must not change that. */
const structural =
  /^(?:align|valign|width|height|border|type|lang|xml:lang|dir|role|rel|target|bgcolor|color|face|size|cellpadding|cellspacing|http-equiv|charset|xmlns|data-email-preheader|style|class|<style)$/

const rewriteAttribute = ({ name, value }: Piece, { text, prose, title, link, urls }: Pseudonyms): string => {
  if (name === '<script' || spoken.test(name)) return prose(value)
  if (leading.test(name)) return link(value)
  if (structural.test(name)) return urls(value)
  return name === '<!--' ? rewriteComment(value, text, prose) : name.startsWith('data-') ? title(value) : text(value)
}

/** Comments for Outlook hold html: its tags and styles are how the message looks. */
const rewriteComment = (value: string, text: (value: string) => string, prose: (value: string) => string): string =>
  value.replace(/^<!--(?!\[)|<style[^<>]*>[^<]*|<[^<>]*>|-->$|[^<>]+|[<>]/g, (piece) =>
    piece === '<!--' || piece === '-->' ? piece : piece.startsWith('<') ? text(piece) : prose(piece),
  )
