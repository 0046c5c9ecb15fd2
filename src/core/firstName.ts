import { settleCase } from './nameCase.ts'
import {
  faculties,
  familyNames,
  koreanOrder,
  legalForms,
  middleNames,
  organisations,
  particles,
  patronymic,
  slavicFamily,
  titles,
} from './nameWords.ts'
import { visible } from './wording.ts'

const longestName = 80

/** Letters of mathematics, of full width and joined ones, which have a plain form. */
const styled = /[\u{1d400}-\u{1d7ff}\uff21-\uff5a\u01c4-\u01cc\ufb00-\ufb06]/gu

const emoji =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}][\u200d\ufe0e\ufe0f\u{e0020}-\u{e007f}]*/gu

/** Whatever makes a name look other than it reads, or is no name at all. */
const disguises: readonly RegExp[] = [
  /\p{L}\p{Extended_Pictographic}\ufe0f?\p{L}|\p{Extended_Pictographic}\ufe0f?\p{Ll}/u,
  /[\u{1f100}-\u{1f1e5}\u2100-\u214f\u24b6-\u24e9©®]/u,
  /[\u202d\u202e]|\p{M}{5}|[^\P{L}\p{Script=Latin}]\p{M}*[\u200c\u200d]\p{L}/u,
  /[\u115f\u1160\u2800\u3164\uffa0]/u,
  /https?:|\bA\/S\b/u,
]

/** `(She/Her)`, `"Bob"`: what stands beside the name. */
const aside = /\([^()]*\)|"[^"]*"|“[^“”]*[”“]|„[^„“”]*[“”]|«[^«»]*»/gu

const separator = /[|/•·–—:;~»›]|\s-+\s/u

/** `PhD`, `M.Sc.`, `CFA`; anything else behind a comma may be the first name itself: `Garcia Lopez, Maria`. */
const letters = /\p{Lu}.*\p{Lu}|\./u

const surname = /^(?!.*\p{L}{2}\.\p{L}{2})[\p{L}\p{M}'’ʻʼ.-]{1,39}$/u

const accents = '[\\u0300-\\u0304\\u0307\\u0308\\u030c\\u0323\\u0327\\u0331]?'
const latin = `(?=\\p{L})[A-Za-z\\u00c0-\\u024f\\u1e00-\\u1effəɓɔɖɗɛɣɩɲʋ]${accents}`
const cased = ['Cyrillic', 'Greek', 'Armenian'].map((script) => `(?=\\p{L})\\p{Script=${script}}${accents}`)
const caseless = ['Georgian', 'Hebrew', 'Arabic', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Kannada']
  .concat('Malayalam', 'Sinhala', 'Thai', 'Lao', 'Ethiopic')
  .map((script) => `(?=[\\p{L}\\p{M}])\\p{scx=${script}}`)

/** A word in one script, of those that put the first name first and part it by a space. */
const oneScript = new RegExp(
  `^(?:${[latin, ...cased, ...caseless].map((letter) => `(?:${letter})+(?:['’ʻʼ-](?:${letter})+)*`).join('|')})$`,
  'u',
)

/**
 * One letter, thrice the same letter, a mark before any letter, a Sinhala, Malayalam or Bengali word that has lost its
 * joiner, a Thai title that is written as one with the name.
 */
const misshapen = /^\P{L}*\p{L}\P{L}*$|(\p{L})\1\1|^\p{M}|\u0dca[\u0dba\u0dbb]|\u0d4d$|^\u09b0\u09cd|^(?:นาย|นาง)/iu

/** A name as it is read aloud: in one line, plain letters, no pictures; null where it only pretends to be one. */
const plain = (name: string): string | null => {
  if (name.length > 10 * longestName) return null
  const text = name.replace(styled, (letter) => letter.normalize('NFKC')).normalize('NFC')
  if (disguises.some((disguise) => disguise.test(text))) return null
  const clean = visible(text.replace(emoji, ' ').replaceAll('\u0640', ''))
  return clean.length > longestName ? null : clean
}

const bare = (word: string): string => word.toLowerCase().replaceAll('.', '')

const isOrganisation = (text: string): boolean =>
  text.split(/[\s,|/()"]+/u).some((word) => organisations.has(bare(word)) || legalForms.has(word.replaceAll('.', '')))

const inCapitals = (text: string): boolean => text === text.toUpperCase() && text !== text.toLowerCase()

/** The name without what stands beside it and behind it; null where the comma may part the family from the first name. */
const withoutLetters = (text: string): string | null => {
  const [name = '', ...behind] = (text.replace(aside, ' ').split(separator)[0] ?? '').split(',')
  const parts = behind.map((part) => part.trim()).filter(Boolean)
  if (parts.some((part) => !letters.test(part.split(' ')[0] ?? ''))) return null
  return parts.length > 0 && inCapitals(name) ? null : name
}

const wordsOf = (text: string): readonly string[] => text.split(' ').filter((word) => !/^\p{So}*$/u.test(word))

const withoutTitles = (words: readonly string[]): readonly string[] => {
  const isFaculty = (word: string): boolean => faculties.has(word) || /^\p{Ll}[\p{Ll}.]*\.$/u.test(word)
  const start = words.findIndex((word, index) => !titles.has(bare(word)) && !(index > 0 && isFaculty(word)))
  return start === -1 ? [] : words.slice(start)
}

/** The words of a person's name without titles before and letters after it; null for whatever is no such name. */
const personIn = (name: string): readonly string[] | null => {
  const text = plain(name)
  if (text === null || isOrganisation(text)) return null
  const words = withoutTitles(wordsOf(withoutLetters(text) ?? ''))
  return words.length > 1 && words.every((word) => surname.test(word)) ? words : null
}

/** LinkedIn's own first name, where the name begins with it and goes on. */
const toldIn = (given: string | null, words: readonly string[]): readonly string[] => {
  const told = withoutTitles(wordsOf(plain(given ?? '') ?? ''))
  return told.length < Math.min(words.length, 4) && told.every((word, index) => word === words[index]) ? told : []
}

const isFamily = (word: string | undefined): boolean => familyNames.has(word?.toLowerCase() ?? '')

/** Whether the family name may stand first. */
const familyFirst = (words: readonly string[], told: boolean): boolean => {
  const [first = '', second = '', third = ''] = words
  const initials = words.slice(1).join('')
  return (
    (isFamily(first) && !(told && isFamily(words.at(-1)))) ||
    middleNames.has(second.toLowerCase()) ||
    slavicFamily.test(first) ||
    patronymic.test(third) ||
    koreanOrder.test(words.join(' ')) ||
    (/^(?:\p{L}\.?){2}$/u.test(initials) && /^\p{L}\.?(?:\p{L}\.)?$/u.test(second))
  )
}

const isFirst = (word: string): boolean => word.length <= 30 && oneScript.test(word) && !misshapen.test(word)

/**
 * The first name for a greeting, or null where it could look wrong: a company, a handle, one letter, a particle, a name
 * that may begin with the family, letters in disguise. Titles before and letters after the name are left out.
 * @param name the display name LinkedIn gives
 * @param given the first name where LinkedIn itself wrote it, believed when the name begins with it
 */
export const firstNameOf = (name: string, given: string | null): string | null => {
  const words = personIn(name)
  if (words === null) return null
  const told = toldIn(given, words)
  if (familyFirst(words, told.length > 0)) return null
  const usable = (some: readonly string[]): boolean =>
    some.every(isFirst) && !particles.has(some.at(-1)?.toLowerCase() ?? '')
  const greeted = [told, words.slice(0, 1)].find((some) => some.length > 0 && usable(some)) ?? []
  const settled = greeted.map((word) => settleCase(word, words))
  return settled.length === 0 || settled.includes(null) ? null : settled.join(' ')
}
