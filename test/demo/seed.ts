import { eml } from '../support/mail.ts'
import { cardFrom, htmlOnly, inGerman, textAndHtml, withNote } from './cards.ts'
import { type Fields, letter, withFields } from './fields.ts'
import { aino, amara, gregor, ingrid, mateus, petra, petraAgain, tobias, vera } from './people.ts'

/** A message of the demo's INBOX, and what the program is to make of it. */
export interface SeededMessage {
  readonly bytes: Buffer
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `drafted`, the reason why not, or null for mail of which the ledger says nothing. */
  readonly outcome: string | null
}

/** Whose Authentication-Results the demo's settings trust: the server that took this mail in. */
export const trustedServer = 'mx.demo.example.org'

const recipient = 'Rowan Ashby <demo@example.org>'
const hour = 3_600_000

/** What a receiving server says of a message that came straight from LinkedIn (RFC 8601). */
const genuine = (server: string): string =>
  `${server};\n\tdkim=pass header.d=linkedin.com header.s=d2048-202308-00;\n` +
  '\tspf=pass smtp.mailfrom=m-abc@bounce.linkedin.com;\n\tdmarc=pass header.from=linkedin.com'

/** The same of one that only says so. */
const refuted = `${trustedServer};\n\tspf=fail smtp.mailfrom=post@example.net;\n\tdmarc=fail header.from=linkedin.com`

/** One message before it has a time: made by whom, marked how, changed where. */
interface Sketch {
  readonly hoursAgo: number
  readonly outcome: string | null
  readonly message: Buffer
  readonly fields?: Fields
}

const invitation = (from: string): Fields => ({ From: `${from} <invitations@linkedin.com>` })

const linkedIn: readonly Sketch[] = [
  { hoursAgo: 140, outcome: 'drafted', message: eml(textAndHtml.fixture), fields: invitation(ingrid.name) },
  {
    hoursAgo: 122,
    outcome: null,
    message: eml('2024-05_en_job-alert_headers'),
    fields: { Subject: 'Harbour engineer: 3 new jobs' },
  },
  { hoursAgo: 116, outcome: 'drafted', message: eml(htmlOnly.fixture), fields: invitation(petra.name) },
  {
    hoursAgo: 95,
    outcome: 'drafted',
    message: inGerman(cardFrom(htmlOnly, tobias)),
    fields: { ...invitation(tobias.name), Subject: '=?UTF-8?Q?Ich_m=C3=B6chte_mich_vernetzen?=' },
  },
  {
    hoursAgo: 90,
    outcome: 'note-present',
    message: withNote(
      cardFrom(htmlOnly, amara),
      amara,
      'Hi Rowan, we shared a table at the cold chain fair in Leeds and you asked about our beans.',
    ),
    fields: invitation(amara.name),
  },
  { hoursAgo: 71, outcome: 'accepted', message: eml('2026_en_accepted_envelope') },
  { hoursAgo: 69, outcome: 'drafted', message: cardFrom(htmlOnly, mateus), fields: invitation(mateus.name) },
  { hoursAgo: 52, outcome: 'reminder', message: eml('2026_en_reminder_envelope') },
  {
    hoursAgo: 47,
    outcome: null,
    message: eml('2025-05_en_message'),
    fields: { From: 'Max Mustermann via LinkedIn <messages-noreply@linkedin.com>' },
  },
  { hoursAgo: 26, outcome: 'drafted', message: cardFrom(textAndHtml, aino), fields: invitation(aino.name) },
  {
    hoursAgo: 23,
    outcome: 'forged',
    message: cardFrom(htmlOnly, gregor),
    fields: { ...invitation(gregor.name), 'Authentication-Results': refuted },
  },
  {
    hoursAgo: 20,
    outcome: 'unverified',
    message: cardFrom(htmlOnly, vera),
    fields: { ...invitation(vera.name), 'Authentication-Results': genuine('mx.elsewhere.example.net') },
  },
  { hoursAgo: 3, outcome: 'already-asked', message: cardFrom(htmlOnly, petraAgain), fields: invitation(petra.name) },
]

const ordinary: readonly Sketch[] = [
  {
    hoursAgo: 131,
    outcome: null,
    message: letter(
      { From: 'Maren Tolk <maren@example.com>', Subject: 'Rota for next week' },
      'Hello Rowan,\n\nyou have Tuesday and Friday. Shout if that is wrong.\n\nMaren',
    ),
  },
  {
    hoursAgo: 66,
    outcome: null,
    message: letter(
      { From: 'Juno Abara <juno@example.com>', Subject: 'I sent you an invitation on LinkedIn' },
      'Did it arrive? https://www.linkedin.com/mynetwork/invitation-manager/\n\nJuno',
    ),
  },
  {
    hoursAgo: 9,
    outcome: null,
    message: letter(
      { From: 'Example Library <desk@example.com>', Subject: 'Two books are due on Friday' },
      'Tide Tables for Beginners\nThe Lamp and the Lens',
    ),
  },
]

const marked: Fields = {
  'Return-Path': '<m-abc@bounce.linkedin.com>',
  'Authentication-Results': genuine(trustedServer),
}

const arrive = ({ hoursAgo, outcome, message, fields }: Sketch, index: number, now: number): SeededMessage => {
  const at = now - hoursAgo * hour
  const isLinkedIn = linkedIn.some((sketch) => sketch.message === message)
  const host = isLinkedIn ? 'lva1-app100614.prod.linkedin.com' : 'mail.example.com'
  const messageId = `<863396117.${6_937_594 + index}.${at}@${host}>`
  const date = new Date(at).toUTCString().replace('GMT', '+0000')
  const own = { ...fields, To: recipient, Date: date, 'Message-ID': messageId }
  return { bytes: withFields(message, { ...(isLinkedIn && marked), ...own }), messageId, at, outcome }
}

/** The demo's INBOX, oldest first. Its messages came in the days before `now`. */
export const seed = (now: number): readonly SeededMessage[] =>
  [...linkedIn, ...ordinary].map((sketch, index) => arrive(sketch, index, now)).sort((one, other) => one.at - other.at)
