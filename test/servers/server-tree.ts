import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeCertificates } from './certificates.ts'
import { type ServerName, treeOf } from './install-servers.ts'
import { greeting, hasEnded, killProcess } from './process.ts'

const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

/** Copies of test runs that were ended by force; the name of each begins with the id of the process that made it. */
const removeLeftovers = (directory: string): void => {
  const running = new Set(readdirSync('/proc'))
  for (const name of readdirSync(directory).filter((name) => !running.has(name.replace(/-.*/u, '')))) {
    killAllIn(join(directory, name))
    rmSync(join(directory, name), { recursive: true, force: true })
  }
}

/**
 * A copy of a server's tree for one start of it: hard links, so no file that was unpacked may be written to; what is to
 * differ is removed first. Holds certificates in `/srv/tls`.
 */
export const copyTree = (name: ServerName): string => {
  // The real path: by it the processes of the tree are found.
  const directory = join(realpathSync(dirname(treeOf(name))), 'running')
  mkdirSync(directory, { recursive: true })
  removeLeftovers(directory)
  const tree = mkdtempSync(join(directory, `${process.pid}-${name}-`))
  execFileSync('cp', ['-a', '--link', `${treeOf(name)}/.`, tree])
  makeCertificates(join(tree, 'srv', 'tls'), 'valid', [])
  return tree
}

/** Writes a file of the tree anew: the one of that name may be a link to what was unpacked. */
export const writeIn = (tree: string, path: string, content: string, mode = 0o644): void => {
  rmSync(join(tree, path), { force: true })
  writeFileSync(join(tree, path), content, { mode })
}

/** Runs a program of the tree to its end and gives what it printed. `user` is `USER:GROUP`, in numbers. */
export const runIn = (tree: string, user: string, command: readonly string[], input = ''): string =>
  execFileSync('chroot', [`--userspec=${user}`, tree, ...command], { input, env: environment, encoding: 'utf8' })

/** Gives what belongs to this start of the server, all of `/srv`, to its user. */
export const giveTo = (tree: string, user: string): void => {
  execFileSync('chown', ['-R', user, join(tree, 'srv')])
}

const rootOf = (pid: string): string => {
  try {
    return readlinkSync(join('/proc', pid, 'root'))
  } catch {
    return ''
  }
}

/** Whatever runs in a tree was started for it, also when it has left its parent. */
const processesIn = (tree: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && rootOf(name) === tree)
    .map(Number)

const killAllIn = (tree: string): void => {
  for (const pid of processesIn(tree)) killProcess(pid)
}

/** No event tells of the end of processes that are not our children. */
const emptyTree = async (tree: string): Promise<void> => {
  while (processesIn(tree).length > 0) {
    killAllIn(tree)
    await delay(10)
  }
}

interface StartOptions {
  /** `USER:GROUP`, in numbers. */
  readonly user: string
  /** Where it greets. */
  readonly port: number
}

/**
 * Starts a server in its tree, in a process group of its own, and gives its master process once it greets.
 *
 * @throws Error with the server's own words when it ends instead
 */
export const startIn = async (
  tree: string,
  command: readonly string[],
  { user, port }: StartOptions,
): Promise<ChildProcess> => {
  const server = spawn('chroot', [`--userspec=${user}`, tree, ...command], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (data) => {
      output += data
    })
  const endWithUs = (): void => killAllIn(tree)
  process.once('exit', endWithUs)
  server.once('exit', () => process.off('exit', endWithUs))
  while (!/^(\* OK|220) /u.test(await greeting(port))) {
    if (hasEnded(server)) throw new Error(`${command[0]} did not start:\n${output}`)
    await delay(20)
  }
  return server
}

/** Ends a server and all that it started, in order where it takes part in that. */
export const stopIn = async (tree: string, server: ChildProcess): Promise<void> => {
  if (!hasEnded(server)) {
    const exited = once(server, 'exit')
    server.kill()
    await exited
  }
  await emptyTree(tree)
}

/** Ends all that runs in a tree at once, and removes it. */
export const removeTree = async (tree: string): Promise<void> => {
  await emptyTree(tree)
  rmSync(tree, { recursive: true, force: true, maxRetries: 5 })
}
