import type { Block } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import { linkedInUrl, readLink, urlsIn } from '../links.ts'
import { isDefaultText } from '../note.ts'
import { absentNote, isSeparator, quote, unknownNote } from '../reading.ts'
import { decodeEntities, escaped, normalise, visible } from '../wording.ts'
import type { Words } from '../words.ts'

/** What the html shows, for comparing the text part with it. */
export interface Shown {
  readonly texts: ReadonlySet<string>
  readonly links: ReadonlySet<string>
  /** The headline where LinkedIn cut it with an ellipsis, without the ellipsis; the text part may have it whole. */
  readonly cutHeadline: string | null
  /** The end of what the html shows, where LinkedIn's footer stands. */
  readonly footer: string
}

const ellipsis = /\s*(?:…|\.\.\.)$/u

const footerBlocks = 30
const longestFooter = 20_000

/** The strings and links of an html part whose note slots are empty. */
export const shownBy = (blocks: readonly Block[], headline: string | null): Shown => ({
  texts: new Set(blocks.map((block) => normalise(block.text)).filter(Boolean)),
  links: new Set(blocks.flatMap((block) => (block.href === null ? [] : [block.href.trim()]))),
  footer: blocks
    .slice(-footerBlocks)
    .map((block) => normalise(block.text))
    .join('\n')
    .slice(-longestFooter),
  cutHeadline: headline !== null && ellipsis.test(headline) ? normalise(headline.replace(ellipsis, '')) : null,
})

/** A link of the mail's own: it stands in the html too, or LinkedIn tracks it, or it leads to LinkedIn's help. */
export const isOwnLink = (url: string, shown: Shown | null): boolean => {
  if (shown?.links.has(url)) return true
  const parsed = linkedInUrl(url)
  return parsed !== null && (readLink(url)?.tracked === true || /^\/(?:help|legal)\//u.test(parsed.pathname))
}

/** A line without the mail's own links: their label, or nothing. */
export const labelOf = (line: string, shown: Shown | null): string =>
  visible(
    urlsIn(line)
      .filter((url) => isOwnLink(url, shown))
      .reduce((rest, url) => rest.replace(url, ' '), line),
  ).replace(/^\(\s*\)$|[\s:：]+$/gu, '')

/** The lines of a text part: entities decoded, white space collapsed, empty ones kept as ''. */
export const linesOf = (text: string): readonly string[] =>
  decodeEntities(text)
    .split(/\r\n|\r|\n/u)
    .map(visible)

const mostLines = 2000

/**
 * Whether a text part in no layout of its own says nothing but what the html shows: each line is a link or its label,
 * a string visible in the html, a default sentence, or, below the first link, a known phrase of the footer. Any other
 * line may be a note.
 */
export const agreementOf = (text: string, shown: Shown, words: Words): Note => {
  const lines = linesOf(text)
  if (lines.length > mostLines) return unknownNote(`no text part has as many lines as this one: ${lines.length}`)
  const firstLink = lines.findIndex((line) => urlsIn(line).some((url) => isOwnLink(url, shown)))
  const odd = lines.find((line, index) => !explains(line, firstLink !== -1 && index >= firstLink, shown, words))
  return odd === undefined
    ? absentNote
    : unknownNote(`the text part has a line that the html part does not show: ${quote(odd)}`)
}

const explains = (line: string, below: boolean, shown: Shown, words: Words): boolean => {
  const label = labelOf(line, shown)
  if (isSeparator(label)) return true
  const normal = normalise(label)
  if (shown.texts.has(normal) || (shown.cutHeadline !== null && isWholeHeadline(normal, shown.cutHeadline))) return true
  if (label !== line && words.isLabel(label)) return true
  return below ? words.isChrome(label) || isPartOf(normal, shown) : isDefaultText(line, words)
}

/** A line of the footer may stand in the html's within a longer text. */
const isPartOf = (line: string, { footer }: Shown): boolean =>
  line.length >= 12 && new RegExp(`(?<![\\p{L}\\p{N}])${escaped(line)}(?![\\p{L}\\p{N}])`, 'u').test(footer)

const isWholeHeadline = (line: string, cut: string): boolean =>
  cut.length >= 12 && line.startsWith(cut) && line.length <= 250
