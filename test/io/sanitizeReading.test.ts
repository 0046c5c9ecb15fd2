import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HtmlNode } from '../../src/core/message.ts'
import type { Phrases } from '../../src/core/phrases.ts'
import { sanitize } from '../../src/io/sanitize.ts'
import { cardIn, cardPlaces, chromes, inChrome, oldChromes, oldIn } from '../support/chrome.ts'
import { card, eml, messageOf, multipart, phrases, tsv, withPart } from '../support/mail.ts'
import { note as anyNote, asHtml, oneLine } from '../support/notes.ts'
import { readingOf } from '../support/reading.ts'

const old = '2016-05_en_invite-no-note_2'
const oldest = '2011-09_en_invite-no-note'

const stringsOf = (node: HtmlNode): readonly string[] =>
  typeof node === 'string' ? [node] : [...Object.values(node.attributes), ...node.children.flatMap(stringsOf)]

const everythingIn = async (bytes: Uint8Array): Promise<string> => {
  const { fields, subject, from, text, html } = await messageOf(bytes)
  const header = fields.filter(({ name }) => name !== 'X-Reconstruction').map(({ value }) => value)
  const seen = [...from.map(({ name }) => name), text ?? '', ...(html ? stringsOf(html) : [])]
  return [...header, subject, ...seen].join('\n').normalize('NFC')
}

/** `Link` is not in `LinkedIn`. */
const holds = (text: string, personal: string): boolean =>
  text.replaceAll('LinkedIn', ' ').includes(personal.normalize('NFC'))

/** Reads the same before and after, and after again; `personal` was there before, and is not any more. */
const expectSafe = async (bytes: Buffer, personal: readonly string[], own = phrases): Promise<void> => {
  const sanitized = await sanitize(bytes, own)
  const [before, after] = [await everythingIn(bytes), await everythingIn(sanitized)]
  expect(personal.filter((text) => !holds(before, text))).toEqual([])
  expect(personal.filter((text) => holds(after, text))).toEqual([])
  expect(await readingOf(sanitized, own)).toEqual(await readingOf(bytes, own))
}

const both = (bytes: Buffer, edit: (part: string, html: boolean) => string): Buffer =>
  withPart(
    withPart(bytes, 'text/plain', (text) => edit(text, false)),
    'text/html',
    (html) => edit(html, true),
  )

/** A multipart/alternative fixture with one of its parts alone. */
const alone = (bytes: Buffer, type: string): Buffer => {
  const source = bytes.toString('utf8')
  const [header = '', ...parts] = source.split(/^------=_Part.*$/mu)
  const part = parts.find((one) => one.includes(`Content-Type: ${type}`)) ?? ''
  return Buffer.from(`${header.replace(/Content-Type: .*\n(?:[ \t].*\n)*/u, '').trimEnd()}${part}`)
}

const encodedWord = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

/** The fixture with another inviter: in From as an encoded word where the name asks for it. */
const invitedBy = (
  bytes: Buffer,
  [name, first]: readonly [string, string],
  [other, otherFirst]: readonly [string, string],
): Buffer => {
  const written = /^[\w .]*$/u.test(other) ? other : encodedWord(other)
  const header = Buffer.from(bytes.toString('utf8').replace(`From: ${name}`, () => `From: ${written}`))
  return both(header, (part) => part.replaceAll(name, () => other).replaceAll(first, () => otherFirst))
}

describe.each(tsv('expect.tsv').map(({ file = '' }) => file.replace(/\.eml$/u, '')))('%s', (name) => {
  it('reads the same when it is sanitized, and when it is sanitized twice', async () => {
    const once = Buffer.from(await sanitize(eml(name), phrases))
    expect(await readingOf(once)).toEqual(await readingOf(eml(name)))
    expect(await readingOf(await sanitize(once, phrases))).toEqual(await readingOf(once))
  })
})

describe.each(chromes)('the chrome of $language', (chrome) => {
  it.each([card, multipart] as const)('reads the same in %s', async (name) => {
    const [inviter = '', ...personal] =
      name === card ? ['Lindqvist', 'Gothenburg', 'Rowan'] : ['Solberg', 'Procurement']
    await expectSafe(cardIn(chrome, name), [inviter, ...personal])
  })

  it.each(cardPlaces)('hides no note %s, and tells it to nobody', async (_, before) => {
    const local = inChrome(before, chrome)
    const noted = withPart(cardIn(chrome), 'text/html', (html) =>
      html.replace(local, () => `<div>ご一緒した会議の件です, Trondheim</div>${local}`),
    )
    await expectSafe(noted, ['ご一緒', '会議', 'Trondheim'])
  })
})

describe.each(oldChromes)('a mail of 2016 in %s', (_, words) => {
  it.each([old, '2016-04_en_invite-no-note_1'])('reads the same: %s', async (name) => {
    await expectSafe(oldIn(name, words), ['Fielden', name === old ? 'Whitfield' : 'Pemble'])
  })
})

describe('a default sentence', () => {
  const own = "I'd like to join your LinkedIn network."
  const said = (sentence: string): string =>
    sentence.replaceAll(/\{(?:First|Name)\}/gu, 'Gregory').replaceAll('{Me}', 'John')
  const wrappers: readonly (readonly [string, (sentence: string, words: Phrases) => string])[] = [
    ['alone', (sentence) => sentence],
    [
      'greeted and signed',
      (sentence, { greetings, closings }) =>
        `${greetings[0]} John,\n\n${sentence}\n\n${closings[0]},\nGregory Whitfield`,
    ],
    [
      'in one line with greeting, closing and name',
      (sentence, { greetings, closings }) => `${greetings[1]} John, ${sentence} ${closings[1]}, Gregory`,
    ],
    ['broken in two lines', (sentence) => sentence.replace(/^(.{12}\S*) /u, '$1\n')],
    ['with other quotes and white space', (sentence) => sentence.replace(/'/gu, '’').replace(/ /u, '\u00a0 ')],
  ]
  const cases = phrases.flatMap((words) =>
    words.invitation.flatMap((sentence) =>
      wrappers.map(([how, wrap]) => [words.language, how, wrap(said(sentence), words)] as const),
    ),
  )
  const withBody = (body: string): Buffer =>
    both(eml(old), (part, html) => part.replaceAll(own, () => (html ? body.replaceAll('\n', '<br>') : body)))

  it.each(cases)('in %s, %s, is still none of the inviter: %s', async (_language, _how, body) => {
    await expectSafe(withBody(body), ['Whitfield', 'Gregory', 'Fielden'])
    expect(await readingOf(await sanitize(withBody(body), phrases))).toMatchObject({ note: 'absent' })
  })

  it.each(['text/plain', 'text/html'])('stands in %s alone', async (type) => {
    for (const [, , body] of cases.slice(0, 5)) await expectSafe(alone(withBody(body), type), ['Whitfield', 'Fielden'])
  })

  it('of a phrase folder of the user stays, with its greeting and its labels', async () => {
    const swedish: Phrases = {
      language: 'sv',
      invitation: ['{Me}, jag vill gärna lägga till dig i mitt nätverk, hälsar {First}'],
      greetings: ['Hejsan'],
      closings: ['Vänligen'],
      shortNotes: [],
      chrome: ['Detta mejl är till {Me} ({any})'],
      labels: ['Godkänn'],
      subjects: { invitation: ['{any} vill nätverka'], reminder: [], accepted: [] },
    }
    const body = 'Hejsan John,\nJohn, jag vill gärna lägga till dig i mitt nätverk, hälsar Gregory\nVänligen Gregory'
    const bytes = both(withBody(body), (part) => part.replace('This email was intended for', 'Detta mejl är till'))
    const text = (await messageOf(await sanitize(bytes, [...phrases, swedish]))).text ?? ''
    expect(text).toMatch(/\nHejsan \p{Lu}/u)
    expect(text).toMatch(/, jag vill gärna lägga till dig i mitt nätverk, hälsar \p{Lu}/u)
    expect(text).toMatch(/\nVänligen \p{Lu}/u)
    expect(text).toMatch(/Detta mejl är till \p{Lu}/u)
    await expectSafe(bytes, ['Gregory', 'Whitfield', 'Exampleco'], [...phrases, swedish])
  })
})

describe('a note', () => {
  const note = 'We met at the Harbour Days in Trondheim, remember the chowder?'
  const telling = ['Harbour', 'Trondheim', 'chowder', 'remember']
  const places: readonly (readonly [string, string, string])[] = [
    [card, 'text/html', '<h3 class'],
    [card, 'text/html', '<div class="pt-0.5"'],
    [card, 'text/html', '<hr class="!w-6'],
    [card, 'text/html', 'More people you may know'],
    [card, 'text/html', '<table class="mercado-container'],
    [card, 'text/html', 'Build your network'],
    [card, 'text/html', 'Get the new LinkedIn'],
    [card, 'text/html', 'This email was intended'],
    [card, 'text/html', '</body>'],
    [multipart, 'text/plain', 'Accept: '],
    [multipart, 'text/plain', 'This email was intended'],
    [old, 'text/plain', "I'd like to join"],
    [old, 'text/plain', 'Gregory Whitfield'],
    [old, 'text/plain', 'View profile:'],
    [old, 'text/plain', 'You are receiving'],
    [old, 'text/html', "I'd like to join"],
    [old, 'text/html', '</body>'],
  ]
  const insert = (name: string, type: string, before: string, text: string): Buffer =>
    withPart(eml(name), type, (part) => {
      expect(part.includes(before), before).toBe(true)
      return part.replace(before, () => (type === 'text/html' ? `<div>${text}</div>${before}` : `${text}\n${before}`))
    })

  it.each(places)('of %s in %s before %s stays one and is told to nobody', async (name, type, before) => {
    await expectSafe(insert(name, type, before, note), telling)
  })

  it.each([
    ['an address', 'write to petra@sea.example', ['petra@', 'sea.example']],
    [
      'a profile without a scheme',
      'see linkedin.com/in/petra-of-the-sea or www.petra.example/cv',
      ['petra-of', 'petra.example'],
    ],
    ['a url in a default sentence', "I'd like to https://petra.example/sea join your professional network.", ['petra']],
    ['a url behind a label', 'Accept: https://petra.example/sea?cv=1', ['petra', 'cv=']],
    ['a telephone number', 'call +47 555 0199 88', ['555 0199']],
    ['words that LinkedIn says too', 'Chowder and millions of members use Premium', ['Chowder']],
  ])('that holds %s', async (_, text, personal) => {
    await expectSafe(insert(old, 'text/plain', "I'd like to join", text), personal)
    await expectSafe(insert(card, 'text/html', '<hr class="!w-6', text), personal)
  })

  it('in the mail of 2011', async () => {
    const bytes = Buffer.from(
      eml(oldest)
        .toString('utf8')
        .replace(/^I'd like to add.*$/mu, note),
    )
    await expectSafe(bytes, telling)
  })
})

describe('a layout that is not known', () => {
  it.each([
    ['with other regions', (html: string) => html.replaceAll('invitation~card', 'invite~panel')],
    ['without regions', (html: string) => html.replaceAll(/trk=eml-[\w~%-]*/gu, 'trk=x')],
    [
      'with another template',
      (html: string) => html.replaceAll('email_m2m_invite_single_01', 'email_m2m_invite_single_07'),
    ],
    [
      'with the name below',
      (html: string) => html.replace(/<h3 class.*?<\/h3>/su, '').replace('</body>', '<h3>Petra Lindqvist</h3></body>'),
    ],
  ])('%s is not known after either, and names nobody', async (_, edit) => {
    const bytes = withPart(eml(card), 'text/html', edit)
    expect(bytes.equals(eml(card))).toBe(false)
    await expectSafe(bytes, ['Lindqvist', 'Gothenburg', 'Certified Management', 'Rowan'])
  })
})

describe('an inviter called', () => {
  const names: readonly (readonly [string, string])[] = [
    ['Link', 'Link'],
    ['Accept Premium', 'Accept'],
    ['Premium Accept', 'Premium'],
    ['Invitation Email', 'Invitation'],
    ['Professional Network', 'Professional'],
    ['George Best', 'George'],
    ['Dag Hansen', 'Dag'],
    ['Unsubscribe', 'Unsubscribe'],
    ['People you may know', 'People'],
    ['pass dkim', 'pass'],
    ['center true', 'center'],
    ['J. R. Smith', 'J.'],
    ['Max von Au', 'Max'],
    ['Ada Byron 3rd', 'Ada'],
    ['Müller, Jürgen', 'Jürgen'],
    ['Doe <doe@evil.example>', 'Doe'],
    ['Ada 🌟 Byron', 'Ada'],
    ['山田 太郎', '太郎'],
    ['山田太郎', '山田太郎'],
    ['李 娜', '李娜'],
    ['김민수', '민수'],
    ['Владимир Петров', 'Владимир'],
    ['أحمد علي', 'أحمد'],
    ['สมชาย ใจดี', 'สมชาย'],
    ['Ζωή Παπαδοπούλου', 'Ζωή'],
  ]
  const gone = async (bytes: Uint8Array, names: readonly string[]): Promise<readonly string[]> => {
    const before = await everythingIn(bytes)
    return [...new Set(names)].filter(
      (name) =>
        holds(before, name) && !/^(?:Accept|Premium|Invitation|Unsubscribe|People.*|pass|center|J\.)$/u.test(name),
    )
  }

  it.each(names)('%s reads the same in a card', async (name, first) => {
    const html = name.replaceAll('<', '&lt;')
    const header = Buffer.from(
      eml(card)
        .toString('utf8')
        .replace('From: Petra Lindqvist', () => `From: ${encodedWord(name)}`),
    )
    const bytes = withPart(header, 'text/html', (part) =>
      part.replaceAll('Petra Lindqvist', () => html).replaceAll('Petra,', () => `${first},`),
    )
    await expectSafe(bytes, await gone(bytes, [name, first]))
  })

  it.each(names.filter(([name]) => !name.includes('<')))('%s reads the same in a mail of 2016', async (name, first) => {
    const bytes = invitedBy(eml(old), ['Gregory Whitfield', 'Gregory'], [name, first])
    await expectSafe(bytes, await gone(bytes, [name, first]))
  })

  it.each(names.filter(([name]) => !name.includes('<')))('%s reads the same in text alone', async (name, first) => {
    const bytes = alone(invitedBy(eml(old), ['Gregory Whitfield', 'Gregory'], [name, first]), 'text/plain')
    await expectSafe(bytes, await gone(bytes, [name, first]))
  })

  it('太郎 is found in a preheader without spaces', async () => {
    const bytes = withPart(
      Buffer.from(
        eml(card)
          .toString('utf8')
          .replace('From: Petra Lindqvist', `From: ${encodedWord('山田太郎')}`),
      ),
      'text/html',
      (html) => html.replaceAll('Petra Lindqvist', '山田太郎').replace(/Petra, [^<]*/u, '太郎さんが返信を待っています'),
    )
    await expectSafe(bytes, ['太郎', '山田'])
  })
})

describe('a headline', () => {
  it.each([
    "I'd like to join your LinkedIn network.",
    'People you may know',
    'Accept',
    'Unsubscribe',
    'Chowder and millions of members use Premium',
    'Principal at Trondheim | Sea, Cold & Chain™ · 北海',
  ])('that says %s reads the same', async (headline) => {
    const personal = /Chowder|Trondheim/u.exec(headline) ?? []
    await expectSafe(
      both(eml(old), (part) => part.replaceAll('Managing Director', headline)),
      personal,
    )
    const inCard = withPart(eml(card), 'text/html', (html) =>
      html.replace(/Certified Management Systems Consultant \|…/u, headline),
    )
    await expectSafe(inCard, personal)
  })
})

describe('the header', () => {
  const withField = (line: string): Buffer => Buffer.from(`${line}\n${eml(card).toString('utf8')}`)

  it('keeps the form of a relay', async () => {
    const bytes = withField('Reply-To: Petra Lindqvist <0f3c1a2b-9d8e-4f7a-b6c5-1234567890ab@reply.linkedin.com>')
    await expectSafe(bytes, ['0f3c1a2b', '1234567890ab'])
    expect(await readingOf(await sanitize(bytes, phrases))).toMatchObject({ recipient: 'relay' })
  })

  it.each([
    'Reply-To: Petra <petra@sea.example>',
    'Reply-To: petra@sea.example',
    'Reply-To: <petra@sea.example> (Petra Lindqvist)',
    'Reply-To: "Lindqvist, Petra" <petra@sea.example>, <bo@sea.example>',
    `Reply-To: ${encodedWord('Lindqvist, Petra')} <petra@sea.example>`,
    'Sender: "Petra \\"Sea\\" Lindqvist" <petra@sea.example>',
    'Authentication-Results: mx.google.com; dkim=pass header.i=@linkedin.com; spf=pass smtp.mailfrom=x-123@bounce.linkedin.com; dmarc=pass header.from=linkedin.com',
  ])('reads the same with %s', async (line) => {
    await expectSafe(
      withField(line),
      ['petra@sea.example', 'x-123', 'Petra'].filter((item) => line.includes(item)),
    )
  })
})

describe('whatever a person writes', () => {
  const patient = 120_000
  const places = cardPlaces.map(([, before]) => before)
  const anyChrome = fc.constantFrom(null, ...chromes)
  const known = phrases
    .flatMap((words) => Object.values(words).flat(2).map(String))
    .join('\n')
    .toLowerCase()

  /** Words that stand nowhere in the mail itself nor in what LinkedIn says. */
  const tellingIn = async (text: string, bytes: Buffer): Promise<readonly string[]> => {
    const mail = (await everythingIn(bytes)).toLowerCase()
    const words = text.normalize('NFC').match(/[\p{L}\p{M}]{6,}/gu) ?? []
    return words.filter((word) => !known.includes(word.toLowerCase()) && !mail.includes(word.toLowerCase()))
  }

  it(
    'in whatever place of a card, in whatever language, it reads the same and is told to nobody',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyNote, anyChrome, fc.constantFrom(...places), async (text, chrome, before) => {
          const local = inChrome(before, chrome)
          const bytes = withPart(cardIn(chrome), 'text/html', (html) =>
            html.replace(local, () => `<div>${asHtml(text)}</div>${local}`),
          )
          await expectSafe(bytes, await tellingIn(text, cardIn(chrome)))
        }),
        { numRuns: 15 },
      )
    },
    patient,
  )

  it(
    'instead of the default sentence, it reads the same and is told to nobody',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyNote, fc.constantFrom('text/plain', 'text/html', 'both'), async (text, where) => {
          const bytes = both(eml(old), (part, html) =>
            where === 'both' || where.endsWith(html ? 'html' : 'plain')
              ? part.replaceAll("I'd like to join your LinkedIn network.", () => (html ? asHtml(text) : text))
              : part,
          )
          await expectSafe(bytes, await tellingIn(text, eml(old)))
        }),
        { numRuns: 15 },
      )
    },
    patient,
  )

  /** Words of names are longer or shorter afterwards, so a line near a limit of the readers may cross it. */
  const line = oneLine.filter((text) => text.length <= 40)

  it(
    'as headline or location, it reads the same',
    async () => {
      const places = fc.constantFrom(
        [old, 'Managing Director'],
        [card, 'Certified Management Systems'],
        [card, 'Gothenburg'],
      )
      await fc.assert(
        fc.asyncProperty(line, places, async (text, [name = '', place = '']) => {
          const edit = (part: string, html: boolean): string =>
            part.replaceAll(place, () => (html ? asHtml(text) : text))
          const bytes =
            name === old ? both(eml(old), edit) : withPart(eml(card), 'text/html', (html) => edit(html, true))
          await expectSafe(bytes, await tellingIn(text, eml(name)))
        }),
        { numRuns: 15 },
      )
    },
    patient,
  )

  it('as a character that stands for one which was lost, it reads the same', async () => {
    const bytes = both(eml(old), (part) => part.replaceAll('Managing Director', '\ufffd'))
    await expectSafe(bytes, [])
  })

  const scripts = ['abcdefghijklmnopqrstuvwxyzäéøßłç', 'абвгдежзиклмнопрстуф', 'αβγδεζηθικλμνξοπρστ', 'אבגדהוזחטיכלמנ']
    .concat([
      'ابتثجحخدذرزسشصضطظعغفقكلمنهوي',
      '山田太郎花子佐藤鈴木一二三四五',
      'さくらはなゆきあおい',
      '김이박최정민수지영현',
      'अआइईउकखगघचछजझ',
      'กขคงจฉชซญดตถท',
    ])
    .map((letters) => fc.string({ unit: fc.constantFrom(...letters), minLength: 3, maxLength: 8 }))
  const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
  const anyName = fc
    .tuple(fc.oneof(...scripts).map(capitalised), fc.array(fc.oneof(...scripts).map(capitalised), { maxLength: 3 }))
    .chain(([first, others]) =>
      fc.constantFrom(' ', ', ', ' - ', ' (x) ').map((between) => [first, [first, ...others].join(between)]),
    )

  it(
    'as a name, it reads the same, and nobody learns the name',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyName, anyChrome, async ([first = '', name = ''], chrome) => {
          const mail = eml(old)
            .toString('utf8')
            .replace('From: Gregory Whitfield', () => `From: ${encodedWord(name)}`)
          const bytes = both(Buffer.from(mail), (part) => part.replaceAll('Gregory Whitfield', () => name))
          await expectSafe(bytes, first.length > 5 ? [first] : [])
          const inCard = withPart(cardIn(chrome), 'text/html', (html) =>
            html.replaceAll('Petra Lindqvist', () => name).replaceAll('Petra', () => first),
          )
          await expectSafe(inCard, first.length > 5 ? [first] : [])
        }),
        { numRuns: 15 },
      )
    },
    patient,
  )
})
