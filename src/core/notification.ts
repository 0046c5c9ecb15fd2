import { type Block, blocksOf } from './blocks.ts'
import { firstNameOf } from './firstName.ts'
import { type Claim, kindOfMessage } from './kindOfMessage.ts'
import type { Inviter, Kind, Note, Notification } from './kinds.ts'
import { longestTag } from './languageTag.ts'
import { agreementOf, linesOf, shownBy } from './layouts/agreement.ts'
import { readCard } from './layouts/card.ts'
import { readHtml2016 } from './layouts/html2016.ts'
import { readText2009 } from './layouts/text2009.ts'
import { readText2015 } from './layouts/text2015.ts'
import type { Message } from './message.ts'
import type { Phrases } from './phrases.ts'
import type { Reading, ReadingContext } from './reading.ts'
import { unknownNote, weightier } from './reading.ts'
import { matcherFor, normalise, visible } from './wording.ts'
import { wordsFor } from './words.ts'

/** `Petra Lindqvist via LinkedIn`, `Stefano Tanner (via LinkedIn)`: the person without the carrier. */
export const senderName = (message: Message): string | null =>
  visible(message.from[0]?.name ?? '').replace(/ ?\(?\bvia linkedin\)?$/iu, '') || null

const recipientName = (message: Message): string | null => visible(message.to[0]?.name ?? '') || null

const quotesNothing: ReadonlySet<Kind> = new Set(['reminder', 'guest-reminder'])
const hasNote: ReadonlySet<Kind> = new Set([
  'invitation',
  'guest-invitation',
  'reminder',
  'guest-reminder',
  'unrecognised',
])
const isClaimed: ReadonlySet<Kind> = new Set(['invitation', 'guest-invitation'])
const hasLayout: ReadonlySet<Kind> = new Set(['invitation', 'guest-invitation', 'reminder', 'guest-reminder'])

/**
 * Reads what LinkedIn sent: kind, inviter, and whether a personal note stands in it. Text and html are read each on
 * its own; where both are there they must agree, and the one that keeps us silent counts. What could not be read at
 * all (`defects`) may hold a note.
 */
export const readNotification = (message: Message, phrases: readonly Phrases[]): Notification => {
  const context = { phrases, sender: senderName(message), recipient: recipientName(message) }
  const blocks = message.html === null ? [] : blocksOf(message.html)
  const claim = kindOfMessage(message, blocks, phrases)
  const reading = hasLayout.has(claim.kind) ? readParts(message, blocks, context) : null
  const fits = reading !== null && reading.note !== strangeHtml
  const kind = !fits && isClaimed.has(claim.kind) ? 'unrecognised' : claim.kind
  return {
    kind,
    template: claim.template,
    layout: reading?.layout ?? null,
    inviter: kind === 'accepted' ? acceptedBy(message) : inviterOf(reading, message),
    invitationId: reading?.invitationId ?? null,
    item: reading?.item ?? null,
    commonConnections: reading?.commonConnections ?? null,
    language: chromeLanguage(message, blocks, context),
    note: hasNote.has(kind) ? noteOf(kind, reading, message) : null,
    because: becauseOf(claim, kind, message),
  }
}

const becauseOf = (claim: Claim, kind: Kind, { defects: [defect] }: Message): string => {
  if (kind === claim.kind) return defect === undefined ? claim.because : `${claim.because}; ${defect}`
  return `${claim.because}, but ${defect ?? 'it fits no layout we know'}`
}

const noteOf = (kind: Kind, reading: Reading | null, { defects: [defect] }: Message): Note => {
  if (quotesNothing.has(kind)) return unknownNote('a reminder proves nothing about a note')
  const note = reading?.note ?? unknownNote('it fits no layout we know')
  return defect === undefined ? note : weightier(unknownNote(defect), note)
}

const inviterOf = (reading: Reading | null, message: Message): Inviter | null =>
  reading?.name
    ? {
        name: bounded(reading.name),
        firstName: isTurned(message) ? null : firstNameOf(reading.name, reading.given),
        headline: reading.headline === null ? null : bounded(reading.headline),
        profile: reading.profile,
      }
    : null

/** A name written backwards and turned round by U+202E reads otherwise than it looks. */
const isTurned = ({ from: [sender] }: Message): boolean => /[\u202d\u202e]/u.test(sender?.name ?? '')

const longest = 250

/** A name of kilobytes is nobody's; what people and templates see is cut, between two characters. */
const bounded = (text: string): string =>
  text.length > longest ? `${[...text.slice(0, 2 * longest)].slice(0, longest - 1).join('')}…` : text

/** `Leopold has accepted your invitation`: the only thing an accepted notice tells in its text. */
const acceptedBy = (message: Message): Inviter | null => {
  const name = message.text?.match(/^\s*(\S.{0,80}?) has accepted your (?:LinkedIn )?invitation/u)?.[1]
  return name ? { name, firstName: null, headline: null, profile: null } : null
}

const readParts = (message: Message, blocks: readonly Block[], context: ReadingContext): Reading | null => {
  const html = readCard(blocks, context) ?? readHtml2016(blocks, context)
  if (html === null)
    return message.html === null ? readText(message.text, context) : readTextBesideHtml(message, blocks, context)
  return message.text === null || visible(message.text) === '' ? html : reconcile(html, message, blocks, context)
}

const readText = (text: string | null, context: ReadingContext): Reading | null =>
  text === null ? null : (readText2015(text, null, context) ?? readText2009(text, context))

/** Html that no layout explains may hold the note, whatever the text part says. */
const strangeHtml = unknownNote('the html part fits no layout we know')

const readTextBesideHtml = (message: Message, blocks: readonly Block[], context: ReadingContext): Reading | null => {
  const reading = readText(message.text, context)
  return reading === null || blocks.every((block) => block.text === '') ? reading : { ...reading, note: strangeHtml }
}

/**
 * A text part may repeat the html, or be in the layout of 2015 and give the same verdict on the same person: one of the
 * two must explain all of it. Where the html is of that era too, what stands in the text part's own place is a note, also
 * when it reads like another text of the html.
 */
const reconcile = (html: Reading, message: Message, blocks: readonly Block[], context: ReadingContext): Reading => {
  const text = message.text ?? ''
  const shown = shownBy(blocks, html.headline, message)
  const own = readText2015(text, shown, { ...context, sender: html.name })
  const words = wordsFor(context.phrases, { inviter: html.name, recipient: context.recipient })
  const agreement = agreementOf(text, shown, words)
  const same = own?.name != null && html.name !== null && normalise(own.name) === normalise(html.name)
  const ownNote = own === null || same ? own?.note : unknownNote('text and html name different people')
  const isNoted = html.layout !== 'card' && ownNote?.kind === 'present'
  const repeats = agreement.kind === 'absent' && !isNoted
  const isOwn = !repeats && (html.layout !== 'card' || ownNote?.kind === 'absent')
  const note = isOwn ? (ownNote ?? agreement) : agreement
  return { ...html, headline: html.headline ?? own?.headline ?? null, note: weightier(html.note, note) }
}

/** Html `lang`, else the language of most of the chrome's own words, labels of buttons too; the quoted sentence may be in another. */
const chromeLanguage = (message: Message, blocks: readonly Block[], context: ReadingContext): string | null => {
  const declared = message.html?.attributes.lang ?? rootLanguage(message)
  if (declared && declared.length <= longestTag && /^[a-z]{2,3}(?:[-_][a-z\d]{1,8})*$/iu.test(declared))
    return declared.replace(/_/gu, '-')
  const people = { inviter: context.sender, recipient: context.recipient }
  const texts = [...linesOf(message.text ?? ''), ...blocks.map((block) => block.text)].filter(Boolean)
  const spoken = [message.subject, ...texts.map((text) => text.replace(/https?:\/\/\S+/giu, ''))].slice(0, 200)
  const speakers = context.phrases.map((some) => ({
    language: some.language,
    speaks: matcherFor([...some.chrome, ...some.labels, ...subjectsOf(some), ...some.invitation], people),
  }))
  const found = spoken.flatMap((text) => speakers.filter(({ speaks }) => speaks(text)).map(({ language }) => language))
  return mostFrequent(found)
}

const subjectsOf = ({ subjects }: Phrases): readonly string[] => Object.values(subjects).flat()

const rootLanguage = (message: Message): string | undefined => {
  const element = message.html?.children.find((child) => typeof child !== 'string' && child.tag === 'html')
  return element === undefined || typeof element === 'string' ? undefined : element.attributes.lang
}

/** null where two are as frequent: half of the words is no answer. */
const mostFrequent = (values: readonly string[]): string | null => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const [first, second] = [...counts].sort((one, other) => other[1] - one[1])
  return first === undefined || first[1] === second?.[1] ? null : first[0]
}
