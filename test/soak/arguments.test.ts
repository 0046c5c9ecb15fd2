import { expect, it } from 'vitest'
import { readPlan } from './arguments.ts'

it.each<[readonly string[], number, number]>([
  [[], 3_600_000, 5],
  [['--hours', '2'], 7_200_000, 5],
  [['--minutes', '1.5', '--seed', '12'], 90_000, 12],
])('reads %j', (argv, milliseconds, seed) => {
  expect(readPlan(argv, 5)).toEqual({ milliseconds, seed })
})

it('knows that help is asked for', () => {
  expect(readPlan(['--help'], 5)).toBe('help')
})

it.each([
  [['--hours', 'x'], '--hours x is no number'],
  [['--minutes', ''], '--minutes  is no number'],
  [['--minutes', '1'], 'a soak lasts a minute and a half at least'],
  [['--hours', '1', '--minutes', '60'], '--hours and --minutes exclude each other'],
  [['--seed', '1.5'], '--seed 1.5 is no whole number'],
  [['--sed', '1'], "Unknown option '--sed'"],
])('refuses %j', (argv, sentence) => {
  expect(() => readPlan(argv, 5)).toThrow(sentence)
})
