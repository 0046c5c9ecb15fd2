import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layOutDebian, type PaperDebian } from '../support/paperDebian.ts'
import { type DovecotMachine, ensureDovecot } from './install-dovecot.ts'

let paper: PaperDebian

beforeEach(() => {
  paper = layOutDebian()
})

afterEach(() => paper.remove())

const program = (): string => join(paper.directory, 'dovecot')

const debian = (differences: Partial<DovecotMachine> = {}): DovecotMachine => ({
  ...paper.machine(() => {
    expect(statSync(paper.policy).mode & 0o111).toBe(0o111)
    writeFileSync(program(), '')
  }),
  dovecot: program(),
  ...differences,
})

describe('the tests need a Dovecot', () => {
  it('and do nothing when it is there', () => {
    writeFileSync(program(), '')
    ensureDovecot(debian())
    expect(paper.commands).toEqual([])
  })

  it('and install it as root, without any service being started or enabled', () => {
    ensureDovecot(debian())
    expect(paper.commands).toEqual([
      'apt-get update',
      'apt-get install --yes --no-install-recommends dovecot-imapd openssl',
      'systemctl disable dovecot.service dovecot.socket',
    ])
    expect(paper.policyDuringInstall()).toContain('exit 101')
    expect(existsSync(paper.policy)).toBe(false)
  })

  it('and leave services alone where there is no systemd', () => {
    ensureDovecot(debian({ has: (command) => command !== 'systemctl' }))
    expect(paper.commands.filter((command) => command.startsWith('systemctl'))).toEqual([])
  })

  it('and give back the policy-rc.d that was there, with its mode', () => {
    writeFileSync(paper.policy, '#!/bin/sh\nexit 0\n')
    chmodSync(paper.policy, 0o755)
    ensureDovecot(debian())
    expect(readFileSync(paper.policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n')
    expect(statSync(paper.policy).mode & 0o777).toBe(0o755)
  })

  it('and give it back when the installation fails', () => {
    writeFileSync(paper.policy, 'mine')
    const run = (command: string, args: readonly string[]): void => {
      if (args.includes('install')) throw new Error(`${command} failed`)
    }
    expect(() => ensureDovecot(debian({ run }))).toThrow('apt-get failed')
    expect(readFileSync(paper.policy, 'utf8')).toBe('mine')
  })

  it.each<[string, Partial<DovecotMachine>, string]>([
    ['somebody who is not root', { isRoot: false }, "type: sudo sh -c 'apt-get update && apt-get install"],
    ['a system without apt-get', { has: () => false }, 'need Dovecot 2.3 or 2.4'],
    ['a package without the program', { run: () => {} }, 'there is no '],
  ])('and say so to %s', (_, differences, sentence) => {
    expect(() => ensureDovecot(debian(differences))).toThrow(sentence)
  })
})
