import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pushDelay } from '../../src/core/pushes.ts'

const second = 1000
const minute = 60 * second

it.each([
  ['at once when nothing was pushed before', [], 0],
  ['at once after five others', [0, 0, 0, 0, 0].map((at) => at + 9 * second), 0],
  ['when the first of the last six is a minute old', [0, 1, 2, 3, 4, 5].map((at) => at * second), 50 * second],
  ['whatever was before those', [-20, 0, 1, 2, 3, 4, 5].map((at) => at * second), 50 * second],
  ['at once when they are older', [-50, -40, 1, 2, 3, 4].map((at) => at * second), 0],
  ['a minute at most, whatever was done to the clock', [1, 2, 3, 4, 5, 6].map((at) => at * 60 * minute), minute],
])('a push polls %s', (_, recent, delay) => {
  expect(pushDelay(recent, 10 * second)).toBe(delay)
})

it('pushes that wait so long start at most six polls in any minute', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 * second }), { maxLength: 60 }), (gaps) => {
      const polls: number[] = []
      let now = 0
      for (const gap of gaps) {
        now = Math.max(now + gap, now + pushDelay(polls, now))
        polls.push(now)
      }
      return polls.every((at, index) => at - (polls[index - 6] ?? Number.NEGATIVE_INFINITY) >= minute)
    }),
  )
})
