import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DovecotMachine, ensureDovecot } from './install-dovecot.ts'

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

const debian = (differences: Partial<DovecotMachine> = {}): DovecotMachine => ({
  dovecot: join(directory, 'dovecot'),
  policyFile: policy(),
  isRoot: true,
  has: () => true,
  run: (command, args) => {
    commands.push([command, ...args].join(' '))
    if (!args.includes('install')) return
    policyDuringInstall = readFileSync(policy(), 'utf8')
    expect(statSync(policy()).mode & 0o111).toBe(0o111)
    writeFileSync(join(directory, 'dovecot'), '')
  },
  say: () => {},
  ...differences,
})

describe('the tests need a Dovecot', () => {
  it('and do nothing when it is there', () => {
    writeFileSync(join(directory, 'dovecot'), '')
    ensureDovecot(debian())
    expect(commands).toEqual([])
  })

  it('and install it as root, without any service being started or enabled', () => {
    ensureDovecot(debian())
    expect(commands).toEqual([
      'apt-get update',
      'apt-get install --yes --no-install-recommends dovecot-imapd openssl',
      'systemctl disable dovecot.service dovecot.socket',
    ])
    expect(policyDuringInstall).toContain('exit 101')
    expect(existsSync(policy())).toBe(false)
  })

  it('and leave services alone where there is no systemd', () => {
    ensureDovecot(debian({ has: (command) => command !== 'systemctl' }))
    expect(commands.filter((command) => command.startsWith('systemctl'))).toEqual([])
  })

  it('and give back the policy-rc.d that was there, with its mode', () => {
    writeFileSync(policy(), '#!/bin/sh\nexit 0\n')
    chmodSync(policy(), 0o755)
    ensureDovecot(debian())
    expect(readFileSync(policy(), 'utf8')).toBe('#!/bin/sh\nexit 0\n')
    expect(statSync(policy()).mode & 0o777).toBe(0o755)
  })

  it('and give it back when the installation fails', () => {
    writeFileSync(policy(), 'mine')
    const run = (command: string, args: readonly string[]): void => {
      if (args.includes('install')) throw new Error(`${command} failed`)
    }
    expect(() => ensureDovecot(debian({ run }))).toThrow('apt-get failed')
    expect(readFileSync(policy(), 'utf8')).toBe('mine')
  })

  it.each<[string, Partial<DovecotMachine>, string]>([
    ['somebody who is not root', { isRoot: false }, "type: sudo sh -c 'apt-get update && apt-get install"],
    ['a system without apt-get', { has: () => false }, 'need Dovecot 2.3 or 2.4'],
    ['a package without the program', { run: () => {} }, 'there is no '],
  ])('and say so to %s', (_, differences, sentence) => {
    expect(() => ensureDovecot(debian(differences))).toThrow(sentence)
  })
})
