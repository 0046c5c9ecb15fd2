import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sanitize } from '../../src/io/sanitize.ts'
import { card, eml, messageOf, phrases } from '../support/mail.ts'
import { readingOf } from '../support/reading.ts'

const much = 500_000
const long = (piece: string, octets = much): string => piece.repeat(Math.floor(octets / Buffer.byteLength(piece)))
const from = 'From: Ada Byron <invitations@linkedin.com>\nTo: Bo Ek <bo@ek.example>\n'
const message = (body: string, more = ''): Buffer => Buffer.from(`${from}${more}\n${body}\n`)
const patient = 30_000

/** Whatever takes time by the square of its length would take minutes or hours. */
describe('a body is sanitized in time', () => {
  const lengthy = ['a ', '<', '&amp;', 'a', `- Ada Byron\n${'word '.repeat(17)}\n`]
  const odd = ['a.', 'a@', 'a-1-', '=?', '1:', '(', '"', '<b></b>', '<!--', '天', 'https://a/', '\n', '\u0301'].concat([
    "I'd like to add you to my professional ",
    'Ada, and millions of, is waiting, ',
    'Hi Ada, ',
    'Thanks, ',
  ])
  const cases = [...lengthy.map((piece) => [piece, much] as const), ...odd.map((piece) => [piece, 100_000] as const)]

  it.each(cases.flatMap(([piece, octets]) => ['plain', 'html'].map((type) => [piece, octets, type] as const)))(
    '%j, %i octets of it, as text/%s',
    async (piece, octets, type) => {
      const bytes = message(long(piece, octets), `Content-Type: text/${type}; charset=utf-8\n`)
      expect((await sanitize(bytes, phrases)).length).toBeGreaterThan(octets / 2)
    },
    patient,
  )

  it(
    'of 5 000 people and tokens',
    async () => {
      const lines = Array.from(
        { length: 5_000 },
        (_, at) => `- Ada${at} Byron${at}\nhttps://www.linkedin.com/x?e=k9${at}zZ${at}`,
      )
      const sanitized = Buffer.from(await sanitize(message(lines.join('\n')), phrases)).toString()
      expect(sanitized).not.toMatch(/Byron|k9\d+zZ/u)
    },
    patient,
  )
})

describe('a long field is sanitized in time', () => {
  const names = 'From To Subject Received Authentication-Results Message-ID DKIM-Signature Content-Type X-Odd'.split(
    ' ',
  )
  it.each(names)(
    '%s',
    async (name) => {
      for (const piece of ['a ', '=?', 'a.', '"', '<', '(', 'aa.', 'a=', '1:', ' ', '=?utf-8?Q?a?= '])
        expect((await sanitize(Buffer.from(`${name}: ${long(piece, 60_000)}\n\nx\n`), phrases)).length).toBeGreaterThan(
          99,
        )
    },
    patient,
  )
})

describe('what cannot be sanitized is refused with a sentence and a hint', () => {
  const refused = { name: 'OperatorError', exitCode: 65, hints: [expect.stringMatching(/\w+/u)] }

  it.each([
    ['a message over 2 MiB', message('a'.repeat(2 * 1024 * 1024)), 'the message is over 2 MiB'],
    [
      'a header over 1 MiB',
      message('', `X-Odd: ${'a'.repeat(1024 * 1024)}\n`),
      'the parts of this message cannot be told apart',
    ],
    [
      'html of 600 000 levels',
      message(long('<b>'), 'Content-Type: text/html\n'),
      'the html of this message is nested too deep',
    ],
    [
      'a text in Shift_JIS',
      message('x', 'Content-Type: text/plain; charset=shift_jis\n'),
      'a text of this message is in shift_jis, which cannot be written back',
    ],
    [
      'a text in UTF-16',
      message('x', 'Content-Type: text/html; charset=utf-16le\n'),
      'a text of this message is in utf-16le, which cannot be written back',
    ],
    [
      'a text in no charset at all',
      message('x', 'Content-Type: text/plain; charset=klingon\n'),
      'a text of this message is in klingon, which cannot be written back',
    ],
  ])('%s', async (_, bytes, sentence) => {
    await expect(sanitize(bytes, phrases)).rejects.toMatchObject({ ...refused, message: sentence })
  })
})

describe('a text in another charset is written back in it', () => {
  const octets = (charset: string, body: number[]): Buffer =>
    Buffer.concat([Buffer.from(`${from}Content-Type: text/plain; charset=${charset}\n\n`), Buffer.from(body)])
  const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')]

  it.each([
    [
      'windows-1252',
      ascii('I\x92d like to join your LinkedIn network.\nM\xfcnster\n'),
      /^I’d like to join your LinkedIn network\.\n(?!M)\p{Lu}\p{Ll}{6}\n$/u,
    ],
    ['iso-8859-15', ascii('\xa4 M\xfcnster\n'), /^€ (?!M)\p{Lu}\p{Ll}{6}\n$/u],
    ['koi8-r', ascii('\xf0\xe5\xf4\xf2\n'), /^x{4}\n$/u],
    ['utf-8', [...Buffer.from('Ünal\n')], /^(?!Ünal)\p{Lu}\p{Ll}{3}\n$/u],
    ['utf-8', ascii('M\xfcnster\n'), /^(?!M).{7}\n$/u],
    ['iso-8859-7', ascii('\xae a\n'), /^. (?!a)\w\n$/u],
  ])('%s', async (charset, body, expected) => {
    const { text } = await messageOf(await sanitize(octets(charset, body), phrases))
    expect(text).toMatch(expected)
  })
})

describe('whatever the octets are', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'Hi Bo,',
      "I'd like to join your LinkedIn network.",
      'Ada Byron',
      'Byron',
      'Best regards,',
      'Accept: ',
      'LinkedIn',
    ),
    fc.constantFrom(
      '<p>',
      '</p>',
      '<a href="https://www.linkedin.com/comm/in/ada-byron?trk=eml-x-hero-0-prof~name">',
      '</a>',
      '<!--',
      '-->',
      '<script>',
      '&amp;',
      '&nbsp;',
      '"',
      '=',
      '\n',
      '\n\n',
      '\u200b',
      '\ue000',
    ),
    fc.constantFrom(
      'https://www.linkedin.com/e/v2?e=1abc-2def&t=lun',
      'bo@ek.example',
      '555 0199 88',
      '山田太郎',
      'أحمد',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  const body = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' '))

  it(
    'a person is not left, and the message reads the same',
    async () => {
      await fc.assert(
        fc.asyncProperty(body, fc.constantFrom('plain', 'html'), async (text, type) => {
          const bytes = message(text, `Content-Type: text/${type}; charset=utf-8\nSubject: I want to connect\n`)
          const sanitized = Buffer.from(await sanitize(bytes, phrases))
          expect(sanitized.toString()).not.toMatch(/Byron|ada-byron|bo@ek|0199|太郎|1abc/u)
          expect(await readingOf(sanitized)).toEqual(await readingOf(bytes))
        }),
        { numRuns: 40 },
      )
    },
    patient,
  )

  it(
    'a card with any note in it reads the same',
    async () => {
      const places = ['<h3 class', '<hr class="!w-6', '</body>']
      await fc.assert(
        fc.asyncProperty(body, fc.constantFrom(...places), async (text, before) => {
          const source = eml(card).toString('utf8').replace(/=\n/gu, '')
          const note = text.replace(/[<>=]|[^\P{Cc}\n]|\p{Cs}/gu, '')
          const bytes = Buffer.from(source.replace(before.replace('=', '=3D'), (found) => `<div>${note}</div>${found}`))
          expect(await readingOf(await sanitize(bytes, phrases))).toEqual(await readingOf(bytes))
        }),
        { numRuns: 20 },
      )
    },
    patient,
  )
})
