const given = 'Mira Anton Selma Tobin Liesl Corin Edda Marlo Wanda Jonas Thora Milan Greta Odin Paula Rufus Vera Hugo'
const family =
  'Halvorsen Brandt Okafor Lindgren Moss Ferrand Calder Sorrel Whitlow Iversen Pryor Dunmore Aske Vance Roth'

/** Words that stand in a name's place and are none; single letters and particles such as `von` are left as they are. */
const noName = /^(?:linkedin|via|profile|picture|photo|image|social|proof|premium|members?)$/i
const particle = /^(?:\p{L}|[\p{Ll}\p{M}]{1,3})$/u

const alphabets: readonly (readonly [RegExp, string])[] = [
  [/[0-9]/, '0123456789'],
  [/[a-z]/, 'abcdefghijklmnopqrstuvwxyz'],
  [/[A-Z]/, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [/\p{Ll}/u, 'äöüéåøñç'],
  [/\p{Lu}/u, 'ÄÖÜÉÅØÑÇ'],
  [/\p{N}/u, '0123456789'],
  [/\p{L}/u, '天地人山水木火土金月'],
]

/** The pseudonyms of one message: the same for the same original, in whatever field or part it stands. */
export interface Aliases {
  /** A word or a run of letters and digits. */
  readonly alias: (run: string) => string
  /** The number of an original among those of its kind: the second address, the first host. From 1. */
  readonly number: (kind: string, original: string) => number
  /** Remembers an original that must not be found in what comes out. */
  readonly guard: (original: string) => void
  readonly guarded: ReadonlySet<string>
  /** The words of people's names, as spelled, with a capital, and in capitals. */
  readonly nameWords: ReadonlySet<string>
}

/**
 * Words of names become fictional names of the same case; other runs become letters and digits of the same kinds and
 * number. What a run becomes depends on the order of first appearance alone, so it tells nothing about the original.
 */
export const aliasesFor = (names: readonly string[]): Aliases => {
  const words = names.map(wordsOf)
  const fictional = fictionalNames(words)
  const known = new Map<string, string>()
  const numbers = new Map<string, Map<string, number>>()
  const guarded = new Set<string>()
  const alias = (run: string): string => {
    const name = fictional.get(run.toLowerCase())
    const pseudonym = known.get(run) ?? (name ? inCaseOf(run, name) : another(run, known.size))
    known.set(run, pseudonym)
    return pseudonym
  }
  const number = (kind: string, original: string): number => {
    const ofKind = numbers.get(kind) ?? new Map<string, number>()
    const found = ofKind.get(original.toLowerCase()) ?? ofKind.size + 1
    numbers.set(kind, ofKind.set(original.toLowerCase(), found))
    return found
  }
  const spellings = words.flat().flatMap((word) => [word, capitalised(word), word.toUpperCase()])
  return { alias, number, guard: (original) => guarded.add(original), guarded, nameWords: new Set(spellings) }
}

const wordsOf = (name: string): readonly string[] =>
  (name.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => !noName.test(word) && !particle.test(word))

/** First words to given names, the others to family names; none that a person of this very message bears. */
const fictionalNames = (names: readonly (readonly string[])[]): ReadonlyMap<string, string> => {
  const taken = new Set(names.flat().map((word) => word.toLowerCase()))
  const free = [given, family].map((list) => list.split(' ').filter((name) => !taken.has(name.toLowerCase())))
  const fictional = new Map<string, string>()
  for (const [place, word] of names.flatMap((words) => [...words.entries()])) {
    const key = word.toLowerCase()
    if (fictional.has(key)) continue
    fictional.set(key, free[Math.min(place, 1)]?.shift() ?? capitalised(another(key, fictional.size)))
  }
  return fictional
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()

const inCaseOf = (model: string, name: string): string => {
  if (model === model.toLowerCase()) return name.toLowerCase()
  return model === model.toUpperCase() ? name.toUpperCase() : name
}

const another = (original: string, seed: number): string => {
  const tries = Array.from({ length: 8 }, (_, attempt) => scrambleRun(original, seed * 8 + attempt + 1))
  return tries.find((pseudonym) => pseudonym !== original) ?? original
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
