import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Machine, thisMachine } from './machine.ts'

/** Debian lets no two IMAP servers stand side by side, so each of these lives in a tree of its own, under chroot. */
const packagesOf = {
  cyrus: ['cyrus-imapd', 'sasl2-bin'],
  courier: ['courier-imap', 'dash'],
  postfix: ['postfix', 'dovecot-lmtpd'],
}

export type ServerName = keyof typeof packagesOf

const names: readonly ServerName[] = ['cyrus', 'courier', 'postfix']

const cacheDirectory = fileURLToPath(new URL('../../node_modules/.cache/have-we-met', import.meta.url))

/** Where the unpacked packages of a server are. */
export const treeOf = (name: ServerName, cache = cacheDirectory): string => join(cache, name)

/** The program that makes a Dovecot take mail by LMTP; its package would depend on which Dovecot is installed. */
export const lmtpProgram = (): string => join(treeOf('postfix'), 'usr/lib/dovecot/lmtp')

/** What a tree without boot, cron and configuration scripts can do without: it counts as installed. */
const dispensable = [
  ...['adduser', 'cpio', 'cron', 'db-util', 'debconf', 'dpkg', 'e2fsprogs', 'gawk', 'gnutls-bin'],
  ...['init-system-helpers', 'libpam-runtime', 'lsb-base', 'mail-transport-agent', 'netbase', 'openssl', 'passwd'],
  ...['perl', 'ssl-cert', 'sysvinit-utils', 'ucf'],
]

const installed = (name: string): string => `Package: ${name}
Status: install ok installed
Version: 99:1
Architecture: all
Multi-Arch: allowed
Maintainer: nobody
Description: not needed in a tree of its own
`

/** Apt works out what is missing on a machine that has nothing else, and keeps all it writes in one directory. */
const download = (machine: Machine, name: ServerName, directory: string): void => {
  mkdirSync(join(directory, name, 'partial'), { recursive: true })
  writeFileSync(join(directory, 'status'), dispensable.map(installed).join('\n'))
  const places = {
    'Dir::State::status': join(directory, 'status'),
    'Dir::Cache': directory,
    'Dir::Cache::archives': `${join(directory, name)}/`,
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': 'root',
  }
  const options = Object.entries(places).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  const quietly = ['-qq', '--yes', '--download-only', '--no-install-recommends']
  machine.run('apt-get', ['install', ...quietly, ...options, ...packagesOf[name]])
}

/** Whoever asks these trees for a user finds the servers' own and nobody else. */
const passwd = `root:x:0:0:root:/:/bin/sh
cyrus:x:64001:64001::/:/bin/false
courier:x:64002:64002::/:/bin/false
postfix:x:64003:64003::/:/bin/false
nobody:x:65534:65534::/:/bin/false
`

const group = 'root:x:0:\ncyrus:x:64001:\ncourier:x:64002:\npostfix:x:64003:\npostdrop:x:64004:\nnogroup:x:65534:\n'

const device = (machine: Machine, path: string, minor: number): void =>
  machine.run('mknod', ['-m', '666', path, 'c', '1', String(minor)])

/** Debian's packages count on these: the merged /usr of its later releases, users, and devices. */
const layOut = (machine: Machine, tree: string): void => {
  for (const name of ['usr', 'etc', 'dev', 'run', 'tmp', 'srv']) mkdirSync(join(tree, name), { recursive: true })
  chmodSync(join(tree, 'tmp'), 0o1777)
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(tree, 'usr', name))
    symlinkSync(join('usr', name), join(tree, name))
  }
  writeFileSync(join(tree, 'etc', 'passwd'), passwd)
  writeFileSync(join(tree, 'etc', 'group'), group)
  device(machine, join(tree, 'dev', 'null'), 3)
  device(machine, join(tree, 'dev', 'urandom'), 9)
}

/** The tree appears under its own name once it is whole: that it is there says that it can be used. */
const unpack = (machine: Machine, name: ServerName, directory: string, cache: string): void => {
  const tree = join(directory, 'tree')
  layOut(machine, tree)
  for (const file of readdirSync(join(directory, name)).filter((file) => file.endsWith('.deb')))
    machine.run('dpkg', ['--extract', join(directory, name, file), tree])
  renameSync(tree, treeOf(name, cache))
}

/** The package lists may be missing, or older than what the archive still has. */
const downloadAll = (machine: Machine, missing: readonly ServerName[], directory: string): void => {
  const once = (): void => {
    for (const name of missing) download(machine, name, directory)
  }
  try {
    once()
  } catch {
    machine.run('apt-get', ['update', '-qq'])
    once()
  }
}

const install = (machine: Machine, missing: readonly ServerName[], cache: string): void => {
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, 'download-'))
  try {
    downloadAll(machine, missing, directory)
    for (const name of missing) unpack(machine, name, directory, cache)
  } catch (cause) {
    throw new Error(
      `could not unpack ${missing.join(', ')}: see above; where a download is the cause, type: apt-get update`,
      { cause },
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * Sees to it that Cyrus, Courier and Postfix are there, unpacked from Debian's packages into the cache of this checkout:
 * nothing is installed on the machine, and none of its services, settings or package records change.
 *
 * @throws Error that says what to type, where that is not possible
 */
export const ensureServers = (machine: Machine = thisMachine(), cache = cacheDirectory): void => {
  if (!machine.has('apt-get')) throw new Error('the tests of other servers need Debian, for its packages')
  if (!machine.isRoot) throw new Error('the tests of other servers use chroot; type: sudo npm run test:servers')
  const missing = names.filter((name) => !existsSync(treeOf(name, cache)))
  if (missing.length === 0) return
  machine.say(`the tests talk to other mail servers: unpacking ${missing.join(', ')} into ${cache}`)
  install(machine, missing, cache)
}
