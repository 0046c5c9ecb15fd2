import type { Note } from './kinds.ts'
import type { Phrases } from './phrases.ts'
import { absentNote, presentNote } from './reading.ts'
import type { People } from './wording.ts'
import { escaped, everyPhrase, matchPhrase, nameWords, normalise, normalisePart, visible } from './wording.ts'

const alternatives = (words: readonly string[]): string =>
  [...new Set(words.map(normalise).filter(Boolean))]
    .sort((one, other) => other.length - one.length)
    .map(escaped)
    .join('|') || '(?!)'

/** A pattern (source) for words of a name, in a row. */
const nameRun = (words: readonly string[]): string =>
  `(?:(?:${alternatives(words)})[ .]{0,2}){1,${Math.max(1, words.length)}}`

/**
 * Whom a greeting may name: the recipient, word by word; one single word where the mail does not tell his name.
 * Nothing longer, or `Hi met at the fair,` would pass for a greeting.
 */
const addressee = (recipient: string | null): string => {
  const words = nameWords(recipient)
  return words.length === 0 ? '[^\\s,.!?:;]{1,30}' : nameRun(words)
}

const greetingPattern = (phrases: readonly Phrases[], recipient: string | null): RegExp => {
  const greetings = alternatives(everyPhrase(phrases, (some) => some.greetings))
  const name = addressee(recipient)
  return new RegExp(
    `^(?:(?:${greetings})(?: ${name})?(?:[,!.:،、–-]+|$)|(?:${greetings}) ${name}(?= |$)|${name}[,:،、]) *`,
    'u',
  )
}

/** A closing and the inviter's own name at the end, in any of its leading forms; or the name after a dash. */
const signaturePattern = (phrases: readonly Phrases[], inviter: string | null): RegExp => {
  const name = nameRun(nameWords(inviter))
  const closings = alternatives(everyPhrase(phrases, (some) => some.closings))
  return new RegExp(`(?<=[\\s.!?,。-]|^)(?:(?:${closings})[,!.]? *)?[-–—]* *${name}$`, 'u')
}

/** The text without one leading greeting; the same text when it begins with none. */
const withoutGreeting = (text: string, phrases: readonly Phrases[], people: People): string =>
  normalisePart(text).trim().replace(greetingPattern(phrases, people.recipient), '')

const isDefaultSentence = (text: string, phrases: readonly Phrases[], people: People): boolean =>
  matchPhrase(
    text,
    everyPhrase(phrases, (some) => some.invitation),
    people,
  ) !== null

const withoutSignature = (text: string, phrases: readonly Phrases[], people: People): string =>
  normalise(text).replace(signaturePattern(phrases, people.inviter), '')

const isNothing = (text: string): boolean => normalise(text) === ''

/**
 * Reads the text of a note's place: `absent` when it is LinkedIn's default sentence of any language, with greetings and
 * a signature or without (LinkedIn's frame greets, and people greet again), or nothing but the frame's own greeting;
 * else `present`, whatever its quality (facts: "Notes that are not notes").
 */
export const noteIn = (text: string, phrases: readonly Phrases[], people: People): Note => {
  if (visible(text) === '') return absentNote
  const once = withoutGreeting(text, phrases, people)
  const twice = withoutGreeting(once, phrases, people)
  const readings = [text, once, twice].flatMap((one) => [one, withoutSignature(one, phrases, people)])
  const absent = isNothing(once) || readings.some((reading) => isDefaultSentence(reading, phrases, people))
  return absent && hasLetters(text) ? absentNote : presentNote([text.trim()])
}

/** A note of emoji or punctuation alone is a note: only words can be told to be LinkedIn's. */
const hasLetters = (text: string): boolean => /[\p{L}]/u.test(text)

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
