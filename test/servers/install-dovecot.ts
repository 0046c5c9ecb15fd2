import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dovecotProgram } from './dovecot-process.ts'
import { type Machine, thisMachine } from './machine.ts'

/** A machine, and where Dovecot and the program that guards services are on it. */
export interface DovecotMachine extends Machine {
  readonly dovecot: string
  /** Debian asks this program before a package starts a service; exit 101 forbids it (policy-rc.d, Debian policy §9.3.3). */
  readonly policyFile: string
}

const packages = ['dovecot-imapd', 'openssl']

const byHand = `apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}`

const here = (): DovecotMachine => ({
  ...thisMachine(),
  dovecot: dovecotProgram,
  policyFile: '/usr/sbin/policy-rc.d',
})

/** A package that is installed for tests must not start a mail server on its user's machine. */
const withoutStartingServices = (policyFile: string, install: () => void): void => {
  const kept = `${policyFile}.kept-by-have-we-met`
  if (existsSync(policyFile)) renameSync(policyFile, kept)
  try {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n')
    chmodSync(policyFile, 0o755)
    install()
  } finally {
    rmSync(policyFile, { force: true })
    if (existsSync(kept)) renameSync(kept, policyFile)
  }
}

const disableServices = (machine: DovecotMachine): void => {
  if (machine.has('systemctl')) machine.run('systemctl', ['disable', 'dovecot.service', 'dovecot.socket'])
}

const install = (machine: DovecotMachine): void => {
  machine.say(`the tests talk to a real IMAP server: installing ${packages.join(' and ')}, without starting it`)
  machine.run('apt-get', ['update'])
  withoutStartingServices(machine.policyFile, () =>
    machine.run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages]),
  )
  disableServices(machine)
}

/**
 * Sees to it that Dovecot is there, and installs Debian's package where that is possible.
 *
 * @throws Error that says what to type, where it is not
 */
export const ensureDovecot = (machine: DovecotMachine = here()): void => {
  if (existsSync(machine.dovecot)) return
  if (!machine.has('apt-get')) throw new Error(`the tests need Dovecot 2.3 or 2.4 with IMAP as ${machine.dovecot}`)
  if (!machine.isRoot) throw new Error(`the tests need Dovecot; type: sudo sh -c '${byHand}'`)
  install(machine)
  if (!existsSync(machine.dovecot)) throw new Error(`the package is installed, but there is no ${machine.dovecot}`)
}
