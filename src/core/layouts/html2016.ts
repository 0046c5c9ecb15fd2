import type { Block } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import { isDefaultText, noteIn } from '../note.ts'
import type { Reading, ReadingContext } from '../reading.ts'
import {
  absentNote,
  cutOff,
  fromLinks,
  headlineNote,
  isSeparator,
  isShortName,
  locationNote,
  nameNote,
  presentNote,
  quote,
  unknownNote,
  weightier,
} from '../reading.ts'
import { nameWords } from '../wording.ts'
import { type Words, wordsFor } from '../words.ts'

/**
 * The html of 2016 to 2024: preheader · header · greeting and body · NAME · headline? · location? · buttons · footer.
 * The inviter's links are in the region `hero-…`, the recipient's in `header-…`. The text before the name is the only
 * place of a note; the preheader repeats it.
 */
const isName = (block: Block): boolean =>
  /^hero-\d+-prof(?:ile)?~name/u.test(block.link?.region ?? '') && block.text !== ''

/** The header shows who the reader is. */
const isHeader = (block: Block, recipient: string | null): boolean => {
  const own = nameWords(recipient)
  const isReader =
    own.length === 0 ? isShortName(block.text) : nameWords(block.text).every((word) => own.includes(word))
  return /^header-/u.test(block.link?.region ?? '') && isReader
}

const isButton = (block: Block): boolean =>
  block.link !== null &&
  (block.link.accepts || /^hero-\d+-(?:accept~cta|prof~cta|profile~text)/u.test(block.link.region ?? ''))

const isHero = (block: Block): boolean => /^hero-/u.test(block.link?.region ?? '') || block.link?.accepts === true

/** Reads the html of that era; null when it is none. */
export const readHtml2016 = (blocks: readonly Block[], context: ReadingContext): Reading | null => {
  const at = blocks.findIndex(isName)
  const firstButton = blocks.findIndex((block, index) => index > at && isButton(block))
  if (at === -1 || firstButton === -1) return null
  const hero = blocks.filter(isHero)
  const name = blocks[at]?.text ?? ''
  const words = wordsFor(context.phrases, { inviter: name, recipient: context.recipient })
  const about = blocks.slice(at + 1, firstButton).filter((block) => block.text !== '' && !isSeparator(block.text))
  return {
    layout: 'text-2015',
    name,
    given: null,
    headline: about[0]?.text ?? null,
    profile: fromLinks(hero, (link) => link.profile),
    invitationId: fromLinks(hero, (link) => link.invitationId),
    item: fromLinks(hero, (link) => link.item),
    commonConnections: null,
    note: [
      nameNote(name, context.sender),
      aboutNote(about, words),
      footerNote(blocks.slice(firstButton), words),
    ].reduce(weightier, bodyNote(blocks.slice(0, at), context.recipient, words)),
  }
}

const bodyNote = (blocks: readonly Block[], recipient: string | null, words: Words): Note => {
  const texts = blocks.filter((block) => block.text !== '' && !isHeader(block, recipient))
  const read = (some: readonly Block[]): Note => noteIn(some.map((block) => block.text).join('\n'), words)
  const [first, ...rest] = texts.filter((block) => !block.hidden)
  const whole = read([...(first ? [first] : []), ...rest])
  // Where styles were taken out, the preheader is seen: it says the whole once before.
  const isRepeated = first !== undefined && rest.length > 0 && isDefaultText(first.text, words)
  const seen = isRepeated && read(rest).kind === 'absent' ? absentNote : whole
  return weightier(seen, read(texts.filter((block) => block.hidden)))
}

const aboutNote = (about: readonly Block[], words: Words): Note => {
  const [headline, location, ...more] = about
  const linked = [headline, location].find((block) => block && block.href !== null)
  if (more.length > 0 || linked) return presentNote([...(linked ? [linked] : []), ...more].map((block) => block.text))
  return weightier(headlineNote(headline?.text, words), locationNote(location?.text))
}

const isLogo = ({ link }: Block): boolean => /^footer-/u.test(link?.region ?? '')
const isOwnLink = ({ link, text }: Block): boolean => link?.tracked === true && text.length <= 60

const longestText = 300

/**
 * Below the first button: LinkedIn's buttons and links, and its own sentences. In a language that we do not know, where
 * none of the sentences above the logo is one, there may be as many as LinkedIn has itself: two behind the first link of
 * the footer, and one below its logo.
 */
const footerNote = (blocks: readonly Block[], words: Words): Note => {
  const [footer, logo] = [blocks.findIndex((block) => isOwnLink(block) && !isButton(block)), blocks.findIndex(isLogo)]
  const known = ({ text }: Block): boolean => words.isLabel(text) || words.isChrome(text)
  const texts = blocks.map((block, place) => ({ block, place })).filter(({ block }) => isText(block))
  const [above, below] = [texts.filter(({ place }) => place < logo), texts.filter(({ place }) => place > logo)]
  const isForeign = above.every(({ block }) => !known(block))
  const misplaced = isForeign
    ? [...above.slice(2), ...below.slice(1), ...texts.filter(({ block, place }) => place < footer || !isShort(block))]
    : texts
  const odd = misplaced.find(({ block }) => !known(block))
  if (odd !== undefined)
    return unknownNote(`there is text below the buttons that is not LinkedIn's: ${quote(odd.block.text)}`)
  return logo === -1 ? cutOff : absentNote
}

const isText = (block: Block): boolean => !isSeparator(block.text) && !isOwnLink(block)
const isShort = ({ href, text }: Block): boolean => href === null && text.length <= longestText
