import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isPaused, pause, resume } from '../../src/io/pause.ts'

let home: string
let stateDir: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pause-'))
  stateDir = join(home, 'new', 'state')
})
afterEach(() => rmSync(home, { recursive: true }))

it('lasts from pause to resume, however often each is typed', () => {
  expect(isPaused(stateDir)).toBe(false)
  pause(stateDir)
  pause(stateDir)
  expect(isPaused(stateDir)).toBe(true)
  resume(stateDir)
  resume(stateDir)
  expect(isPaused(stateDir)).toBe(false)
})

it('resumes where there is no STATE_DIR yet without making one', () => {
  resume(stateDir)
  expect(statSync(stateDir, { throwIfNoEntry: false })).toBeUndefined()
})

it('makes STATE_DIR for its owner alone', () => {
  pause(stateDir)
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
  expect([mode(stateDir), mode(join(stateDir, 'paused'))]).toEqual(['700', '600'])
})

it.each([
  ['pause', pause],
  ['isPaused', isPaused],
])('%s says what is wrong with a STATE_DIR it cannot use (78)', (_, act) => {
  writeFileSync(join(home, 'file'), '')
  const looped = join(home, 'x'.repeat(300))
  const refusal = { exitCode: 78, hints: [expect.stringContaining('ls -ld')] }
  expect(() => act(looped)).toThrow(expect.objectContaining(refusal))
})

it('resume says when the file is not its own to remove (78)', () => {
  mkdirSync(join(stateDir, 'paused'), { recursive: true })
  expect(() => resume(stateDir)).toThrow(expect.objectContaining({ exitCode: 78 }))
})
