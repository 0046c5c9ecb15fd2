import type { Phrases } from './phrases.ts'

/** Scripts whose letters U+200C and U+200D shape; emoji are joined by the latter. Anywhere else both are filler. */
const shaped = ['Arabic', 'Syriac', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu']
  .concat(['Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Mongolian', 'Tibetan'])
  .map((script) => `\\p{Script=${script}}`)
  .concat('\\p{Extended_Pictographic}', '\\u{1f3fb}-\\u{1f3ff}', '\\ufe0f')
  .join('')

/**
 * What nobody sees: LinkedIn's filler, bidi and other controls, blanks of other scripts; places to hide something.
 * Group 1 is what looks like filler and is seen: joiners between shaped letters, and the colour of an emoji.
 */
const filler = new RegExp(
  `((?<=[${shaped}])[\\u200c\\u200d](?=[${shaped}])|(?<=[\\p{Extended_Pictographic}\\d#*])\\ufe0f)` +
    '|\\p{Default_Ignorable_Code_Point}|\\u2800|[^\\P{Cc}\\s]',
  'gu',
)

/** Text as a person sees it: filler gone, white space collapsed; case, quotes and punctuation left alone. */
export const visible = (text: string): string => text.replace(filler, '$1').replace(/\s+/gu, ' ').trim()

const finalMarks = new Set(' .!?…。！？،؛:;,|·-')

/** By hand: a pattern would look at every run of such marks in a long text from each of its places. */
const withoutFinalMarks = (text: string): string => {
  let end = text.length
  while (end > 0 && finalMarks.has(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Text as it is compared (facts: boilerplate sentences): NFKC, straight quotes, lower case, no final punctuation. */
export const normalise = (text: string): string =>
  withoutFinalMarks(
    visible(text.normalize('NFKC'))
      .replace(/\u200c|\u200d|\ufe0f/gu, '')
      .replace(/[’‘ʼ`´]/gu, "'")
      .replace(/[“”„«»]/gu, '"')
      .toLowerCase(),
  ).trim()

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
  if (key === 'word') return '\\S{1,80}'
  return key === 'rest' ? '.{1,300}' : '(?:(?![!?]|\\. ).){1,200}?'
}

/** A phrase of LinkedIn's as a pattern for a whole normalised text. */
const phrasePattern = (phrase: string, people: People): RegExp =>
  new RegExp(
    `^${withoutFinalMarks(phrase)
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

/** Whether a whole text is one of the phrases it was made for. */
export type Matcher = (text: string) => boolean

/** Characters; no phrase is longer, and patterns would take their time over more. */
const longestText = 1000

/** Compares texts with phrases about these people. Patterns are made once, when the first text is compared. */
export const matcherFor = (phrases: readonly string[], people: People): Matcher => {
  let patterns: readonly RegExp[] | null = null
  const plain = new Set(phrases.filter((phrase) => !phrase.includes('{')).map(normalise))
  return (text) => {
    const normal = text.length > longestText ? '' : normalise(text)
    if (normal === '') return false
    patterns ??= phrases.filter((phrase) => phrase.includes('{')).map((phrase) => phrasePattern(phrase, people))
    return plain.has(normal) || patterns.some((pattern) => pattern.test(normal))
  }
}

/** All phrases of one sort, of every language: frame and quoted sentence may differ in language. */
export const everyPhrase = (
  all: readonly Phrases[],
  pick: (phrases: Phrases) => readonly string[],
): readonly string[] => all.flatMap(pick)

/** The words of a name, normalised, for comparing piece by piece. */
export const nameWords = (name: string | null): readonly string[] =>
  name === null
    ? []
    : normalise(name)
        .split(/[\s,]+/u)
        .filter(Boolean)
        .slice(0, mostNameWords)
