import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Debian } from '../servers/debian.ts'

/** A Debian on paper: what it is told to run is written down, and nothing is run. */
export interface PaperDebian {
  readonly directory: string
  readonly commands: readonly string[]
  readonly policy: string
  /** The policy-rc.d that stood there while packages were installed; null: none were. */
  policyDuringInstall(): string | null
  /** @param installed what the installation of packages brings about */
  machine(installed: () => void): Debian
  /** The same, with no file but those that are named here, and with all of them once packages were installed. */
  machineWith(there: RegExp | null): Debian & { exists(path: string): boolean }
  remove(): void
}

export const layOutDebian = (): PaperDebian => {
  const directory = mkdtempSync(join(tmpdir(), 'have-we-met-install-'))
  const policy = join(directory, 'policy-rc.d')
  const commands: string[] = []
  let policyDuringInstall: string | null = null
  const machine: PaperDebian['machine'] = (installed) => ({
    policyFile: policy,
    isRoot: true,
    has: () => true,
    run: (command, args) => {
      commands.push([command, ...args].join(' '))
      if (!args.includes('install')) return
      policyDuringInstall = readFileSync(policy, 'utf8')
      installed()
    },
    say: () => {},
  })
  const machineWith: PaperDebian['machineWith'] = (there) => {
    let isInstalled = false
    const installed = (): void => {
      isInstalled = true
    }
    return { ...machine(installed), exists: (path) => isInstalled || there?.test(path) === true }
  }
  return {
    directory,
    commands,
    policy,
    policyDuringInstall: () => policyDuringInstall,
    machine,
    machineWith,
    remove: () => rmSync(directory, { recursive: true }),
  }
}
