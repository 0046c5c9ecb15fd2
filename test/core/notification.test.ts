import { describe, expect, it } from 'vitest'
import { readNotification } from '../../src/core/notification.ts'
import { card, eml, messageOf, multipart, phrases, tsv, withPart } from '../support/mail.ts'

const read = async (bytes: Buffer) => readNotification(await messageOf(bytes), phrases)

describe('every sample of real mail', () => {
  it.each(tsv('expect.tsv'))('$file is read as $kind, note $note', async (expected) => {
    const found = await read(eml((expected.file ?? '').replace(/\.eml$/u, '')))
    expect({
      kind: found.kind,
      layout: found.layout ?? '',
      name: found.inviter?.name ?? '',
      headline: found.inviter?.headline ?? '',
      profile: found.inviter?.profile ?? '',
      invitationId: found.invitationId ?? '',
      note: found.note?.kind ?? '',
    }).toEqual({
      kind: expected.kind,
      layout: expected.layout,
      name: expected.name,
      headline: expected.headline,
      profile: expected.profile,
      invitationId: expected.invitationId,
      note: expected.note ?? '',
    })
  })
})

/** Where a note could stand in the html of a card: [place, the piece it is put before]. */
const cardPlaces: readonly (readonly [string, string])[] = [
  ['above the name', '<h3 class'],
  ['below the name', '<div class="pt-0.5"'],
  ['above the accept button', '<hr class="!w-6'],
  ['between the card and the people you may know', 'More people you may know'],
  ['above the header', '<table class="mercado-container'],
  ['above the upsell', 'Build your network'],
  ['above the app badges', 'Get the new LinkedIn'],
  ['above the footer', 'This email was intended'],
  ['at the very end', '</body>'],
]

const notes = [
  'Saw you on stage!',
  'Hi Rowan, we met at the harbour conference. I would love to continue our talk.',
  'مرحبا، التقينا في المؤتمر الأسبوع الماضي. أود التواصل معك.',
  "I'd like to join your LinkedIn network. We met in Oslo.",
]

const intoHtml = (name: string, before: string, note: string): Buffer =>
  withPart(eml(name), 'text/html', (html) => {
    expect(html.includes(before), before).toBe(true)
    return html.replace(before, () => `<div>${note}</div>${before}`)
  })

describe('a note in the card', () => {
  const cases = cardPlaces.flatMap(([place, before]) => notes.map((note) => [place, note, before] as const))
  it.each(cases)('%s is never missed: %s', async (_, note, before) => {
    const found = await read(intoHtml(card, before, note))
    expect(found.note?.kind).not.toBe('absent')
  })

  it.each(notes)('is quoted when it stands among the lines of the card: %s', async (note) => {
    const found = await read(intoHtml(card, '<hr class="!w-6', note))
    expect(found.note).toEqual({ kind: 'present', text: note })
  })

  it('is seen when a region of the card carries it that we do not know', async () => {
    const message =
      '<a href="https://www.linkedin.com/comm/x?trk=eml-email_m2m_invite_single_01-invitation~card-0-message">Hello you</a>'
    const found = await read(
      withPart(eml(card), 'text/html', (html) => html.replace('<hr class="!w-6', `${message}<hr class="!w-6`)),
    )
    expect(found.note).toEqual({ kind: 'present', text: 'Hello you' })
  })
})

/** LinkedIn's chrome in other languages: [the English words, the others]. The regions of the links stay the same. */
const french: readonly (readonly [string, string])[] = [
  ['lang="en"', 'lang="fr"'],
  [' from Freelancer is waiting for your response', ' chez Freelancer, attend votre réponse'],
  ['>Accept </', '>Accepter </'],
  ['>View profile </', '>Voir le profil </'],
  ['6 connections in common', '6 relations en commun'],
  ['More people you may know', 'Autres personnes que vous pourriez connaître'],
  ['Build your network with InMail', 'Développez votre réseau avec InMail'],
  [
    'Message anyone on LinkedIn with Premium InMail. It’s 4.6x more effective in hearing back than cold email.',
    'Écrivez à qui vous voulez avec InMail. C’est 4,6 fois plus efficace qu’un e-mail.',
  ],
  ['Alice and millions of members use Premium', 'Alice et des millions de membres utilisent Premium'],
  ['Try Premium for AED0', 'Essayer Premium pour 0 AED'],
  ['1-month free trial. Cancel anytime.', '1 mois d’essai gratuit. Annulez à tout moment.'],
  ['Get the new LinkedIn desktop app', 'Téléchargez la nouvelle application de bureau LinkedIn'],
  ['Also available on mobile', 'Disponible aussi sur mobile'],
  ['This email was intended for', 'Cet e-mail était destiné à'],
  ['Learn why we included this.', 'Pourquoi nous l’avons inclus.'],
  ['You are receiving LinkedIn invitations emails.', 'Vous recevez des e-mails d’invitations LinkedIn.'],
  ['Unsubscribe', 'Se désabonner'],
  ['Help', 'Aide'],
  [
    'LinkedIn and the LinkedIn logo are registered trademarks of LinkedIn.',
    'LinkedIn et le logo LinkedIn sont des marques déposées de LinkedIn.',
  ],
]

const japanese: readonly (readonly [string, string])[] = french.map(([english], index) => [
  english,
  index === 0 ? 'lang="ja"' : (['>承認 </', '>プロフィールを見る </'][index - 2] ?? `日本語の文言その${index}です`),
])

const translated = (words: readonly (readonly [string, string])[], edit = (html: string) => html): Buffer =>
  withPart(eml(card), 'text/html', (html) =>
    edit(
      words.reduce((text, [english, other]) => {
        expect(text.includes(english), english).toBe(true)
        return text.replaceAll(english, other)
      }, html),
    ),
  )

describe.each([
  ['French', french],
  ['Japanese', japanese],
] as const)('a card in %s', (_, words) => {
  const withName = words.map(
    ([english, other]) => [english, english.startsWith(' from') ? `${other} Petra` : other] as const,
  )

  it('is read by its regions', async () => {
    const found = await read(translated(withName))
    expect([found.kind, found.layout, found.inviter?.name, found.note]).toEqual([
      'invitation',
      'card',
      'Petra Lindqvist',
      { kind: 'absent' },
    ])
    expect(found.language).toBe(words[0]?.[1].slice(6, 8))
  })

  it.each(cardPlaces.slice(0, 5))('hides no note %s', async (_place, before) => {
    const local = withName.find(([english]) => before.includes(english))?.[1] ?? before
    const found = await read(
      translated(withName, (html) => html.replace(local, () => `<div>ご一緒した会議の件です</div>${local}`)),
    )
    expect(found.note?.kind).not.toBe('absent')
  })
})

describe('the text part beside a card', () => {
  const withLine = (line: string, before: string): Buffer =>
    withPart(eml(multipart), 'text/plain', (text) => {
      expect(text.includes(before), before).toBe(true)
      return text.replace(before, () => `${line}\n${before}`)
    })

  it.each([
    ['a sentence', 'We met at the fair'],
    ['a link that LinkedIn does not track', 'https://www.linkedin.com/in/ingrid'],
    ['a link elsewhere', 'https://example.org/talk'],
    ['a labelled link', 'My talk: https://example.org/talk'],
    ['words like the footer', 'You are receiving this because we met'],
  ])('may hold a note: %s', async (_, line) => {
    const found = await read(withLine(line, 'Accept: '))
    expect(found.note?.kind).toBe('unknown')
  })

  it('may have the headline whole that the html part cuts', async () => {
    const cut = withPart(eml(multipart), 'text/html', (html) =>
      html.replace('Procurement Lead | Cold chain | Oslo', 'Procurement Lead | Cold chain |…'),
    )
    expect((await read(cut)).note).toEqual({ kind: 'absent' })
  })
})

describe('the layout of 2015 to 2024', () => {
  const old = '2016-05_en_invite-no-note_2'
  const sentence = "I'd like to join your LinkedIn network."

  const bodies = (body: string): Buffer =>
    withPart(
      withPart(eml(old), 'text/plain', (text) => text.replace(sentence, () => body)),
      'text/html',
      (html) => html.replaceAll(sentence, () => body.replace(/\n/gu, '<br>')),
    )

  it.each([
    'Saw you on stage!',
    `${sentence} We met in Oslo.`,
    'Managing Director',
    'Gregory Whitfield here, from the fair.',
    'You are receiving Invitation emails.',
    'See https://example.org/talk',
    '👋',
    `${sentence}\ue000We met in Oslo.`,
    'Hoi',
    'First paragraph.\n\nSecond paragraph, with LinkedIn in it.\n\nGregory Whitfield',
  ])('has a note in the place of the sentence: %s', async (body) => {
    expect((await read(bodies(body))).note?.kind).toBe('present')
  })

  it.each([
    'I would like to connect with you on LinkedIn.',
    "Hi John,\n\nI'd like to add you to my professional network on LinkedIn.\n\nBest regards,\nGregory",
    'Me gustaría añadirte a mi red profesional en LinkedIn.',
    'Je vous invite à faire partie de mon réseau professionnel sur LinkedIn. Gregory Whitfield',
    'John, vorrei aggiungerti alla mia rete professionale su LinkedIn.',
  ])("has none where the sentence is one of LinkedIn's, in any language: %s", async (body) => {
    expect((await read(bodies(body))).note).toEqual({ kind: 'absent' })
  })

  it('is silent when the parts disagree', async () => {
    const onlyText = withPart(eml(old), 'text/plain', (text) => text.replace(sentence, 'We met in Oslo.'))
    const onlyHtml = withPart(eml(old), 'text/html', (html) => html.replaceAll(sentence, 'We met in Oslo.'))
    expect((await read(onlyText)).note?.kind).toBe('present')
    expect((await read(onlyHtml)).note?.kind).toBe('present')
  })

  it('is silent about a paragraph between the name and the links', async () => {
    const found = await read(
      withPart(eml(old), 'text/plain', (text) => text.replace('View profile:', 'A word more\n\nView profile:')),
    )
    expect(found.note?.kind).toBe('unknown')
  })
})
