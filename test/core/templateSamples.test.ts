import { describe, expect, it } from 'vitest'
import { gapIn, samplesFor } from '../../src/core/templateSamples.ts'

describe('a gap that a missing value leaves', () => {
  it.each(['Hello ,', 'Hola :', 'Hello !', 'Hello ; and', 'Dear ?', 'a  b', 'of ( )', 'as "" says', 'comme « »'])(
    'is seen: %s',
    (line) => {
      expect(gapIn(`Dear all\n${line}\n`, 'Dear all\nHello Ann, all is here\n')).toBe(line)
    },
  )

  it.each([
    ['Thank you.  Have we met?', 'Thank you.  Have we met?'],
    ['Bonjour !', 'Bonjour Ingrid !'],
    ['Hello', 'Hello Ann'],
    ['Hello,', 'Hello Ann,'],
    ['at 3.5 or .5', 'at 3.5 or .5'],
  ])('is none where the author writes so anyway: %s', (sparse, full) => {
    expect(gapIn(sparse, full)).toBeNull()
  })
})

it('the samples tell one, some and none of what is counted', () => {
  const samples = samplesFor({ ownName: 'Rowan Ashby', timezone: 'UTC', now: 0 })
  expect(samples.map(({ facts }) => facts.commonConnections)).toEqual([7, null, 1])
  expect(samples.map(({ facts }) => facts.ownName)).toEqual(['Rowan Ashby', '', 'Rowan Ashby'])
})
