import type { Block } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import { linkedInUrl, readLink, urlsIn } from '../links.ts'
import type { ReadingContext } from '../reading.ts'
import { absentNote, isChrome, isLabel, isSeparator, quote, unknownNote } from '../reading.ts'
import type { People } from '../wording.ts'
import { decodeEntities, normalise, visible } from '../wording.ts'

/** What the html shows, for comparing the text part with it. */
export interface Shown {
  readonly texts: ReadonlySet<string>
  readonly links: ReadonlySet<string>
  /** The headline where LinkedIn cut it with an ellipsis, without the ellipsis; the text part may have it whole. */
  readonly cutHeadline: string | null
}

const ellipsis = /\s*(?:…|\.\.\.)$/u

/** The strings and links of an html part whose note slots are empty. */
export const shownBy = (blocks: readonly Block[], headline: string | null): Shown => ({
  texts: new Set(blocks.map((block) => normalise(block.text)).filter(Boolean)),
  links: new Set(blocks.flatMap((block) => (block.href === null ? [] : [block.href.trim()]))),
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

/**
 * Whether a text part in no layout of its own says nothing but what the html shows: each line is a link or its label,
 * a string visible in the html, or, below the first link, a known phrase of the footer. Any other line may be a note.
 */
export const agreementOf = (text: string, shown: Shown, people: People, context: ReadingContext): Note => {
  const lines = linesOf(text)
  const firstLink = lines.findIndex((line) => urlsIn(line).some((url) => isOwnLink(url, shown)))
  const odd = lines.find(
    (line, index) => !explains(line, firstLink !== -1 && index >= firstLink, shown, people, context),
  )
  return odd === undefined
    ? absentNote
    : unknownNote(`the text part has a line that the html part does not show: ${quote(odd)}`)
}

const explains = (line: string, below: boolean, shown: Shown, people: People, context: ReadingContext): boolean => {
  const label = labelOf(line, shown)
  if (isSeparator(label)) return true
  const normal = normalise(label)
  if (shown.texts.has(normal) || (shown.cutHeadline !== null && isWholeHeadline(normal, shown.cutHeadline))) return true
  if (isLabel(label, context.phrases, people) && label !== line) return true
  return below && isChrome(label, context.phrases, people)
}

const isWholeHeadline = (line: string, cut: string): boolean =>
  cut.length >= 12 && line.startsWith(cut) && line.length <= 250
