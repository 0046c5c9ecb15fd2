import { type Block, picturesOf } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import { linkedInUrl, readLink, urlsIn } from '../links.ts'
import type { Message } from '../message.ts'
import { isDefaultText } from '../note.ts'
import { absentNote, isSeparator, isShortName, quote, unknownNote } from '../reading.ts'
import { decodeEntities, normalise, visible } from '../wording.ts'
import type { Words } from '../words.ts'

/** What a text part may repeat: what the html shows, and the subject. */
export interface Shown {
  readonly texts: ReadonlySet<string>
  readonly links: ReadonlySet<string>
  /** All words in their order, one space round each: a text part joins lines, and breaks them elsewhere. */
  readonly words: string
  /** What stands for its pictures in a text part that a server made of it: `[words]`, `[https://…]`. */
  readonly pictures: ReadonlySet<string>
  /** Whether the html has a headline or a location. */
  readonly tellsMore: boolean
  /** The headline where LinkedIn cut it with an ellipsis, without the ellipsis; the text part may have it whole. */
  readonly cutHeadline: string | null
}

const ellipsis = /\s*(?:…|\.\.\.)$/u
const mostWords = 100_000

const wordsOf = (text: string): string => ` ${(normalise(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join(' ')} `

/** The strings and links of an html part whose note slots are empty. */
export const shownBy = (blocks: readonly Block[], headline: string | null, message: Message): Shown => ({
  texts: new Set([...blocks.map((block) => block.text), message.subject].map(normalise).filter(Boolean)),
  links: new Set(blocks.flatMap((block) => (block.href === null ? [] : [block.href.trim()]))),
  words: wordsOf(
    blocks
      .map((block) => block.text)
      .join(' ')
      .slice(0, mostWords),
  ),
  pictures: new Set((message.html === null ? [] : picturesOf(message.html)).map(normalise)),
  tellsMore: headline !== null,
  cutHeadline: headline !== null && ellipsis.test(headline) ? normalise(headline.replace(ellipsis, '')) : null,
})

/** A link of the mail's own: it stands in the html too, or LinkedIn tracks it, or it leads to LinkedIn's help. */
export const isOwnLink = (url: string, shown: Shown | null): boolean => {
  if (shown?.links.has(url)) return true
  const parsed = linkedInUrl(url)
  return parsed !== null && (readLink(url)?.tracked === true || /^\/(?:help|legal)\//u.test(parsed.pathname))
}

/** A url as text parts write it: `url`, `<url>`, `(url)`, `[url]`; or a picture: `[words]`. */
const written = /[<(]?(?<url>https?:\/\/[^\s<>"()[\]]+)[>)]?|\[(?<picture>[^\][]{1,300})\]/giu

/** A line without the mail's own links and pictures: their label, or nothing. */
export const labelOf = (line: string, shown: Shown | null): string =>
  visible(
    line.replace(written, (...found) => {
      const { url, picture = '' } = found.at(-1) as { url?: string; picture?: string }
      return isOwnLink(url ?? picture, shown) || shown?.pictures.has(normalise(picture)) ? ' ' : String(found[0])
    }),
  ).replace(/[\s:：]+$/gu, '')

/** The lines of a text part: entities decoded, white space collapsed, empty ones kept as ''. */
export const linesOf = (text: string): readonly string[] =>
  decodeEntities(text)
    .split(/\r\n|\r|\n/u)
    .map(visible)

const mostLines = 2000
const longestLine = 4000

/**
 * Whether a text part says nothing but what the html shows: each line is a link of the mail's own with its label, words
 * that the html shows in that order, a default sentence, a plain sentence of the chrome, or, below the first link, any
 * sentence of it. Any other line may be a note.
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
  if (line.length > longestLine) return false
  const label = labelOf(line, shown)
  if (isSeparator(label) || /^[(){}[\]<>|]{1,4}$/u.test(label) || isShown(label, below, shown)) return true
  if (label !== line && (words.isLabel(label) || (isShortName(label) && leadsOn(line)))) return true
  return isDefaultText(line, words) || (below ? words.isChrome(label) : words.isPlainChrome(label))
}

/** One word may stand there by chance: it must be all of a text, or, below the first link, long or a number. */
const isShown = (label: string, below: boolean, shown: Shown): boolean => {
  const [normal, run] = [normalise(label), wordsOf(label)]
  if (shown.texts.has(normal) || isWholeHeadline(normal, shown)) return true
  const isRun = run.trim().includes(' ') || (below && /\p{N}|\p{L}{8}/u.test(run))
  return isRun && shown.words.includes(run)
}

/** A link that was made for this mail: nobody types one, so its label is LinkedIn's. */
const leadsOn = (line: string): boolean => urlsIn(line).some((url) => readLink(url)?.mailed)

/** A line that is the headline whole which LinkedIn cut in the html. */
const isWholeHeadline = (line: string, { cutHeadline: cut }: Shown): boolean =>
  cut !== null && cut.length >= 12 && line.startsWith(cut) && line.length <= 250

/** Whether a line about the inviter may stand in the text part: the html shows it, or has none in its place. */
export const isAbout = (line: string, shown: Shown | null): boolean =>
  shown === null || !shown.tellsMore || shown.texts.has(normalise(line)) || isWholeHeadline(normalise(line), shown)
