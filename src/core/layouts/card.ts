import type { Block } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import { isDefaultText } from '../note.ts'
import type { Reading, ReadingContext } from '../reading.ts'
import {
  absentNote,
  cutOff,
  fromLinks,
  headlineNote,
  isShortName,
  locationNote,
  nameNote,
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
  button: /^invitation~card-0-(?:accept~invite|view~profile|(?:ignore|decline)~)/u,
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
    commonConnections: commonConnections(blocks),
    note: name === null ? unknownNote('the card has no name') : noteOf(blocks, at, lines, context.sender, words),
  }
}

const lastButton = (blocks: readonly Block[]): number =>
  blocks.reduce((last, block, index) => (regions.button.test(regionOf(block)) ? index : last), -1)

/** The texts in the card that are of no region, no mark and no default sentence: headline, location, and what else. */
const cardLines = (blocks: readonly Block[], at: number, words: Words): readonly Block[] =>
  blocks
    .slice(at + 1, lastButton(blocks) + 1)
    .filter((block) => block.text !== '' && !isLabelled(block))
    .filter(({ href, text }) => href !== null || !(isMark(text) || isDefaultText(text, words)))

/** `7 connections in common`, in any language that begins with the number; neither `Ann and 2 others` nor `50 Cent`. */
const commonConnections = (blocks: readonly Block[]): number | null => {
  const line = blocks.find((block) => regions.common.test(regionOf(block)) && block.text !== '')
  const [, number = ''] = line?.text.match(/^(\d{1,3}(?:[.,\s]?\d{3})*)\s\p{Ll}[^\d]*$/u) ?? []
  return Number(number.replace(/\D/gu, '')) || null
}

/** Beside a name: `· 2nd`, `(She/Her)`, `Verified`. */
const isMark = (text: string): boolean =>
  /^[·•]\s?[\p{L}\p{N}.+º°]{1,6}$|^\(\p{L}{1,8}(?:\/\p{L}{1,8}){1,2}\)$|^(?:verified|[✓✔])$/iu.test(text)

/** Buttons carry short labels, the line of common connections one or two names; a sentence in their place is none. */
const isLabelled = (block: Block): boolean =>
  (regions.button.test(regionOf(block)) && isShortName(block.text)) ||
  (regions.common.test(regionOf(block)) &&
    block.text.length <= 120 &&
    !/[!?…]|https?:|\.\s/u.test(block.text.replace(/\b[JS]r\./gu, '')))

const noteOf = (
  blocks: readonly Block[],
  at: number,
  lines: readonly Block[],
  sender: string | null,
  words: Words,
): Note => {
  const [headline, location, ...more] = lines
  const inside = [...more, ...misplaced(blocks, at, lines)]
  if (inside.length > 0) return presentNote(inside.map((block) => block.text))
  const name = blocks[at]?.text ?? ''
  return [headlineNote(headline?.text, words), locationNote(location?.text), aroundNote(blocks, at, words)].reduce(
    weightier,
    nameNote(name, sender),
  )
}

/** Outside the card: preheader and header above it, LinkedIn's own parts below it, and the footer at the end. */
const aroundNote = (blocks: readonly Block[], at: number, words: Words): Note => {
  const known = ({ text }: Block): boolean => words.isChrome(text) || isDefaultText(text, words)
  const above = blocks.slice(0, at).filter((block) => !isHeader(block))
  const preheader = above.find(({ hidden }) => hidden)
  const isTold = (block: Block): boolean => block === preheader && tells(block, blocks[at]?.text ?? '')
  const below = blocks.slice(lastButton(blocks) + 1)
  const [odd] = [...above.filter((block) => !known(block) && !isTold(block)), ...unexplainedAfter(below, known)]
  if (odd !== undefined)
    return unknownNote(`there is text outside the card that no layout explains: ${quote(odd.text)}`)
  return hasFooter(below) ? absentNote : cutOff
}

/** Headline and location stand in the name's cell, above the line of common connections; elsewhere they are a note. */
const misplaced = (blocks: readonly Block[], at: number, lines: readonly Block[]): readonly Block[] => {
  const cell = blocks[at]?.cell
  const end = blocks.findIndex(
    (block, index) => index > at && (regions.common.test(regionOf(block)) || regions.button.test(regionOf(block))),
  )
  return lines
    .slice(0, 2)
    .filter((line) => blocks.indexOf(line) > end || line.href !== null || line.hidden || line.cell !== cell)
}

/** Before the name: pictures, and icons with their counts. */
const isHeader = (block: Block): boolean =>
  block.text === '' || (regions.header.test(regionOf(block)) && /^\d{1,4}\+?$/u.test(block.text))

/** The preheader is hidden, and speaks of the inviter by name. */
const tells = (block: Block, name: string): boolean =>
  block.hidden && block.href === null && block.text.length <= 300 && speaksOf(block.text, name)

/** Scripts with spaces between their words. */
const prefixed = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const spaced = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Whether a text holds a word of the name, inflected or not; where no spaces are written, two letters of one in a row. */
const speaksOf = (text: string, name: string): boolean => {
  const normal = normalise(text)
  const spoken = normal.split(/[^\p{L}\p{M}\p{N}'-]+/u)
  return nameWords(name.replace(/\p{Extended_Pictographic}/gu, ' ')).some((word) =>
    spaced.test(word) ? spoken.some((one) => isFormOf(one, word)) : pairs(word).some((pair) => normal.includes(pair)),
  )
}

/** `Anny` of `Anna`; `לדנה`, where a prefix is one letter, of `דנה`; `Boさん`, where no space parts the scripts, of `Bo`. */
const isFormOf = (spoken: string, word: string): boolean =>
  spoken === word ||
  (word.length > 3 ? spoken.startsWith(word.slice(0, -1)) : word.length === 3 && spoken.startsWith(word)) ||
  (spoken.startsWith(word) && !spaced.test(spoken.charAt(word.length))) ||
  (word.length > 2 && prefixed.test(word) && spoken.length === word.length + 1 && spoken.endsWith(word))

const pairs = (word: string): readonly string[] =>
  [...word].slice(1).map((letter, index) => `${[...word][index]}${letter}`)

/** LinkedIn's own first name: the preheader begins with it and a comma. */
const givenName = (blocks: readonly Block[], name: string): string | null => {
  const preheader = blocks.find((block) => block.hidden && block.text !== '')
  const given = preheader?.text.split(',')[0]?.trim()
  return given && given.length < name.length && name.startsWith(`${given} `) ? given : null
}
