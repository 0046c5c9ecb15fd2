import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The built program. */
export const built = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const network = new URL('./network.mjs', import.meta.url).href

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A home of its own for the program: an empty working directory, and nothing of the machine's environment but PATH. */
export interface Home {
  readonly directory: string
  readonly environment: Record<string, string>
  /** Starts the built program as a user starts it, and gives it to who wants to send it signals. */
  readonly start: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Started
  /** Runs it to its end. */
  readonly run: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Ended>
  /** Starts it, sends SIGTERM when its log has this word, and waits for its end. */
  readonly runUntil: (args: readonly string[], word: string) => Promise<Ended>
  readonly write: (name: string, content: string, mode?: number) => string
  readonly remove: () => void
}

export interface Started {
  readonly process: ReturnType<typeof spawn>
  readonly ended: Promise<Ended>
}

export const makeHome = (environment: Readonly<Record<string, string>> = {}): Home => {
  const directory = mkdtempSync(join(tmpdir(), 'have-we-met-home-'))
  const own = {
    PATH: process.env.PATH ?? '',
    HOME: directory,
    STATE_DIR: join(directory, 'state'),
    NODE_OPTIONS: `--import=${network}`,
    ...environment,
  }
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Started => {
    const program = spawn(process.execPath, [built, ...args], { cwd: directory, env: { ...own, ...more } })
    program.stdin.end()
    const ended = Promise.all([text(program.stdout), text(program.stderr), once(program, 'close')]).then(
      ([stdout, stderr, [code]]) => ({ stdout, stderr, code }),
    )
    return { process: program, ended }
  }
  const runUntil = async (args: readonly string[], word: string): Promise<Ended> => {
    const { process: program, ended } = start(args)
    let log = ''
    program.stderr?.on('data', (chunk) => {
      log += chunk
    })
    while (!log.includes(word) && program.exitCode === null) await once(program.stderr ?? program, 'data')
    program.kill('SIGTERM')
    return ended
  }
  return {
    directory,
    environment: own,
    start,
    run: (args, more) => start(args, more).ended,
    runUntil,
    write: (name, content, mode = 0o600) => {
      const path = join(directory, name)
      writeFileSync(path, content, { mode })
      return path
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** The lines of `--json`. */
export const jsonLines = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
