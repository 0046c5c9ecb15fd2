import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { cardIn, chromes, oldChromes, oldIn } from '../support/chrome.ts'
import { card, eml, multipart, withPart } from '../support/mail.ts'
import { marks } from '../support/signing.ts'

/** A mail to begin with. */
export interface Base {
  readonly name: string
  readonly bytes: Buffer
  /** Whether the untouched mail gets a reply: what is made of one that gets none must never get any. */
  readonly answered: boolean
}

/** The words of the note in every base that has one: what is cut or moved must not be these. */
export const noteMark = 'Zanzibar harbour'
const noteWords = `We met at the ${noteMark} last May`

const fixtures = new URL('../fixtures/mail/', import.meta.url)
const gmail = marks('01-gmail').trimEnd()
const failing = gmail.replaceAll('dkim=pass', 'dkim=fail').replaceAll('dmarc=pass', 'dmarc=fail')

const marked = (bytes: Buffer, mark = gmail): Buffer => Buffer.concat([Buffer.from(`${mark}\n`), bytes])

const noted = (bytes: Buffer, html: readonly [string, string], text: readonly [string, string] | null): Buffer => {
  const inHtml = withPart(bytes, 'text/html', (part) => part.replaceAll(html[0], () => html[1]))
  return text === null ? inHtml : withPart(inHtml, 'text/plain', (part) => part.replace(text[0], () => text[1]))
}

const inCard: readonly [string, string] = ['<hr class="!w-6', `<div>${noteWords}</div><hr class="!w-6`]
const atEnd: readonly [string, string] = ['</body>', `<p>${noteWords}</p></body>`]

/** What the sample of a guest's invitation lacks of a header. */
const whole = `From: john Doe <invitations@linkedin.com>
To: Rowan Ashby <rowan@example.org>
Subject: Invitation to connect on LinkedIn
Message-ID: <1.2@lva1-app1.prod.linkedin.com>
`
const sentence = "I'd like to join your LinkedIn network."
const old = ['2016-04_en_invite-no-note_1', '2016-05_en_invite-no-note_2']
const oldest = ['2011-05_en_invite-no-note', '2011-09_en_invite-no-note']
const answered = new Set([card, multipart, ...old, ...oldest])

/** A base of the fuzzer's choice: mostly of those whose silence is at stake. */
export const anyBase = (): fc.Arbitrary<Base> => {
  const noted = bases.filter(({ name }) => /noted|guest-whole/u.test(name))
  return fc.oneof(
    { arbitrary: fc.constantFrom(...noted), weight: 3 },
    { arbitrary: fc.constantFrom(...bases), weight: 1 },
  )
}

const silent = (name: string, bytes: Buffer): Base => ({ name, bytes, answered: false })

/** Real mail without a note, the same with one in every part, and mail that is no invitation, or nobody's. */
export const bases: readonly Base[] = [
  ...readdirSync(fixtures)
    .filter((file) => file.endsWith('.eml'))
    .map((file) => file.slice(0, -'.eml'.length))
    .map((name) => ({ name, bytes: marked(eml(name)), answered: answered.has(name) })),
  ...chromes.map((chrome) => ({ name: `card-${chrome.language}`, bytes: marked(cardIn(chrome)), answered: true })),
  ...oldChromes.flatMap(([language, words]) =>
    old.map((name) => ({ name: `${name}-${language}`, bytes: marked(oldIn(name, words)), answered: true })),
  ),
  silent('card-noted', marked(noted(eml(card), inCard, null))),
  silent('multipart-noted', marked(noted(eml(multipart), inCard, ['Accept: ', `${noteWords}\n\nAccept: `]))),
  ...old.map((name) =>
    silent(`${name}-noted`, marked(noted(eml(name), [sentence, noteWords], [sentence, `${sentence}\n\n${noteWords}`]))),
  ),
  silent('card-noted-late', marked(noted(eml(card), atEnd, null))),
  silent('multipart-noted-late', marked(noted(eml(multipart), atEnd, ['© 2025', `${noteWords}\n\n© 2025`]))),
  ...old.map((name) =>
    silent(`${name}-noted-late`, marked(noted(eml(name), atEnd, ['© 2016', `${noteWords}\n\n© 2016`]))),
  ),
  silent('guest-whole', marked(Buffer.from(`${whole}${eml('2015-10_en_guest-invite-no-note')}`))),
  silent('card-forged', marked(eml(card), failing)),
  silent('multipart-unmarked', eml(multipart)),
]
