import { existsSync } from 'node:fs'
import { type Debian, type Installation, installCommand, installPackages, thisDebian } from './debian.ts'

/** A machine on which mail clients may be installed. */
export interface ClientsMachine extends Debian {
  exists(path: string): boolean
}

interface Part extends Installation {
  /** Is there when the packages are. */
  readonly file: string
}

const program = (name: string): Part => ({ packages: [name], units: [], file: `/usr/bin/${name}` })

export const chromiumProgram = '/usr/bin/chromium'
export const thunderbirdProgram = '/usr/bin/thunderbird'

const parts: readonly Part[] = [
  {
    // PHP wants a web server to run in: told of php-cgi first, apt takes that and not Apache.
    packages: ['php-cgi', 'roundcube-core', 'roundcube-sqlite3'],
    units: ['roundcube-cleandb.timer', 'roundcube-gc.timer'],
    // Else it makes itself a database in whatever server it finds on its user's machine.
    answers: ['roundcube-core roundcube/dbconfig-install boolean false'],
    file: '/usr/share/dbconfig-common/data/roundcube/install/sqlite3',
  },
  ...['chromium', 'thunderbird', 'neomutt', 'alpine', 'tmux'].map(program),
]

const here = (): ClientsMachine => ({ ...thisDebian(), exists: existsSync })

/**
 * Sees to it that the mail clients of the tests are there, and installs Debian's packages where that is possible.
 *
 * @throws Error that says what to type, where it is not
 */
export const ensureClients = (machine: ClientsMachine = here()): void => {
  const missing = (): readonly Part[] => parts.filter(({ file }) => !machine.exists(file))
  const toInstall = missing()
  if (toInstall.length === 0) return
  const packages = toInstall.flatMap((part) => part.packages)
  if (!machine.has('apt-get')) throw new Error(`the tests of mail clients need Debian, for its ${packages.join(', ')}`)
  if (!machine.isRoot) throw new Error(`the tests of mail clients need some; type: ${installCommand(packages)}`)
  machine.say(`the tests use real mail clients: installing ${packages.join(', ')}, without starting any server`)
  const units = toInstall.flatMap((part) => part.units)
  const answers = toInstall.flatMap((part) => part.answers ?? [])
  installPackages(machine, { packages, units, answers })
  for (const { file } of missing()) throw new Error(`the packages are installed, but there is no ${file}`)
}
