import { describe, expect, it } from 'vitest'
import { samplesFor } from '../../src/core/templateSamples.ts'
import type { ReplyFacts } from '../../src/core/templateVariables.ts'
import { openTemplates } from '../../src/io/templates.ts'

const templates = openTemplates(['templates'])
const languages = ['de', 'en', 'es', 'fr', 'ja', 'pt']
const samples = samplesFor({ ownName: 'Rowan Ashby', timezone: 'UTC', now: Date.UTC(2026, 10, 23) })

const factsOf = (name: string): ReplyFacts => {
  const sample = samples.find((one) => one.name === name)
  if (sample === undefined) throw new Error(`there is no sample ${name}`)
  return sample.facts
}

const reply = (name: string, language: string, sample = 'full'): string =>
  templates.render(name, [language], factsOf(sample)).text

it('the shipped templates are two tones, the hand-over in six languages, and a signature', () => {
  expect(templates.all().map(({ file }) => file)).toEqual([
    ...['ask-context-brief', 'ask-context', 'hand-over'].flatMap((name) =>
      languages.map((language) => `templates/${name}.${language}.hbs`),
    ),
    'templates/signature.en.hbs',
  ])
  expect(templates.broken()).toEqual([])
})

describe('the shipped reply', () => {
  it('asks in English', () => {
    expect(templates.render('ask-context', ['en'], factsOf('full'))).toEqual({
      template: 'ask-context',
      language: 'en',
      subject: null,
      text: `Hello Ingrid,

Thank you for your invitation to connect on LinkedIn. I only connect with people I know; could you help me recall where we might have met? A line or two is plenty, and I would be glad to hear from you.

Kind regards
Rowan Ashby
`,
    })
  })

  it('asks in German, also an Austrian', () => {
    expect(templates.render('ask-context', ['de-AT', 'en'], factsOf('full'))).toEqual({
      template: 'ask-context',
      language: 'de',
      subject: null,
      text: `Guten Tag Ingrid,

vielen Dank für Ihre Einladung auf LinkedIn. Ich vernetze mich dort nur mit Menschen, die ich kenne. Würden Sie mir auf die Sprünge helfen, woher wir uns kennen könnten? Ein, zwei Sätze genügen, und ich freue mich, von Ihnen zu lesen.

Freundliche Grüße
Rowan Ashby
`,
    })
  })

  it.each([
    ['de', 'Guten Tag Ingrid,', 'Guten Tag,'],
    ['en', 'Hello Ingrid,', 'Hello,'],
    ['es', 'Hola, Ingrid:', 'Hola:'],
    ['fr', 'Bonjour Ingrid,', 'Bonjour,'],
    ['ja', 'Ingrid Solberg 様', 'Ingrid Solberg 様'],
    ['pt-BR', 'Olá, Ingrid,', 'Olá,'],
  ])('greets in %s, with a first name and without', (language, withName, without) => {
    expect(reply('ask-context', language).split('\n')[0]).toBe(withName)
    expect(reply('ask-context', language, 'sparse').split('\n')[0]).toBe(without)
    expect(reply('ask-context-brief', language, 'sparse').split('\n')[0]).toBe(without.replace('Hello', 'Hi'))
  })

  it.each(languages.flatMap((language) => ['ask-context', 'ask-context-brief'].map((name) => [name, language])))(
    '%s in %s is a greeting, one short paragraph, a closing and the name',
    (name = '', language = '') => {
      const paragraphs = reply(name, language).trim().split('\n\n')
      expect(paragraphs).toHaveLength(3)
      expect(paragraphs[2]?.split('\n').at(-1)).toBe('Rowan Ashby')
      expect(paragraphs[1]?.length).toBeLessThan(name === 'ask-context' ? 260 : 130)
      expect(paragraphs[1]).toMatch(/[?？]|でしょうか/u)
      expect(reply(name, language, 'sparse').trim().split('\n\n')[2]?.split('\n')).toHaveLength(1)
    },
  )

  it('holds nothing back and adds nothing to what a stranger writes, and makes no line to cut at of it', () => {
    for (const { name, language } of templates.all()) {
      const text = reply(name, language, 'hostile')
      expect(text).not.toMatch(/undefined|null|&quot;|\[object/u)
      expect(text.match(/---- 8< ----/gu)?.length ?? 0).toBe(name === 'hand-over' ? 1 : 0)
    }
    expect(reply('ask-context', 'ja', 'hostile')).toContain("{{ownName}} O'Brien <b>&amp;</b>")
  })
})

describe('the shipped hand-over', () => {
  it.each(languages)('in %s begins with the line to cut at and holds the links', (language) => {
    const { text, subject } = templates.render('hand-over', [language], factsOf('full'))
    expect(subject).toBeNull()
    const [line = '', blank] = text.split('\n')
    expect(line).toMatch(/^---- 8< ---- \S/u)
    // Thunderbird's composer breaks a line of 72 characters.
    expect(line.length).toBeLessThan(70)
    expect(blank).toBe('')
    expect(text).toMatch(/: https:\/\/www\.linkedin\.com\/mynetwork\/invitation-manager\/\n/u)
    expect(text).toMatch(/Ingrid Solberg.*: https:\/\/www\.linkedin\.com\/in\/ingrid-solberg-90aa12c4\n$/u)
  })

  it.each(languages)('in %s has no line about a profile that is not known', (language) => {
    const text = reply('hand-over', language, 'sparse')
    expect(text.trim().endsWith('https://www.linkedin.com/mynetwork/invitation-manager/')).toBe(true)
    expect(text).not.toContain('/in/')
  })
})
