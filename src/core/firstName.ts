import { visible } from './wording.ts'

const titles =
  /^(?:dr|prof|professor|mr|mrs|ms|miss|mx|sir|dame|ing|dipl\.?-?ing|herr|frau|mag|rev|fr|capt|col|lt|hon|eng|dott|dra|sr|sra|m|mme)\.?$/iu

const company = /^(?:the|team|group|inc|ltd|llc|gmbh|ag|co|corp|company|consulting|solutions|services|international)$/iu

/** Scripts in which the family name comes first and no space tells where it ends. */
const familyFirst = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

const ordinary = /^\p{L}[\p{L}\p{M}'’.-]{0,38}$/u

/** `JEAN-LUC` becomes `Jean-Luc`; anything not wholly in capitals stays as its owner writes it. */
const settleCase = (word: string): string =>
  word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()
    ? word.toLowerCase().replace(/(^|[-'’])(\p{L})/gu, (_, before, letter) => `${before}${letter.toUpperCase()}`)
    : word

/**
 * The first name for a greeting, or null where it could look wrong: a company, a handle, one letter, a script that puts
 * the family name first. Titles before and letters after the name are left out.
 * @param name the display name LinkedIn gives
 * @param given the first name where LinkedIn itself wrote it, believed when the name begins with it
 */
export const firstNameOf = (name: string, given: string | null): string | null => {
  const clean = visible(
    name.replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/gu, '').replace(/\(.*?\)|".*?"|[“”„]/gu, ' '),
  )
  if (clean.length > 80 || familyFirst.test(clean)) return null
  const words = (clean.split(/[,|/]/u)[0] ?? '').split(' ').filter(Boolean)
  if (words.some((word) => company.test(word))) return null
  const rest = words.slice(words.findIndex((word) => !titles.test(word)))
  const [first] = rest
  if (first === undefined || rest.length < 2 || !rest.every((word) => ordinary.test(word))) return null
  const told =
    given !== null &&
    visible(given)
      .split(' ')
      .every((word) => rest.includes(word))
      ? visible(given)
      : first
  return /\p{L}{2}/u.test(told) && !/\.$/u.test(told) ? told.split(' ').map(settleCase).join(' ') : null
}
