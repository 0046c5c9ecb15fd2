import { byScript, unspaced, unspacedNames } from './unspacedNames.ts'

const given = 'Mira Anton Selma Tobin Liesl Corin Edda Marlo Wanda Jonas Thora Milan Greta Odin Paula Rufus Vera Hugo'
const family =
  'Halvorsen Brandt Okafor Lindgren Moss Ferrand Calder Sorrel Whitlow Iversen Pryor Dunmore Aske Vance Roth'

/** Single letters and particles such as `von` name nobody, and LinkedIn keeps its name. */
const noName = /^(?:\p{L}|[\p{Ll}\p{M}]{1,3}|[Ll]inked[Ii]n|LINKEDIN)$/u

const alphabets: readonly (readonly [RegExp, string])[] = [
  [/[0-9]/, '0123456789'],
  [/[a-z]/, 'abcdefghijklmnopqrstuvwxyz'],
  [/[A-Z]/, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [/\p{Ll}/u, 'äöüéåøñç'],
  [/\p{Lu}/u, 'ÄÖÜÉÅØÑÇ'],
  [/\p{N}/u, '0123456789'],
  [/\p{L}/u, '之乎其而且乃若於焉哉'],
]

/** The pseudonyms of one message: the same for the same original, in whatever field or part it stands. */
export interface Aliases {
  /** A word or a run of letters and digits. */
  readonly alias: (run: string) => string
  /** The run with the name it is, begins with or holds replaced; null where it has none. */
  readonly named: (run: string) => string | null
  /** Whether a word, in lower case, is or holds a word of a name. */
  readonly isName: (word: string) => boolean
  /** The number of an original among those of its kind: the second address, the first host. From 1. */
  readonly number: (kind: string, original: string) => number
  /** Remembers an original that must not be found in what comes out. */
  readonly guard: (original: string) => void
  readonly guarded: ReadonlySet<string>
}

/**
 * Words of names become fictional names of the same case; other runs become letters and digits of the same kinds and
 * number. What a run becomes depends on the order of first appearance alone, so it tells nothing about the original.
 */
export const aliasesFor = (names: readonly string[]): Aliases => {
  const words = names.map(wordsOf)
  const taken = new Set(words.flat().map((word) => word.toLowerCase()))
  const fictional = fictionalNames(words, taken)
  const find = nameFinder(words.flat())
  const { rename } = unspacedNames(names)
  const isTaken = (run: string): boolean => find(run) !== null || rename(run, (text) => text) !== null
  const known = new Map<string, string>()
  const guarded = new Set<string>()
  const fresh = (run: string): string => {
    const name = fictional.get(run.toLowerCase())
    return name === undefined ? another(run, known.size, isTaken) : inCaseOf(run, name)
  }
  const alias = (run: string): string => byScript(run).map(aliasOf).join('')
  const aliasOf = (run: string): string => {
    const pseudonym = known.get(run) ?? renamed(run, (text) => another(text, known.size, isTaken)) ?? fresh(run)
    known.set(run, pseudonym)
    return pseudonym
  }
  const renamed = (run: string, rest: (text: string) => string): string | null => {
    const unspacedName = rename(run, rest)
    if (unspacedName !== null) return unspacedName
    const at = find(run)
    if (at === null || at.word === run) return at && fresh(run)
    return `${at.start > 0 ? rest(run.slice(0, at.start)) : ''}${alias(at.word)}${rest(run.slice(at.start + at.word.length))}`
  }
  return {
    alias,
    named: (run) => {
      const pieces = byScript(run).map((piece) => ({ piece, name: renamed(piece, (text) => text) }))
      return pieces.some(({ name }) => name !== null) ? pieces.map(({ piece, name }) => name ?? piece).join('') : null
    },
    isName: (word) =>
      byScript(word).some((piece) => fictional.has(piece) || beginning(piece, fictional) !== null || isTaken(piece)),
    number: numbers(),
    guard: (original) => guarded.add(original),
    guarded,
  }
}

const numbers = (): Aliases['number'] => {
  const all = new Map<string, Map<string, number>>()
  return (kind, original) => {
    const ofKind = all.get(kind) ?? new Map<string, number>()
    const found = ofKind.get(original.toLowerCase()) ?? ofKind.size + 1
    all.set(kind, ofKind.set(original.toLowerCase(), found))
    return found
  }
}

const wordsOf = (name: string): readonly string[] =>
  (name.replace(/\S{1,100}@\S+|https?:\S+/g, ' ').match(/[\p{L}\p{M}]+/gu) ?? []).filter(
    (word) => !noName.test(word) && !unspaced.test(word),
  )

const longestEnding = 5

/** The one of the names that the run begins with, when only an ending follows. */
const beginning = (run: string, names: { readonly has: (name: string) => boolean }): string | null => {
  if (/^linkedin/i.test(run)) return null
  for (let end = run.length - 1; end >= Math.max(4, run.length - longestEnding); end -= 1)
    if (names.has(run.slice(0, end))) return run.slice(0, end)
  return null
}

/**
 * Finds a name as spelled, with a capital or in capitals: the whole run, with an ending (`Byronin`), or, in scripts
 * without capitals, which set particles before names, anywhere in it.
 */
const nameFinder = (words: readonly string[]): ((run: string) => { word: string; start: number } | null) => {
  const spellings = new Set(words.flatMap((word) => [word, capitalised(word), word.toUpperCase()]))
  const uncased = [...new Set(words)].filter((word) => /^\p{Lo}{3}/u.test(word)).slice(0, 100)
  return (run) => {
    if (spellings.has(run)) return { word: run, start: 0 }
    const within = /\p{Lo}/u.test(run) ? uncased.find((word) => run.includes(word)) : undefined
    if (within !== undefined) return { word: within, start: run.indexOf(within) }
    const word = beginning(run, spellings)
    return word === null ? null : { word, start: 0 }
  }
}

/** First words to given names, the others to family names; none that a person of this very message bears. */
const fictionalNames = (
  names: readonly (readonly string[])[],
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> => {
  const free = [given, family].map((list) => list.split(' ').filter((name) => !taken.has(name.toLowerCase())))
  const fictional = new Map<string, string>()
  for (const [place, word] of names.flatMap((words) => [...words.entries()])) {
    const key = word.toLowerCase()
    if (fictional.has(key)) continue
    fictional.set(
      key,
      free[Math.min(place, 1)]?.shift() ??
        capitalised(another(key, fictional.size, (name) => taken.has(name.toLowerCase()))),
    )
  }
  return fictional
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()

const inCaseOf = (model: string, name: string): string => {
  if (model === model.toLowerCase()) return name.toLowerCase()
  return model === model.toUpperCase() ? name.toUpperCase() : name
}

/** Neither the original nor, by chance, a name that must not be left. */
const another = (original: string, seed: number, isTaken: (run: string) => boolean): string => {
  let pseudonym = original
  for (let attempt = 1; attempt <= 8 && (pseudonym === original || isTaken(pseudonym)); attempt += 1)
    pseudonym = scrambleRun(original, seed * 8 + attempt)
  return pseudonym
}

/** The first digits of a long id of LinkedIn's hold its time, which must stay plausible. */
const scrambleRun = (run: string, seed: number): string =>
  /^\d{16,20}$/.test(run) ? run.charAt(0) + scramble(run.slice(1), seed) : scramble(run, seed)

const scramble = (run: string, seed: number): string => {
  let state = seed
  return Array.from(run, (character) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const alphabet = alphabets.find(([kind]) => kind.test(character))?.[1]
    return alphabet?.charAt((state >>> 12) % alphabet.length) ?? character
  }).join('')
}
