import { describe, expect, it } from 'vitest'
import { commandOptions, readArguments } from '../../src/cli/arguments.ts'
import { help } from '../../src/cli/help.ts'

const read = (line: string) => readArguments(line.split(' ').filter(Boolean))

const init = {
  name: 'init',
  address: null,
  fromName: null,
  mode: null,
  provider: null,
  imap: { host: null, port: null, security: null },
  smtp: { host: null, port: null, security: null },
  user: null,
  caFile: null,
  secret: null,
  yes: false,
  overwrite: false,
}

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
    ['login', { name: 'login', account: null, device: false }],
    ['login work --device', { name: 'login', account: 'work', device: true }],
    ['sanitize a.eml', { name: 'sanitize', file: 'a.eml' }],
    ['check', { name: 'check' }],
    ['init', init],
    ['init --yes --overwrite', { ...init, yes: true, overwrite: true }],
    ['init --address a@example.org --name Ada', { ...init, address: 'a@example.org', fromName: 'Ada' }],
    ['init --provider icloud --user ada --mode send', { ...init, provider: 'iCloud', user: 'ada', mode: 'send' }],
    [
      'init --imap-host localhost --imap-port 1143 --imap-security none',
      { ...init, imap: { host: 'localhost', port: 1143, security: 'none' } },
    ],
    ['init --smtp-host smtp.example.org', { ...init, smtp: { host: 'smtp.example.org', port: null, security: null } }],
    ['init --password-file x', { ...init, secret: { kind: 'password-file', from: 'x' } }],
    [
      'init --access-token-command x --ca-file y',
      { ...init, secret: { kind: 'access-token-command', from: 'x' }, caFile: 'y' },
    ],
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
    ['login a b', 'login takes the name of one account'],
    ['sanitize', 'sanitize takes one file'],
    ['sanitize a b', 'sanitize takes one file'],
    ['status all', 'status takes no argument, but got all'],
    ['check --json', "unknown option '--json'"],
    ['init now', 'init takes no argument, but got now'],
    ['init --password secret', "unknown option '--password'"],
    ['init --address ada', '--address must be one address like ada@example.org'],
    ['init --name A;B', '--name must not hold any of < > @ " ; : \\'],
    ['init --mode sent', '--mode sent is none of draft, send'],
    ['init --provider hooli', '--provider hooli is not known'],
    ['init --imap-host https://x', '--imap-host must be a bare host name'],
    ['init --imap-host x --imap-port 0', '--imap-port must be a whole number from 1 to 65535'],
    ['init --imap-port 993', '--imap-host is missing'],
    ['init --imap-host x --imap-security ssl', '--imap-security ssl is none of tls, starttls, none'],
    ['init --imap-host x --imap-security none', '--imap-security none is for localhost only'],
    ['init --smtp-security tls', '--smtp-host is missing'],
    ['init --password-command x --password-file y', '--password-command stands beside --password-file'],
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
