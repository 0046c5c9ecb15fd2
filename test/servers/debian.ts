import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type Machine, thisMachine } from './machine.ts'

/** A machine whose packages may be installed. */
export interface Debian extends Machine {
  /** Debian asks this program before a package starts a service; exit 101 forbids it (policy-rc.d, Debian policy §9.3.3). */
  readonly policyFile: string
}

export const thisDebian = (): Debian => ({ ...thisMachine(), policyFile: '/usr/sbin/policy-rc.d' })

/** What a user types who installs packages by hand. */
export const installCommand = (packages: readonly string[]): string =>
  `sudo sh -c 'apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}'`

/** A package that is installed for tests must not start a server on its user's machine. */
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

/** What is installed, and what is seen to besides. */
export interface Installation {
  readonly packages: readonly string[]
  /** What they would have systemd start, now or at the next boot. */
  readonly units: readonly string[]
  /** Answers to what they would ask (debconf), as `PACKAGE QUESTION TYPE VALUE`. */
  readonly answers?: readonly string[]
}

/** Installs packages, as root, and leaves none of their services enabled. */
export const installPackages = (machine: Debian, { packages, units, answers = [] }: Installation): void => {
  machine.run('apt-get', ['update'])
  for (const answer of answers) machine.run('sh', ['-c', `echo '${answer}' | debconf-set-selections`])
  withoutStartingServices(machine.policyFile, () =>
    machine.run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages]),
  )
  if (units.length > 0 && machine.has('systemctl')) machine.run('systemctl', ['disable', ...units])
}
