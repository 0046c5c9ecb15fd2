import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layOutDebian, type PaperDebian } from '../support/paperDebian.ts'
import { ensureSystemd, type SystemdMachine } from './install-systemd.ts'

let paper: PaperDebian

beforeEach(() => {
  paper = layOutDebian()
})

afterEach(() => paper.remove())

/** A Debian with none of systemd's programs but those that are named here. */
const debian = (there: RegExp | null, differences: Partial<SystemdMachine> = {}): SystemdMachine => ({
  ...paper.machineWith(there),
  ...differences,
})

const install = 'apt-get install --yes --no-install-recommends'

describe('the tests of deployment need programs of systemd', () => {
  it('and do nothing when they are there', () => {
    ensureSystemd(debian(/./u, { has: () => false }))
    expect(paper.commands).toEqual([])
  })

  it('and install them as root, without anything being started or enabled', () => {
    ensureSystemd(debian(null))
    expect(paper.commands).toEqual([
      'apt-get update',
      `${install} systemd systemd-container`,
      'systemctl disable machines.target',
    ])
    expect(paper.policyDuringInstall()).toContain('exit 101')
    expect(existsSync(paper.policy)).toBe(false)
  })

  it('and install only what is missing', () => {
    ensureSystemd(debian(/nspawn/u))
    expect(paper.commands).toEqual(['apt-get update', `${install} systemd`])
  })

  it.each<[string, Partial<SystemdMachine>, string]>([
    ['somebody who is not root', { isRoot: false }, 'type: sudo npm run test:deployment'],
    ['a system without apt-get', { has: () => false }, 'need Debian, for its systemd and systemd-container'],
    ['packages without their program', { run: () => {} }, 'there is no /usr/bin/systemd-analyze'],
  ])('and say so to %s', (_, differences, sentence) => {
    expect(() => ensureSystemd(debian(null, differences))).toThrow(sentence)
  })
})
