import type { Note } from './kinds.ts'
import type { Phrases } from './phrases.ts'
import { absentNote, presentNote } from './reading.ts'
import { everyPhrase, normalise, normalisePart, visible } from './wording.ts'
import type { Words } from './words.ts'

/** The text without one leading greeting; the same text when it begins with none. */
const withoutGreeting = (text: string, words: Words): string => normalisePart(text).trim().replace(words.greeting, '')

const withoutSignature = (text: string, words: Words): string => normalise(text).replace(words.signature, '')

/** Characters; a default sentence between greetings and a signature is never longer. */
const longestDefault = 2000

/**
 * Whether a text is LinkedIn's default sentence of any language, with greetings and a signature or without: its frame
 * greets, and people greet again.
 */
export const isDefaultText = (text: string, words: Words): boolean => {
  if (text.length > longestDefault) return false
  const once = withoutGreeting(text, words)
  const twice = withoutGreeting(once, words)
  return [text, once, twice].flatMap((one) => [one, withoutSignature(one, words)]).some(words.isDefaultSentence)
}

/** Nothing but the greeting that LinkedIn's frame prints itself. */
const isGreeting = (text: string, words: Words): boolean =>
  text.length <= longestDefault && withoutGreeting(text, words).trim() === '' && hasLetters(text)

/** A note of emoji or punctuation alone is a note: only words can be told to be LinkedIn's. */
const hasLetters = (text: string): boolean => /\p{L}/u.test(text)

/**
 * Reads the text of a note's place: `absent` when it is a default sentence, or nothing but the frame's own greeting;
 * else `present`, whatever its quality (facts: "Notes that are not notes").
 */
export const noteIn = (text: string, words: Words): Note =>
  visible(text) === '' || isGreeting(text, words) || isDefaultText(text, words)
    ? absentNote
    : presentNote([text.trim()])

/**
 * Whether a note is a bare greeting for `policy.shortNotes: none`: emoji or punctuation alone, or at most three words
 * that greet in any language we know.
 */
export const isBareGreeting = (text: string, phrases: readonly Phrases[]): boolean => {
  if (!/[\p{L}\p{N}]/u.test(text)) return true
  const normal = normalise(text)
  const words = normal.split(/\s+/u).length
  const known = [...everyPhrase(phrases, (some) => some.shortNotes), ...everyPhrase(phrases, (some) => some.greetings)]
  return words <= 3 && known.some((phrase) => normalise(phrase) === normal)
}
