import { describe, expect, it } from 'vitest'
import { readNotification } from '../../src/core/notification.ts'
import { cardIn, cardPlaces, chromes, inChrome, oldChromes, oldIn } from '../support/chrome.ts'
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

describe('the language of a card', () => {
  const undeclared = (mail: Buffer): Buffer =>
    withPart(mail, 'text/html', (html) => html.replace(/ lang="[\w-]+"/u, ''))

  it.each(['fr', 'de', 'ja'])('that does not declare it is told by the labels of its buttons: %s', async (language) => {
    const chrome = chromes.find((one) => one.language === language)
    if (chrome === undefined) throw new Error(`there is no chrome of ${language}`)
    expect((await read(undeclared(cardIn(chrome)))).language).toBe(language)
  })

  it.each([
    ['de-DE-x-foo', 'de-DE-x-foo'],
    ['pt_BR', 'pt-BR'],
    [`en-${'ab-'.repeat(30_000)}ab`, 'en'],
  ])('is the declared one where it is a tag: %.20s', async (lang, expected) => {
    const declared = withPart(eml(card), 'text/html', (html) => html.replace(/ lang="[\w-]+"/u, ` lang="${lang}"`))
    expect((await read(declared)).language).toBe(expected)
  })

  it('is that of most of its words, although some are words of another language too', async () => {
    const [unknown] = chromes.filter(({ language }) => language === 'ar')
    if (unknown === undefined) throw new Error('there is no chrome without phrases')
    const [, , ...rest] = unknown.words
    const portuguese = undeclared(cardIn({ ...unknown, words: ['Aceitar', 'Ver perfil', ...rest] }))
    expect((await read(portuguese)).language).toBe('pt')
    const divided = undeclared(cardIn({ ...unknown, words: ['قبول', 'Ver perfil', ...rest] }))
    const undecided = Buffer.from(divided.toString().replace(/^Subject: .*$/mu, 'Subject: x'))
    expect((await read(undecided)).language).toBeNull()
  })
})

describe('the connections in common', () => {
  const withLine = (line: string): Buffer =>
    withPart(eml(card), 'text/html', (html) => html.replace(/\d+ connections in common/u, () => line))

  it.each([
    ['12 connections in common', 12],
    ['1 connection in common', 1],
    ['1,204 connections in common', 1204],
    ['7 gemeinsame Kontakte', 7],
    ['500+ connections in common', null],
    ['Ann Berg and 2 others', null],
    ['50 Cent', null],
    ['2 Chainz and Ann Berg', null],
    ['1 204 relations en commun', 1204],
    ['2 of 30 connections', null],
    ['共通のつながり12人', null],
    ['0 connections in common', null],
  ])('of the line %s are %s', async (line, expected) => {
    expect((await read(withLine(line))).commonConnections).toBe(expected)
  })

  it('are not known where the card has no such line', async () => {
    expect((await read(eml('2016-05_en_invite-no-note_2'))).commonConnections).toBeNull()
  })
})

describe.each(chromes)('a card in the chrome of $language', (chrome) => {
  it.each([card, multipart] as const)('is read by its regions, with or without a text part: %s', async (name) => {
    const found = await read(cardIn(chrome, name))
    expect(found).toMatchObject({ kind: 'invitation', layout: 'card', language: chrome.language })
    expect(found.note).toEqual({ kind: 'absent' })
    expect(found.inviter?.headline).toMatch(/^(?:Certified Management|Procurement Lead)/u)
  })

  it.each(cardPlaces.map(([place, before]) => [place, inChrome(before, chrome)] as const))(
    'hides no note %s',
    async (_place, before) => {
      const html = withPart(cardIn(chrome), 'text/html', (text) => {
        expect(text.includes(before), before).toBe(true)
        return text.replace(before, () => `<div>ご一緒した会議の件です</div>${before}`)
      })
      expect((await read(html)).note?.kind).not.toBe('absent')
    },
  )
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

  it("may have a layout of its own, with LinkedIn's sentence in it", async () => {
    const greeted = (body: string) =>
      withPart(eml(multipart), 'text/plain', (text) =>
        text.replace(/^Ingrid, Head[^\n]*/u, () => `Hi Rowan,\n\n${body}`),
      )
    expect((await read(greeted("I'd like to join your professional network."))).note).toEqual({ kind: 'absent' })
    expect((await read(greeted('We met in Oslo.'))).note?.kind).toBe('unknown')
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

  it.each(['You are receiving Invitation emails.', 'View profile', 'Greater Boston Area'])(
    'has a note in the text part that reads like another text of the html: %s',
    async (body) => {
      const name = '2016-04_en_invite-no-note_1'
      const found = await read(withPart(eml(name), 'text/plain', (text) => text.replace(sentence, body)))
      expect(found.note?.kind).toBe('present')
    },
  )

  it('is silent about a paragraph between the name and the links', async () => {
    const found = await read(
      withPart(eml(old), 'text/plain', (text) => text.replace('View profile:', 'A word more\n\nView profile:')),
    )
    expect(found.note?.kind).toBe('unknown')
  })
})

describe.each(oldChromes)('the layout of 2015 to 2024 in the chrome of %s', (_, words) => {
  const sentence = words["I'd like to join your LinkedIn network."] ?? ''
  const receiving = words['You are receiving Invitation emails.'] ?? ''

  it.each(['2016-04_en_invite-no-note_1', '2016-05_en_invite-no-note_2'])('is read all the same: %s', async (name) => {
    const whole = oldIn(name, words)
    for (const type of ['text/html', 'text/plain']) {
      expect((await read(whole)).note).toEqual({ kind: 'absent' })
      expect((await read(withPart(whole, type, (text) => text.replaceAll(sentence, 'Zufall!')))).note?.kind).toBe(
        'present',
      )
    }
  })

  it.each([
    ['among the links', receiving, `${receiving}</p><p>We met`],
    ['instead of all that stands there', receiving, 'We met</p><p>We met again</p><p>and again'],
    [
      'below the buttons',
      words.Unsubscribe ?? '',
      `</a><p>We met</p><a href="https://www.linkedin.com/e/v2?e=a-b-c">${words.Unsubscribe}`,
    ],
    ['below the logo', '</body>', '<p>We met</p></body>'],
    ['as a link', receiving, `<a href="https://example.org/">We met</a>`],
    ['at length', receiving, 'We met. '.repeat(50)],
  ])('hides no note %s', async (_place, from, to) => {
    const found = await read(
      withPart(oldIn('2016-05_en_invite-no-note_2', words), 'text/html', (text) => {
        expect(text.includes(from), from).toBe(true)
        return text.replace(from, () => to)
      }),
    )
    expect(found.note?.kind).toBe('unknown')
  })

  it.each([
    ['Zufall: https://www.linkedin.com/comm/in/somebody?trk=x', 'a link to somebody else'],
    ['Zufall im Zug. Toll: https://www.linkedin.com/comm/people/invite-accept?trk=x', 'a sentence'],
  ])('and in the text part hides none in %s', async (line) => {
    const bytes = withPart(oldIn('2016-05_en_invite-no-note_2', words), 'text/plain', (text) =>
      text.replace('.....', () => `${line}\n.....`),
    )
    expect((await read(bytes)).note?.kind).toBe('unknown')
  })
})

describe('an inviter', () => {
  const called = (name: string) =>
    read(
      Buffer.from(
        eml(multipart)
          .toString()
          .replace(
            /^From: .*$/mu,
            () => `From: =?utf-8?B?${Buffer.from(name).toString('base64')}?= <invitations@linkedin.com>`,
          ),
      ),
    )

  it('whose name is turned round is not greeted by the letters that only seem to be his', async () => {
    expect((await called('Ingrid Solberg')).inviter?.firstName).toBe('Ingrid')
    expect((await called('\u202eIngrid\u202c Solberg')).inviter?.firstName).toBeNull()
  })

  it('of kilobytes is cut between two characters', async () => {
    const long = withPart(eml(card), 'text/html', (html) => html.replaceAll('Petra Lindqvist', `A${'🚀'.repeat(500)}`))
    const name = (await read(long)).inviter?.name ?? ''
    expect([...name].at(-2)).toBe('🚀')
    expect(name).toMatch(/^A🚀+…$/u)
  })
})
