import { existsSync } from 'node:fs'
import { type Debian, installCommand, installPackages, thisDebian } from './debian.ts'

/** A machine on which systemd's own programs may be installed. */
export interface SystemdMachine extends Debian {
  exists(path: string): boolean
}

const parts = [
  { name: 'systemd', file: '/usr/bin/systemd-analyze', units: [] },
  { name: 'systemd-container', file: '/usr/bin/systemd-nspawn', units: ['machines.target'] },
]

const here = (): SystemdMachine => ({ ...thisDebian(), exists: existsSync })

/**
 * Sees to it that systemd-analyze and systemd-nspawn are there, and installs Debian's packages where that is possible.
 * Systemd need not run on the machine.
 *
 * @throws Error that says what to type, where it is not
 */
export const ensureSystemd = (machine: SystemdMachine = here()): void => {
  if (!machine.isRoot) throw new Error('the tests of units and images use mounts; type: sudo npm run test:deployment')
  const missing = parts.filter(({ file }) => !machine.exists(file))
  if (missing.length === 0) return
  const packages = missing.map(({ name }) => name)
  if (!machine.has('apt-get')) throw new Error(`the tests of units need Debian, for its ${packages.join(' and ')}`)
  machine.say(`the tests check units with systemd: installing ${packages.join(' and ')}, without starting anything`)
  installPackages(machine, { packages, units: missing.flatMap(({ units }) => units) })
  const still = parts.find(({ file }) => !machine.exists(file))
  if (still) throw new Error(`there is no ${still.file}; type: ${installCommand([still.name])}`)
}
