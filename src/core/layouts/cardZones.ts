import type { Block } from '../blocks.ts'
import { isSeparator } from '../reading.ts'

/** A part of the mail round the card. */
interface Zone {
  /** The region, or the target, of the links that stand in this part of the mail. */
  readonly marks: (block: Block) => boolean
  /** How many texts without a region of their own the part may hold before each of its links, beside known phrases. */
  readonly texts: number
  readonly headingOnly: boolean
  /** How many characters such a text, or the label of such a link, may have. */
  readonly longest: number
}

const store = /^https?:\/\/(?:apps\.microsoft\.com|itunes\.apple\.com|apps\.apple\.com|play\.google\.com)\//iu
const inRegion = (pattern: RegExp) => (block: Block) => pattern.test(block.link?.region ?? '')

/**
 * The parts below the card, in their order. Their wording varies and is translated, so a text of no region is explained
 * by its place: it stands before the links of its part, and a part has no more texts than LinkedIn's own.
 */
const suggested: Zone = {
  marks: inRegion(/^pymk-\d+-(?:profile_image|name)/u),
  texts: 1,
  headingOnly: true,
  longest: 300,
}
const titles: Zone = { marks: inRegion(/^pymk-/u), texts: 1, headingOnly: false, longest: 300 }
const upsell: Zone = { marks: inRegion(/^m2m-\d+-premium~upsell/u), texts: 3, headingOnly: false, longest: 200 }
const badges: Zone = {
  marks: (block) => block.href !== null && store.test(block.href),
  texts: 1,
  headingOnly: true,
  longest: 200,
}
/** It tells the reader's own headline, of up to 220 characters, in a sentence. */
const footer: Zone = { marks: inRegion(/footer/iu), texts: 1, headingOnly: false, longest: 450 }
const zones: readonly Zone[] = [suggested, titles, upsell, badges, footer]

/** Whether LinkedIn's footer is there: where it is missing the mail was cut off. */
export const hasFooter = (blocks: readonly Block[]): boolean => blocks.some(footer.marks)

/** The texts below the card that are more, longer or elsewhere than LinkedIn's own, and no phrase that we know. */
export const unexplainedAfter = (blocks: readonly Block[], known: (block: Block) => boolean): readonly Block[] => {
  const left: Block[] = []
  let pending: Block[] = []
  let previous: Zone | null = null
  for (const block of blocks) {
    const zone = block.href === null ? null : (zones.find((one) => one.marks(block)) ?? null)
    if (zone !== null) {
      left.push(...misfits(pending, zone, previous), ...(block.text.length > zone.longest ? [block] : []))
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
      text.href !== null ||
      text.text.length > zone.longest ||
      (zone.headingOnly && own.includes(text) && !isHeading(text)),
  )
}

const isHeading = (block: Block): boolean => block.heading && block.text.length <= 80

/** After the last link: LinkedIn's address and trade mark in one text. */
const misfitsAtEnd = (texts: readonly Block[], previous: Zone | null): readonly Block[] =>
  previous === footer && texts.length <= 1
    ? texts.filter((text) => text.href !== null || text.text.length > footer.longest)
    : texts
