import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClientsMachine, ensureClients } from './install-clients.ts'

let directory: string
let commands: string[]
let policyDuringInstall: string | null

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'have-we-met-install-'))
  commands = []
  policyDuringInstall = null
})

afterEach(() => rmSync(directory, { recursive: true }))

const policy = (): string => join(directory, 'policy-rc.d')

/** A Debian with none of the clients but those that are named here. */
const debian = (there: RegExp | null, differences: Partial<ClientsMachine> = {}): ClientsMachine => {
  let installed = false
  return {
    policyFile: policy(),
    isRoot: true,
    has: () => true,
    exists: (path) => installed || there?.test(path) === true,
    run: (command, args) => {
      commands.push([command, ...args].join(' '))
      if (!args.includes('install')) return
      installed = true
      policyDuringInstall = readFileSync(policy(), 'utf8')
    },
    say: () => {},
    ...differences,
  }
}

const install = 'apt-get install --yes --no-install-recommends'

describe('the tests of mail clients need some', () => {
  it('and do nothing when all are there, also where nothing could be installed', () => {
    ensureClients(debian(/./u, { isRoot: false, has: () => false }))
    expect(commands).toEqual([])
  })

  it('and install them as root, without Apache, without a database, and without any service being started or enabled', () => {
    ensureClients(debian(null))
    expect(commands).toEqual([
      'apt-get update',
      "sh -c echo 'roundcube-core roundcube/dbconfig-install boolean false' | debconf-set-selections",
      `${install} php-cgi roundcube-core roundcube-sqlite3 chromium thunderbird neomutt alpine tmux`,
      'systemctl disable roundcube-cleandb.timer roundcube-gc.timer',
    ])
    expect(policyDuringInstall).toContain('exit 101')
    expect(existsSync(policy())).toBe(false)
  })

  it('and install only what is missing, and leave a Roundcube that is there as it is', () => {
    ensureClients(debian(/roundcube|thunderbird|neomutt|tmux/u))
    expect(commands).toEqual(['apt-get update', `${install} chromium alpine`])
  })

  it.each<[string, Partial<ClientsMachine>, string]>([
    ['somebody who is not root', { isRoot: false }, "type: sudo sh -c 'apt-get update && apt-get install"],
    ['a system without apt-get', { has: () => false }, 'need Debian, for its php-cgi, roundcube-core'],
    ['packages without their program', { run: () => {} }, 'there is no /usr/share/dbconfig-common'],
  ])('and say so to %s', (_, differences, sentence) => {
    expect(() => ensureClients(debian(null, differences))).toThrow(sentence)
  })
})
