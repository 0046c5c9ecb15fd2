import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layOutDebian, type PaperDebian } from '../support/paperDebian.ts'
import { type ClientsMachine, ensureClients } from './install-clients.ts'

let paper: PaperDebian

beforeEach(() => {
  paper = layOutDebian()
})

afterEach(() => paper.remove())

/** A Debian with none of the clients but those that are named here. */
const debian = (there: RegExp | null, differences: Partial<ClientsMachine> = {}): ClientsMachine => ({
  ...paper.machineWith(there),
  ...differences,
})

const install = 'apt-get install --yes --no-install-recommends'

describe('the tests of mail clients need some', () => {
  it('and do nothing when all are there, also where nothing could be installed', () => {
    ensureClients(debian(/./u, { isRoot: false, has: () => false }))
    expect(paper.commands).toEqual([])
  })

  it('and install them as root, without Apache, without a database, and without any service being started or enabled', () => {
    ensureClients(debian(null))
    expect(paper.commands).toEqual([
      'apt-get update',
      "sh -c echo 'roundcube-core roundcube/dbconfig-install boolean false' | debconf-set-selections",
      `${install} php-cgi roundcube-core roundcube-sqlite3 chromium thunderbird neomutt alpine tmux`,
      'systemctl disable roundcube-cleandb.timer roundcube-gc.timer',
    ])
    expect(paper.policyDuringInstall()).toContain('exit 101')
    expect(existsSync(paper.policy)).toBe(false)
  })

  it('and install only what is missing, and leave a Roundcube that is there as it is', () => {
    ensureClients(debian(/roundcube|thunderbird|neomutt|tmux/u))
    expect(paper.commands).toEqual(['apt-get update', `${install} chromium alpine`])
  })

  it.each<[string, Partial<ClientsMachine>, string]>([
    ['somebody who is not root', { isRoot: false }, "type: sudo sh -c 'apt-get update && apt-get install"],
    ['a system without apt-get', { has: () => false }, 'need Debian, for its php-cgi, roundcube-core'],
    ['packages without their program', { run: () => {} }, 'there is no /usr/share/dbconfig-common'],
  ])('and say so to %s', (_, differences, sentence) => {
    expect(() => ensureClients(debian(null, differences))).toThrow(sentence)
  })
})
