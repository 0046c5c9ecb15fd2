import { describe, expect, it } from 'vitest'
import { readNotification } from '../../src/core/notification.ts'
import { card, eml, messageOf, multipart, phrases, withPart } from '../support/mail.ts'

const read = async (bytes: Buffer | string) => readNotification(await messageOf(bytes), phrases)
const html = (edit: (text: string) => string, name = card) => read(withPart(eml(name), 'text/html', edit))
const old = '2016-05_en_invite-no-note_2'
const oldText = (edit: (text: string) => string) => read(withPart(eml(old), 'text/plain', edit))

type Edit = (text: string) => string

const cards: readonly (readonly [string, Edit, string])[] = [
  ['whose location is a sentence', (text: string) => text.replace('>Gothenburg<', '>Met you at the fair!<'), 'unknown'],
  ['whose location is a link', (text: string) => text.replace('>Gothenburg<', '>see www.example.org<'), 'unknown'],
  [
    'whose location is long',
    (text: string) => text.replace('>Gothenburg<', `>${'Gothen burg '.repeat(6)}<`),
    'unknown',
  ],
  [
    'with a link among its lines',
    (text: string) => text.replace('>Gothenburg<', '><a href="https://example.org/">Gothenburg</a><'),
    'present',
  ],
  [
    'with a sentence on a button',
    (text: string) => text.replace('Accept </span', `${'Accept me please '.repeat(5)}</span`),
    'present',
  ],
  [
    'with a preheader about somebody else',
    (text: string) =>
      text
        .replace('Petra, Lead Implementer', 'Hello there, Lead Implementer')
        .replace('is waiting for your response', 'writes'),
    'unknown',
  ],
  [
    'with a kilobyte in the place of a person you may know',
    (text: string) => text.replace('Henri Valcourt </', `${'word '.repeat(80)}</`),
    'unknown',
  ],
  ...['St. Louis, Missouri', 'Washington, D.C. Area', 'Frankfurt a. M.', 'Ciudad de México y alrededores'].map(
    (place) => [`in ${place}`, (text: string) => text.replace('>Gothenburg<', `>${place}<`), 'absent'] as const,
  ),
  [
    'whose headline is longer than any',
    (text: string) => text.replace('Certified Management', 'We met. '.repeat(40)),
    'unknown',
  ],
  [
    'whose name is longer than any',
    (text: string) => text.replaceAll('Petra Lindqvist', `Petra ${'Lind '.repeat(30)}`),
    'unknown',
  ],
  [
    'with a preheader that only holds letters of the name',
    (text: string) => text.replaceAll('Petra Lindqvist', 'An Li').replace(/Petra, Lead[^<]*/u, 'We met and I liked it'),
    'unknown',
  ],
  [
    'with two preheaders about her',
    (text: string) =>
      text.replace(
        /(<div[^>]*data-email-preheader="true"[^>]*>)(Petra, Lead[^<]*)/u,
        '$1$2</div><div style="display:none">Petra here, we met</div>$1$2',
      ),
    'unknown',
  ],
  [
    "with LinkedIn's sentence in the preheader",
    (text: string) => text.replace(/Petra, Lead[^<]*/u, "Hi there, I'd like to join your professional network."),
    'absent',
  ],
  [
    "with LinkedIn's sentence among its lines",
    (text: string) =>
      text.replace('<hr class="!w-6', '<p>I’d like to join your professional network.</p><hr class="!w-6'),
    'absent',
  ],
  [
    'with a sentence on the line of common connections',
    (text: string) => text.replace('6 connections in common', 'Saw you. Great!'),
    'present',
  ],
  [
    'with three dots among its lines',
    (text: string) => text.replace('<hr class="!w-6', '<p>…</p><hr class="!w-6'),
    'present',
  ],
  ['that ends before the footer', (text: string) => text.replace(/footer/giu, 'bottom'), 'unknown'],
  [
    'that is cut off below its buttons',
    (text: string) => text.replace(/<h2[^>]*>\s*More people you may know[\s\S]*(?=<\/body>)/u, ''),
    'unknown',
  ],
  [
    'with three points below it',
    (text: string) => text.replace('More people you may know', '...</h2><h2>More people you may know'),
    'unknown',
  ],
  [
    'without a headline and a location',
    (text: string) => text.replace(/<div class="pt-0.5"[^>]*>[^<]*<\/div>/gu, ''),
    'absent',
  ],
  ['without common connections', (text: string) => text.replace(/6 connections in common/u, ''), 'absent'],
  [
    'with a count on its header',
    (text: string) => text.replace('alt="Notifications icon" height="25"> ', 'alt="x">12 '),
    'absent',
  ],
]

describe('a card', () => {
  it.each(cards)('%s has a note: %s', async (_, edit, kind) => {
    expect((await html(edit)).note?.kind).toBe(kind)
  })

  it('without a name says so', async () => {
    const found = await html((text) => text.replace(/>Petra Lindqvist </gu, '><'))
    expect(found).toMatchObject({
      kind: 'invitation',
      inviter: null,
      note: { kind: 'unknown', because: 'the card has no name' },
    })
  })

  it('is greeted by the name that LinkedIn writes in the preheader', async () => {
    const found = await html((text) =>
      text.replaceAll('Petra Lindqvist', 'Petra Maria Lindqvist').replace('Petra, Lead', 'Petra Maria, Lead'),
    )
    expect(found.inviter?.firstName).toBe('Petra Maria')
  })

  it('of a person whose name is written without spaces is known by its preheader', async () => {
    const found = await html((text) =>
      text.replaceAll('Petra Lindqvist', '山田太郎').replace(/Petra, Lead[^<]*/u, '太郎さんがお待ちです'),
    )
    expect(found).toMatchObject({ inviter: { name: '山田太郎', firstName: null }, note: { kind: 'absent' } })
  })

  it('that is no longer there makes the message unrecognised', async () => {
    const found = await html((text) => text.replaceAll('invitation~card', 'invitation~tile'))
    expect(found).toMatchObject({ kind: 'unrecognised', layout: null, note: { kind: 'unknown' } })
  })

  it('beside html that fits no layout is unrecognised, whatever the text part says', async () => {
    const found = await read(withPart(eml(old), 'text/html', (text) => text.replaceAll('hero-', 'zero-')))
    expect(found).toMatchObject({ kind: 'unrecognised', layout: 'text-2015', note: { kind: 'unknown' } })
  })
})

describe('the html of 2016', () => {
  it.each([
    ['a third line below the name', '<p>Charlotte</p><p>Saw you there', 'present'],
    ['a link for a location', '<p><a href="https://example.org/">Charlotte</a>', 'present'],
    ['a sentence for a location', '<p>Saw you there. Great!', 'unknown'],
  ])('with %s', async (_, line, kind) => {
    const found = await html((text) => text.replace(/<p[^>]*>Charlotte, North Carolina Area/u, line), old)
    expect(found.note?.kind).toBe(kind)
  })

  it('without any line below the name is read all the same', async () => {
    const found = await html(
      (text) => text.replace('Managing Director', '').replace('Charlotte, North Carolina Area', ''),
      old,
    )
    expect(found).toMatchObject({
      inviter: { name: 'Gregory Whitfield', headline: 'Managing Director' },
      note: { kind: 'absent' },
    })
  })

  it('that is cut off before its logo', async () => {
    const found = await html((text) => text.replaceAll('footer-8-home', 'hero-8-home'), old)
    expect(found.note).toEqual({ kind: 'unknown', because: "it ends before LinkedIn's footer" })
  })

  it('with a sentence in its footer', async () => {
    const found = await html((text) => text.replace('You are receiving Invitation emails.', 'We met at the fair.'), old)
    expect(found.note?.kind).toBe('unknown')
  })

  it('that names another person than the text part', async () => {
    const found = await html((text) => text.replaceAll('Gregory Whitfield', 'Ada Brandt'), old)
    expect(found.note?.kind).toBe('unknown')
  })
})

/** A text mail of 2016, without html. */
const textMail = (body: string): string => `From: Ada Brandt <invitations@linkedin.com>
To: John Fielden <john@example.org>
Subject: John, please add me to your LinkedIn network
Message-ID: <1.2@lva1-app1.prod.linkedin.com>
Date: Mon, 2 May 2016 19:34:46 +0000
X-LinkedIn-Template: email_m2m_invite_single_01
Content-Type: text/plain; charset=utf-8

${body}`

const links = `View profile: https://www.linkedin.com/comm/in/ada-brandt-1?midToken=t&trk=eml-email_m2m_invite_single_01-hero-3-prof

Accept: https://www.linkedin.com/comm/people/invite-accept?invitationId=6132985418842830170&trk=eml-email_m2m_invite_single_01-hero-0-accept

.....................................

Unsubscribe: https://www.linkedin.com/e/v2?e=a-b-c&t=lun&ek=email_m2m_invite_single_01
`

const sentence = "Hi John,\n\nI'd like to join your LinkedIn network.\n\n"

describe('a text part alone', () => {
  it.each([
    ['LinkedIn’s sentence', `${sentence}Ada Brandt\nEngineer\nOslo\n\n${links}`, 'absent'],
    ['no headline', `${sentence}Ada Brandt\n\n${links}`, 'absent'],
    ['a sentence for a location', `${sentence}Ada Brandt\nEngineer\nMet you. Great!\n\n${links}`, 'unknown'],
    ['a line too many below the name', `${sentence}Ada Brandt\nEngineer\nOslo\nHello you\n\n${links}`, 'unknown'],
    [
      'the line of common connections',
      `${sentence}Ada Brandt\nEngineer\nOslo\n3 connections in common\n\n${links}`,
      'absent',
    ],
    [
      'a note signed with the same name',
      `${sentence}We met in Oslo.\nAda Brandt\n\nAda Brandt\nEngineer\n\n${links}`,
      'present',
    ],
    ['three points below the name', `${sentence}Ada Brandt\nEngineer\nOslo\n\n...\n\n${links}`, 'unknown'],
    ['nothing behind the links', `${sentence}Ada Brandt\n\n${links.split('\n.....')[0]}\n`, 'unknown'],
    [
      'a headline and a location that are the name again',
      `${sentence}Ada Brandt\nAda Brandt\nAda Brandt\n\n${links}`,
      'absent',
    ],
    ['a line among the links', `${sentence}Ada Brandt\n\n${links}\nGreat talk!\n`, 'unknown'],
    ['an empty body', `Ada Brandt\nEngineer\n\n${links}`, 'absent'],
  ])('with %s', async (_, body, kind) => {
    expect(await read(textMail(body))).toMatchObject({
      layout: 'text-2015',
      inviter: { name: 'Ada Brandt' },
      note: { kind },
    })
  })

  it('that waves at nobody in particular has a note', async () => {
    const mail = textMail(`👋,\n\nAda Brandt\n\n${links}`).replace('To: John Fielden ', 'To: ')
    expect((await read(mail)).note).toEqual({ kind: 'present', text: '👋,' })
  })

  it.each([
    ['names nobody', `${sentence}${links}`],
    ['has no link', 'Hi John, nothing here'],
    ['has no link to accept', `${sentence}Ada Brandt\n\n${links.split('\n')[0]}`],
  ])('that %s is unrecognised', async (_, body) => {
    expect((await read(textMail(body))).kind).toBe('unrecognised')
  })
})

describe('what could not be read', () => {
  it.each([multipart, old])('leaves the note unknown, though all that was read is explained: %s', async (name) => {
    const message = { ...(await messageOf(eml(name))), defects: ['it has an attachment of text'] }
    expect(readNotification(message, phrases)).toMatchObject({
      kind: 'invitation',
      note: { kind: 'unknown', because: 'it has an attachment of text' },
      because: expect.stringContaining('; it has an attachment of text'),
    })
  })

  it('does not hide a note that was', async () => {
    const noted = await messageOf(textMail(`${sentence}We met in Oslo.\n\nAda Brandt\n\n${links}`))
    expect(readNotification({ ...noted, defects: ['x'] }, phrases).note?.kind).toBe('present')
  })

  it('is why nothing was recognised', async () => {
    const message = { ...(await messageOf(eml(card))), html: null, defects: ['it is larger than 2 MiB'] }
    expect(readNotification(message, phrases)).toMatchObject({
      kind: 'unrecognised',
      because: 'its template is email_m2m_invite_single_01, but it is larger than 2 MiB',
    })
  })
})

describe('a one-click key in the words of a note', () => {
  const key = 'https://www.linkedin.com/comm/in/a?midToken=AQFsecret'

  it('is not told with it', async () => {
    const present = await html((text) => text.replace('<hr class="!w-6', `<p>See ${key}</p><hr class="!w-6`))
    expect(present.note).toEqual({ kind: 'present', text: 'See https://www.linkedin.com/comm/in/a?…' })
    const unknown = await html((text) => text.replace('>Gothenburg<', `>See ${key}<`))
    expect(unknown.note).toMatchObject({ kind: 'unknown' })
    expect(JSON.stringify(unknown)).not.toContain('AQFsecret')
  })
})

describe('a name that is written without spaces', () => {
  it.each(['山田太郎', '太郎山田', '太郎 山田'])('may sign as %s', async (signature) => {
    const body = `Hi John,\n\nI'd like to join your LinkedIn network. ${signature}\n\n太郎 山田\n\n${links}`
    const mail = textMail(body).replace('From: Ada Brandt', 'From: =?utf-8?B?5aSq6YOOIOWxseeUsA==?=')
    expect((await read(mail)).note).toEqual({ kind: 'absent' })
  })
})

describe('names of many thousand words', () => {
  it('are read to an end, and answered with silence or not at all', async () => {
    const long = 'Ada '.repeat(20_000)
    const inText = await read(textMail(`${sentence}Ada Brandt\n\n${links}`).replace('To: John Fielden', `To: ${long}`))
    const inCard = await html((text) => text.replaceAll('Petra Lindqvist', long))
    expect(['absent', 'present', 'unknown', undefined]).toContain(inText.note?.kind)
    expect(inCard.inviter?.name.length ?? 0).toBeLessThanOrEqual(250)
    expect(inCard.inviter?.firstName ?? null).toBeNull()
  })
})

describe('what takes too long to compare', () => {
  it('a name that can be cut in more ways than there is time for is compared all the same', async () => {
    const name = Array.from({ length: 12 }, (_, index) => 'a'.repeat(index + 1)).join(' ')
    const found = await html((text) =>
      text.replaceAll('Petra Lindqvist', name).replace('<hr class="!w-6', `<p>${'a'.repeat(400)}b</p><hr class="!w-6`),
    )
    expect(found.note?.kind).toBe('present')
  })

  it('a text part of thousands of lines is not compared with the html', async () => {
    const found = await read(withPart(eml(multipart), 'text/plain', (text) => text + '----------\n'.repeat(2500)))
    expect(found.note).toMatchObject({ kind: 'unknown', because: expect.stringContaining('as many lines') })
  })
})

describe('the text mail of 2011', () => {
  const source = eml('2011-09_en_invite-no-note').toString()

  it('has its note in the box', async () => {
    const found = await read(
      source.replace("I'd like to add you to my professional network on LinkedIn.", 'We met in Oslo.'),
    )
    expect(found.note).toEqual({ kind: 'present', text: 'Nadia,\nWe met in Oslo.' })
  })

  it('may be unsigned', async () => {
    expect((await read(source.replace('- Fernanda\n', ''))).note).toEqual({ kind: 'absent' })
  })

  it('is unrecognised without the line to accept', async () => {
    expect((await read(source.replace('Accept invitation from Fernanda Pemble', 'x'))).kind).toBe('unrecognised')
  })
})

/** A mail of LinkedIn's without a body that says anything: [fields, kind]. */
const named = (fields: string): string => `To: rowan@example.org\nMessage-ID: <1@x.example>\n${fields}\n\nx\n`
const accept = 'https://www.linkedin.com/comm/people/invite-accept?invitationId=6132985418842830170'

describe('the kind of a message', () => {
  it.each([
    [
      'a new number of the template',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_m2m_invite_single_07',
      'unrecognised',
    ],
    [
      'an unknown template under the subject of an invitation',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_new\nSubject: I want to connect',
      'unrecognised',
    ],
    [
      'an event',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_event_invite_01\nSubject: Come along',
      'other',
    ],
    [
      'an invitation of a person under a new name',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_member_invitation_01\nSubject: Zz',
      'unrecognised',
    ],
    [
      'an answer under a new name',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_invitation_accepted_07\nSubject: Zz',
      'other',
    ],
    [
      'two templates',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_m2m_invite_single_01\nX-LinkedIn-Template: invite_guest_59',
      'unrecognised',
    ],
    ['a digest', 'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_m2m_invite_digest_02', 'digest'],
    ['a reminder', 'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_m2m_invite_reminder_02', 'reminder'],
    [
      'an accepted notice',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: email_accept_invite_single_01',
      'accepted',
    ],
    [
      'the name of a template that every object has',
      'From: A <invitations@linkedin.com>\nX-LinkedIn-Template: constructor',
      'other',
    ],
    [
      'an invitation’s subject without a link',
      'From: A <invitations@linkedin.com>\nSubject: Invitation to connect on LinkedIn',
      'unrecognised',
    ],
    [
      'an invitation’s subject from elsewhere',
      'From: A <a@example.com>\nSubject: Invitation to connect on LinkedIn',
      'other',
    ],
    [
      'an invitation’s subject that is stretched over more characters than it has',
      `From: A <invitations@linkedin.com>\nSubject: Invitation to connect${'\u200b'.repeat(1000)} on LinkedIn`,
      'other',
    ],
    ['another subject', 'From: A <news@linkedin.com>\nSubject: News', 'other'],
  ])('%s', async (_, fields, kind) => {
    expect((await read(named(fields))).kind).toBe(kind)
  })

  it('without a template needs subject and accept link, and then still a layout', async () => {
    const body = `From: Ada Brandt <invitations@linkedin.com>\nSubject: Invitation to connect on LinkedIn`
    expect(
      (
        await read(
          named(body).replace(
            '\n\nx',
            `\n\nHi John,\n\nI'd like to join your LinkedIn network.\n\nAda Brandt\n\nAccept: ${accept}&midToken=t`,
          ),
        )
      ).kind,
    ).toBe('invitation')
    expect((await read(named(body).replace('\n\nx', `\n\nAccept: ${accept}`))).kind).toBe('unrecognised')
  })

  it('is told by the links where the field is missing', async () => {
    const bare = eml(multipart)
      .toString()
      .replace(/^X-LinkedIn-Template:.*\n/mu, '')
    expect(await read(bare)).toMatchObject({ kind: 'invitation', template: 'email_m2m_invite_single_01' })
  })
})

describe('the language of the chrome', () => {
  it.each([
    ['what html declares', 'lang="en"', 'lang="pt_BR"', 'pt-BR'],
    ['the words, where html declares nonsense', 'lang="en"', 'lang="<x>"', 'en'],
    ['the words, where html declares nothing', 'lang="en"', '', 'en'],
  ])('is %s', async (_, from, to, language) => {
    expect((await html((text) => text.replace(from, to))).language).toBe(language)
  })

  it('is unknown where no word is', async () => {
    expect((await oldText((text) => text)).language).toBe('en')
    expect((await read(named('From: A <news@linkedin.com>\nSubject: Zz'))).language).toBeNull()
  })
})
