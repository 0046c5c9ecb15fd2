import { describe, expect, it } from 'vitest'
import { fieldValues } from '../../src/core/message.ts'
import { encode, encodeNotice } from '../../src/io/encode.ts'
import { parse } from '../../src/io/parse.ts'
import type { ReplyMessage } from '../../src/ports.ts'

const reply: ReplyMessage = {
  from: { name: 'Ada Byron', address: 'ada@example.org' },
  to: { name: 'Rowan Ashby', address: '0f1e@reply.example.com' },
  subject: 'Re: I want to connect',
  messageId: '<hwm.abc@example.org>',
  inReplyTo: '<863396117@prod.example.com>',
  references: ['<1@example.com>', '<863396117@prod.example.com>'],
  date: Date.UTC(2025, 10, 4, 8, 12, 28),
  automatic: false,
  text: 'Thanks for your request.\n\nWhere might we have met?\n',
}

const encoded = async (changes: Partial<ReplyMessage>): Promise<string> =>
  Buffer.from(await encode({ ...reply, ...changes })).toString('latin1')
const parsed = async (changes: Partial<ReplyMessage>) => parse(await encode({ ...reply, ...changes }))

describe('a reply', () => {
  it('is written out like this', async () => {
    expect((await encoded({})).split('\r\n')).toEqual([
      'From: Ada Byron <ada@example.org>',
      'To: Rowan Ashby <0f1e@reply.example.com>',
      'In-Reply-To: <863396117@prod.example.com>',
      'References: <1@example.com> <863396117@prod.example.com>',
      'Subject: Re: I want to connect',
      'Message-ID: <hwm.abc@example.org>',
      'Date: Tue, 04 Nov 2025 08:12:28 +0000',
      'Content-Transfer-Encoding: 7bit',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Thanks for your request.',
      '',
      'Where might we have met?',
      '',
    ])
  })

  it('that goes out by itself says so, to people and to Exchange', async () => {
    const message = await parsed({ automatic: true })
    expect(fieldValues(message, 'auto-submitted')).toEqual(['auto-replied'])
    expect(fieldValues(message, 'x-auto-response-suppress')).toEqual(['OOF, AutoReply'])
  })

  it('that a person sends is no automatic response', async () => {
    const message = await parsed({ automatic: false })
    expect(fieldValues(message, 'auto-submitted')).toEqual([])
    expect(fieldValues(message, 'x-auto-response-suppress')).toEqual([])
  })

  it('is the same octets for the same input', async () => {
    const text = 'Grüße, where might we have met? '.repeat(20)
    expect(await encoded({ text })).toBe(await encoded({ text }))
  })

  it('has no recipient of any kind when it is for the site', async () => {
    const names = (await parsed({ to: null })).fields.map(({ name }) => name)
    expect(names).toEqual([
      'From',
      'In-Reply-To',
      'References',
      'Subject',
      'Message-ID',
      'Date',
      'Content-Transfer-Encoding',
      'MIME-Version',
      'Content-Type',
    ])
  })

  it.each([
    ['plain', 'Grace Hopper', 'Hello'],
    ['accented', 'Jürgen Müller-Lüdenscheidt', 'Re: Ich möchte mich vernetzen'],
    ['Japanese', '山田太郎', 'Re: つながり申請のお知らせ '.repeat(8).trim()],
    ['with an emoji', 'Zoë 🌍', 'Re: 🌍 hello'],
    ['with a comma and quotes', 'Hopper, Grace "Amazing"', 'Re: a, "b" <c>'],
    ['with an apostrophe', "Conan O'Brien", "Re: Conan O'Brien & Co"],
  ])('reads back a name and a subject that are %s', async (_, name, subject) => {
    const message = await parsed({
      from: { name, address: 'ada@example.org' },
      to: { name, address: 'x@example.com' },
      subject,
    })
    expect(message.from).toEqual([{ name, address: 'ada@example.org' }])
    expect(message.to).toEqual([{ name, address: 'x@example.com' }])
    expect(message.subject).toBe(subject)
  })

  it.each([
    'Short.\n',
    'Grüße\n',
    '山田\n',
    `${'word '.repeat(400)}\n`,
    `${'x'.repeat(3000)}\n`,
    '.\nFrom me\n--b\n',
    'a\r\nb\rc\n',
  ])('reads back the text %j', async (text) => {
    expect((await parsed({ text })).text).toBe(text.replace(/\r\n?/g, '\n'))
  })

  it.each([
    ['subject', { subject: 'Re: a\r\nBcc: x@evil.test' }],
    ['name', { from: { name: 'Ada\r\nBcc: x@evil.test', address: 'ada@example.org' } }],
    ['recipient name', { to: { name: 'A\nBcc: x@evil.test,', address: 'a@example.org' } }],
  ])('lets no line break of a %s make a field or a recipient', async (_, changes) => {
    const message = await parsed(changes)
    expect(fieldValues(message, 'bcc')).toEqual([])
    expect(message.to).toHaveLength(1)
    expect(message.from).toHaveLength(1)
  })

  it('lets half a character of a subject be a space', async () => {
    expect((await parsed({ subject: 'a\ud800b' })).subject).toBe('a b')
  })

  it.each([
    ['a comma', 'a@example.org,b@evil.test'],
    ['a line break', 'a@example.org\r\nb@evil.test'],
    ['a space', 'a b@example.org'],
    ['two at signs', 'a@b@example.org'],
    ['angle brackets', '<a@example.org>'],
    ['a quoted local part', '"a b"@example.org'],
    ['an address literal', 'a@[192.0.2.1]'],
    ['nothing', ''],
  ])('is refused with %s in an address', async (_, address) => {
    await expect(encode({ ...reply, to: { name: '', address } })).rejects.toThrow('malformed address')
    await expect(encode({ ...reply, from: { name: '', address } })).rejects.toThrow('malformed address')
  })

  it.each(['a@example.org', '<a b@example.org>', '<a@b>\r\nX: y', ''])(
    'is refused with the Message-ID %j',
    async (messageId) => {
      await expect(encode({ ...reply, messageId })).rejects.toThrow('malformed Message-ID')
    },
  )

  it('leaves malformed msg-ids out of In-Reply-To and References', async () => {
    const message = await parsed({
      inReplyTo: '<a b@c>',
      references: [
        '<1@example.com>\r\nX: y',
        '<2@example.com>',
        'junk',
        '<ü@example.com>',
        `<${'x'.repeat(1000)}@example.com>`,
      ],
    })
    expect(fieldValues(message, 'in-reply-to')).toEqual([])
    expect(fieldValues(message, 'references')).toEqual(['<2@example.com>'])
    expect(fieldValues(await parsed({ inReplyTo: null, references: [] }), 'references')).toEqual([])
  })

  it('has CRLF line ends and lines of at most 998 octets', async () => {
    const octets = await encoded({
      from: { name: 'n'.repeat(5000), address: 'ada@example.org' },
      subject: 's'.repeat(5000),
      references: Array.from({ length: 100 }, (_, n) => `<${n}@example.com>`),
      text: `${'x'.repeat(5000)}\n${'ü'.repeat(5000)}`,
    })
    expect(octets.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(Math.max(...octets.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
  })
})

describe('a notice', () => {
  const notice = {
    ...{
      from: reply.from,
      subject: 'have-we-met cannot log in\r\nBcc: x@example.com',
      text: 'Since noon\n\n    it said\n',
    },
    ...{ date: reply.date, messageId: '<hwm-notice.abc@example.org>' },
  }

  it('is written out like this: from the user to the user, and for no machine to answer', async () => {
    expect(
      Buffer.from(await encodeNotice(notice))
        .toString('latin1')
        .split('\r\n'),
    ).toEqual([
      'Auto-Submitted: auto-generated',
      'From: Ada Byron <ada@example.org>',
      'To: Ada Byron <ada@example.org>',
      'Subject: have-we-met cannot log in Bcc: x@example.com',
      'Message-ID: <hwm-notice.abc@example.org>',
      'Date: Tue, 04 Nov 2025 08:12:28 +0000',
      'Content-Transfer-Encoding: 7bit',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Since noon',
      '',
      '    it said',
      '',
    ])
  })

  it.each([
    ['an address', { from: { name: '', address: 'ada@example.org, eve@example.com' } }],
    ['a Message-ID', { messageId: '<a@b>\r\nBcc: <eve@example.com>' }],
  ])('is not made of %s that is malformed', async (_, change) => {
    await expect(encodeNotice({ ...notice, ...change })).rejects.toThrow('malformed')
  })
})
