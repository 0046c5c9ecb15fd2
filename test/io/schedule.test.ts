import { describe, expect, it } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import { slotsOf } from '../../src/io/schedule.ts'

const at = (iso: string): number => Date.parse(`${iso}Z`)

/** The next times after an instant, to the minute, in UTC. */
const times = (expression: string, timezone: string, after: string, count: number): readonly string[] => {
  const slots = slotsOf(expression, timezone)
  const found: number[] = []
  for (let from = at(after); found.length < count; from = found.at(-1) ?? from) found.push(slots.next(from))
  return found.map((slot) => new Date(slot).toISOString().slice(5, 16))
}

const problemOf = (expression: string, timezone = 'UTC'): OperatorError => {
  try {
    slotsOf(expression, timezone)
  } catch (error) {
    if (error instanceof OperatorError) return error
  }
  throw new Error(`${expression} was accepted`)
}

describe('a schedule', () => {
  it.each([
    ['*/5 * * * *', 'UTC', ['11-27T18:45', '11-27T18:50', '11-27T18:55']],
    ['* * * * *', 'Europe/Berlin', ['11-27T18:41', '11-27T18:42', '11-27T18:43']],
    ['0 14 * * *', 'Europe/Berlin', ['11-28T13:00', '11-29T13:00', '11-30T13:00']],
    ['30 6 * * mon', 'America/New_York', ['11-30T11:30', '12-07T11:30', '12-14T11:30']],
    ['*/15 7-19 * * mon-fri', 'Europe/Berlin', ['11-27T18:45', '11-30T06:00', '11-30T06:15']],
    ['0 0 1 jan *', 'Asia/Kathmandu', ['12-31T18:15', '12-31T18:15', '12-31T18:15']],
    ['0 12 * * 7', 'UTC', ['11-29T12:00', '12-06T12:00', '12-13T12:00']],
    ['0 9 13 * fri', 'UTC', ['08-13T09:00', '10-13T09:00', '04-13T09:00']],
    ['  0   *  * * * ', 'UTC', ['11-27T19:00', '11-27T20:00', '11-27T21:00']],
    ['0 0 29 2 *', 'UTC', ['02-29T00:00', '02-29T00:00', '02-29T00:00']],
  ])('%j in %s comes at %j', (expression, timezone, expected) => {
    expect(times(expression, timezone, '2026-11-27T18:40:30', 3)).toEqual(expected)
  })

  it('that is due this very minute comes the next time', () => {
    expect(times('*/5 * * * *', 'UTC', '2026-11-27T18:40:00', 1)).toEqual(['11-27T18:45'])
    expect(times('*/5 * * * *', 'UTC', '2026-11-27T18:39:59', 1)).toEqual(['11-27T18:40'])
  })

  it.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['03-29T01:00', '03-30T00:30']],
    ['*/20 * * * *', 'Europe/Berlin', '2026-03-29T00:20', ['03-29T00:40', '03-29T01:00', '03-29T01:20']],
    ['*/20 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['03-29T01:00', '03-30T00:00']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T12:00', ['10-02T15:45', '10-03T15:30', '10-04T15:15']],
  ])('%j in %s is not lost where clocks jump ahead', (expression, timezone, after, expected) => {
    expect(times(expression, timezone, after, expected.length)).toEqual(expected)
  })

  it.each([
    ['*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:30', ['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00', ['10-25T00:30', '10-25T01:30', '10-26T01:30']],
    ['0 */2 * * *', 'Europe/Berlin', '2026-10-24T21:30', ['10-24T22:00', '10-25T00:00', '10-25T01:00', '10-25T03:00']],
  ])('%j in %s is silent at no time where clocks are turned back', (expression, timezone, after, expected) => {
    expect(times(expression, timezone, after, expected.length)).toEqual(expected)
  })

  it.each([
    ['* * * *', '4 of five fields'],
    ['*/5 * * * * *', '6 of five fields'],
    ['@hourly', '1 of five fields'],
    ['', '1 of five fields'],
    ['61 * * * *', 'minute'],
    ['0 25 * * *', 'hour'],
    ['0 0 31 2 *', 'impossible day'],
    ['0 0 * * someday', 'week day'],
    ['; rm * * *', 'illegal characters'],
  ])('%j is refused', (expression, because) => {
    const problem = problemOf(expression)
    expect(problem.exitCode).toBe(78)
    expect(problem.message).toContain(because)
    expect(problem.hints.join()).toContain('*/5 * * * *')
  })

  it('in an unknown time zone is refused', () => {
    expect(problemOf('* * * * *', 'Europe/Atlantis')).toMatchObject({
      exitCode: 78,
      message: 'there is no time zone Europe/Atlantis',
    })
  })
})
