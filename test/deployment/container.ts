import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Ended } from '../support/program.ts'

/** A folder that programs see as `/`, besides this machine's own programs, which they may only read. */
export interface Root {
  readonly path: string
}

export interface Inside {
  /** `uid:gid`. */
  readonly user: string
  readonly workdir: string
  readonly environment: Readonly<Record<string, string>>
  /** Files and folders of this machine, by where they are seen inside. */
  readonly mounts?: Readonly<Record<string, string>>
  /** Where a read-only root can be written to, besides /tmp; null: the root is not read-only. */
  readonly writable: string | null
}

/** Where this machine keeps its programs and what they need; Debian's merged /usr. */
const shared = ['usr', 'etc', 'dev', 'proc', 'tmp']

/** Makes a folder a root: places to see this machine's programs at. */
export const layOutRoot = (path: string): Root => {
  for (const name of [...shared, 'root', 'var/lib', 'run/secrets']) mkdirSync(join(path, name), { recursive: true })
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(join('usr', name), join(path, name))
  return { path }
}

/**
 * What a container engine does, in the few lines that matter here: mounts of its own, nothing of the machine to write
 * to, another root, another user without any privilege.
 */
const script = `set -eu
root=$1; writable=$2; user=$3; shift 3
mount --make-rprivate /
mount --rbind "$root" "$root"
for name in usr etc; do mount --bind "/$name" "$root/$name"; mount -o remount,bind,ro "$root/$name"; done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o size=64m,mode=1777,noexec,nosuid,nodev tmpfs "$root/tmp"
while [ "$1" != -- ]; do
  [ -e "$root$2" ] || : > "$root$2"
  mount --bind "$1" "$root$2"
  shift 2
done
shift
if [ -n "$writable" ]; then
  mount --bind "$root$writable" "$root$writable"
  mount -o remount,bind,ro "$root"
fi
[ "$user" != 0:0 ] || exec chroot "$root" env -i "$@"
# The root is changed first, while there are privileges for it.
exec chroot "$root" setpriv --reuid "\${user%:*}" --regid "\${user#*:}" --clear-groups --no-new-privs \\
  --bounding-set -all --inh-caps -all env -i "$@"
`

/** Runs a command inside a root to its end; as root only. */
export const runInside = async (root: Root, command: readonly string[], inside: Inside): Promise<Ended> => {
  const mounts = Object.entries(inside.mounts ?? {}).flatMap(([at, folder]) => [folder, at])
  const environment = Object.entries(inside.environment).map(([name, value]) => `${name}=${value}`)
  const args = [root.path, inside.writable ?? '', inside.user, ...mounts, '--', `--chdir=${inside.workdir}`]
  const program = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...args, ...environment, ...command],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ])
  return { stdout, stderr, code }
}
