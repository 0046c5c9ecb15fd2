import type { Block } from '../blocks.ts'
import type { Note } from '../kinds.ts'
import type { Reading, ReadingContext } from '../reading.ts'
import {
  absentNote,
  fromLinks,
  isChrome,
  isSeparator,
  locationNote,
  presentNote,
  quote,
  unknownNote,
  weightier,
} from '../reading.ts'
import { nameWords, normalise } from '../wording.ts'

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
  const lines = at === -1 ? [] : cardLines(blocks, at)
  return {
    layout: 'card',
    name,
    given: name === null ? null : givenName(blocks, name),
    headline: lines[0]?.text ?? null,
    profile: fromLinks(inCard, (link) => link.profile),
    invitationId: fromLinks(inCard, (link) => link.invitationId),
    note: name === null ? unknownNote('the card has no name') : noteOf(blocks, at, lines, name, context),
  }
}

const lastButton = (blocks: readonly Block[]): number =>
  blocks.reduce((last, block, index) => (regions.button.test(regionOf(block)) ? index : last), -1)

/** The texts in the card that belong to no region: headline, location, and whatever should not be there. */
const cardLines = (blocks: readonly Block[], at: number): readonly Block[] =>
  blocks
    .slice(at + 1, lastButton(blocks) + 1)
    .filter((block) => block.text !== '' && !isLabelled(block) && !isSeparator(block.text))

/** Buttons and the line of common connections carry short labels; a sentence in their place is not one. */
const isLabelled = (block: Block): boolean =>
  (regions.button.test(regionOf(block)) || regions.common.test(regionOf(block))) && block.text.length <= 60

const noteOf = (
  blocks: readonly Block[],
  at: number,
  lines: readonly Block[],
  name: string,
  context: ReadingContext,
): Note => {
  const people = { inviter: name, recipient: context.recipient }
  const known = (block: Block): boolean => isChrome(block.text, context.phrases, people)
  const before = blocks.slice(0, at).filter((block) => !isHeader(block, name) && !known(block))
  const [, location, ...more] = lines
  const inside = [...more, ...misplaced(blocks, at, lines)]
  if (inside.length > 0) return presentNote(inside.map((block) => block.text))
  const outside = [...before, ...unexplainedAfter(blocks.slice(lastButton(blocks) + 1), known)]
  const first = outside[0]
  const around =
    first === undefined
      ? absentNote
      : unknownNote(`there is text outside the card that no layout explains: ${quote(first.text)}`)
  return weightier(locationNote(location?.text), around)
}

/** Headline and location stand between the name and the line of common connections; any text after that is a note. */
const misplaced = (blocks: readonly Block[], at: number, lines: readonly Block[]): readonly Block[] => {
  const end = blocks.findIndex(
    (block, index) => index > at && (regions.common.test(regionOf(block)) || regions.button.test(regionOf(block))),
  )
  return lines.slice(0, 2).filter((line) => blocks.indexOf(line) > end || line.href !== null || line.hidden)
}

/** Before the name: pictures, icons with their counts, and the preheader, which speaks of the inviter by name. */
const isHeader = (block: Block, name: string): boolean =>
  block.text === '' ||
  (regions.header.test(regionOf(block)) && /^\d{1,4}\+?$/u.test(block.text)) ||
  (block.hidden && block.href === null && block.text.length <= 300 && speaksOf(block.text, name))

/** Whether a text holds a word of the name, or two letters in a row of one that is written without spaces. */
const speaksOf = (text: string, name: string): boolean => {
  const normal = normalise(text)
  const words = nameWords(name)
  if (words.some((word) => word.length > 1 && normal.includes(word))) return true
  const [only = ''] = words
  return words.length === 1 && !/\p{Script=Latin}/u.test(only) && pairs(only).some((pair) => normal.includes(pair))
}

const pairs = (word: string): readonly string[] =>
  [...word].slice(1).map((letter, index) => `${[...word][index]}${letter}`)

/** LinkedIn's own first name: the preheader begins with it and a comma. */
const givenName = (blocks: readonly Block[], name: string): string | null => {
  const preheader = blocks.find((block) => block.hidden && block.text !== '')
  const given = preheader?.text.split(',')[0]?.trim()
  return given && given.length < name.length && name.startsWith(`${given} `) ? given : null
}

interface Zone {
  /** The region, or the target, of the links that stand in this part of the mail. */
  readonly marks: (block: Block) => boolean
  /** How many texts without a region of their own the part may hold before each of its links, beside known phrases. */
  readonly texts: number
  readonly headingOnly: boolean
}

const store = /^https?:\/\/(?:apps\.microsoft\.com|itunes\.apple\.com|apps\.apple\.com|play\.google\.com)\//iu
const inRegion = (pattern: RegExp) => (block: Block) => pattern.test(regionOf(block))

/**
 * The parts below the card, in their order. Their wording varies and is translated, so a text of no region is explained
 * by its place: it stands before the links of its part, and a part has no more texts than LinkedIn's own.
 */
const suggested: Zone = { marks: inRegion(/^pymk-\d+-(?:profile_image|name)/u), texts: 1, headingOnly: true }
const titles: Zone = { marks: inRegion(/^pymk-/u), texts: 1, headingOnly: false }
const upsell: Zone = { marks: inRegion(/^m2m-\d+-premium~upsell/u), texts: 3, headingOnly: false }
const badges: Zone = { marks: (block) => block.href !== null && store.test(block.href), texts: 1, headingOnly: true }
const footer: Zone = { marks: inRegion(/footer/iu), texts: 1, headingOnly: false }
const zones: readonly Zone[] = [suggested, titles, upsell, badges, footer]

const longest = 200

/** The texts below the card that are more, longer or elsewhere than LinkedIn's own, and no phrase that we know. */
const unexplainedAfter = (blocks: readonly Block[], known: (block: Block) => boolean): readonly Block[] => {
  const left: Block[] = []
  let pending: Block[] = []
  let previous: Zone | null = null
  for (const block of blocks) {
    const zone = block.href === null ? null : (zones.find((one) => one.marks(block)) ?? null)
    if (zone !== null) {
      left.push(...misfits(pending, zone, previous), ...(block.text.length > longest ? [block] : []))
      pending = []
      previous = zone
    } else if (block.text !== '' && !isSeparator(block.text)) pending.push(block)
  }
  return [...left, ...misfitsAtEnd(pending, previous)].filter((block) => !known(block))
}

/** The upsell closes with one small line below its button, which stands before the next part's own texts. */
const misfits = (texts: readonly Block[], zone: Zone, previous: Zone | null): readonly Block[] => {
  const small = previous === upsell && zone !== upsell ? 1 : 0
  if (texts.length > zone.texts + small) return texts
  const own = texts.slice(Math.max(0, texts.length - zone.texts))
  return texts.filter(
    (text) =>
      text.href !== null || text.text.length > longest || (zone.headingOnly && own.includes(text) && !isHeading(text)),
  )
}

const isHeading = (block: Block): boolean => block.heading && block.text.length <= 80

/** After the last link: LinkedIn's address and trade mark in one text. */
const misfitsAtEnd = (texts: readonly Block[], previous: Zone | null): readonly Block[] =>
  previous === footer && texts.length <= 1
    ? texts.filter((text) => text.href !== null || text.text.length > longest)
    : texts
