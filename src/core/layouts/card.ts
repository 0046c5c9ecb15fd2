import type { Block } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import { isDefaultText } from '../note.ts'
import type { Reading, ReadingContext } from '../reading.ts'
import {
  absentNote,
  cutOff,
  fromLinks,
  isShortName,
  locationNote,
  presentNote,
  quote,
  unknownNote,
  weightier,
} from '../reading.ts'
import { nameWords, normalise } from '../wording.ts'
import { type Words, wordsFor } from '../words.ts'
import { hasFooter, unexplainedAfter } from './cardZones.ts'

/**
 * The card of 2025, read by the regions of its links, which are the same in every language. Its grammar, in document
 * order: preheader · header · picture · NAME · headline? · location? · connections in common? · ACCEPT · VIEW ·
 * people you may know · upsell · badges · footer. A note's place was never seen: whatever the grammar leaves over is
 * one, or may be one.
 */
const regions = {
  card: /^invitation~card-/u,
  name: /^invitation~card-0-inviter~name/u,
  common: /^connections_in_common-0-view_connections_/u,
  button: /^invitation~card-0-(?:accept~invite|view~profile)/u,
  accept: /^invitation~card-0-accept~invite/u,
  header: /^header-/u,
} as const

const regionOf = (block: Block): string => block.link?.region ?? ''

/** Whether the html is a card at all. */
const isCard = (blocks: readonly Block[]): boolean =>
  blocks.some((block) => regions.name.test(regionOf(block))) &&
  blocks.some((block) => regions.accept.test(regionOf(block)))

/** Reads a card; null when the html is none. */
export const readCard = (blocks: readonly Block[], context: ReadingContext): Reading | null => {
  if (!isCard(blocks)) return null
  const at = blocks.findIndex((block) => regions.name.test(regionOf(block)) && block.text !== '')
  const name = at === -1 ? null : (blocks[at]?.text ?? null)
  const inCard = blocks.filter((block) => regions.card.test(regionOf(block)))
  const words = wordsFor(context.phrases, { inviter: name, recipient: context.recipient })
  const lines = at === -1 ? [] : cardLines(blocks, at, words)
  return {
    layout: 'card',
    name,
    given: name === null ? null : givenName(blocks, name),
    headline: lines[0]?.text ?? null,
    profile: fromLinks(inCard, (link) => link.profile),
    invitationId: fromLinks(inCard, (link) => link.invitationId),
    item: fromLinks(inCard, (link) => link.item),
    note: name === null ? unknownNote('the card has no name') : noteOf(blocks, at, lines, name, words),
  }
}

const lastButton = (blocks: readonly Block[]): number =>
  blocks.reduce((last, block, index) => (regions.button.test(regionOf(block)) ? index : last), -1)

/** The texts in the card that belong to no region and are no default sentence: headline, location, and what else. */
const cardLines = (blocks: readonly Block[], at: number, words: Words): readonly Block[] =>
  blocks
    .slice(at + 1, lastButton(blocks) + 1)
    .filter((block) => block.text !== '' && !isLabelled(block))
    .filter((block) => block.href !== null || !isDefaultText(block.text, words))

/** Buttons and the line of common connections carry short labels; a sentence in their place is not one. */
const isLabelled = (block: Block): boolean =>
  (regions.button.test(regionOf(block)) || regions.common.test(regionOf(block))) && isShortName(block.text)

/** Characters that LinkedIn lets a person write, and some more. */
const longestName = 120
const longestHeadline = 220

const noteOf = (blocks: readonly Block[], at: number, lines: readonly Block[], name: string, words: Words): Note => {
  const [headline, location, ...more] = lines
  const inside = [...more, ...misplaced(blocks, at, lines)]
  if (inside.length > 0) return presentNote(inside.map((block) => block.text))
  if (name.length > longestName) return unknownNote(`no name is as long as this: ${quote(name)}`)
  if (headline !== undefined && headline.text.length > longestHeadline)
    return unknownNote(`no headline is as long as this: ${quote(headline.text)}`)
  return weightier(locationNote(location?.text), aroundNote(blocks, at, name, words))
}

/** Outside the card: preheader and header above it, LinkedIn's own parts below it, and the footer at the end. */
const aroundNote = (blocks: readonly Block[], at: number, name: string, words: Words): Note => {
  const known = ({ text }: Block): boolean => words.isChrome(text) || isDefaultText(text, words)
  const [preheader, ...more] = blocks.slice(0, at).filter((block) => !isHeader(block))
  const told = preheader === undefined || known(preheader) || tells(preheader, name)
  const below = blocks.slice(lastButton(blocks) + 1)
  const [odd] = [...(told ? [] : [preheader]), ...more, ...unexplainedAfter(below, known)]
  if (odd !== undefined)
    return unknownNote(`there is text outside the card that no layout explains: ${quote(odd.text)}`)
  return hasFooter(below) ? absentNote : cutOff
}

/** Headline and location stand between the name and the line of common connections; any text after that is a note. */
const misplaced = (blocks: readonly Block[], at: number, lines: readonly Block[]): readonly Block[] => {
  const end = blocks.findIndex(
    (block, index) => index > at && (regions.common.test(regionOf(block)) || regions.button.test(regionOf(block))),
  )
  return lines.slice(0, 2).filter((line) => blocks.indexOf(line) > end || line.href !== null || line.hidden)
}

/** Before the name: pictures, and icons with their counts. */
const isHeader = (block: Block): boolean =>
  block.text === '' || (regions.header.test(regionOf(block)) && /^\d{1,4}\+?$/u.test(block.text))

/** The preheader is hidden, and speaks of the inviter by name. */
const tells = (block: Block, name: string): boolean =>
  block.hidden && block.href === null && block.text.length <= 300 && speaksOf(block.text, name)

/** Scripts with spaces between their words. */
const spaced = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Whether a text holds a word of the name, endings aside; where no spaces are written, two letters of one in a row. */
const speaksOf = (text: string, name: string): boolean => {
  const normal = normalise(text)
  const spoken = normal.split(/[^\p{L}\p{M}\p{N}'-]+/u)
  return nameWords(name).some((word) =>
    spaced.test(word)
      ? spoken.some((one) => one === word || (word.length > 2 && one.startsWith(word)))
      : pairs(word).some((pair) => normal.includes(pair)),
  )
}

const pairs = (word: string): readonly string[] =>
  [...word].slice(1).map((letter, index) => `${[...word][index]}${letter}`)

/** LinkedIn's own first name: the preheader begins with it and a comma. */
const givenName = (blocks: readonly Block[], name: string): string | null => {
  const preheader = blocks.find((block) => block.hidden && block.text !== '')
  const given = preheader?.text.split(',')[0]?.trim()
  return given && given.length < name.length && name.startsWith(`${given} `) ? given : null
}
