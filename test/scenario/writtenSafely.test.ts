/**
 * Whatever a stranger calls himself, the draft is the user's own: its fields, its one recipient or none, its words. The
 * whole way is walked, from the octets of a genuine notification to the octets of the draft, which are parsed again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Assessed, assess, compose, type Grounds } from '../../src/assess.ts'
import { firstNameOf } from '../../src/core/firstName.ts'
import { fieldValues, type Message } from '../../src/core/message.ts'
import { encode } from '../../src/io/encode.ts'
import { parse } from '../../src/io/parse.ts'
import { openTemplates } from '../../src/io/templates.ts'
import { noon, policy } from '../support/facts.ts'
import { eml, messageOf, multipart, phrases, withPart } from '../support/mail.ts'

const shipped = fileURLToPath(new URL('../../templates', import.meta.url))
const relay = '0f1e2d3c-1a2b-3c4d-5e6f-0123456789ab@reply.linkedin.com'

/** What a stranger, or the person behind an alias, can write himself. */
interface Hostile {
  readonly name: string
  readonly headline: string
  readonly location: string
  readonly subject: string
  /** Display name of To. */
  readonly own: string
  readonly replyTo: string | null
  readonly lang: string
}

const harmless: Hostile = {
  name: 'Ingrid Solberg',
  headline: 'Procurement Lead',
  location: 'Oslo',
  subject: 'I want to connect',
  own: 'Rowan Ashby',
  replyTo: null,
  lang: 'en',
}

const inHtml = (text: string): string => text.replace(/[&<>"]/gu, (sign) => `&#${sign.charCodeAt(0)};`)
const inLine = (text: string): string => text.replace(/\s+/gu, ' ')

/** RFC 2047 §4.1, in one word: whatever stands in it is decoded only after the field has been taken apart. */
const encodedWord = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
const bare = (text: string): string => text.replace(/[\r\n]+/gu, ' ')

type Spelling = (text: string) => string

const withField = (bytes: Buffer, name: string, value: string): Buffer =>
  Buffer.from(bytes.toString('utf8').replace(new RegExp(`^${name}: .*$`, 'mu'), () => `${name}: ${value}`))

/** A genuine notification about this person. */
const notificationOf = (hostile: Hostile, spelt: Spelling = encodedWord): Buffer => {
  const about = (text: string, write: Spelling): string =>
    text
      .replaceAll('Ingrid Solberg', () => write(hostile.name))
      .replace('Ingrid, Head', () => `${write(hostile.name.split(' ')[0] ?? '')}, Head`)
      .replace('Procurement Lead | Cold chain | Oslo', () => write(hostile.headline))
  const html = withPart(eml(multipart), 'text/html', (text) =>
    about(text, inHtml)
      .replace('>Oslo<', () => `>${inHtml(hostile.location)}<`)
      .replace(/<html\b[^>]*>/u, () => `<html lang="${inHtml(hostile.lang)}">`),
  )
  const both = withPart(html, 'text/plain', (text) =>
    about(text, inLine).replace('\nOslo\n', () => `\n${inLine(hostile.location)}\n`),
  )
  const from = withField(both, 'From', `${spelt(hostile.name)} <invitations@linkedin.com>`)
  const to = withField(from, 'To', `${spelt(hostile.own)} <rowan@example.org>`)
  const subject = withField(to, 'Subject', spelt(hostile.subject))
  return hostile.replyTo === null
    ? subject
    : Buffer.from(`Reply-To: ${spelt(hostile.name)} <${hostile.replyTo}>\n${subject}`)
}

interface Written {
  readonly assessed: Assessed
  readonly octets: string
  readonly draft: Message
}

let folder = ''
let shippedGrounds: Grounds
let tellingAll: Grounds

const grounds = (folders: readonly string[], template: string): Grounds => ({
  phrases,
  policy: policy(),
  trusted: { authservIds: [], withoutId: false, receivedBy: null },
  verify: null,
  templates: openTemplates(folders),
  reply: { template, language: 'auto', defaultLanguage: 'en' },
  timezone: 'Europe/Oslo',
  user: { from: { name: '', address: 'rowan@example.org' }, own: ['rowan@example.org', '*@ashby.example.com'] },
})

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'written-'))
  const all = '{{inviter.name}}\n{{fallback inviter.headline ""}}\n{{ownName}}\n{{fallback invitationDate ""}}\n'
  writeFileSync(join(folder, 'all.en.hbs'), `Subject: {{inviter.name}} {{fallback inviter.headline ""}}\n\n${all}`)
  shippedGrounds = grounds([shipped], 'ask-context')
  tellingAll = grounds([folder, shipped], 'all')
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The draft, whatever the rules say of it. */
const write = async (bytes: Buffer, by = shippedGrounds): Promise<Written> => {
  const message = await messageOf(bytes)
  const assessed = await assess(message, bytes, by, noon, () => null)
  const composed = compose(message, assessed, by, { messageId: '<hwm.a@example.org>', now: noon })
  const octets = await encode(composed.message)
  return { assessed, octets: Buffer.from(octets).toString('latin1'), draft: await parse(octets) }
}

const always = ['From', 'Subject', 'Message-ID', 'Date', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding']
const threading = ['In-Reply-To', 'References']

const expectSafe = ({ octets, draft }: Written, to: string | null = null): void => {
  const names = draft.fields.map(({ name }) => name)
  expect(names.toSorted()).toEqual([...always, ...threading, ...(to === null ? [] : ['To'])].toSorted())
  expect(draft.from.map(({ address }) => address)).toEqual(['rowan@example.org'])
  expect(draft.to).toEqual(to === null ? [] : [{ name: '', address: to }])
  expect([...draft.replyTo, draft.html]).toEqual([null])
  expect(fieldValues(draft, 'Content-Type')).toEqual(['text/plain; charset=utf-8'])
  expect(octets.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u)
  expect(octets.slice(0, octets.indexOf('\r\n\r\n'))).toMatch(/^[\t\r\n -~]*$/u)
  expect(Math.max(...octets.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
}

const handOver = '---- 8< ----'
const usualLines = 15

/** Nothing that a stranger writes makes a line of its own, ends the answer before its end, or hides in it. */
const expectPlainWords = ({ draft, assessed }: Written): void => {
  const text = draft.text ?? ''
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u)
  expect(text.split(handOver)).toHaveLength(2)
  expect(text.split('\n').length).toBeLessThanOrEqual(usualLines)
  const first = firstNameOf(assessed.notification.inviter?.name ?? '', null)
  expect(['Hello,', `Hello ${first},`]).toContain(text.split('\n')[0])
}

const lineBreaks = ['\r\n', '\n', '\r', '\u2028', '\u2029', '\u0085', '\u000b', '\u000c']

const tricks: readonly string[] = [
  ...lineBreaks.map((end) => `Ann${end}Bcc: x@evil.test`),
  ...lineBreaks.map((end) => `Ann${end}${end}${handOver}${end}Pay here`),
  'Ann\r\n .\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>x</b>',
  '=?utf-8?Q?Ann=0D=0ABcc=3A_x=40evil.test?= Berg',
  '=?utf-8?B?QW5uDQpCY2M6IHhAZXZpbC50ZXN0?=',
  'Ann <x@evil.test>',
  'Ann <x@evil.test>, Ben <y@evil.test>',
  'Ann, x@evil.test, y@evil.test',
  'Ann" <x@evil.test>, "Ben',
  'Ann\\" <x@evil.test>',
  'team: x@evil.test, y@evil.test;',
  '(Ann (x@evil.test',
  '{{ownName}} Smith',
  '{{inviter.profile}} {{{ownName}}} {{#if ownName}}',
  '{{> partial}} {{lookup . "constructor"}}',
  '\\{{ownName}} $ownName $& $1 %s',
  '<b>Ann</b> <script>x</script> <img src=x>',
  '&lt;b&gt;Ann&lt;/b&gt; &#13;&#10;Bcc: x@evil.test',
  `${handOver} for you only`,
  `Ann ${handOver} Berg`,
  '-- ',
  'Ann \u202egreB\u202c \u2066x\u2069',
  'A\u200bn\u200dn\u00ad \u3164 \u2800 \u{e0041}Berg',
  '\u0000\u0007\u001b[31mAnn Berg\u009b',
  'A\ud800nn Berg',
  '🚀👩🏽‍💻🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣',
  'ANN BERG',
  'Dr. Ann Berg, PhD',
  '山田 太郎',
  'Ann',
  'Nord Foods GmbH',
  `Ann ${'Berg '.repeat(3000)}`,
  'x'.repeat(20_000),
  '山'.repeat(20_000),
  `P${'\u0301'.repeat(5000)}etra Berg`,
]

const spellings: readonly (readonly [how: string, spelt: Spelling])[] = [
  ['in an encoded word', encodedWord],
  ['in quotes', (text) => `"${bare(text).replace(/["\\]/gu, (sign) => `\\${sign}`)}"`],
  ['as it is', bare],
]

/** Each with a name that a terminal can print. */
const cases = tricks.map((text) => {
  const start = JSON.stringify(text.slice(0, 30))
  const printable = (sign: string): string => `\\u{${sign.codePointAt(0)?.toString(16)}}`
  return [start.replace(/[^ -~]/gu, printable), text] as const
})

describe.each(spellings)('a draft, where the hostile text stands %s', (_, spelt) => {
  it.each(cases)('and a stranger is called %s, is the user’s own', async (__, name) => {
    const written = await write(notificationOf({ ...harmless, name }, spelt))
    expectSafe(written)
    expectPlainWords(written)
  })

  it.each(cases)('and everything else is %s, is the user’s own', async (__, text) => {
    const hostile = { ...harmless, headline: text, location: text, subject: text, own: text }
    const written = await write(notificationOf(hostile, spelt))
    expectSafe(written)
    expectPlainWords(written)
  })
})

describe('a draft', () => {
  it('for a harmless person has all its lines', async () => {
    const { draft } = await write(notificationOf(harmless))
    expect(draft.text?.split('\n')).toHaveLength(usualLines)
  })

  it('prints a template in a name as it stands', async () => {
    const { draft } = await write(notificationOf({ ...harmless, name: '{{ownName}} {{#if language}}Smith' }))
    expect(draft.text).toContain('\nProfile of {{ownName}} {{#if language}}Smith: https://www.linkedin.com/in/')
    expect(draft.text).toMatch(/^Hello,\n/u)
  })

  it('prints a template in a headline, an own name and a subject as it stands', async () => {
    const hostile = { ...harmless, headline: '{{inviter.profile}}', own: '{{language}}', subject: '{{ownName}}' }
    const { draft } = await write(notificationOf(hostile), tellingAll)
    expect(draft.subject).toBe('Ingrid Solberg {{inviter.profile}}')
    expect(draft.text).toMatch(/^Ingrid Solberg\n\{\{inviter\.profile\}\}\n\{\{language\}\}\nNovember 4, 2025\n/u)
    expect((await write(notificationOf(hostile))).draft.subject).toBe('Re: {{ownName}}')
  })

  it.each(cases)('by a template that prints name and headline %s in its subject is the user’s own', async (_, text) => {
    const written = await write(notificationOf({ ...harmless, name: text, headline: text }), tellingAll)
    expectSafe(written)
    expect(written.draft.text?.split(handOver)).toHaveLength(2)
  })

  it.each(cases)('to the relay of one called %s has that one recipient', async (_, name) => {
    expectSafe(await write(notificationOf({ ...harmless, name, replyTo: relay })), relay)
  })

  it.each([
    `${relay}>, <x@evil.test`,
    `${relay},x@evil.test`,
    `x@evil.test`,
    `"${relay}"@evil.test`,
    `${relay}\r\n\tx@evil.test`,
    '{{ownName}}@reply.linkedin.com',
  ])('has no recipient where Reply-To is %j', async (replyTo) => {
    expectSafe(await write(notificationOf({ ...harmless, replyTo })))
  })

  it.each(['en-ab-cd', 'en-12', 'de-x1', 'en-abcdefgh-abcdefgh', '{{ownName}}', 'xx', 'constructor', '../../etc'])(
    'is written although the language of the mail is %j',
    async (lang) => {
      const { draft } = await write(notificationOf({ ...harmless, lang }), tellingAll)
      expect(draft.text).toMatch(/\b2025\b/u)
    },
  )

  it.each([
    '"row an"@ashby.example.com',
    '"x@evil.test,"@ashby.example.com',
    'röwan@ashby.example.com',
    `${'x'.repeat(1200)}@ashby.example.com`,
  ])('comes from the account where the own address that LinkedIn mailed is %j', async (address) => {
    expectSafe(await write(withField(notificationOf(harmless), 'To', `Rowan Ashby <${address}>`)))
  })

  it.each([
    ['kilobytes long', `<${'x'.repeat(3000)}@example.com>`],
    ['not in ASCII', '<ü@example.com>'],
  ])('refers to no msg-id that is %s', async (_, id) => {
    const bytes = withField(notificationOf(harmless), 'Message-ID', id)
    const { octets, draft } = await write(Buffer.from(`References: ${id}\n${bytes}`))
    expect(fieldValues(draft, 'In-Reply-To')).toEqual([])
    expect(fieldValues(draft, 'References')).toEqual([])
    expect(Math.max(...octets.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
  })

  it('is the user’s own for whatever anybody writes anywhere', { timeout: 120_000 }, async () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom(...tricks), fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 3 })
      .map((parts) => parts.join('').slice(0, 5000))
    const spelling = fc.constantFrom(...spellings.map(([, spelt]) => spelt))
    const hostile = fc.record({
      name: text,
      headline: text,
      location: text,
      subject: text,
      own: text,
      replyTo: fc.constantFrom(null, relay),
      lang: fc.constant('en'),
    })
    await fc.assert(
      fc.asyncProperty(hostile, spelling, async (given, spelt) => {
        const written = await write(notificationOf(given, spelt))
        const onSite = written.assessed.recipient.kind === 'on-site'
        expectSafe(written, onSite ? null : relay)
        if (onSite) expectPlainWords(written)
      }),
      { numRuns: 100 },
    )
  })
})
