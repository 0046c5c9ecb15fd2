import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A terminal with one program in it, and who sits before it. */
export interface Terminal {
  /** Presses keys, by the names that tmux has for them: `y`, `Enter`, `C-x`. */
  press(...keys: readonly string[]): void
  type(text: string): void
  /** Waits until the screen shows this, and gives the screen. */
  shows(what: RegExp): Promise<string>
  /** The screen with its colours and weights, as escape sequences (ECMA-48 §8.3.117). */
  coloured(): string
  /** Waits until the program has ended by itself. */
  ended(): Promise<void>
  /** Ends whatever still runs, and removes its files. */
  close(): void
}

interface TerminalOptions {
  /** What lies in the home of the program, which is `$HOME`, by name. */
  readonly files?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
}

const patience = 60_000

/** Asks a tmux of this terminal's own: no settings of the machine's, no session of the user's. */
const tmuxIn = (home: string, environment: Readonly<Record<string, string>>) => {
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, ...environment, TERM: 'xterm-256color' }
  return (...args: readonly string[]): string =>
    execFileSync('tmux', ['-f', '/dev/null', '-S', join(home, 'tmux'), ...args], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
}

/** Starts a program in a terminal of 100 columns, in a home of its own. */
export const openTerminal = (command: string, { files = {}, environment = {} }: TerminalOptions): Terminal => {
  const home = mkdtempSync(join(tmpdir(), 'have-we-met-terminal-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content)
  const tmux = tmuxIn(home, environment)
  const screen = (): string | null => {
    try {
      return tmux('capture-pane', '-p')
    } catch {
      return null
    }
  }
  const until = async (isSo: (screen: string | null) => boolean, wanted: string): Promise<string> => {
    const end = Date.now() + patience
    for (let now = screen(); ; now = screen()) {
      if (isSo(now)) return now ?? ''
      if (now === null || Date.now() > end) throw new Error(`${command}: ${wanted} did not come; it shows:\n${now}`)
      await delay(50)
    }
  }
  tmux('new-session', '-d', '-x', '100', '-y', '40', command)
  return {
    press: (...keys) => void tmux('send-keys', ...keys),
    type: (text) => void tmux('send-keys', '-l', text),
    shows: (what) => until((now) => now !== null && what.test(now), String(what)),
    coloured: () => tmux('capture-pane', '-p', '-e'),
    ended: async () => void (await until((now) => now === null, 'its end')),
    close: () => {
      if (screen() !== null) tmux('kill-server')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
