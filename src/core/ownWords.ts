import { type Folded, fold, type Stretch, type Text } from './folded.ts'
import { anyOf, type Found, openingFinder, sentencesIn, wholeFinder } from './ownPhrases.ts'
import type { Phrases } from './phrases.ts'

/** A set of words, in lower case. */
export interface Words {
  readonly has: (word: string) => boolean
}

/** Tells LinkedIn's own words from those of people, in texts that belong together. */
export interface OwnWords {
  /** Per text, what of it is LinkedIn's own, in order. `labels` are lines that are LinkedIn's but for `names`. */
  readonly stretchesIn: (texts: readonly Text[], labels?: Words, names?: Words) => readonly (readonly Stretch[])[]
  /** The people whom LinkedIn's sentences and greetings name. */
  readonly namesIn: (texts: readonly Text[]) => readonly string[]
  /** The same for a subject, which may be one of LinkedIn's. */
  readonly subject: (value: string) => { readonly own: readonly Stretch[]; readonly names: readonly string[] } | null
}

/** What the readers of layouts know by heart (core/layouts, core/notification). */
const frames = [
  'Accept invitation from {Name}',
  '{Name} would like to connect on LinkedIn',
  '{Name} has accepted your invitation',
  '{Name} has accepted your LinkedIn invitation',
]

interface Finders {
  readonly line: (text: string) => Found | null
  readonly sentences: (text: string) => readonly Found[]
  readonly greeted: RegExp
  readonly greetings: readonly RegExp[]
  readonly closings: RegExp
}

/** The phrases of every language, since frame and quoted sentence may differ in theirs. */
export const ownWordsOf = (phrases: readonly Phrases[]): OwnWords => {
  const finders = findersOf(phrases)
  const subjects = wholeFinder(
    phrases.flatMap(({ subjects: { invitation, reminder, accepted }, invitation: sentences }) => [
      ...[invitation, reminder, accepted, sentences].flat(),
    ]),
  )
  return {
    stretchesIn: (texts, labels = new Set(), names = new Set()) => {
      const folded = fold(texts)
      const own = [
        ...folded.lines.flatMap((line) => ownIn(folded, line, finders, labels, names)),
        ...finders.sentences(folded.text).flatMap((found) => found.own),
      ]
      return originsPerText(folded, own, texts.length)
    },
    namesIn: (texts) => {
      const folded = fold(texts)
      const people = folded.lines.flatMap((line) => peopleIn(folded, line, finders))
      return people.map((stretch) => rawOf(folded, stretch, texts)).filter((name) => /[\p{Lu}\p{Lo}]/u.test(name))
    },
    subject: (value) => {
      const texts = [{ value, line: 0 }]
      const folded = fold(texts)
      const found = subjects(lineOf(folded, folded.lines[0]))
      if (found === null) return null
      const names = [...found.people, ...found.any].map((stretch) => rawOf(folded, stretch, texts))
      return { own: originsPerText(folded, found.own, 1)[0] ?? [], names: names.filter((name) => name.length <= 60) }
    },
  }
}

const findersOf = (phrases: readonly Phrases[]): Finders => {
  const whole = wholeFinder(phrases.flatMap(({ chrome, labels, invitation }) => [...chrome, ...labels, ...invitation]))
  const opening = openingFinder(frames)
  const greet = anyOf(phrases.flatMap(({ greetings }) => greetings))
  const close = anyOf(phrases.flatMap(({ closings }) => closings))
  return {
    line: (text) => whole(text) ?? opening(text),
    sentences: sentencesIn(phrases),
    greeted: new RegExp(`^ ?(?:${greet}),? ([^,،、，:!\\n]{1,50})[,،、，:!]`, 'du'),
    greetings: [
      new RegExp(`^ ?(?:[^:]{1,60}: )?(${greet})(?![\\p{L}\\p{N}])`, 'du'),
      new RegExp(`^ ?(?:${greet})(?: [^,!.:،、–-]{1,60})?[,!.:،、–-]+ ?(${greet})(?![\\p{L}\\p{N}])`, 'du'),
    ],
    closings: new RegExp(`(?<=^|[ .!?,。-])(${close})[,!.]?(?= *$|[ ,–—-]+([^.!?,]{1,60})$)`, 'dgu'),
  }
}

const lineOf = ({ text }: Folded, line: Stretch | undefined): string => text.slice(line?.start, line?.end)

const moved = (stretches: readonly Stretch[], by: number): readonly Stretch[] =>
  stretches.map(({ start, end }) => ({ start: start + by, end: end + by }))

/** A line as labels are compared: without the url and punctuation round it. */
const labelled = (line: string): string => line.replace(/^[\s(]+|[\s.:：()\ufffc]+$/gu, '')

/** The line as a label is compared, where it is a text of its own. */
export const labelOf = (value: string): string => labelled(lineOf(fold([{ value, line: 0 }]), { start: 0, end: 200 }))

const ownIn = (folded: Folded, line: Stretch, finders: Finders, labels: Words, names: Words): readonly Stretch[] => {
  const text = lineOf(folded, line)
  const found = finders.line(text)
  if (found !== null) return moved(found.own, line.start)
  if (text.length <= 200 && labels.has(labelled(text))) return moved(wordsBut(text, names), line.start)
  return moved([...greetingsOf(text, finders, names), ...closingsOf(text, finders, names)], line.start)
}

const wordsBut = (text: string, names: Words): readonly Stretch[] =>
  [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)]
    .filter(({ 0: word }) => !names.has(word))
    .map(({ 0: word, index }) => ({ start: index, end: index + word.length }))

const stretchOf = (indices: RegExpIndicesArray | undefined, group: number): readonly Stretch[] => {
  const found = indices?.[group]
  return found ? [{ start: found[0], end: found[1] }] : []
}

/** `Dag` and `Best` greet, and people are called so. */
const isName = (words: string, names: Words): boolean =>
  words.split(/[^\p{L}\p{M}\p{N}]+/u).every((word) => word === '' || names.has(word))

const greetingsOf = (text: string, { greetings }: Finders, names: Words): readonly Stretch[] =>
  greetings.flatMap((greeting) => {
    const found = greeting.exec(text.slice(0, 300))
    return isName(found?.[1] ?? '', names) ? [] : stretchOf(found?.indices, 1)
  })

/** A closing stays where nothing, or the name of somebody, follows it on its line. */
const closingsOf = (text: string, { closings }: Finders, names: Words): readonly Stretch[] => {
  const before = Math.max(0, text.length - 200)
  const found = [...text.slice(before).matchAll(closings)].filter(
    ({ 1: closing = '', 2: signed = '' }) => isName(signed, names) && !isName(closing, names),
  )
  return moved(
    found.flatMap(({ indices }) => stretchOf(indices, 1)),
    before,
  )
}

const peopleIn = (folded: Folded, line: Stretch, { line: find, greeted }: Finders): readonly Stretch[] => {
  const text = lineOf(folded, line)
  const named = find(text)?.people ?? stretchOf(greeted.exec(text.slice(0, 300))?.indices, 1)
  const signed = /^ ?[-–—] (\S.{1,60}?) *$/du.exec(text.slice(0, 100))
  return moved([...named, ...stretchOf(signed?.indices, 1)], line.start)
}

const rawOf = ({ origins }: Folded, stretch: Stretch, texts: readonly Text[]): string =>
  origins(stretch)
    .map(({ index, start, end }) => texts[index]?.value.slice(start, end) ?? '')
    .join('')
    .trim()

const originsPerText = (folded: Folded, own: readonly Stretch[], count: number): readonly (readonly Stretch[])[] => {
  const perText: Stretch[][] = Array.from({ length: count }, () => [])
  for (const { index, start, end } of own.flatMap(folded.origins)) perText[index]?.push({ start, end })
  return perText.map((stretches) => stretches.sort((one, other) => one.start - other.start))
}
