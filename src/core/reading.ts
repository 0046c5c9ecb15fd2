import type { Block } from './blocks.ts'
import type { LayoutName, Note } from './kinds.ts'
import type { Phrases } from './phrases.ts'
import { redact } from './redact.ts'
import { normalise, visible } from './wording.ts'
import type { Words } from './words.ts'

/** What every layout's reader gives: a new layout is a new file with this result, and a new fixture. */
export interface Reading {
  readonly layout: LayoutName
  readonly name: string | null
  /** The first name where LinkedIn itself writes it. */
  readonly given: string | null
  readonly headline: string | null
  readonly profile: string | null
  readonly invitationId: string | null
  readonly item: string | null
  readonly commonConnections: number | null
  readonly note: Note
}

/** What a reader may look at besides its own part. */
export interface ReadingContext {
  readonly phrases: readonly Phrases[]
  /** Display name of From without `via LinkedIn`, or null. */
  readonly sender: string | null
  /** Display name of To, or null. */
  readonly recipient: string | null
}

const quoteLength = 60

/** A piece of the mail, short enough for one line of `explain`, and without what links of LinkedIn's would tell. */
export const quote = (text: string): string => {
  const line = visible(redact(text, []))
  return `"${line.length > quoteLength ? `${line.slice(0, quoteLength)}…` : line}"`
}

/** The verdict of a text that no slot explains: a note, as far as anybody can tell. One-click keys are left out of it. */
export const presentNote = (texts: readonly string[]): Note => ({
  kind: 'present',
  text: redact(texts.join('\n'), []),
})

export const unknownNote = (because: string): Note => ({ kind: 'unknown', because })

export const absentNote: Note = { kind: 'absent' }

/** What comes after the invitation is LinkedIn's own; where its footer is missing, so may be a note. */
export const cutOff: Note = unknownNote("it ends before LinkedIn's footer")

const weight: Readonly<Record<Note['kind'], number>> = { absent: 0, unknown: 1, present: 2 }

/** Parts that are read on their own must agree; where they do not, the one that keeps us silent counts. */
export const weightier = (one: Note, other: Note): Note => (weight[other.kind] > weight[one.kind] ? other : one)

const sentenceMark = /[.!?…。！？](?:\s|$)/u

/** Points that end no sentence: `St. Louis`, `Washington, D.C.`, `Frankfurt a. M.`. */
const abbreviation = /(?<![\p{L}\p{N}])(?:St|Ste|Sta|Sto|Ft|Mt|Pt|\p{L})\.(?:\p{L}\.)*/gu

/** Words that name something: at most 60 characters, no url, no sentence mark (DESIGN: "How a note is told"). */
export const isShortName = (text: string): boolean =>
  text.length <= 60 && !/https?:|www\./iu.test(text) && !sentenceMark.test(text.replace(abbreviation, ''))

/** Characters; LinkedIn lets nobody write as many. */
const longestName = 120

/** Letters behind a name: `PhD`, `M.Sc.`, an emoji. */
const isTitle = (word: string): boolean => !/\p{L}/u.test(word) || /\p{Lu}.*\p{Lu}|\./u.test(word)

/** The verdict of the line where the name stands: longer than any, or the sender's with words behind it. */
export const nameNote = (name: string, sender: string | null): Note => {
  const behind = sender !== null && name.startsWith(sender) ? name.slice(sender.length) : ''
  return name.length > longestName || !behind.split(/[\s,|()]+/u).every(isTitle)
    ? unknownNote(`the line where the name stands may be a note: ${quote(name)}`)
    : absentNote
}

/** Characters that LinkedIn lets a person write as a headline. */
const longestHeadline = 220

/** The verdict of the line where the headline stands: any words, but none that a headline could not be. */
export const headlineNote = (headline: string | undefined, words: Words): Note => {
  if (headline === undefined) return absentNote
  const odd =
    headline.length > longestHeadline ||
    /…\s*\p{L}|^\s*["“„«]/u.test(headline) ||
    (words.knowsRecipient && words.greeting.test(normalise(headline)))
  return odd ? unknownNote(`the line where the headline stands may be a note: ${quote(headline)}`) : absentNote
}

/** The verdict of the line where the location stands: free words there may be a note. */
export const locationNote = (location: string | undefined): Note =>
  location === undefined || isShortName(location)
    ? absentNote
    : unknownNote(`the line where the location stands may be a note: ${quote(location)}`)

/** Nothing, one mark between two links, or a rule of dots, dashes or bars. Three dots are what a person writes. */
export const isSeparator = (text: string): boolean =>
  /^(?:[-–—_*|·•]|([.\-–—_*=])\1{9,})?$/u.test(visible(text).replaceAll(' ', ''))

/** The value of the first link that tells it. */
export const fromLinks = <T>(
  blocks: readonly Block[],
  pick: (link: NonNullable<Block['link']>) => T | null,
): T | null => {
  for (const { link } of blocks) {
    const value = link ? pick(link) : null
    if (value !== null) return value
  }
  return null
}
