import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldValues, type HtmlElement, type HtmlNode, type Message } from '../../src/core/message.ts'
import { parse } from '../../src/io/parse.ts'

const mail = new URL('../fixtures/mail/', import.meta.url)
const samples = readdirSync(mail).filter((name) => name.endsWith('.eml'))
const sample = (name: string): Promise<Message> => parse(readFileSync(new URL(name, mail)))
const lines = (...text: string[]): Promise<Message> => parse(Buffer.from(text.join('\r\n')))

const elements = (node: HtmlNode): readonly HtmlElement[] =>
  typeof node === 'string' ? [] : [node, ...node.children.flatMap(elements)]
const textOf = (node: HtmlNode): string => (typeof node === 'string' ? node : node.children.map(textOf).join(''))
const html = async (source: string): Promise<HtmlElement | null> =>
  (await lines('Content-Type: text/html; charset=utf-8', '', source)).html

describe('the header', () => {
  it.each(samples)('of %s keeps every field, top first', async (name) => {
    const header = readFileSync(new URL(name, mail), 'utf8').split(/\r?\n\r?\n/)[0] ?? ''
    const names = [...header.matchAll(/^([^\s:]+):/gm)].map((match) => match[1])
    expect((await sample(name)).fields.map((field) => field.name)).toEqual(names)
  })

  it('keeps a doubled field, the prepended one first', async () => {
    const message = await lines('From: <x@evil.test>', 'X: 1', 'From: Ada <ada@example.org>', '', 'hello')
    expect(fieldValues(message, 'from')).toEqual(['<x@evil.test>', 'Ada <ada@example.org>'])
  })

  it('unfolds as RFC 5322 2.2.3 says and leaves encoded words alone', async () => {
    const message = await lines('Subject: =?utf-8?Q?J=C3=BCrgen?=', '\twrites', ' again', 'To : a@example.org', '', '')
    expect(message.fields).toEqual([
      { name: 'Subject', value: '=?utf-8?Q?J=C3=BCrgen?=\twrites again' },
      { name: 'To', value: 'a@example.org' },
    ])
    expect(message.subject).toBe('Jürgen writes again')
  })

  it.each([
    ['UTF-8', Buffer.from('X: Jürgen\r\n\r\n'), 'Jürgen'],
    ['Latin-1', Buffer.from('X: J\xfcrgen\r\n\r\n', 'latin1'), 'Jürgen'],
    ['a NUL', Buffer.from('X: a\0b\r\n\r\n'), 'a\0b'],
  ])('takes raw %s', async (_, bytes, value) => {
    expect(fieldValues(await parse(bytes), 'x')).toEqual([value])
  })

  it('drops a line that is no field, and what follows is still read', async () => {
    const message = await lines('Subject: a', 'no colon here', ' not even folded', 'X-Last: b', '', 'c')
    expect(message.fields.map((field) => field.name)).toEqual(['Subject', 'X-Last'])
  })

  it.each([
    ['Tue, 24 May 2011 00:16:52 +0000 (UTC)', Date.UTC(2011, 4, 24, 0, 16, 52)],
    ['4 Nov 2025 10:12:28 +0200', Date.UTC(2025, 10, 4, 8, 12, 28)],
    ['Mon, 4 Nov 2013 00:00:00 GMT', Date.UTC(2013, 10, 4)],
    ['Mon, 4 Nov 2013 00:00:00', null],
    ['Mon, 44 Nov 2013 00:00:00 +0000', null],
    ['yesterday 5', null],
    ['', null],
  ])('reads the date "%s" as %s', async (value, instant) => {
    expect((await lines(`Date: ${value}`, '', '')).date).toBe(instant)
  })

  it('has no date where there is no Date field', async () => {
    expect((await lines('Subject: a', '', '')).date).toBeNull()
  })

  it.each([
    ['<a@b.example>', '<a@b.example>'],
    ['  <a@b.example> (comment)', '<a@b.example>'],
    ['a@b.example', '<a@b.example>'],
    ['two words', null],
    ['', null],
  ])('reads the Message-ID "%s" as %s', async (value, id) => {
    expect((await lines(`Message-ID: ${value}`, '', '')).messageId).toBe(id)
  })

  it.each([
    [
      'Ada Byron <ada@example.org>, bob@example.org',
      [
        ['Ada Byron', 'ada@example.org'],
        ['', 'bob@example.org'],
      ],
    ],
    ['=?utf-8?Q?J=C3=BCrgen?= <j@example.org>', [['Jürgen', 'j@example.org']]],
    ['undisclosed-recipients:;', []],
    ['friends: a@example.org, b@example.org;', []],
    ['Ada Byron', []],
    ['', []],
  ])('reads the addresses of "%s"', async (value, expected) => {
    const message = await lines(`To: ${value}`, `Reply-To: ${value}`, '', '')
    const addresses = expected.map(([name, address]) => ({ name, address }))
    expect([message.to, message.replyTo]).toEqual([addresses, addresses])
  })

  it('reads the addresses of every To field', async () => {
    expect((await lines('To: a@example.org', 'To: b@example.org', '', '')).to.map((to) => to.address)).toEqual([
      'a@example.org',
      'b@example.org',
    ])
  })
})

describe('the parts', () => {
  it.each([
    ['2025_en_invite-no-note_card.eml', false, true],
    ['2025_en_invite-no-note_card-multipart.eml', true, true],
    ['2011-05_en_invite-no-note.eml', true, false],
    ['2017-11_en_jobs-digest_headers.eml', false, false],
    ['2026_en_accepted_envelope.eml', false, false],
  ])('of %s are those it really has', async (name, text, hasHtml) => {
    const message = await sample(name)
    expect([message.text !== null, message.html !== null]).toEqual([text, hasHtml])
  })

  it('leaves html entities inside text alone', async () => {
    expect((await sample('2016-12_en_guest-reminder-1.eml')).text).toContain('View Clara Barlowe&#39;s profile: ')
  })

  it('decodes the charset and the transfer encoding of text', async () => {
    const type = 'Content-Type: text/plain; charset=iso-8859-1'
    expect((await lines(type, 'Content-Transfer-Encoding: quoted-printable', '', 'J=FCrgen')).text).toBe('Jürgen')
  })

  it('takes an attached or an embedded message for no part of its own', async () => {
    const parts = ['text/plain\r\nContent-Disposition: attachment', 'message/rfc822\r\nContent-Disposition: inline']
    const bodies = parts.flatMap((type) => ['--b', `Content-Type: ${type}`, '', 'Subject: inner', '', 'a note'])
    const message = await lines('Content-Type: multipart/mixed; boundary=b', '', ...bodies, '--b--', '')
    expect([message.text, message.html]).toEqual([null, null])
  })

  it('puts neither text nor a delivery status into another part', async () => {
    const parts = ['text/plain', 'text/html', 'message/delivery-status'].flatMap((type) => [
      '--b',
      `Content-Type: ${type}`,
      '',
      `of ${type}`,
    ])
    const message = await lines('Content-Type: multipart/mixed; boundary=b', '', ...parts, '--b--', '')
    expect([message.text?.trim(), textOf(message.html ?? '').trim()]).toEqual(['of text/plain', 'of text/html'])
  })
})

describe('the html tree', () => {
  it('has lower-case names in drawings too', async () => {
    const tags = elements((await html('<svg><foreignObject><p>')) ?? '').map(({ tag }) => tag)
    expect(tags).toEqual(['#root', 'svg', 'foreignobject', 'p'])
  })

  it('keeps the buttons of LinkedIn as anchors in anchors', async () => {
    const tree = (await sample('2025-05_en_message.eml')).html
    const outer = elements(tree ?? '').filter(({ attributes }) => attributes['aria-label'] === 'View message from Max')
    const inner = outer.flatMap((a) => elements(a).filter(({ tag }) => tag === 'a'))
    expect(inner.map((a) => textOf(a).trim())).toEqual(['View message', 'View message'])
  })

  it('has lower-case names, decoded text in one piece, and no code or comments', async () => {
    const source =
      '<P CLASS="A" Title="x &amp; y">a &amp; b&nbsp;c<BR></P><!-- note --><STYLE>p{}</STYLE><script>s</script>'
    expect((await html(source))?.children).toEqual([
      {
        tag: 'p',
        attributes: { class: 'A', title: 'x & y' },
        children: ['a & b\u00a0c', { tag: 'br', attributes: {}, children: [] }],
      },
      { tag: 'style', attributes: {}, children: [] },
      { tag: 'script', attributes: {}, children: [] },
    ])
  })

  it.each([
    ['too deep', '<b>'.repeat(600)],
    ['far too deep', '<b>'.repeat(500_000)],
    ['too many', '<br>'.repeat(60_000)],
    ['too many texts', 'a<br>'.repeat(26_000)],
  ])('is given up when it is %s', async (_, source) => {
    expect(await html(source)).toBeNull()
  })

  it('is built up to the caps', async () => {
    expect(elements((await html('<b>'.repeat(500))) ?? '')).toHaveLength(501)
    expect(elements((await html('<br>'.repeat(49_000))) ?? '')).toHaveLength(49_001)
  })
})

describe('what could not be read', () => {
  const alternative = [
    'Content-Type: multipart/alternative; boundary="b b"',
    '',
    '--b b',
    'Content-Type: text/plain',
    '',
    'x',
  ]

  it('is nothing in any sample that is whole', async () => {
    const whole = samples.filter((name) => !name.includes('headers'))
    for (const name of whole) expect((await sample(name)).defects, name).toEqual([])
  })

  it.each([
    ['an end', alternative, 'its end is missing: the last MIME boundary is not there'],
    [
      'the end of the html',
      ['Content-Type: text/html', '', '<html><body>x</body>'],
      'the end of its html part is missing',
    ],
    [
      'what is attached',
      [...alternative, '--b b', 'Content-Disposition: attachment', 'Content-Type: text/plain', '', 'y', '--b b--'],
      'it has an attachment of text, which LinkedIn does not send',
    ],
    ['a text without end', ['', 'a '.repeat(200_000)], "its text part is longer than any of LinkedIn's"],
    [
      'html without end',
      ['Content-Type: text/html', '', '<br>'.repeat(60_000)],
      "its html part is larger than any of LinkedIn's",
    ],
    [
      'what is too large',
      ['Subject: a', '', 'x'.repeat(2 * 1024 * 1024)],
      'it is larger than 2 MiB, so no more than its header was',
    ],
    [
      'a heap of parts',
      ['Content-Type: multipart/mixed; boundary=b', '', '--b\r\n\r\nx\r\n'.repeat(1200)],
      'its MIME structure cannot be read, so no more than its header was',
    ],
  ])('is said: %s', async (_, source, defect) => {
    expect((await lines(...source)).defects).toEqual([defect])
  })

  it('is not a picture that is attached', async () => {
    const picture = ['--b b', 'Content-Type: image/png', 'Content-Disposition: attachment', '', 'y', '--b b--']
    expect((await lines(...alternative, ...picture)).defects).toEqual([])
  })
})

describe('hostile octets', () => {
  it('keep their header alone when they are over 2 MiB', async () => {
    const message = await lines('Subject: a', 'Content-Type: text/plain', '', 'x'.repeat(2 * 1024 * 1024))
    expect([message.subject, message.text]).toEqual(['a', null])
  })

  it('keep their header alone when there are too many parts', async () => {
    const message = await lines(
      'Subject: a',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b\r\n\r\nx\r\n'.repeat(1200),
    )
    expect([message.subject, message.text]).toEqual(['a', null])
  })

  it('give an empty message when the header alone is too large', async () => {
    expect((await lines(`X: ${'x'.repeat(3 * 1024 * 1024)}`, '', 'a')).fields).toHaveLength(0)
  })

  it('never make it throw', async () => {
    const pieces = fc.constantFrom(
      ...[
        'Content-Type: ',
        'multipart/alternative; boundary=b',
        'text/html; charset=utf-7',
        'text/plain',
        '\r\n',
        '\n',
        '--b',
        '--b--',
      ],
      ...[
        'Content-Transfer-Encoding: base64',
        '<a',
        ' href="',
        '>',
        '&#x110000;',
        '\0',
        ': ',
        'From: ',
        '<a@b>',
        '=?utf-8?b?/w==?=',
        ',',
      ],
    )
    const text = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')))
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
        expect(Array.isArray((await parse(bytes)).fields)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
