import { existsSync } from 'node:fs'
import { type Debian, installCommand, installPackages, thisDebian } from './debian.ts'
import { dovecotProgram } from './dovecot-process.ts'

/** A machine, and where Dovecot is on it. */
export interface DovecotMachine extends Debian {
  readonly dovecot: string
}

const packages = ['dovecot-imapd', 'openssl']
const units = ['dovecot.service', 'dovecot.socket']

const here = (): DovecotMachine => ({ ...thisDebian(), dovecot: dovecotProgram })

/**
 * Sees to it that Dovecot is there, and installs Debian's package where that is possible.
 *
 * @throws Error that says what to type, where it is not
 */
export const ensureDovecot = (machine: DovecotMachine = here()): void => {
  if (existsSync(machine.dovecot)) return
  if (!machine.has('apt-get')) throw new Error(`the tests need Dovecot 2.3 or 2.4 with IMAP as ${machine.dovecot}`)
  if (!machine.isRoot) throw new Error(`the tests need Dovecot; type: ${installCommand(packages)}`)
  machine.say(`the tests talk to a real IMAP server: installing ${packages.join(' and ')}, without starting it`)
  installPackages(machine, { packages, units })
  if (!existsSync(machine.dovecot)) throw new Error(`the package is installed, but there is no ${machine.dovecot}`)
}
