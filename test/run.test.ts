import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'have-we-met-run-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

/** Runs the test command on a folder of its own; `--globals` because nothing is installed there. */
const npmTest = (files: Readonly<Record<string, string>>, args: readonly string[] = []) => {
  for (const [name, source] of Object.entries(files)) writeFileSync(join(directory, name), source)
  const command = ['--import', 'tsx', 'test/run.ts', '--root', directory, '--globals', ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1), stderr }
}

describe('the test command', () => {
  it('ends well when every test passed', () => {
    expect(npmTest({ 'good.test.ts': "it('holds', () => {}); it('holds too', () => {})" })).toMatchObject({
      status: 0,
      lastLine: '2 passed, 0 failed',
    })
  })

  it('counts whatever did not pass as failed, and names what was not run', () => {
    const { status, lastLine, stderr } = npmTest({
      'bad.test.ts': "it('holds', () => {}); it('breaks', () => { throw new Error('broken') })",
      'left.test.ts': "it.skip('skipped', () => {}); it.todo('later')",
      'late.test.ts': "it('is late', () => { Promise.reject(new Error('nobody waits')) })",
      'unreadable.test.ts': "throw new Error('unreadable')",
    })
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '2 passed, 5 failed' })
    expect(stderr).toContain('not run, which counts as failed: left.test.ts > skipped')
    expect(stderr).toContain('not run, which counts as failed: left.test.ts > later')
  })

  it.each([
    ['a skipped test', "it('holds', () => {}); it.skip('skipped', () => {})", '1 passed, 1 failed'],
    ['no test at all', null, '0 passed, 0 failed'],
  ])('ends badly with %s', (_, source, lastLine) => {
    expect(npmTest(source === null ? {} : { 'one.test.ts': source })).toMatchObject({ status: 1, lastLine })
  })

  it('hands arguments on, and does not miss what they leave out', () => {
    const files = { 'two.test.ts': "describe('this', () => { it('one', () => {}); it('other', () => {}) })" }
    expect(npmTest(files, ['-t', 'this one'])).toMatchObject({ status: 0, lastLine: '1 passed, 0 failed' })
  })
})
