import { card, eml, multipart, withPart } from '../support/mail.ts'

/** What a card of 2025 says of the person who invites; all of them fictional. */
export interface Inviter {
  readonly name: string
  readonly vanity: string
  readonly invitationId: string
  readonly headline: string
  readonly location: string
  /** What the preheader tells of the work, after `{First}, `. */
  readonly work: string
}

/** A sample of the card, and the person in it. */
interface Sample {
  readonly fixture: string
  readonly parts: readonly ('text/html' | 'text/plain')[]
  readonly inviter: Inviter
}

export const htmlOnly: Sample = {
  fixture: card,
  parts: ['text/html'],
  inviter: {
    name: 'Petra Lindqvist',
    vanity: 'petra-lindqvist-51b7c2a19',
    invitationId: '7358423643728360863',
    headline: 'Certified Management Systems Consultant |…',
    location: 'Gothenburg',
    work: 'Lead Implementer &amp; Auditor | Trainer | Content Developer from Freelancer',
  },
}

export const textAndHtml: Sample = {
  fixture: multipart,
  parts: ['text/plain', 'text/html'],
  inviter: {
    name: 'Ingrid Solberg',
    vanity: 'ingrid-solberg-90aa12c4',
    invitationId: '7357397350991444546',
    headline: 'Procurement Lead | Cold chain | Oslo',
    location: 'Oslo',
    work: 'Head of Procurement from Example Foods',
  },
}

type Words = readonly (readonly [from: string, to: string])[]

/** Replaces all words; one that is not there is an error, so that a changed sample is noticed. */
const reworded = (text: string, words: Words): string =>
  words.reduce((edited, [from, to]) => {
    if (!edited.includes(from)) throw new Error(`the sample does not say: ${from}`)
    return edited.replaceAll(from, to)
  }, text)

const firstName = ({ name }: Inviter): string => name.split(' ')[0] ?? name

/** The headline goes before the location, whose word it may hold. */
const wordsFor = (from: Inviter, to: Inviter): Words => [
  [`${firstName(from)}, ${from.work}`, `${firstName(to)}, ${to.work}`],
  [from.headline, to.headline],
  [from.location, to.location],
  [from.name, to.name],
  [from.vanity, to.vanity],
  [from.invitationId, to.invitationId],
]

const withParts = ({ fixture, parts }: Sample, edit: (part: string) => string): Buffer =>
  parts.reduce((message, part) => withPart(message, part, edit), eml(fixture))

/** The sample, from somebody else: every part says the same of the same person. */
export const cardFrom = (sample: Sample, inviter: Inviter): Buffer =>
  withParts(sample, (part) => reworded(part, wordsFor(sample.inviter, inviter)))

/** A personal note in the card, as one more line of it, below the location. */
export const withNote = (message: Buffer, { location }: Inviter, note: string): Buffer =>
  withPart(message, 'text/html', (html) => {
    const line = `<div class="pt-0.5" style="padding-top: 4px;">${location}</div>`
    return reworded(html, [[line, `${line}\n${line.replace(location, note)}`]])
  })

/** Our own translation: no German card is publicly known. It is read by the regions of its links, not by its words. */
const german: Words = [
  ['<html lang="en">', '<html lang="de">'],
  ['is waiting for your response', 'wartet auf Ihre Antwort'],
  ['6 connections in common', '6 gemeinsame Kontakte'],
  ['>Accept <', '>Annehmen <'],
  ['View profile', 'Profil ansehen'],
  ['More people you may know', 'Weitere Personen, die Sie kennen könnten'],
  ['Build your network with InMail', 'Bauen Sie Ihr Netzwerk mit InMail auf'],
  ['Get the new LinkedIn desktop app', 'Die neue LinkedIn Desktop-App'],
  ['Also available on mobile', 'Auch für Mobilgeräte'],
  ['This email was intended for', 'Diese E-Mail ist bestimmt für'],
  ['Learn why we included this.', 'Warum steht das hier?'],
  ['You are receiving LinkedIn invitations emails.', 'Sie erhalten E-Mails über Einladungen.'],
  ['>Unsubscribe<', '>Abmelden<'],
  ['>Help<', '>Hilfe<'],
]

/** An html card with its frame in German. */
export const inGerman = (message: Buffer): Buffer => withPart(message, 'text/html', (html) => reworded(html, german))
