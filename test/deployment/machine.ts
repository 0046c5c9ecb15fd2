import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Ended } from '../support/program.ts'

/** A machine whose first process is systemd: this one's programs and network, and files of its own. */
export interface Machine {
  /** Runs a command on it, as root, to its end. */
  run(...command: readonly string[]): Promise<Ended>
  /** Follows the journal of the daemon, from its beginning, until it has this word so many times. */
  journalHas(word: string, times: number): Promise<void>
  write(path: string, content: string | Buffer, mode?: number): void
  /** Switches it off, and removes its files. */
  stop(): Promise<void>
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** In control groups and mounts of its own, all of which end with it. */
const boot = `set -eu
for group in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
  [ -e "$group/cgroup.procs" ] || continue
  mkdir "$group/$3"
  echo $$ > "$group/$3/cgroup.procs"
done
mount --make-rprivate /
mount --bind /usr "$1/usr"
mount -o remount,bind,ro "$1/usr"
mount --bind "$2" "$1/usr/local"
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --register=no --keep-unit --directory="$1" --console=pipe --boot systemd.unit=ready.service
`

const ready = `[Unit]
After=basic.target
Requires=basic.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=sh -c 'echo ready > /etc/ready'
`

/** Just enough that systemd starts, and takes itself for set up. */
const layOut = (root: string): void => {
  chmodSync(root, 0o755)
  for (const name of ['usr', 'etc/systemd/system', 'var/log/journal', 'root', 'tmp'])
    mkdirSync(join(root, name), { recursive: true })
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(join('usr', name), join(root, name))
  cpSync('/etc/alternatives', join(root, 'etc/alternatives'), { recursive: true, verbatimSymlinks: true })
  const files = {
    passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n',
    group: 'root:x:0:\nnogroup:x:65534:\nsystemd-journal:x:999:\n',
    hosts: '127.0.0.1 localhost\n',
    'machine-id': '5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e\n',
    'systemd/system/ready.service': ready,
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, 'etc', name), content)
  execFileSync('mkfifo', [join(root, 'etc/ready')])
}

/** Its first process tells through a pipe that it has come up. */
const untilReady = async (root: string, nspawn: ChildProcess, complaints: Promise<string>): Promise<void> => {
  const pipe = spawn('cat', [join(root, 'etc/ready')])
  const ended = once(nspawn, 'exit').then(async () => {
    throw new Error(`systemd did not start: ${await complaints}`)
  })
  try {
    await Promise.race([once(pipe, 'exit'), ended])
  } finally {
    pipe.kill()
  }
}

/** Control groups are folders that only an rmdir of the innermost first takes away. */
const removeGroup = (path: string): void => {
  if (!existsSync(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(path, entry.name))
  rmdirSync(path)
}

/** The process that one has started; none when it has ended itself. */
const childOf = (pid: number): string => {
  const children = `/proc/${pid}/task/${pid}/children`
  return existsSync(children) ? readFileSync(children, 'utf8').trim() : ''
}

/**
 * Boots a machine; as root only.
 * @param local the folder that is its `/usr/local`
 */
export const bootMachine = async (local: string): Promise<Machine> => {
  const root = mkdtempSync(join(tmpdir(), 'have-we-met-machine-'))
  layOut(root)
  const args = ['--mount', 'sh', '-c', boot, 'sh', root, local, basename(root)]
  const nspawn = spawn('unshare', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaints = text(nspawn.stderr)
  const stop = async (): Promise<void> => {
    const ended = once(nspawn, 'exit')
    // With its first process all others end; an orderly shutdown would wait for those that we brought in.
    const leader = childOf(nspawn.pid ?? 0)
    if (leader !== '') process.kill(Number(leader), 'SIGKILL')
    else nspawn.kill()
    if (nspawn.exitCode === null && nspawn.signalCode === null) await ended
    for (const group of ['.', 'unified', 'systemd']) removeGroup(join('/sys/fs/cgroup', group, basename(root)))
    rmSync(root, { recursive: true, force: true })
  }
  try {
    await untilReady(root, nspawn, complaints)
  } catch (error) {
    await stop()
    throw error
  }
  const inside = ['--target', childOf(nspawn.pid ?? 0), '--all', '--', 'env', '-i', `PATH=${path}`]
  return {
    run: async (...command) => {
      const program = spawn('nsenter', [...inside, ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
      const { stdout, stderr } = program
      const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(program, 'close')])
      return { stdout: out, stderr: err, code }
    },
    journalHas: async (word, times) => {
      const follow = ['journalctl', '--follow', '--no-tail', '--output=cat', '--unit=have-we-met.service']
      // In a group of its own: nsenter forks, and is not the one that has to end.
      const journal = spawn('nsenter', [...inside, ...follow], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
      let told = ''
      for await (const chunk of journal.stdout) {
        told += chunk
        if (told.split(word).length > times) break
      }
      process.kill(-(journal.pid ?? 0))
    },
    write: (name, content, mode = 0o644) => {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content, { mode })
    },
    stop,
  }
}
