/**
 * LinkedIn's mail as it may come today or as servers on its way leave it: an invitation without a note stays one. And
 * what a person could hide in the same places: that is no such mail.
 */
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/core/message.ts'
import { readNotification } from '../../src/core/notification.ts'
import { cardIn, chromes } from '../support/chrome.ts'
import { card, eml, messageOf, multipart, phrases, withPart } from '../support/mail.ts'
import { textOfHtml } from '../support/textOfHtml.ts'

const old = ['2016-04_en_invite-no-note_1', '2016-05_en_invite-no-note_2'] as const
const read = (message: Message) => readNotification(message, phrases)
const noteOf = async (bytes: Buffer) => read(await messageOf(bytes)).note?.kind

type Edit = (text: string) => string

const inHtml = (edit: Edit, name: string = card) =>
  withPart(eml(name), 'text/html', (html) => {
    const edited = edit(html)
    expect(edited).not.toBe(html)
    return edited
  })

const inText = (edit: Edit, name: string = multipart) =>
  withPart(eml(name), 'text/plain', (text) => {
    const edited = edit(text)
    expect(edited).not.toBe(text)
    return edited
  })

describe('a text part that a server made of the html', () => {
  const forms: readonly (readonly [string, Edit])[] = [
    ['as Exchange does', (text) => text],
    ['without pictures', (text) => text.replace(/\[[^\]]*\]/gu, '')],
    ['without links', (text) => text.replace(/<https?:[^>]*>/gu, '')],
    ['with links in brackets', (text) => text.replace(/<(https?:[^>]*)>/gu, ' [$1]')],
    [
      'in lines of 76 characters',
      (text) => text.replace(/\[[^\]]*\]|<https?:[^>]*>/gu, '').replace(/([^\n]{1,76})(?: |$)/gmu, '$1\n'),
    ],
  ]

  it.each(forms)('%s says nothing new', async (_, form) => {
    for (const name of [card, multipart, ...old]) {
      const message = await messageOf(eml(name))
      const text = form(textOfHtml(message))
      expect(read({ ...message, text }).note, name).toEqual({ kind: 'absent' })
      const noted = text.replace(/(?=Accept)/u, 'We met in Oslo last May\n')
      expect(read({ ...message, text: noted }).note?.kind, name).not.toBe('absent')
    }
  })
})

describe('in the text part beside a card', () => {
  it.each<readonly [string, Edit]>([
    ['the subject', (text) => `I want to connect\n\n${text}`],
    ['a frame as messages have it', (text) => `You have 1 new invitation\n\n${text}`],
    [
      'the sentence of reminders',
      (text) => `Ingrid Solberg would like to connect on LinkedIn. How would you like to respond?\n\n${text}`,
    ],
    ['a bracket that was forgotten', (text) => text.replace('-----', '}\n\n-----')],
    [
      'name and headline in one line',
      (text) =>
        text.replace(
          'Ingrid Solberg\nProcurement Lead | Cold chain | Oslo',
          'Ingrid Solberg (Procurement Lead | Cold chain | Oslo)',
        ),
    ],
    [
      'the profile below the name',
      (text) =>
        text.replace(
          'Ingrid Solberg\n',
          'Ingrid Solberg\n(https://www.linkedin.com/comm/in/ingrid?trk=eml-email_m2m_invite_single_01-x)\n',
        ),
    ],
    [
      'another button',
      (text) =>
        text.replace(
          'View profile: ',
          'Ignorer: https://www.linkedin.com/comm/x?midToken=t&trk=eml-email_m2m_invite_single_01-x\nView profile: ',
        ),
    ],
    [
      "a greeting and LinkedIn's sentence",
      (text) => `Hi Rowan, I'd like to join your professional network.\n\n${text}`,
    ],
  ])('stands no note: %s', async (_, edit) => {
    expect(await noteOf(inText(edit))).toBe('absent')
  })

  it.each<readonly [string, Edit]>([
    [
      'in the place of the headline',
      (text) => text.replace('Procurement Lead | Cold chain | Oslo', 'We met in Oslo last May. I loved your talk!'),
    ],
    ['in the place of the location', (text) => text.replace('\nOslo\n', '\ncall me on tuesday\n')],
    [
      'before a link that it brought',
      (text) => text.replace('View profile: ', 'We met: https://www.linkedin.com/in/ingrid?trk=x\nView profile: '),
    ],
    [
      'before a link of the mail, in a sentence',
      (text) =>
        text.replace('View profile: ', 'We met. Remember? https://www.linkedin.com/comm/x?midToken=t\nView profile: '),
    ],
    ['of three points', (text) => text.replace('Accept: ', '...\nAccept: ')],
    ['of one word that the html shows', (text) => text.replace('Accept: ', 'people\nAccept: ')],
    [
      'that begins like a sentence of the chrome',
      (text) =>
        text.replace(
          'Unsubscribe: ',
          'This email was sent to tell you that we met in Oslo, remember me?\nUnsubscribe: ',
        ),
    ],
  ])('stands one: %s', async (_, edit) => {
    const bare: Edit = (text) => edit(text.replace(/^Ingrid, Head[^\n]*/u, ''))
    for (const one of [edit, bare]) expect(await noteOf(inText(one))).not.toBe('absent')
  })
})

describe('in the text part of 2016', () => {
  it.each<readonly [string, Edit]>([
    [
      'in the place of the headline',
      (text) => text.replace('Managing Director', 'We met in Oslo last May. I loved your talk!'),
    ],
    ['as a line below it', (text) => text.replace('Managing Director', 'Managing Director\nsaw you on stage in May')],
    [
      'that begins like a sentence of the chrome',
      (text) => text.replace('Accept: ', 'This email was sent to you because we met\nAccept: '),
    ],
  ])('stands a note: %s', async (_, edit) => {
    expect(await noteOf(inText(edit, old[1]))).not.toBe('absent')
  })
})

const headline220 = 'Operations Manager with a headline of full length '.repeat(5).slice(0, 220)

describe('a card', () => {
  it.each<readonly [string, Edit]>([
    [
      'that tells a reader of a long headline who he is',
      (html) => html.replace('Operations Manager Examplecorp', headline220),
    ],
    ['that suggests a person of a long headline', (html) => html.replace('Retail operations lead', headline220)],
    [
      'with a degree beside the name',
      (html) => html.replace('<div class="pt-0.5"', '<span>· 2nd</span><div class="pt-0.5"'),
    ],
    [
      'with pronouns beside the name',
      (html) => html.replace('<div class="pt-0.5"', '<span>(She/Her)</span><div class="pt-0.5"'),
    ],
    ['of somebody verified', (html) => html.replace('<div class="pt-0.5"', '<span>Verified</span><div class="pt-0.5"')],
    [
      'that names common connections',
      (html) =>
        html.replace(
          '6 connections in common',
          'Alexandra Moreau-Fitzgerald, Bob Smith Jr. and 4 other mutual connections',
        ),
    ],
    [
      'with a button to ignore it',
      (html) =>
        html.replace(/(<a [^>]*trk=[^"]*invitation~card-0-)view~profile/u, '$1ignore~invite">Ignore</a>$1view~profile'),
    ],
    [
      'under a banner of the provider',
      (html) =>
        html.replace(
          /<body[^>]*>/u,
          (body) =>
            `${body}<div>You don't often get email from invitations@linkedin.com. Learn why this is important</div>`,
        ),
    ],
    [
      'with a headline broken by tags',
      (html) => html.replace('Certified Management', 'Certified <wbr><abbr>Management</abbr>'),
    ],
    ['with a preheader that bends the name', (html) => html.replace(/Petra, Lead[^<]*/u, 'Zaproszenie od Petry czeka')],
    [
      'of a name with an emoji, which the preheader leaves out',
      (html) => html.replaceAll('Petra Lindqvist', '🚀Petra Lindqvist'),
    ],
  ])('%s has no note', async (_, edit) => {
    expect(await noteOf(inHtml(edit))).toBe('absent')
  })

  it('whose preheader joins a letter to a name in Hebrew has no note', async () => {
    const named = inHtml((html) =>
      html.replaceAll('Petra Lindqvist', 'דנה כהן').replace(/Petra, Lead[^<]*/u, 'הבקשה מדנה ממתינה'),
    )
    expect(await noteOf(named)).toBe('absent')
  })

  it('whose preheader writes on behind a short name in another script has no note', async () => {
    const named = (preheader: string) =>
      inHtml((html) => html.replaceAll('Petra Lindqvist', 'Bo Ek').replace(/Petra, Lead[^<]*/u, preheader))
    expect(await noteOf(named('Boさんがあなたの返信をお待ちです'))).toBe('absent')
    expect(await noteOf(named('Both of us were at the fair'))).toBe('unknown')
  })

  it('in French tells a reader of a long headline who he is', async () => {
    const [french] = chromes
    const bytes = withPart(cardIn(french ?? null), 'text/html', (html) =>
      html.replace('Operations Manager Examplecorp', headline220),
    )
    expect(await noteOf(bytes)).toBe('absent')
  })

  const bare: Edit = (html) => html.replace('>Gothenburg<', '><')

  it.each<readonly [string, Edit]>([
    ['in the name’s own link', (html) => html.replace('Petra Lindqvist </a>', 'Petra Lindqvist: we met in Oslo </a>')],
    [
      'in a row of its own, where the location is missing',
      (html) => bare(html).replace('<hr class="!w-6', '<table><tr><td>Great talk</td></tr></table><hr class="!w-6'),
    ],
    [
      'for a headline that greets',
      (html) => bare(html).replace('Certified Management Systems Consultant |…', 'Hi Rowan, we met in Oslo last May'),
    ],
    [
      'for a headline that quotes',
      (html) => bare(html).replace('Certified Management Systems Consultant |…', '“We met in Oslo last May”'),
    ],
    [
      'behind the cut of the headline',
      (html) => html.replace('Consultant |…', 'Consultant |… <span>We met in Oslo</span>'),
    ],
    [
      'that begins like a sentence of the chrome',
      (html) => html.replace('</body>', '<p>Try Premium for free? No: we met in Oslo</p></body>'),
    ],
    ['behind the title, where a browser shows it', (html) => html.replace('</head>', '<p>We met in Oslo</p></head>')],
    [
      'on the line of common connections',
      (html) => html.replace('6 connections in common', 'We met in Oslo. Remember me'),
    ],
  ])('has one %s', async (_, edit) => {
    expect(await noteOf(inHtml(edit))).not.toBe('absent')
  })
})

describe('the html of 2016', () => {
  it.each(old)('whose styles were taken out shows its preheader, and no note: %s', async (name) => {
    expect(await noteOf(inHtml((html) => html.replace(/ style="[^"]*"/gu, ''), name))).toBe('absent')
  })

  it.each<readonly [string, Edit]>([
    [
      'in the name’s own link',
      (html) => html.replaceAll(/Gregory Whitfield(?=\s*<)/gu, 'Gregory Whitfield, we met in Oslo'),
    ],
    ['in the reader’s own link', (html) => html.replace('>John Fielden<', '>We met in Oslo<')],
    [
      'for a headline of half a thousand characters',
      (html) => html.replaceAll('Managing Director', 'We met in Oslo. '.repeat(30)),
    ],
  ])('has a note %s', async (_, edit) => {
    const message = { ...(await messageOf(inHtml(edit, old[1]))), text: null }
    expect(read(message).note?.kind).not.toBe('absent')
  })
})

describe('a greeting, where To bears no name,', () => {
  it.each(['Hi 先週の東京展示会でお会いしましたね,', 'Hi เราเจอกันที่งานประชุมออสโล,'])(
    'is no whole sentence: %s',
    async (greeting) => {
      const sentence = "I'd like to join your LinkedIn network."
      const bytes = inText((text) => text.replace(`Hi John,\n\n${sentence}`, `${greeting}\n\n${sentence}`), old[1])
      const message = await messageOf(Buffer.from(bytes.toString().replace(/^To: .*</mu, 'To: <')))
      expect(read({ ...message, html: null }).note?.kind).toBe('present')
    },
  )
})

describe('what would take for ever', () => {
  const spaces = (many: number) => `a${' '.repeat(many)}b`

  it.each<readonly [string, (message: Message) => Message]>([
    ['a sender of spaces', (message) => ({ ...message, from: [{ name: spaces(200_000), address: 'a@linkedin.com' }] })],
    [
      'a text line of links',
      (message) => ({ ...message, text: `${message.text}${'https://www.linkedin.com/a?trk=1 '.repeat(7_500)}` }),
    ],
    ['a text line of words', (message) => ({ ...message, text: `${message.text}${'word '.repeat(50_000)}` })],
    [
      'a text line of broken links',
      (message) => ({ ...message, text: `${message.text}${'http://a '.repeat(25_000)}` }),
    ],
  ])('is read: %s', async (_, edit) => {
    for (const name of [multipart, old[1]]) expect(read(edit(await messageOf(eml(name)))).kind).toBe('invitation')
  })

  it('is cut at the edge: a name of a hundred thousand letters', async () => {
    const message = await messageOf(
      eml(multipart)
        .toString()
        .replace(/^To: .*</mu, `To: ${'x'.repeat(100_000)} <`),
    )
    expect(message.to[0]?.name).toHaveLength(250)
    expect(read(message).kind).toBe('invitation')
  })
})
