import { expect, it } from 'vitest'
import { readArguments } from '../src/cli/arguments.ts'
import { openHouse } from '../src/doors.ts'

it('the house has one parser: each has a thread, and a daemon asks for it at every poll', async () => {
  const { stdin, stdout, stderr } = process
  const stop = new AbortController().signal
  const signals = { stop, onHangup: () => {}, lastWords: () => {} }
  const house = await openHouse(readArguments(['poll']), { env: {}, cwd: '/', stdin, stdout, stderr, ...signals })
  expect(await house.parse()).toBe(await house.parse())
})
