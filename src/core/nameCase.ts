const cased = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u

/** `JP`, `TJ`, `AJ`: letters that stand for names and are said one by one. */
const spelled = /^(?:J[^AEIOUY]|[A-Z]J)$/u

/** Capitals in places where no name has them: `jOHN`, `ANna`, `PetrA`, `JEAN-Luc`. */
const oddCapitals = /\p{Lu}{2}(?=\p{Ll}|[-'’])|\p{Ll}\p{Lu}(?!\p{Ll})|\p{Ll}\p{Lu}.*\p{Ll}\p{Lu}|[-'’]\p{Lu}{2}/u

/** Where capitals stand cannot be told from one case alone: `MCKENNA`, `IJSBRAND`; Greek capitals bear no accents. */
const oneCaseOnly = /^(?:mc|ij|ß)|[\p{Script=Greek}\p{Script=Armenian}]/iu

const vowel = /[aeiouyæøœəıаеёиоуыэюяіїєў]/u

/** Turkish has two letters i: `IŞIK` is `Işık`. Ş alone is Romanian too. */
const casingOf = (word: string, name: string): 'tr' | 'en' | null => {
  if (/[İĞğı]/u.test(name)) return 'tr'
  return /[Şş]/u.test(name) && /i/iu.test(word) ? null : 'en'
}

/** `D'ARCY` and `d'arcy` become `D'Arcy`, `JEAN-LUC` `Jean-Luc`, `МАР'ЯНА` `Мар'яна`. */
const capitalised = (word: string, casing: string): string =>
  word.toLocaleLowerCase(casing).replace(/(?:^|-)(?:[od]['’])?\p{L}/gu, (start) => start.toLocaleUpperCase(casing))

const isShouted = (words: readonly string[]): boolean => words.every((word) => word === word.toUpperCase())

const isWord = (word: string): boolean => word.length > 2 && vowel.test(word.toLowerCase().normalize('NFD'))

/**
 * A first name as its owner would write it, or null where that cannot be told. In a name that is not all in capitals, a
 * word in capitals is the family name (`DUPONT Jean`) or letters.
 * @param words all words of the name
 */
export const settleCase = (word: string, words: readonly string[]): string | null => {
  if (!cased.test(word) || spelled.test(word)) return word
  const [inCapitals, inSmall] = [word === word.toUpperCase(), word === word.toLowerCase()]
  if (!inCapitals && !inSmall) return oddCapitals.test(word) ? null : word
  if (oneCaseOnly.test(word) || (inCapitals && !(isShouted(words) && isWord(word)))) return null
  const casing = casingOf(word, words.join(' '))
  return casing === null ? null : capitalised(word, casing)
}
