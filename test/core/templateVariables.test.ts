import { describe, expect, it } from 'vitest'
import { listed, pluralForm } from '../../src/core/templateHelpers.ts'
import { dayInWords, localeFor } from '../../src/core/templateVariables.ts'
import { noon } from '../support/facts.ts'

describe('the locale of a template', () => {
  it.each([
    [['de-CH', 'en'], 'de', 'de-CH'],
    [['sv', 'de-AT'], 'de', 'de-AT'],
    [['sv'], 'en', 'en'],
    [['en-ab-cd'], 'en', 'en-ab'],
    [['de-x1'], 'de', 'de'],
    [['en-abcdefgh-abcdefgh'], 'en', 'en'],
    [['zzz'], 'zzz', 'zzz'],
    [['{{ownName}}'], 'pt-BR', 'pt-BR'],
    [[], 'zh-Hant-TW', 'zh-Hant-TW'],
    [['sr-Latn'], 'sr-Cyrl', 'sr-Cyrl'],
    [['pt-BR', 'pt-PT'], 'pt-PT', 'pt-PT'],
    [['DE-at'], 'de', 'DE-at'],
  ])('wanted in %j and written in %s is %s', (wanted, language, expected) => {
    expect(localeFor(wanted, language)).toBe(expected)
  })
})

describe('the day of an invitation', () => {
  it.each([
    ['de', 'long', '23. November 2026'],
    ['de', 'full', 'Montag, 23. November 2026'],
    ['en', 'long', 'November 23, 2026'],
    ['en-GB', 'long', '23 November 2026'],
    ['ja', 'long', '2026年11月23日'],
    ['fr', 'medium', '23 nov. 2026'],
    ['zzz', 'long', 'November 23, 2026'],
  ] as const)('in the locale %s and %s is %s', (locale, style, expected) => {
    expect(dayInWords(noon, locale, 'Europe/Berlin', style)).toBe(expected)
  })

  it('is the one in the time zone of the user, and none where it is not known', () => {
    expect(dayInWords(Date.UTC(2026, 10, 23, 23), 'en', 'Asia/Tokyo')).toBe('November 24, 2026')
    expect(dayInWords(null, 'de', 'UTC')).toBeNull()
  })
})

describe('a plural', () => {
  const forms = { one: '# znajomy', few: '# znajomych (few)', many: '# znajomych (many)', other: '# znajomego' }

  it.each([
    [1, 'pl', '1 znajomy'],
    [3, 'pl', '3 znajomych (few)'],
    [5, 'pl', '5 znajomych (many)'],
    [1234, 'de', '1.234 znajomego'],
    [2, 'zzz', '2 znajomego'],
  ])('of %d in %s is %s', (count, locale, expected) => {
    expect(pluralForm(count, forms, locale)).toBe(expected)
  })

  it('without a form for the category takes the other one', () => {
    expect(pluralForm(1, { other: '# connections' }, 'en')).toBe('1 connections')
  })
})

it.each([
  ['en', 'a, b, and c'],
  ['de', 'a, b und c'],
  ['es', 'a, b y c'],
])('a list in %s leaves out what has no value', (locale, expected) => {
  expect(listed(['a', null, 'b', '', 'c'], locale)).toBe(expected)
})
