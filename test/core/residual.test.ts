/**
 * What a note could look like without being seen: the residual risk of each layout, as docs/architecture.md tells it.
 * Each row is one sentence there and the mail that shows it. Where a reader learns to see one, row and sentence go.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readNotification } from '../../src/core/notification.ts'
import { oldChromes, oldIn } from '../support/chrome.ts'
import { card, eml, messageOf, multipart, phrases, withPart } from '../support/mail.ts'

const architecture = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8').replace(/\s+/gu, ' ')

const html = (from: string | RegExp, to: string, name = card) =>
  withPart(eml(name), 'text/html', (text) => {
    expect(text).toMatch(from)
    return text.replace(from, () => to)
  })
const text = (from: string | RegExp, to: string, name = multipart) =>
  withPart(eml(name), 'text/plain', (part) => {
    expect(part).toMatch(from)
    return part.replace(from, () => to)
  })

const old = '2016-05_en_invite-no-note_2'
const sentence = "I'd like to join your LinkedIn network."
const inBoth = (to: string) =>
  withPart(text(sentence, to, old), 'text/html', (part) => part.replaceAll(sentence, () => to))
const lines = />Certified Management Systems Consultant \|…<([\s\S]*?)>Gothenburg</u

const risks: readonly (readonly [string, () => Buffer])[] = [
  [
    'a note of at most 220 characters in the place of the headline, where headline or location is missing',
    () => html(lines, '>We met at the fair in May. I liked your talk.<span></span><'),
  ],
  [
    'a note of at most 60 characters, without sentence mark and url, in the place of the location',
    () => html('>Gothenburg<', '>saw you on stage in May<'),
  ],
  [
    'a note in the hidden preheader alone that names the inviter',
    () => html(/Petra, Lead[^<]*/u, 'Petra here. We met!'),
  ],
  [
    "a note as the label of one of the card's own links, of at most 60 characters and without a sentence mark",
    () => html('6 connections in common', 'saw you on stage in May'),
  ],
  [
    "a note below the card in the place of LinkedIn's own text, where that is missing",
    () => html('Alice and millions of members use Premium', 'We met in May. I liked your talk.'),
  ],
  [
    "a note outside the card that is one of LinkedIn's own sentences",
    () => html('</body>', '<p>Cancel</p></body>'.replace('Cancel', 'Also available on mobile')),
  ],
  [
    'a note in the subject alone',
    () =>
      Buffer.from(
        eml(card)
          .toString()
          .replace(/^Subject: .*$/mu, 'Subject: We met in May'),
      ),
  ],
  [
    'a note in the place of headline or location, as in the card, where both parts have it',
    () => {
      const bytes = withPart(eml(old), 'text/html', (part) =>
        part.replace('Managing Director', 'Saw you on stage in May').replace('Charlotte, North Carolina Area', ''),
      )
      return withPart(bytes, 'text/plain', (part) => part.replace('Managing Director', 'Saw you on stage in May'))
    },
  ],
  [
    "a note below the buttons in the place of LinkedIn's own text, where the language of the chrome is not known",
    () => {
      const [, french = {}] = oldChromes[0] ?? []
      const receiving = french['You are receiving Invitation emails.'] ?? ''
      const bytes = withPart(oldIn(old, french), 'text/html', (part) => part.replace(receiving, 'We met in May.'))
      return withPart(bytes, 'text/plain', (part) => part.replace(receiving, ''))
    },
  ],
  [
    'one word in the place of the addressee, where To bears no name',
    () =>
      Buffer.from(
        inBoth(`Hi FOSDEM, ${sentence}`)
          .toString()
          .replace(/^To: .*</mu, 'To: <')
          .replaceAll('Hi John,', 'Hi FOSDEM,'),
      ),
  ],
  ['nothing but a greeting', () => inBoth('')],
  ["punctuation alone behind LinkedIn's sentence", () => inBoth(`${sentence} …!`)],
  [
    'a note in the text part alone whose words the html shows elsewhere, in that order',
    () => text('Accept: ', 'Retail operations lead\nAccept: '),
  ],
  [
    'a note in an attribute or a picture, which nobody reads as text',
    () => html('<hr class="!w-6', '<img alt="We met in May" title="We met"><hr class="!w-6'),
  ],
]

describe('what could be missed', () => {
  it.each(risks)('%s', async (sentenceThere, mail) => {
    expect(readNotification(await messageOf(mail()), phrases)).toMatchObject({
      kind: 'invitation',
      note: { kind: 'absent' },
    })
    expect(architecture.includes(sentenceThere), 'told in docs/architecture.md').toBe(true)
  })
})
