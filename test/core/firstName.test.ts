import { describe, expect, it } from 'vitest'
import { firstNameOf } from '../../src/core/firstName.ts'

describe('the first name of a greeting', () => {
  it.each([
    ['Ingrid Solberg', null, 'Ingrid'],
    ['Dr. Anna Müller', null, 'Anna'],
    ['Prof. Dr. Jean-Luc Moreau', null, 'Jean-Luc'],
    ['GREGORY WHITFIELD', null, 'Gregory'],
    ['JEAN-LUC MOREAU', null, 'Jean-Luc'],
    ['Ada Brandt, PhD, MBA', null, 'Ada'],
    ['🚀 Petra Lindqvist 🌍', null, 'Petra'],
    ["Siobhan O'Brien", null, 'Siobhan'],
    ['Felix Lind Voss Stone', 'Felix Lind', 'Felix Lind'],
    ['Felix Lind Voss Stone', 'Somebody Else', 'Felix'],
    ['mcKenna Lee', null, 'mcKenna'],
  ])('of %s is right', (name, given, expected) => {
    expect(firstNameOf(name, given)).toBe(expected)
  })

  it.each([
    ['one word only', 'john'],
    ['a company', 'NORD GROUP'],
    ['a company with its form', 'Example Foods GmbH'],
    ['an initial', 'J. Smith'],
    ['a single letter', 'J Smith'],
    ['a name that begins with the family', '山田 太郎'],
    ['Korean', '김 철수'],
    ['digits', 'R2 D2'],
    ['a template', '{{inviter.name}} Smith'],
    ['html', '<b>Ann</b> Smith'],
    ['nothing but a title', 'Dr.'],
    ['kilobytes', 'Ann '.repeat(2000)],
    ['nothing', ''],
  ])('is left out for %s', (_, name) => {
    expect(firstNameOf(name, null)).toBeNull()
  })
})
