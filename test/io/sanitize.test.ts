import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { HtmlNode, Message } from '../../src/core/message.ts'
import { readNotification } from '../../src/core/notification.ts'
import { parse } from '../../src/io/parse.ts'
import { readPhrases } from '../../src/io/phrases.ts'
import { sanitize as sanitizeWith } from '../../src/io/sanitize.ts'

const mail = new URL('../fixtures/mail/', import.meta.url)
const samples = readdirSync(mail).filter((name) => name.endsWith('.eml'))
const phrases = readPhrases([fileURLToPath(new URL('../../config/phrases', import.meta.url))])
const sample = (name: string): Buffer => readFileSync(new URL(name, mail))
const sanitize = (bytes: Uint8Array): Promise<Uint8Array> => sanitizeWith(bytes, phrases)
const card = '2025_en_invite-no-note_card-multipart.eml'

const tagsOf = (node: HtmlNode): readonly string[] =>
  typeof node === 'string' ? [] : [node.tag, ...node.children.flatMap(tagsOf)]
const stringsOf = (node: HtmlNode): readonly string[] =>
  typeof node === 'string' ? [node] : [...Object.values(node.attributes), ...node.children.flatMap(stringsOf)]
const bodyOf = ({ text, html }: Message): string => [text ?? '', ...(html ? stringsOf(html) : [])].join('\n')
const everythingIn = (message: Message): string =>
  [
    ...message.fields.map(({ value }) => value),
    message.subject,
    ...message.from.map(({ name }) => name),
    bodyOf(message),
  ].join('\n')

const mimeOf = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes)
    .toString('latin1')
    .match(/^(?:content-(?:type|transfer-encoding|id):.*|--.*)$/gim) ?? []
const shapeOf = async (bytes: Uint8Array): Promise<unknown> => {
  const message = await parse(bytes)
  const tags = message.html ? tagsOf(message.html) : []
  return {
    names: message.fields.map(({ name }) => name),
    mime: mimeOf(bytes),
    tags,
    lines: message.text?.split('\n').length,
  }
}
const readingOf = async (bytes: Uint8Array): Promise<unknown> => {
  const { kind, template, layout, language, note, invitationId, inviter } = readNotification(
    await parse(bytes),
    phrases,
  )
  return [
    kind,
    template,
    layout,
    language,
    note?.kind,
    invitationId === null,
    inviter?.headline == null,
    inviter?.profile == null,
  ]
}

const cellsOf = (name: string): readonly string[] =>
  readFileSync(new URL('expect.tsv', mail), 'utf8')
    .split('\n')
    .find((row) => row.startsWith(name))
    ?.split('\t') ?? []
const addresses = (text: string): readonly string[] =>
  (text.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g) ?? []).filter((address) => !/linkedin\.com$/.test(address))
const secrets = (text: string): readonly string[] =>
  [
    ...text.matchAll(
      /(?<=[?&;/])(?:sharedKey[=/]|(?:otpToken|midToken|midSig|loid|eid|e|tok|authToken|invitationId|mboxid|id)=)([\w-]{5,})/g,
    ),
  ].map((match) => match[1] ?? '')
const people: Readonly<Record<string, readonly string[]>> = {
  '2011-05_en_invite-no-note.eml': ['Nadia', 'go23i09i', 'sHXJkTBa', 'kjnkfJAHeByga4L6bfbe0YqEvKdKc5wOn8pzhI5MvpABpz1'],
  '2011-09_en_invite-no-note.eml': ['Nadia', 'gsksuqjy'],
  '2013-11_en_reminder.eml': ['Anytown', 'Acmex'],
  '2016-01_en_accepted.eml': ['Reginald', 'Becker', 'ABC', '5ee6tl'],
  '2016-04_en_invite-no-note_1.eml': ['Fielden', 'John', 'Exampleco', 'Boston', 'imjp489e', '6779886'],
  '2016-05_en_invite-no-note_2.eml': ['Fielden', 'John', 'Charlotte', 'inqenmmy'],
  '2016-06_id_guest-invite-no-note.eml': ['ExampleGroup'],
  '2017-11_en_jobs-digest_headers.eml': [
    'Castellan',
    '8jamh',
    'B+G7gPK9',
    '10.223.135.145',
    '2620:109',
    's-7md6z1g5',
    'b17csp',
  ],
  '2018-11_en_invite-no-note_snippet.eml': ['Camilla', 'Marsh', 'Matilda', 'fictitiousCoy'],
  '2024-05_en_job-alert_headers.eml': ['Darius', 'Summerfields', '9830175058', 'Y4gOXssV', 's-4hhpjqmn', 'js0hsn'],
  '2025-05_en_message.eml': ['Mustermann', 'lighthouse', 'TheExamp', 'test-thread-id'],
  '2025_en_invite-no-note_card-multipart.eml': [
    'Rowan',
    'Ashby',
    'Alice',
    'Moreau',
    'Valcourt',
    'Farouk',
    'Procurement',
    'za.linkedin',
  ],
  '2025_en_invite-no-note_card.eml': [
    'Rowan',
    'Ashby',
    'Gothenburg',
    'NORD',
    'colinbarrow',
    'Freelancer',
    'Logistics',
    'Ghv7Ib3M03NBQNSgPwl',
  ],
  '2026_en_accepted_envelope.eml': ['Cordelia', 'Finch'],
  '2026_en_reminder_envelope.eml': ['Stefano', 'Tanner', 'Nora'],
}

describe.each(samples)('%s, sanitized,', (name) => {
  it('has the same structure and reads the same', async () => {
    const sanitized = await sanitize(sample(name))
    expect(await shapeOf(sanitized)).toEqual(await shapeOf(sample(name)))
    expect(await readingOf(sanitized)).toEqual(await readingOf(sample(name)))
  })

  it('holds no name, address, id or token of the original', async () => {
    const [, , , inviter = '', headline = '', profile = '', id = ''] = cellsOf(name)
    const original = everythingIn(await parse(sample(name))).replace(
      /^text\/plain part.*$|^html part verbatim.*$/gm,
      '',
    )
    const personal = [...inviter.split(' '), headline, profile.replace(/^.*[/=]/, ''), id, ...(people[name] ?? [])]
    const sought = [...personal, ...addresses(original), ...secrets(original)].filter((item) => item.length > 2)
    const message = await parse(await sanitize(sample(name)))
    const left = everythingIn({
      ...message,
      fields: message.fields.filter((field) => field.name !== 'X-Reconstruction'),
    })
    expect(sought.filter((item) => left.includes(item))).toEqual([])
  })

  it('is the same for the same octets, and can be sanitized again', async () => {
    const once = await sanitize(sample(name))
    expect(Buffer.from(await sanitize(sample(name))).equals(once)).toBe(true)
    expect(await shapeOf(await sanitize(once))).toEqual(await shapeOf(once))
    expect(await readingOf(await sanitize(once))).toEqual(await readingOf(once))
  })
})

const html = (body: string, more = ''): Buffer =>
  Buffer.from(
    `From: Ada Byron <invitations@linkedin.com>\r\nTo: Bo Ek <bo@ek.example>\r\n${more}Content-Type: text/html; charset=utf-8\r\n\r\n${body}`,
  )
const text = (body: string, more = ''): Buffer =>
  Buffer.from(`From: Ada Byron <invitations@linkedin.com>\nTo: Bo Ek <bo@ek.example>\n${more}\n${body}`)
const textOf = async (bytes: Uint8Array): Promise<string | null> => (await parse(await sanitize(bytes))).text
const track = 'trk=eml-email_m2m_invite_single_01-invitation~card-0'

describe('a note', () => {
  const insert = (after: string, note: string): Buffer => {
    const whole = sample('2025_en_invite-no-note_card.eml').toString('latin1')
    const decoded = whole.replace(/=\r?\n/g, '')
    expect(decoded.includes(after)).toBe(true)
    return Buffer.from(decoded.replace(after, `${after}<p>${note}</p>`), 'latin1')
  }

  it.each(['Gothenburg</div>', 'connections in common </span></a>'])(
    'in the card stays a note, of other letters: after %s',
    async (after) => {
      const sanitized = await sanitize(insert(after, 'We met at Harbor Days, Petra (2019)! Call 555-0199.'))
      const body = bodyOf(await parse(sanitized))
      expect(body).toMatch(/\w\w \w\w\w \w\w \w{6} \w{4}, Mira \(\d{4}\)! \w{4} \d{3}-\d{4}\./)
      expect(body).not.toMatch(/Harbor|2019|555/)
      expect(await readingOf(sanitized)).toEqual(await readingOf(insert(after, 'We met at Harbor Days')))
    },
  )

  it('in text keeps its lines and its punctuation', async () => {
    const sanitized = await textOf(
      text(
        'Hi Bo,\n\nWe met, at sea.\nDo you remember?\n\nAda Byron\nSailor\n\nAccept: https://www.linkedin.com/e/v2?e=a1-b2\n',
      ),
    )
    expect(sanitized).toMatch(
      /^Hi Anton,\n\n\w\w \w{3}, \w\w \w{3}\.\n\w\w \w{3} \w{8}\?\n\nMira Halvorsen\n\w{6}\n\nAccept: https:/,
    )
    expect(sanitized).not.toMatch(/met|sea|remember|Sailor/)
  })

  it('round the default sentence leaves that sentence', async () => {
    const sanitized = await textOf(text("Hi Bo,\nI'd like to join your LinkedIn network. Greetings from Malmö\n"))
    expect(sanitized).toMatch(
      /I'd like to join your LinkedIn network\. (?!Greet)\p{L}{9} (?!from)\p{L}{4} (?!Malm)\p{L}{5}\n/u,
    )
  })

  it('behind the name of a reminder is replaced', async () => {
    expect(await textOf(text('Ada Byron: Hello Bo, do call me in Oslo\n'))).not.toMatch(/call|Oslo/)
  })

  it.each([
    [
      'between picture and name',
      `<a href="https://www.linkedin.com/in/ada?${track}-inviter~picture"><img></a><p>We met</p>`,
    ],
    [
      'in a link of the card that is no button',
      `<a href="https://www.linkedin.com/in/ada?${track}-inviter~name">Ada Byron</a><a href="https://www.linkedin.com/x?${track}-message">We met</a>`,
    ],
  ])('is found %s', async (_, body) => {
    expect(bodyOf(await parse(await sanitize(html(body))))).not.toMatch(/We|met/)
  })

  it('goes on behind a url that a person typed, and behind a name with a comma', async () => {
    const body =
      'Hi Bo,\nsee my page https://byron.example/ or https://www.linkedin.com/in/ada-byron\nBo, it is small\n'
    const sanitized = await textOf(text(body))
    expect(sanitized).not.toMatch(/\b(?:see|my|page|or|it|is|small)\b|byron/)
    expect(sanitized).toContain('https://www.linkedin.com/in/mira-halvorsen'.replace('mira-halvorsen', ''))
  })

  it('leaves what the html has as a label, in any language', async () => {
    const parts = `--b\nContent-Type: text/plain\n\nAda Byron\nSailor\nShow her page\n--------\nUnsubscribe\n--b\nContent-Type: text/html\n\n<a href="https://www.linkedin.com/help?trk=eml-a-footer-0-help">Show her page</a>\n--b--\n`
    const sanitized = await textOf(text(parts, 'Content-Type: multipart/alternative; boundary=b\n'))
    expect(sanitized?.trim()).toMatch(/^Mira Halvorsen\n(?!Sailor)\w{6}\nShow her page\n--------\nUnsubscribe$/)
  })

  it('may hold urls and addresses', async () => {
    const sanitized = await textOf(
      text('Hi Bo,\nwrite to ada@byron.example or see https://byron.example/ada/cv?x=1#me\n'),
    )
    expect(sanitized).toMatch(/person1@example\.com/)
    expect(sanitized).not.toMatch(/byron|\/ada|cv/)
  })

  it('that stands in the html is replaced in the text too', async () => {
    const parts = `--b\nContent-Type: text/plain\n\nSeen you in Lund\n--b\nContent-Type: text/html\n\n<a href="https://www.linkedin.com/in/ada?${track}-inviter~name">Ada Byron</a><p>Seen you in Lund</p>\n--b--\n`
    const message = await parse(await sanitize(text(parts, 'Content-Type: multipart/alternative; boundary=b\n')))
    expect(bodyOf(message)).not.toMatch(/Seen|Lund/)
  })
})

describe('a person', () => {
  it('is one person in every field and part', async () => {
    const link = `<a title="Ada Byron" href="https://se.linkedin.com/comm/in/ada-byron-1815?midToken=AQ1234567&amp;${track}-inviter~name">Ada Byron</a>`
    const message = await parse(
      await sanitize(html(`${link} ADA <b>Ada’s</b> <img alt="Grace Hopper’s Profile Picture">`)),
    )
    expect(message.from[0]?.name).toBe('Mira Halvorsen')
    expect(message.html ? stringsOf(message.html) : []).toEqual([
      'Mira Halvorsen',
      expect.stringMatching(
        /^https:\/\/uk\.linkedin\.com\/comm\/in\/mira-halvorsen-\d{4}\?midToken=[A-Z]{2}\d{7}&trk=eml-email_m2m_invite_single_01-invitation~card-0-inviter~name$/,
      ),
      'Mira Halvorsen',
      ' MIRA ',
      expect.stringMatching(/^Mira’\w$/),
      ' ',
      expect.stringMatching(/^(?!Grace)\w+ (?!Hopper)\w+’\w (?!Profile)\w+ \w+$/),
    ])
  })

  it('with an encoded name is found, and the fold goes', async () => {
    const more =
      'Reply-To: =?utf-8?Q?J=C3=BCrgen_M=C3=BCller?=\n <j@m.example>\nSubject: =?utf-8?B?SsO8cmdlbiBncsO8w590?=\n'
    const message = await parse(await sanitize(text('Jürgen\n', more)))
    expect(message.replyTo).toEqual([{ name: expect.stringMatching(/^\w+ \w+$/), address: 'person1@example.com' }])
    expect(message.subject).toBe(`${message.replyTo[0]?.name.split(' ')[0]} grüßt`)
    expect(message.text?.trim()).toBe(message.replyTo[0]?.name.split(' ')[0])
  })

  it('with a name or profile in another script is found', async () => {
    const link = `https://www.linkedin.com/in/%E5%B1%B1%E7%94%B0?${track}-inviter~name`
    const message = await parse(await sanitize(html(`<a href="${link}">山田 太郎</a> 山田`)))
    expect(bodyOf(message)).not.toMatch(/山田|太郎|%E5%B1%B1%E7%94%B0/)
  })

  it('gives no particle away as a name, and LinkedIn keeps its own', async () => {
    const more =
      'Sender: LinkedIn Job Alerts <jobs@linkedin.com>\nCc: Max von Au <m@x.example>\nSubject: von LinkedIn\n'
    const message = await parse(await sanitize(text('Max von Au\n', more)))
    expect(message.fields.find(({ name }) => name === 'Sender')?.value).toBe('LinkedIn Job Alerts <jobs@linkedin.com>')
    expect(message.subject).toBe('von LinkedIn')
    expect(message.fields.find(({ name }) => name === 'Cc')?.value).toContain(`${message.text?.trim()} <`)
  })

  it.each(['via LinkedIn', '(via LinkedIn)', 'über LinkedIn'])(
    'is told from the carrier in "Ada Byron %s"',
    async (carrier) => {
      const bytes = Buffer.from(`From: "Ada Byron ${carrier}" <invitations@linkedin.com>\n\nAda Byron\nSailor\n`)
      const message = await parse(await sanitize(bytes))
      expect(message.from[0]?.name).toBe(`Mira Halvorsen ${carrier}`)
      expect(message.text).not.toContain('Sailor')
    },
  )

  it('is known by a picture whose description is in another language', async () => {
    const picture =
      '<img src="https://media.licdn.com/dms/image/profile-displayphoto-1/0" alt="Profilbild von Grace Hopper"> Hopper'
    expect(bodyOf(await parse(await sanitize(html(picture))))).not.toMatch(/Grace|Hopper/)
  })

  it('is replaced in the case in which the name is written', async () => {
    expect(await textOf(text('BYRON Byron byron\n'))).toBe('HALVORSEN Halvorsen halvorsen\n')
  })

  it('who bears one of the fictional names gets another', async () => {
    const bytes = Buffer.from(
      'From: Mira Halvorsen <m@h.example>\nTo: Anton Brandt <a@b.example>\n\nMira Anton Halvorsen Brandt\n',
    )
    expect(await textOf(bytes)).toBe('Selma Tobin Okafor Lindgren\n')
  })
})

describe('the header', () => {
  const field = async (line: string, name: string): Promise<string | undefined> =>
    (await parse(await sanitize(text('', `${line}\n`)))).fields.find((one) => one.name === name)?.value

  it.each([
    [
      'Authentication-Results: mx.google.com; dkim=pass header.i=@linkedin.com header.s=d2048-202308-00 header.b=AbCdEfGh; spf=pass smtp.mailfrom=m-abc123@bounce.linkedin.com; dmarc=pass header.from=linkedin.com',
      /^mx\.google\.com; dkim=pass header\.i=@linkedin\.com header\.s=d2048-202308-00 header\.b=(?!AbCdEfGh)\w{8}; spf=pass smtp\.mailfrom=\w-(?!abc123)\w{6}@bounce\.linkedin\.com; dmarc=pass header\.from=linkedin\.com$/,
    ],
    [
      'Authentication-Results: mail.ek.example; spf=pass smtp.mailfrom=bounce.linkedin.com smtp.remote-ip=108.174.3.171',
      /^host1\.example\.net; spf=pass smtp\.mailfrom=bounce\.linkedin\.com smtp\.remote-ip=192\.0\.2\.1$/,
    ],
    [
      'Authentication-Results: atlas-production.v2-mail-prod1-gq1.omega.yahoo.com; dkim=pass',
      /^(?!atlas)[\w-]+\.[\w-]+\.omega\.yahoo\.com; dkim=pass$/,
    ],
    [
      'Received: from [10.1.2.3] (helo=box.ek.example) by mx.ek.example with ESMTPS id abc123XYZ for <bo@ek.example>; Tue, 4 Nov 2025 08:12:31 +0000',
      /^from \[192\.0\.2\.1\] \(helo=host1\.example\.net\) by host2\.example\.net with ESMTPS id (?!abc123XYZ)\w{9} for <you@example\.org>; Tue, 4 Nov 2025 08:12:31 \+0000$/,
    ],
    ['Message-ID: <abc.123456@mail.ek.example>', /^<(?!abc)\w{3}\.(?!123456)\d{6}@host1\.example\.net>$/],
    [
      'DKIM-Signature: v=1; d=linkedin.com; s=d2048; h=From:To; bh=abcDEF+/1=; b=xyz123',
      /^v=1; d=linkedin\.com; s=d2048; h=From:To; bh=(?!abcDEF)\w{6}\+\/\d=; b=(?!xyz123)\w{6}$/,
    ],
    ['X-Account: zz-bo 42', /^(?!zz)\w\w-anton (?!42)\d\d$/],
    ['Received: by ek.example (for Ada Byron)', /\(for Mira Halvorsen\)$/],
    ['X-LinkedIn-Template: email_m2m_invite_single_01', /^email_m2m_invite_single_01$/],
  ])('keeps what is read and replaces what is personal: %s', async (line, expected) => {
    expect(await field(line, line.split(':')[0] ?? '')).toMatch(expected)
  })

  it('keeps its folds and its line ends', async () => {
    const more = 'Received: from a.example\r\n\tby b.example\r\n'
    const sanitized = Buffer.from(await sanitize(html('<p>hello</p>\r\n', more))).toString()
    expect(sanitized).toContain('Received: from host1.example.net\r\n\tby host2.example.net\r\n')
    expect(sanitized.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(Buffer.from(await sanitize(sample(card))).includes('\r')).toBe(false)
  })
})

describe('the parts', () => {
  it.each([
    ['7bit', 'Hi Bo, Ada Byron\n'],
    ['8bit', 'Ada Byron grüßt\n'],
    ['base64', `${Buffer.from('Ada Byron grüßt\n').toString('base64')}\n`],
    ['quoted-printable', 'Ada Byron gr=C3=BC=C3=9Ft\n'],
    ['quoted-printable', 'Ada Byron \u5c71\u7530\n'],
  ])('keep the transfer encoding %s', async (encoding, body) => {
    const sanitized = Buffer.from(await sanitize(text(body, `Content-Transfer-Encoding: ${encoding}\n`))).toString()
    expect(sanitized).toContain(`\nContent-Transfer-Encoding: ${encoding}\n`)
    expect(sanitized).not.toContain('Ada Byron')
    expect(await textOf(text(body, `Content-Transfer-Encoding: ${encoding}\n`))).toMatch(
      /^(?:\p{L}\p{L} \p{L}+, )?Mira Halvorsen(?: \p{L}+)?\n$/u,
    )
  })

  it('in Latin-1 stay in Latin-1', async () => {
    const bytes = Buffer.from(
      'To: B <b@b.example>\nContent-Type: text/plain; charset=iso-8859-1\n\nHi Zo\xeb,\ngr\xfc\xdfe\n',
      'latin1',
    )
    expect(await textOf(bytes)).toMatch(/^Hi \p{Script=Latin}{3,},\n(?!grüße)\p{Script=Latin}{5}\n$/u)
  })

  it('in a charset that cannot be written back are refused', async () => {
    const bytes = text('x', 'Content-Type: text/plain; charset=iso-2022-jp\n')
    await expect(sanitize(bytes)).rejects.toMatchObject({ exitCode: 65 })
  })

  it('that are no text are blanked', async () => {
    const parts =
      '--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b\nContent-Type: message/rfc822\n\nFrom: ada@byron.example\n--b--\n'
    const sanitized = Buffer.from(await sanitize(text(parts, 'Content-Type: multipart/mixed; boundary=b\n'))).toString()
    expect(sanitized).toContain('AAAAAAAAAAA=\n')
    expect(sanitized).not.toMatch(/iVBOR|byron/)
  })

  it('of html stay as they are written but for what is replaced', async () => {
    const source =
      "<P Class=Ada STYLE='color: red'>&lt; LinkedIn&zwnj;<!-- <c> --><style>Ada{b:c}</style><A HREF='https://www.linkedin.com/help'>Help</A>"
    const sanitized = Buffer.from(await sanitize(html(source))).toString()
    expect(sanitized.slice(sanitized.indexOf('\r\n\r\n') + 4)).toBe(source)
  })

  it('of html are written again as html where a name is replaced', async () => {
    const source = `<!-- Ada --><p title='Ada "" &lt;&gt;'>Ada &lt; &amp;amp; "Byron"&nbsp;</p>`
    const written = `<!-- Mira --><p title="Mira &quot;&quot; &lt;&gt;">Mira &lt; &amp;amp; "Halvorsen"&nbsp;</p>`
    expect(Buffer.from(await sanitize(html(source))).toString()).toContain(written)
  })

  it('of html are replaced in scripts word by word, in styles where they hold urls', async () => {
    const source =
      '<script type="application/ld+json">{"name":"Ada Byron","text":"We met"}</script><style>a{background:url(https://media.licdn.com/AbC1)}</style>'
    const sanitized = Buffer.from(await sanitize(html(source))).toString()
    expect(sanitized).toMatch(
      />\{"\w{4}":"Mira Halvorsen","\w{4}":"\w\w \w{3}"\}<\/script><style>a\{background:url\(https:\/\/media/,
    )
    expect(sanitized).not.toMatch(/We met|AbC1/)
  })

  it('of html are searched in comments and odd attributes too', async () => {
    const source =
      '<!--[if mso]><a href="https://www.linkedin.com/e/v2?e=1abc-2def&t=lun">Ada</a><![endif]--><td background=https://media.licdn.com/dms/1AbC2dEf3 data-x="bo@ek.example">'
    expect(bodyOf(await parse(await sanitize(html(source))))).not.toMatch(/1AbC2dEf3|bo@ek/)
    expect(Buffer.from(await sanitize(html(source))).toString()).not.toMatch(/1abc|2def|>Ada</)
  })
})

describe('an id', () => {
  it('keeps its length, and the first digit of its time', async () => {
    const sanitized = await textOf(
      text('https://www.linkedin.com/e/v2?invitationId=7358423643728360863&mboxid=I7358423643728360863_500\n'),
    )
    expect(sanitized).toMatch(/invitationId=(7\d{18})&mboxid=I\1_500\n$/)
    expect(sanitized).not.toContain('7358423643728360863')
  })
})

describe('a leak', () => {
  it('is not what a boundary happens to share with a Message-ID', async () => {
    const more =
      'Message-ID: <1459635211566@prod.linkedin.com>\nContent-Type: multipart/mixed; boundary="=_1459635211566"\n'
    const sanitized = Buffer.from(await sanitize(text('--=_1459635211566--\n', more))).toString()
    expect(sanitized.match(/1459635211566/g)).toHaveLength(2)
  })

  it('of an address is found', async () => {
    await expect(sanitize(text('https://www.linkedin.com/e/v2?trk=bo@ek.example\n'))).rejects.toThrow('sanitize left')
  })

  it('is told by its number, never by what leaked', async () => {
    const bytes = text(`https://www.linkedin.com/e/v2?e=Secret1234567&trk=Secret1234567\n`)
    await expect(sanitize(bytes)).rejects.toThrow('sanitize left 1 originals in the message, so it is not shown')
  })
})

const from = (name: string, body: string, type = 'plain'): Buffer =>
  Buffer.from(
    `From: ${name} <invitations@linkedin.com>\nTo: Bo Ek <bo@ek.example>\nContent-Type: text/${type}; charset=utf-8\n\n${body}\n`,
  )
const written = async (bytes: Uint8Array): Promise<string> => Buffer.from(await sanitize(bytes)).toString()

describe('what is called like something else', () => {
  it.each([
    ['a closing', 'George Best', 'Yours truly, George Best', /Best/],
    ['a greeting', 'Dag Hansen', 'Dag sent you a card', /Dag/],
    ['a word of a path', 'Ada Byron', 'https://www.linkedin.com/comm/ada-byron/', /byron/],
    ['a word with an ending', 'Ada Byron', 'Byronin', /Byron/],
  ])('%s is replaced', async (_, name, body, left) => {
    expect((await textOf(from(name, body)))?.trim()).not.toMatch(left)
  })

  it.each([
    ['the way to accept', 'Invite Accept', 'https://www.linkedin.com/comm/mynetwork/invite-accept/'],
    ['the domain of pseudonyms', 'example person', 'person1@example.com'],
    ['an entity', 'Amp Nbsp', '&nbsp;&amp;'],
  ])('%s stays', async (_, name, body) => {
    expect((await written(from(name, body))).trimEnd().endsWith(body)).toBe(true)
  })

  it('the look of an element stays', async () => {
    const body = '<p align="center" data-email-preheader="true"></p>'
    expect((await written(from('center true', body, 'html'))).trimEnd().endsWith(body)).toBe(true)
  })

  it('a scrambled word is no name of the message by chance', async () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz']
    const words = (first: string): readonly string[] =>
      letters.flatMap((one) => letters.map((two) => first + one + two))
    const body = [...words('A').map((name) => `- ${name}`), ...words('B')].join('\n')
    expect(await written(from('Ada', body))).not.toMatch(/\b[AB][a-z]{2}\b(?<=Ada|Bob)/)
  })
})

describe('a link', () => {
  it.each([
    [
      'with spaces in it',
      'https://www.linkedin.com/comm/in/ada byron?midToken=AQ1234567',
      /^https:\/\/www\.linkedin\.com\/comm\/in\/(?!ada)\w+[ %]\S*\?midToken=(?!AQ12)\w{9}$/,
    ],
    ['of an app', 'linkedin://profile/AQ1234567?x=1', /^linkedin:\/\/\S*(?<!AQ1234567\S*)$/],
    ['without a scheme', '//www.linkedin.com/in/ada-byron', /^\/\/www\.linkedin\.com\/in\/mira-halvorsen$/],
    ['to an address', 'mailto:ada@byron.example?subject=Sea', /^mailto:person1@example\.com\?\w+=(?!Sea)\w{3}$/],
    ['with a port', 'https://www.linkedin.com:443/help/x', /^https:\/\/www\.linkedin\.com:443\/help\/x$/],
    [
      'of somebody else',
      'https://www.byron.example/?ada-byron',
      /^https:\/\/www\.host1\.example\.net\/\?mira-halvorsen$/,
    ],
  ])('%s keeps its kind and nothing else', async (_, href, expected) => {
    const { html } = await parse(await sanitize(from('Ada Byron', `<a href="${href}">Help</a>`, 'html')))
    expect(html && stringsOf(html)[0]).toMatch(expected)
  })
})

describe("LinkedIn's own words", () => {
  it.each([
    [
      'over several elements of one line',
      '<p>This email was intended for <b>Ada Byron</b> (Analyst at Sea)</p>',
      /^<p>This email was intended for <b>Mira Halvorsen<\/b> \((?!Analyst)\w{7} (?!at)\w\w (?!Sea)\w{3}\)<\/p>$/,
    ],
    [
      'with filler between them',
      "<p>I'd like \u200b to join your LinkedIn network.</p>",
      /^<p>I'd like \u200b to join your LinkedIn network\.<\/p>$/,
    ],
    [
      'on a button in an unknown language, but for names',
      '<a href="https://www.linkedin.com/x?trk=eml-a-hero-0-profile~cta">Byronin profiili</a>',
      />Halvorsen(?!in)\w\w profiili<\/a>$/,
    ],
  ])('stay %s', async (_, body, expected) => {
    expect((await written(from('Ada Byron', body, 'html'))).split('\n\n')[1]?.trimEnd()).toMatch(expected)
  })

  it('stay on a button round a name that was encoded with its comma', async () => {
    const name = `=?utf-8?B?${Buffer.from('Müller, Jürgen').toString('base64')}?=`
    const body = '<a href="https://www.linkedin.com/x?trk=eml-a-hero-0-profile~cta">Müller ansehen</a>'
    expect(await written(from(name, body, 'html'))).toMatch(/>(?!Müller)\p{L}+ ansehen<\/a>/u)
  })
})

describe('an attachment', () => {
  it('keeps neither its name nor lines that only look like a boundary', async () => {
    const part =
      '--b\nContent-Type: application/x; name="Ada Byron.pdf"\nContent-Disposition: attachment; filename*=utf-8\'\'Ada%20CV.pdf\n\n-- Ada Byron\n--b--\n'
    const sanitized = await written(text(part, 'Content-Type: multipart/mixed; boundary=b\n'))
    expect(sanitized).toMatch(/; name="\w+ \w+\.\w{3}"\n/)
    expect(sanitized).toMatch(/; filename\*=utf-8''\w+%20\w+\.\w{3}\n/)
    expect(sanitized).not.toMatch(/Ada|Byron|CV/)
    expect(sanitized).toContain('\n--b--\n')
  })
})
