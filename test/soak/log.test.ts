import { expect, it } from 'vitest'
import { deedsIn, faultsIn } from './log.ts'

it('counts what the daemon did', () => {
  const events = ['account-polled', 'account-polled', 'poll-failed', 'poll-abandoned', 'watch-ready', 'watch-lost']
  expect(deedsIn(events.map((event) => ({ event })))).toEqual({ polls: 2, failedPolls: 2, watches: 1, lostWatches: 1 })
})

it.each([
  [{ level: 'error', event: 'crashed' }],
  [{ level: 'error', event: 'message-failed' }],
  [{ level: 'error', event: 'poll-failed', error: 'x is not a function' }],
  [{ level: 'error', event: 'watch-lost', error: 'x is not a function' }],
  [{ event: 'unreadable', text: '(node:1) MaxListenersExceededWarning' }],
])('takes %j for a fault of the program', (line) => {
  expect(faultsIn([line])).toEqual([`the daemon said ${JSON.stringify(line)}`])
})

it.each([
  [{ level: 'warn', event: 'poll-failed', sentence: 'it did not answer', exitCode: 75 }],
  [{ level: 'error', event: 'settings-refused', sentence: 'no' }],
  [{ level: 'error', event: 'template-broken', sentence: 'no' }],
  [{ level: 'info', event: 'watch-lost' }],
])('takes %j for what a soak does to it', (line) => {
  expect(faultsIn([line])).toEqual([])
})
