/** Scripts that set words side by side, or hang their particles on to a name. */
const letter =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー]'
export const unspaced = new RegExp(letter, 'u')
const stretches = new RegExp(`(${letter}+)`, 'u')

/** `Petraさん` is a name and a particle. */
export const byScript = (run: string): readonly string[] => run.split(stretches).filter(Boolean)

const pool = [...'天地人山水木火土金月風雲雨雪花草竹石林森川海空星光春夏秋冬東西南北青赤白黒朝昼夜玉米門車馬鳥魚貝']

/** Names in scripts without spaces, found inside whatever they stand in. */
export interface UnspacedNames {
  /** The run with every character of a name replaced, the others handed to `rest`; null where it holds no name. */
  readonly rename: (run: string, rest: (text: string) => string) => string | null
}

/** Two characters of a name in a row are taken for it: a greeting may use a part of it alone. */
export const unspacedNames = (names: readonly string[]): UnspacedNames => {
  const written = names.map((name) =>
    (name.match(/[\p{L}\p{M}]+/gu) ?? []).flatMap(byScript).filter((word) => unspaced.test(word)),
  )
  const whole = new Set(written.flat())
  const pairs = new Set(written.flatMap((words) => pairsOf([...words.join('')])))
  const characters = new Set(written.flat().flatMap((word) => [...word]))
  const free = pool.filter((character) => !characters.has(character))
  const known = new Map<string, string>()
  const renamed = (character: string): string => {
    const other = known.get(character) ?? free[known.size % Math.max(free.length, 1)] ?? character
    known.set(character, other)
    return other
  }
  return {
    rename: (run, rest) => {
      if (whole.size === 0 || !unspaced.test(run)) return null
      if (whole.has(run)) return [...run].map(renamed).join('')
      const all = [...run]
      const named = all.map((character, at) => isPart(pairs, all[at - 1], character, all[at + 1]))
      return named.includes(true) ? joined(all, named, renamed, rest) : null
    },
  }
}

const pairsOf = (characters: readonly string[]): readonly string[] =>
  characters.slice(1).map((character, at) => `${characters[at]}${character}`)

const isPart = (pairs: ReadonlySet<string>, before = '', character = '', after = ''): boolean =>
  pairs.has(`${before}${character}`) || pairs.has(`${character}${after}`)

const joined = (
  all: readonly string[],
  named: readonly boolean[],
  renamed: (character: string) => string,
  rest: (text: string) => string,
): string => {
  const pieces: string[] = []
  let other = ''
  for (const [at, character] of all.entries()) {
    if (!named[at]) other += character
    else {
      if (other !== '') pieces.push(rest(other))
      other = ''
      pieces.push(renamed(character))
    }
  }
  return `${pieces.join('')}${other === '' ? '' : rest(other)}`
}
