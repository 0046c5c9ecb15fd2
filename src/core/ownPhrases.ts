import type { Stretch } from './folded.ts'
import type { Phrases } from './phrases.ts'
import { escaped, normalise } from './wording.ts'

/** LinkedIn's words and the words of people in one stretch of folded text. */
export interface Found {
  readonly own: readonly Stretch[]
  /** What stands for `{First}`, `{Name}`, `{Me}`. */
  readonly people: readonly Stretch[]
  /** What stands for `{word}`, `{any}` and `{rest}`. */
  readonly any: readonly Stretch[]
}

/** Finds the phrase that a folded text is, or begins with; null where it is none. */
export type Finder = (text: string) => Found | null

/** Ends of lines are where a mail program broke them. */
const literal = (part: string): string => escaped(normalise(`a${part}a`).slice(1, -1)).replace(/\s+/gu, '[ \\n]+')

const freeWords: Readonly<Record<string, string>> = { word: '(\\S{1,80})', any: '(.{1,200}?)', rest: '(.{1,300}?)' }

const placeholder = (key: string): string => (key === 'n' ? '[\\p{N}.,+ ]{1,12}' : (freeWords[key] ?? '(.{1,60}?)'))

const partsOf = (phrase: string): readonly string[] =>
  phrase.replace(/[\s.!?…。！？،؛:;,|·-]+$/u, '').split(/\{(\w+)\}/u)

const sourceOf = (parts: readonly string[]): string =>
  parts.map((part, index) => (index % 2 === 1 ? placeholder(part) : literal(part))).join('')

const wordsIn = (phrase: string): number => phrase.replace(/\{\w+\}/gu, '').length

/** Phrases with more words of their own come first, so that `{any}` takes as little as it can. */
const compiled = (phrases: readonly string[], after: string): Finder => {
  const all = [...new Set(phrases)]
    .sort((one, other) => wordsIn(other) - wordsIn(one))
    .map((phrase) => partsOf(phrase))
    .map((parts) => ({
      pattern: new RegExp(`^ ?${sourceOf(parts)}${after}`, 'du'),
      keys: parts.filter((part, index) => index % 2 === 1 && part !== 'n'),
    }))
  return (text) => {
    for (const { pattern, keys } of all) {
      const indices = pattern.exec(text)?.indices
      if (indices) return foundAt(indices, keys)
    }
    return null
  }
}

const foundAt = (indices: RegExpIndicesArray, keys: readonly string[]): Found => {
  const groups = keys.map((key, index) => {
    const [start, end] = indices[index + 1] ?? [0, 0]
    return { key, start, end }
  })
  return {
    own: between(indices[0] ?? [0, 0], groups),
    people: groups.filter(({ key }) => !(key in freeWords)),
    any: groups.filter(({ key }) => key in freeWords),
  }
}

const between = ([start, end]: readonly [number, number], groups: readonly Stretch[]): readonly Stretch[] => {
  const starts = [start, ...groups.map((group) => group.end)]
  return starts.map((from, index) => ({ start: from, end: groups[index]?.start ?? end }))
}

/** Nothing but a url and final punctuation may follow. */
export const wholeFinder = (phrases: readonly string[]): Finder => {
  const find = compiled(phrases, '(?=[\\s.!?…。！？،؛:;,|·()\ufffc-]*$)')
  return (text) => (text.length > 1000 ? null : find(text))
}

/** Other words may follow. */
export const openingFinder = (phrases: readonly string[]): Finder => {
  const find = compiled(phrases, '(?![\\p{L}\\p{N}])')
  return (text) => find(text.slice(0, 300))
}

const alternatives = (sources: readonly string[]): string =>
  [...new Set(sources)]
    .filter(Boolean)
    .sort((one, other) => other.length - one.length)
    .join('|') || '(?!)'

/** The words as a pattern (source), the longest first. */
export const anyOf = (words: readonly string[]): string => alternatives(words.map((word) => literal(word.trim())))

/** Default sentences anywhere in folded text, with their placeholders inside; those at the edges are left off. */
export const sentencesIn = (phrases: readonly Phrases[]): ((text: string) => readonly Found[]) => {
  const cores = phrases
    .flatMap(({ invitation }) => invitation)
    .map((phrase) => phrase.replace(/^\s*\{\w+\}[\s,،、:]*|[\s,،、:]*\{\w+\}\s*$/gu, ''))
  const finders = cores
    .filter((core) => /\p{L}/u.test(core))
    .map((core) => {
      const parts = partsOf(core)
      const keys = parts.filter((part, index) => index % 2 === 1 && part !== 'n')
      const source = sourceOf(parts).replaceAll('.{1,200}?', '.{1,60}?')
      return { keys, pattern: new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'dgu') }
    })
  return (text) =>
    finders.flatMap(({ pattern, keys }) =>
      [...text.matchAll(pattern)].flatMap(({ indices }) => (indices ? [foundAt(indices, keys)] : [])),
    )
}
