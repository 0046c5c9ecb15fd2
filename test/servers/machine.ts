import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The machine that the tests run on, as far as getting a package concerns it. */
export interface Machine {
  readonly isRoot: boolean
  has(command: string): boolean
  run(command: string, args: readonly string[]): void
  say(line: string): void
}

const isOnPath = (command: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, command)))

/** This machine. Its commands talk on our own output. */
export const thisMachine = (): Machine => ({
  isRoot: process.getuid?.() === 0,
  has: isOnPath,
  run: (command, args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync(command, [...args], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  },
  say: (line) => process.stdout.write(`${line}\n`),
})
