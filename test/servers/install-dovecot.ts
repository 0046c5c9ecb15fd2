import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { dovecotProgram } from './dovecot-process.ts'

/** The machine that the tests run on, as far as installing a package concerns it. */
export interface Machine {
  readonly dovecot: string
  /** Debian asks this program before a package starts a service; exit 101 forbids it (policy-rc.d, Debian policy §9.3.3). */
  readonly policyFile: string
  readonly isRoot: boolean
  has(command: string): boolean
  run(command: string, args: readonly string[]): void
  say(line: string): void
}

const packages = ['dovecot-imapd', 'openssl']

const byHand = `apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}`

const isOnPath = (command: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, command)))

/** This machine. Its commands talk on our own output. */
const thisMachine = (): Machine => ({
  dovecot: dovecotProgram,
  policyFile: '/usr/sbin/policy-rc.d',
  isRoot: process.getuid?.() === 0,
  has: isOnPath,
  run: (command, args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync(command, [...args], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  },
  say: (line) => process.stdout.write(`${line}\n`),
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

const disableServices = (machine: Machine): void => {
  if (machine.has('systemctl')) machine.run('systemctl', ['disable', 'dovecot.service', 'dovecot.socket'])
}

const install = (machine: Machine): void => {
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
export const ensureDovecot = (machine: Machine = thisMachine()): void => {
  if (existsSync(machine.dovecot)) return
  if (!machine.has('apt-get')) throw new Error(`the tests need Dovecot 2.3 or 2.4 with IMAP as ${machine.dovecot}`)
  if (!machine.isRoot) throw new Error(`the tests need Dovecot; type: sudo sh -c '${byHand}'`)
  install(machine)
  if (!existsSync(machine.dovecot)) throw new Error(`the package is installed, but there is no ${machine.dovecot}`)
}
