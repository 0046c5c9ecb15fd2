import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { built, type Home } from './program.ts'

/** The built program on a terminal of its own, as somebody sits at it. */
export interface Terminal {
  /** Resolves when this text has come since the last that was waited for; rejects with all that came when that does not come. */
  readonly shows: (text: string) => Promise<void>
  /** As the keyboard would send it: `\r` is Enter, `\x1b[B` the arrow down. */
  readonly types: (keys: string) => void
  /** Waits for a question, and answers it. */
  readonly answers: (question: string, keys: string) => Promise<void>
  /** What was shown so far, in lines as they stand. */
  readonly shown: () => string
  /** Everything that was shown, and the exit code, when it has ended. */
  readonly ended: Promise<{ readonly shown: string; readonly code: number | null }>
}

const patience = 20_000

const quoted = (argument: string): string => `'${argument.replaceAll("'", "'\\''")}'`

/** Keys as they are typed. */
export const keys = {
  enter: '\r',
  down: '\u001b[B',
  backspace: '\u007f',
  controlC: '\u0003',
  escape: '\u001b',
} as const

/** Starts the program under script(1), which is part of every Debian and gives it a pseudo-terminal. */
export const openTerminal = (home: Home, args: readonly string[]): Terminal => {
  // A pseudo-terminal is born without a size, and would show one character a line.
  const command = `stty cols 120 rows 50; exec ${[process.execPath, built, ...args].map(quoted).join(' ')}`
  const program = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd: home.directory,
    env: { ...home.environment, TERM: 'xterm', SHELL: '/bin/sh', LC_ALL: 'C.UTF-8' },
  })
  let raw = ''
  let seen = 0
  program.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk
  })
  const closed = once(program, 'close')
  const shown = (): string => stripVTControlCharacters(raw)
  const shows = async (text: string): Promise<void> => {
    // Killed, it closes its terminal, on which the program ends, too.
    const late = setTimeout(() => program.kill(), patience)
    for (;;) {
      const at = shown().indexOf(text, seen)
      if (at >= 0) {
        seen = at + text.length
        clearTimeout(late)
        return
      }
      if (program.exitCode !== null || program.killed) throw new Error(`it ended without "${text}":\n${shown()}`)
      await Promise.race([once(program.stdout, 'data'), closed])
    }
  }
  const types = (typed: string): void => void program.stdin.write(typed)
  return {
    shows,
    types,
    shown: () => shown().replaceAll('\r', ''),
    answers: async (question, typed) => {
      await shows(question)
      types(typed)
    },
    ended: closed.then(([code]) => ({ shown: shown(), code: code as number | null })),
  }
}
