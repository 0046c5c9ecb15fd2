import type { Phrases } from './phrases.ts'

/** Zero-width characters, soft hyphen, bidi and other controls: LinkedIn's filler, and places to hide something. */
const filler = /[\u034f\u200b-\u200f\u00ad\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u061c]|[^\P{Cc}\s]/gu

/** Text as a person sees it: filler gone, white space collapsed; case, quotes and punctuation left alone. */
export const visible = (text: string): string => text.replace(filler, '').replace(/\s+/gu, ' ').trim()

const finalPunctuation = /[\s.!?…。！？،؛:;,|·-]+$/u

/** Text as it is compared (facts: boilerplate sentences): NFKC, straight quotes, lower case, no final punctuation. */
export const normalise = (text: string): string =>
  visible(text.normalize('NFKC'))
    .replace(/[’‘ʼ`´]/gu, "'")
    .replace(/[“”„«»]/gu, '"')
    .toLowerCase()
    .replace(finalPunctuation, '')
    .trim()

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
}

/** Html entities that LinkedIn leaves in text/plain (`&#39;`, `&amp;` in urls, `&nbsp;`). */
export const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,6}));/giu, (whole, decimal, hex, name) => {
    if (name) return entities[name.toLowerCase()] ?? whole
    const point = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })

/** Who is who in a notification, for phrases with `{Name}` or `{Me}` and for greetings. */
export interface People {
  readonly inviter: string | null
  readonly recipient: string | null
}

/** The text as a literal in a pattern. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')

/** A name of more words is nobody's, and patterns made of it would take for ever. */
const mostNameWords = 12

/** The leading parts of a name: `Anna Maria Berg` gives `anna`, `anna maria`, `anna maria berg`. */
const leadingNames = (name: string): readonly string[] => {
  const words = normalise(name).split(' ').filter(Boolean).slice(0, mostNameWords)
  return words.map((_, end) => words.slice(0, end + 1).join(' ')).reverse()
}

const someone = '[^.!?:;,\\n]{1,60}'

/** A pattern (source) for the name of a person; any short run of words while the name is not known. */
const nameSource = (name: string | null): string =>
  name === null || normalise(name) === '' ? someone : `(?:${leadingNames(name).map(escaped).join('|')})`

const placeholder = (key: string, people: People): string => {
  if (key === 'n') return '[\\p{N}.,+ ]{1,12}'
  if (key === 'Me') return nameSource(people.recipient)
  if (key === 'Name' || key === 'First') return nameSource(people.inviter)
  return '.{1,200}?'
}

/** A phrase of LinkedIn's as a pattern for a whole normalised text. */
const phrasePattern = (phrase: string, people: People): RegExp =>
  new RegExp(
    `^${phrase
      .split(/\{(\w+)\}/u)
      .map((part, index) => (index % 2 === 1 ? placeholder(part, people) : escaped(normalisePart(part))))
      .join('')}$`,
    'u',
  )

/** Like `normalise`, but for a piece of a longer text: outer spaces and final punctuation stay. */
export const normalisePart = (part: string): string => {
  const marked = normalise(`\ue000${part}\ue000`)
  return marked.slice(1, marked.lastIndexOf('\ue000')).replace(/\ue000/gu, '')
}

/** The first of `phrases` that the whole text is, or null. */
export const matchPhrase = (text: string, phrases: readonly string[], people: People): string | null => {
  const normal = normalise(text)
  if (normal === '' || normal.length > 1000) return null
  return phrases.find((phrase) => phrasePattern(trimmed(phrase), people).test(normal)) ?? null
}

const trimmed = (phrase: string): string => phrase.replace(finalPunctuation, '')

/** All phrases of one sort, of every language: frame and quoted sentence may differ in language. */
export const everyPhrase = (
  all: readonly Phrases[],
  pick: (phrases: Phrases) => readonly string[],
): readonly string[] => all.flatMap(pick)

/** The language of the first phrase that matches, or null. */
export const languageOf = (
  text: string,
  all: readonly Phrases[],
  pick: (phrases: Phrases) => readonly string[],
  people: People,
): string | null => all.find((phrases) => matchPhrase(text, pick(phrases), people) !== null)?.language ?? null

/** The words of a name, normalised, for comparing piece by piece. */
export const nameWords = (name: string | null): readonly string[] =>
  name === null
    ? []
    : normalise(name)
        .split(/[\s,]+/u)
        .filter(Boolean)
        .slice(0, mostNameWords)
