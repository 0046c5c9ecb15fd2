import { getTasks } from 'node-cron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import { intervalOf, schedule } from '../../src/io/schedule.ts'

const minute = 60_000
const hour = 60 * minute

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 12, 1, 30) })
})

afterEach(() => {
  vi.useRealTimers()
})

const problemOf = (expression: string, timezone: string): OperatorError => {
  try {
    intervalOf(expression, timezone)
  } catch (error) {
    if (error instanceof OperatorError) return error
  }
  throw new Error(`${expression} was accepted`)
}

describe('the interval of a schedule', () => {
  it.each([
    ['*/5 * * * *', 'UTC', 5 * minute],
    ['* * * * *', 'Europe/Berlin', minute],
    ['0 9,17 * * *', 'UTC', 16 * hour],
    ['30 6 * * mon', 'America/New_York', 7 * 24 * hour],
    ['  0   *  * * * ', 'UTC', hour],
  ])('of %j in %s is %d ms', (expression, timezone, expected) => {
    expect(intervalOf(expression, timezone)).toBe(expected)
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
  ])('is refused for %j', (expression, because) => {
    const problem = problemOf(expression, 'UTC')
    expect(problem.exitCode).toBe(78)
    expect(problem.message).toContain(because)
    expect(problem.hints.join()).toContain('*/5 * * * *')
  })

  it('is refused for an unknown time zone', () => {
    expect(problemOf('* * * * *', 'Europe/Atlantis')).toMatchObject({
      exitCode: 78,
      message: 'there is no time zone Europe/Atlantis',
    })
  })

  it('leaves no task behind', () => {
    intervalOf('* * * * *', 'UTC')
    expect(getTasks().size).toBe(0)
  })
})

describe('a schedule', () => {
  it('fires at the times of the time zone until it is stopped', async () => {
    const fires: string[] = []
    const running = schedule({
      expression: '0 14 * * *',
      timezone: 'Europe/Berlin',
      onFire: () => fires.push(new Date().toISOString().slice(0, 19)),
    })
    await vi.advanceTimersByTimeAsync(48 * hour)
    running.stop()
    await vi.advanceTimersByTimeAsync(48 * hour)
    expect(running.interval).toBe(24 * hour)
    expect(fires).toEqual(['2026-11-23T13:00:00', '2026-11-24T13:00:00'])
    expect(vi.getTimerCount()).toBe(0)
    expect(getTasks().size).toBe(0)
  })

  it('catches up once after sleeping through many fires, then keeps its times', async () => {
    const fires: string[] = []
    const running = schedule({
      expression: '*/5 * * * *',
      timezone: 'UTC',
      onFire: () => fires.push(new Date().toISOString().slice(0, 19)),
    })
    vi.setSystemTime(Date.UTC(2026, 10, 23, 20, 2, 0))
    await vi.advanceTimersByTimeAsync(4 * minute)
    expect(fires).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(5 * minute)
    running.stop()
    expect(fires).toHaveLength(2)
    expect(fires[1]).toBe('2026-11-23T20:10:00')
  })

  it('does not fire once it is stopped, not even when a fire was due', async () => {
    const fires: string[] = []
    const running = schedule({ expression: '* * * * *', timezone: 'UTC', onFire: () => fires.push('fire') })
    vi.setSystemTime(Date.UTC(2026, 10, 23, 20))
    vi.advanceTimersToNextTimer()
    running.stop()
    await vi.advanceTimersByTimeAsync(hour)
    expect(fires).toEqual([])
  })

  it('prints nothing of its own', async () => {
    const warn = vi.spyOn(console, 'warn')
    const running = schedule({ expression: '* * * * *', timezone: 'UTC', onFire: () => {} })
    vi.setSystemTime(Date.UTC(2026, 10, 23, 20))
    await vi.advanceTimersByTimeAsync(2 * minute)
    running.stop()
    expect(warn).not.toHaveBeenCalled()
  })

  it.each(['* * *', '61 * * * *'])('refuses %j', (expression) => {
    expect(() => schedule({ expression, timezone: 'UTC', onFire: () => {} })).toThrow(OperatorError)
  })
})
