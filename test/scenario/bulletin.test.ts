import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBulletin } from '../../src/commands/bulletin.ts'

const hour = 60 * 60 * 1000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A bulletin whose tellings end when the test says so. */
const openOne = () => {
  const stop = new AbortController()
  const ends: (() => void)[] = []
  const bulletin = openBulletin(() => new Promise<void>((end) => ends.push(end)), stop.signal)
  const look = async (): Promise<void> => {
    bulletin.look()
    await vi.advanceTimersByTimeAsync(0)
  }
  const endLast = async (): Promise<void> => {
    ends.at(-1)?.()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { stop, ends, bulletin, look, endLast }
}

describe('the troubles of an account', () => {
  it('are told when there may be some, and each hour in which nothing happens', async () => {
    const { ends, look, endLast } = openOne()
    await look()
    await endLast()
    await vi.advanceTimersByTimeAsync(hour - 1)
    expect(ends).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    await endLast()
    await vi.advanceTimersByTimeAsync(hour)
    expect(ends).toHaveLength(3)
  })

  it('are told one after the other', async () => {
    const { ends, look, endLast } = openOne()
    await look()
    await look()
    expect(ends).toHaveLength(1)
    await endLast()
    expect(ends).toHaveLength(2)
  })

  it('are told no more after the stop, which waits for the last telling', async () => {
    const { stop, ends, bulletin, look, endLast } = openOne()
    await look()
    let ended = false
    void bulletin.ended.then(() => {
      ended = true
    })
    stop.abort()
    await look()
    await vi.advanceTimersByTimeAsync(2 * hour)
    expect([ends.length, ended]).toEqual([1, false])
    await endLast()
    expect([ends.length, ended]).toEqual([1, true])
  })
})
