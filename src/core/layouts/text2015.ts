import type { Note } from '../kinds.ts'
import { readLink, urlsIn } from '../links.ts'
import { noteIn } from '../note.ts'
import type { Reading, ReadingContext } from '../reading.ts'
import {
  absentNote,
  cutOff,
  headlineNote,
  isSeparator,
  isShortName,
  locationNote,
  quote,
  unknownNote,
  weightier,
} from '../reading.ts'
import { normalise } from '../wording.ts'
import { type Words, wordsFor } from '../words.ts'
import { isAbout, isOwnLink, labelOf, linesOf, type Shown } from './agreement.ts'

/**
 * The text part of 2015 to 2024: `Hi {First},` body, blank, name and at most headline, location and the line of common
 * connections in one paragraph, labelled links, footer. The invitation of a guest has no such paragraph: it is signed `- {First}`. The body is
 * the only place of a note.
 */
export const readText2015 = (text: string, shown: Shown | null, context: ReadingContext): Reading | null => {
  const lines = linesOf(text)
  const firstLink = lines.findIndex((line) => ownLinks(line, shown).length > 0)
  if (firstLink === -1) return null
  const head = lines.slice(0, firstLink)
  const tail = lines.slice(firstLink)
  const person = nameParagraph(head, context) ?? signedBy(head)
  const links = tail.flatMap((line) => ownLinks(line, shown)).map(readLink)
  if (person === null || !links.some((link) => link?.accepts)) return null
  const profile = links.find((link) => link?.mailed && link.profile)?.profile ?? null
  const words = wordsFor(context.phrases, { inviter: person.name, recipient: context.recipient })
  return {
    layout: 'text-2015',
    name: person.name,
    given: person.given,
    headline: person.about[0] ?? null,
    profile,
    invitationId: links.find((link) => link?.invitationId)?.invitationId ?? null,
    item: links.find((link) => link?.item)?.item ?? null,
    commonConnections: null,
    note: [personNote(person, shown, words), tailNote(tail, profile, shown, words), endNote(tail, words)].reduce(
      weightier,
      noteIn(person.body, words),
    ),
  }
}

interface Person {
  readonly name: string
  readonly given: string | null
  readonly body: string
  /** Headline, location and so on: what stands below the name. */
  readonly about: readonly string[]
  /** Paragraphs between the name and the links: nothing of LinkedIn's stands there. */
  readonly after: readonly string[]
}

const ownLinks = (line: string, shown: Shown | null): readonly string[] =>
  urlsIn(line).filter((url) => isOwnLink(url, shown))

/** The last paragraph that begins with the sender's name is about him: a note may be signed with the same name. */
const nameParagraph = (head: readonly string[], context: ReadingContext): Person | null => {
  const sender = context.sender === null ? '' : normalise(context.sender)
  const isFirst = (index: number): boolean => index === 0 || head[index - 1] === ''
  const at = sender === '' ? -1 : head.findLastIndex((line, index) => isFirst(index) && normalise(line) === sender)
  if (at === -1) return null
  const blank = head.findIndex((line, index) => index > at && line === '')
  const end = blank === -1 ? head.length : blank
  return {
    name: head[at] ?? '',
    given: null,
    body: head.slice(0, at).join('\n'),
    about: head.slice(at + 1, end),
    after: head.slice(end).filter((line) => !isSeparator(line)),
  }
}

/** `- john` closes the body of a guest's invitation; `{Name} would like to connect …` opens a guest's reminder. */
const signedBy = (head: readonly string[]): Person | null => {
  const texts = head.filter((line) => line !== '')
  const name = texts.at(-1)?.match(/^[-–—]\s*(\S.{0,80})$/u)?.[1]
  if (name) return { name, given: name, body: texts.slice(0, -1).join('\n'), about: [], after: [] }
  const asked = texts[0]?.match(/^(.{1,80}) would like to connect on LinkedIn\./u)?.[1]
  return asked ? { name: asked, given: null, body: '', about: [], after: texts.slice(1) } : null
}

const personNote = (person: Person, shown: Shown | null, words: Words): Note => {
  const about = person.about.filter((line) => !words.isPlainChrome(line))
  const [headline, location, ...more] = about
  const [odd] = [...more, ...person.after, ...about.filter((line) => !isAbout(line, shown))]
  if (odd !== undefined) return unknownNote(`a line between the name and the links may be a note: ${quote(odd)}`)
  return weightier(headlineNote(headline, words), locationNote(location))
}

/** The lines that accept the invitation, and that lead to the inviter, once each: `Label: url`, in any language. */
const buttonsIn = (tail: readonly string[], profile: string | null): ReadonlySet<string> => {
  const buttons = tail.filter((line) => {
    const [, label = '', url = ''] = line.match(/^([^:：]{1,80})[:：]{1,2}\s?(\S+)$/u) ?? []
    const link = readLink(url)
    return (
      isShortName(label) && link?.mailed === true && (link.accepts || (profile !== null && link.profile === profile))
    )
  })
  return new Set(buttons.slice(0, 2))
}

const tailNote = (tail: readonly string[], profile: string | null, shown: Shown | null, words: Words): Note => {
  const buttons = buttonsIn(tail, profile)
  const rule = tail.findIndex((line) => line.length >= 10 && isSeparator(line))
  const odd = tail.find((line, index) => {
    const label = labelOf(line, shown)
    return !(
      buttons.has(line) ||
      isSeparator(label) ||
      shown?.texts.has(normalise(label)) ||
      words.isLabel(label) ||
      (index > rule ? words.isChrome(label) : words.isPlainChrome(label))
    )
  })
  return odd === undefined
    ? absentNote
    : unknownNote(`a line among the links or in the footer is not LinkedIn's: ${quote(odd)}`)
}

/** Behind the invitation's own links stands the footer. */
const endNote = (tail: readonly string[], words: Words): Note => {
  const last = tail.filter((line) => !isSeparator(line)).at(-1) ?? ''
  const link = readLink(urlsIn(last)[0] ?? '')
  const ends = link === null ? words.isChrome(last) : !link.accepts && link.profile === null
  return ends ? absentNote : cutOff
}
