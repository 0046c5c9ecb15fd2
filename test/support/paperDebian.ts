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
  remove(): void
}

export const layOutDebian = (): PaperDebian => {
  const directory = mkdtempSync(join(tmpdir(), 'have-we-met-install-'))
  const policy = join(directory, 'policy-rc.d')
  const commands: string[] = []
  let policyDuringInstall: string | null = null
  return {
    directory,
    commands,
    policy,
    policyDuringInstall: () => policyDuringInstall,
    machine: (installed) => ({
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
    }),
    remove: () => rmSync(directory, { recursive: true }),
  }
}
