/** Whatever a note says, wherever it stands: it is never read as none. Whatever a headline says: it is no note. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNotification } from '../../src/core/notification.ts'
import { visible } from '../../src/core/wording.ts'
import { cardIn, cardPlaces, chromes, inChrome, oldChromes, oldIn } from '../support/chrome.ts'
import { card, eml, messageOf, multipart, phrases, withPart } from '../support/mail.ts'
import { asHtml, isOwnWords, note, oneLine } from '../support/notes.ts'

const read = async (bytes: Buffer | string) => readNotification(await messageOf(bytes), phrases)
const runs = { numRuns: 25 }

const chrome = fc.constantFrom(null, ...chromes)
const element = fc.constantFrom('div', 'p', 'td', 'blockquote', 'h2', 'li')

/** Whether every word of a text stands in the html somewhere: then it may be one of its own. */
const shows = (html: string, text: string): boolean =>
  (
    visible(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).every((word) => html.toLowerCase().includes(word))

describe('a note in the card', () => {
  const inside = ['below the name', 'above the accept button']

  it.each(cardPlaces)('%s is never missed, in any chrome and any words', async (place, before) => {
    await fc.assert(
      fc.asyncProperty(chrome, element, note, async (language, tag, text) => {
        fc.pre(inside.includes(place) || !isOwnWords(text))
        const anchor = inChrome(before, language)
        const bytes = withPart(cardIn(language), 'text/html', (html) =>
          html.replace(anchor, () => `<${tag}>${asHtml(text)}</${tag}>${anchor}`),
        )
        const found = await read(bytes)
        expect(found.kind === 'unrecognised' ? 'unknown' : found.note?.kind).not.toBe('absent')
        if (inside.includes(place)) expect(found.note?.kind).toBe('present')
      }),
      runs,
    )
  })

  it.each(['Ingrid Solberg\n', 'Accept: ', '----------', 'Unsubscribe: '])(
    'and in the text part alone, before %j, is never missed',
    async (before) => {
      const html = eml(multipart).toString()
      await fc.assert(
        fc.asyncProperty(note, async (text) => {
          fc.pre(!isOwnWords(text) && !shows(html, text))
          const bytes = withPart(eml(multipart), 'text/plain', (part) =>
            part.replace(before, () => `${text}\n${before}`),
          )
          expect((await read(bytes)).note?.kind).not.toBe('absent')
        }),
        runs,
      )
    },
  )
})

const sentence = "I'd like to join your LinkedIn network."
const old = ['2016-04_en_invite-no-note_1', '2016-05_en_invite-no-note_2'] as const

type Chrome = Readonly<Record<string, string>>

/** The notification of 2016 with other words in the place of LinkedIn's sentence, in one part or in both. */
const oldWith = (name: string, body: string, part: 'both' | 'html' | 'text', chrome: Chrome | null = null): Buffer => {
  const own = chrome?.[sentence] ?? sentence
  const html = (bytes: Buffer) =>
    part === 'text' ? bytes : withPart(bytes, 'text/html', (text) => text.replaceAll(own, () => asHtml(body)))
  const plain = (bytes: Buffer) =>
    part === 'html' ? bytes : withPart(bytes, 'text/plain', (text) => text.replace(own, () => body))
  return html(plain(chrome === null ? eml(name) : oldIn(name, chrome)))
}

describe('a note of 2015 to 2024', () => {
  const part = fc.constantFrom('both' as const, 'html' as const, 'text' as const)
  const spoken = fc.constantFrom(null, ...oldChromes.map(([, words]) => words))

  it.each([
    ['instead of', (text: string) => text],
    ['behind', (text: string) => `${sentence} ${text}`],
    ['in a paragraph below', (text: string) => `${sentence}\n\n${text}`],
    ['before', (text: string) => `${text}\n\n${sentence}`],
  ])("%s LinkedIn's sentence is never missed", async (_, compose) => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...old), spoken, part, note, async (name, words, where, text) => {
        // Only words can be told from the end of LinkedIn's own sentence.
        fc.pre(/[\p{L}\p{N}]/u.test(text))
        const found = await read(oldWith(name, compose(text), where, words))
        expect(found.kind === 'unrecognised' ? 'unknown' : found.note?.kind).not.toBe('absent')
      }),
      runs,
    )
  })
})

describe('the note of 2011', () => {
  it('is never missed', async () => {
    const source = eml('2011-09_en_invite-no-note').toString()
    await fc.assert(
      fc.asyncProperty(note, async (text) => {
        const found = await read(
          source.replace("I'd like to add you to my professional network on LinkedIn.", () => text),
        )
        expect(found.kind === 'unrecognised' ? 'unknown' : found.note?.kind).not.toBe('absent')
      }),
      runs,
    )
  })
})

describe("LinkedIn's sentence of every language and era", () => {
  const sentences = phrases.flatMap(({ language, invitation, greetings, closings }) =>
    invitation.map((words) => [language, words, greetings[0] ?? '', closings[0] ?? ''] as const),
  )
  const first = (name: string): string => (name === old[0] ? 'Arthur' : 'Gregory')

  it.each(sentences)('is no note, greeted and signed or not: %s, %s', async (_, words, greeting, closing) => {
    for (const name of old) {
      for (const body of [
        words,
        `${greeting} John,\n${words}`,
        `${words}\n\n${closing},\n${first(name)}`,
        `${words} ${first(name)}`,
      ]) {
        expect((await read(oldWith(name, body, 'both'))).note, body).toEqual({ kind: 'absent' })
      }
    }
    const inCard = withPart(eml(card), 'text/html', (html) =>
      html.replace('<hr class="!w-6', () => `<p>${asHtml(`${greeting} Rowan, ${words}`)}</p><hr class="!w-6`),
    )
    expect((await read(inCard)).note).toEqual({ kind: 'absent' })
    const inText = withPart(eml(multipart), 'text/plain', (text) => `${greeting} Rowan, ${words}\n\n${text}`)
    expect((await read(inText)).note).toEqual({ kind: 'absent' })
  })
})

/** [layout, the fixture with other words about the inviter] */
const about = {
  name: (text: string) => [
    withPart(eml(card), 'text/html', (html) => html.replaceAll('Petra Lindqvist', () => asHtml(text))),
    named(eml(multipart), 'Ingrid Solberg', text),
    named(eml(old[0]), 'Arthur Pemble', text),
    named(eml(old[1]), 'Gregory Whitfield', text),
  ],
  headline: (text: string) => [
    withPart(eml(card), 'text/html', (html) =>
      html.replace('Certified Management Systems Consultant |…', () => asHtml(text)),
    ),
    inBoth(eml(multipart), 'Procurement Lead | Cold chain | Oslo', text),
    inBoth(eml(old[0]), 'Principal Harbor Engineer and Tide Planner - Certified Boatmaster', text),
    inBoth(eml(old[1]), 'Managing Director', text),
  ],
  location: (text: string) => [
    withPart(eml(card), 'text/html', (html) => html.replace('>Gothenburg<', () => `>${asHtml(text)}<`)),
    withPart(eml(old[0]), 'text/html', (html) => html.replace('Greater Boston Area', () => asHtml(text))),
    withPart(eml(old[1]), 'text/html', (html) => html.replace('Charlotte, North Carolina Area', () => asHtml(text))),
  ],
}

const inBoth = (bytes: Buffer, from: string, to: string): Buffer =>
  withPart(
    withPart(bytes, 'text/html', (html) => html.replaceAll(from, () => asHtml(to))),
    'text/plain',
    (text) => text.replaceAll(from, () => to),
  )

const named = (bytes: Buffer, from: string, to: string): Buffer =>
  Buffer.from(
    inBoth(bytes, from, to)
      .toString('utf8')
      .replace(/^From: .*</mu, () => `From: =?utf-8?B?${Buffer.from(to).toString('base64')}?= <`),
  )

describe.each(Object.entries(about))('whatever words a %s holds', (_, variants) => {
  it('they are no note', async () => {
    await fc.assert(
      fc.asyncProperty(oneLine, async (text) => {
        for (const bytes of variants(text)) expect((await read(bytes)).note?.kind).not.toBe('present')
      }),
      runs,
    )
  })
})
