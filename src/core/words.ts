import type { Phrases } from './phrases.ts'
import { escaped, everyPhrase, type Matcher, matcherFor, nameWords, normalise, type People } from './wording.ts'

/** LinkedIn's own words of every language, ready to be compared with the texts of one message. */
export interface Words {
  readonly isDefaultSentence: Matcher
  readonly isChrome: Matcher
  /** A sentence of the chrome that has no free words in it. */
  readonly isPlainChrome: Matcher
  readonly isLabel: Matcher
  /** Whether the mail tells the recipient's name: a greeting may name anybody else where it does not. */
  readonly knowsRecipient: boolean
  /** One greeting at the beginning of a normalised text. */
  readonly greeting: RegExp
  /** A closing and the inviter's name, or the name alone, at the end of a normalised text. */
  readonly signature: RegExp
}

const alternatives = (words: readonly string[]): string =>
  [...new Set(words.map(normalise).filter(Boolean))]
    .sort((one, other) => other.length - one.length)
    .map(escaped)
    .join('|') || '(?!)'

/**
 * A pattern (source) for words of a name, in a row. Something must stand between two words, or a name of `a`, `aa` and
 * `aaa` could be cut in more ways than there is time for; names written without spaces are words of their own.
 */
const nameRun = (words: readonly string[]): string => {
  const word = `(?:${alternatives([...words, words.join(''), words.toReversed().join('')])})`
  return `${word}(?:[ .]{1,2}${word}){0,${Math.max(0, words.length - 1)}}[ .]{0,2}`
}

/**
 * Whom a greeting may name: the recipient, word by word; one single word where the mail does not tell his name.
 * Nothing longer, or `Hi met at the fair,` would pass for a greeting.
 */
const addressee = (recipient: string | null): string => {
  const words = nameWords(recipient)
  return words.length === 0 ? oneWord : nameRun(words)
}

/** A word of a script that is written without spaces may be a whole sentence. */
const oneWord =
  '(?:[^\\s,.!?:;、。\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]{1,30}|[^\\s,.!?:;、。]{1,6})'

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
  const closings = alternatives(everyPhrase(phrases, (some) => some.closings))
  return new RegExp(`(?<=[\\s.!?,。-]|^)(?:(?:${closings})[,!.]? *)?[-–—]* *${nameRun(nameWords(inviter))}$`, 'u')
}

/** The words of all `phrases`, because frame and quoted sentence may differ in language, about these people. */
export const wordsFor = (phrases: readonly Phrases[], people: People): Words => ({
  isDefaultSentence: matcherFor(
    everyPhrase(phrases, (some) => some.invitation),
    people,
  ),
  isChrome: matcherFor(
    everyPhrase(phrases, (some) => some.chrome),
    people,
  ),
  isPlainChrome: matcherFor(
    everyPhrase(phrases, (some) => some.chrome.filter((phrase) => !/\{(?:any|rest|word)\}/u.test(phrase))),
    people,
  ),
  isLabel: matcherFor(
    everyPhrase(phrases, (some) => some.labels),
    people,
  ),
  knowsRecipient: nameWords(people.recipient).length > 0,
  greeting: greetingPattern(phrases, people.recipient),
  signature: signaturePattern(phrases, people.inviter),
})
