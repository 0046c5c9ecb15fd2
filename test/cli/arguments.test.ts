import { describe, expect, it } from 'vitest'
import { commandOptions, readArguments } from '../../src/cli/arguments.ts'
import { help } from '../../src/cli/help.ts'

const read = (line: string) => readArguments(line.split(' ').filter(Boolean))

describe('the command line', () => {
  it.each([
    ['poll', { name: 'poll', dryRun: false, since: null, json: false }],
    ['poll --dry-run --json', { name: 'poll', dryRun: true, since: null, json: true }],
    ['poll --since 30d', { name: 'poll', dryRun: false, since: { age: 30 * 86_400_000 }, json: false }],
    ['poll --since=12h', { name: 'poll', dryRun: false, since: { age: 12 * 3_600_000 }, json: false }],
    ['poll --since 2026-11-01', { name: 'poll', dryRun: false, since: { moment: Date.UTC(2026, 10, 1) }, json: false }],
    ['explain a.eml - --json --dns', { name: 'explain', files: ['a.eml', '-'], json: true, at: null, dns: true }],
    [
      'explain a.eml --at 2025-11-05T00:00:00Z',
      { name: 'explain', files: ['a.eml'], json: false, at: Date.UTC(2025, 10, 5), dns: false },
    ],
    [
      'preview ask-context --language de',
      { name: 'preview', template: 'ask-context', language: 'de', message: null, all: false },
    ],
    ['preview --all', { name: 'preview', template: null, language: null, message: null, all: true }],
    ['status --json', { name: 'status', json: true }],
    ['sanitize a.eml', { name: 'sanitize', file: 'a.eml' }],
    ['check', { name: 'check' }],
    ['--help', { name: 'help' }],
    ['poll -h', { name: 'help' }],
    ['help', { name: 'help' }],
    ['run --version', { name: 'version' }],
  ])('%s', (line, command) => {
    expect(read(line).command).toEqual(command)
  })

  it('takes what holds everywhere before and after the command', () => {
    expect(read('--config my.yaml poll --log-level debug')).toMatchObject({
      config: 'my.yaml',
      logLevel: 'debug',
      command: { name: 'poll' },
    })
  })

  it.each([
    ['', 'no command was given'],
    ['pol', 'there is no command pol'],
    ['poll now', 'poll takes no argument, but got now'],
    ['poll --dryrun', "unknown option '--dryrun'"],
    ['poll --since yesterday-ish', '--since yesterday-ish is no date'],
    ['poll --since 7', '--since 7 is no date'],
    ['poll --since 2026', '--since 2026 is no date'],
    ['poll --since', "option '--since <value>' argument missing"],
    ['explain', 'explain takes at least one file, or - for standard input'],
    ['explain a.eml --at never', '--at never is no date'],
    ['preview a b', 'preview takes one template name'],
    ['sanitize', 'sanitize takes one file'],
    ['sanitize a b', 'sanitize takes one file'],
    ['status all', 'status takes no argument, but got all'],
    ['check --json', "unknown option '--json'"],
    ['poll --log-level loud', '--log-level loud is not a level'],
  ])('refuses "%s" in one sentence, with 64', (line, sentence) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ message: sentence, exitCode: 64 }))
  })
})

describe('the help', () => {
  it('names every command and every option, and none that is not there', () => {
    const named = [...help.matchAll(/^ {2}([a-z]+)\b/gmu)].map(([, name]) => name)
    expect(new Set(named)).toEqual(new Set(Object.keys(commandOptions)))
    const options = new Set([...help.matchAll(/--([a-z-]+)/gu)].map(([, name]) => name))
    expect(options).toEqual(
      new Set([...Object.values(commandOptions).flat(), 'config', 'log-level', 'help', 'version']),
    )
  })

  it('fits eighty columns', () => {
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})
