import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureServers, treeOf } from './install-servers.ts'
import type { Machine } from './machine.ts'

let cache: string
let commands: string[]

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'have-we-met-install-'))
  commands = []
})

afterEach(() => rmSync(cache, { recursive: true }))

/** A Debian whose archive has one package, which holds nothing. */
const debian = (differences: Partial<Machine> = {}): Machine => ({
  isRoot: true,
  has: () => true,
  run: (command, args) => {
    const archives = args.find((arg) => arg.startsWith('Dir::Cache::archives='))?.replace(/.*=/u, '')
    commands.push([command, ...args.filter((arg) => !arg.includes('=') && arg !== '-o')].join(' '))
    if (archives !== undefined) writeFileSync(join(archives, 'some.deb'), '')
  },
  say: () => {},
  ...differences,
})

const aptGet = (): readonly string[] => commands.filter((command) => command.startsWith('apt-get'))

const quietly = 'apt-get install -qq --yes --download-only --no-install-recommends'

/** Downloads fail as often as told. */
const failing = (times: number): Machine => {
  let left = times
  const { run, ...rest } = debian()
  const runOrFail: Machine['run'] = (command, args) => {
    run(command, args)
    if (!args.includes('install') || left === 0) return
    left -= 1
    throw new Error('apt-get failed')
  }
  return { ...rest, run: runOrFail }
}

describe('the tests of other servers need their packages', () => {
  it('and download and unpack them once, without installing any', () => {
    ensureServers(debian(), cache)
    expect(aptGet()).toEqual([
      `${quietly} cyrus-imapd sasl2-bin`,
      `${quietly} courier-imap dash`,
      `${quietly} postfix dovecot-lmtpd`,
    ])
    expect(readdirSync(cache).sort()).toEqual(['courier', 'cyrus', 'postfix'])
    commands = []
    ensureServers(debian(), cache)
    expect(commands).toEqual([])
  })

  it('and fetch only what is missing', () => {
    ensureServers(debian(), cache)
    rmSync(treeOf('courier', cache), { recursive: true })
    commands = []
    ensureServers(debian(), cache)
    expect(aptGet()).toEqual([`${quietly} courier-imap dash`])
  })

  it('and ask for new package lists when theirs do not help', () => {
    ensureServers(failing(1), cache)
    expect(aptGet().slice(0, 3)).toEqual([
      `${quietly} cyrus-imapd sasl2-bin`,
      'apt-get update -qq',
      `${quietly} cyrus-imapd sasl2-bin`,
    ])
    expect(existsSync(treeOf('postfix', cache))).toBe(true)
  })

  it('and say so when that does not help either, and leave nothing half done', () => {
    expect(() => ensureServers(failing(9), cache)).toThrow(
      /could not unpack cyrus, courier, postfix: .* apt-get update/u,
    )
    expect(readdirSync(cache)).toEqual([])
  })

  it.each<[string, Partial<Machine>, string]>([
    ['somebody who is not root', { isRoot: false }, 'type: sudo npm run test:servers'],
    ['a system without apt-get', { has: () => false }, 'need Debian'],
  ])('and say so to %s', (_, differences, sentence) => {
    expect(() => ensureServers(debian(differences), cache)).toThrow(sentence)
  })
})
