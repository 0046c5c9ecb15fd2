import { expect, it } from 'vitest'
import { waitAfter } from '../../src/core/backOff.ts'

const minute = 60_000
const usual = { first: minute, most: 60 * minute }

it.each([
  [1, 1],
  [2, 2],
  [3, 4],
  [6, 32],
  [7, 60],
  [5000, 60],
])('after %d failures in a row %d minutes are waited, or by chance down to half of it', (failures, minutes) => {
  expect(waitAfter(failures, 0, usual)).toBe(minutes * minute)
  expect(waitAfter(failures, 0.5, usual)).toBe(0.75 * minutes * minute)
  expect(waitAfter(failures, 1, usual)).toBe(0.5 * minutes * minute)
})
