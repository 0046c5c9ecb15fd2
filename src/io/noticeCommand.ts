import { type ExecFileException, execFile } from 'node:child_process'
import { parseArgsStringToArgv } from 'string-argv'
import { exit, OperatorError } from '../errors.ts'
import type { NoticeCommand } from '../ports.ts'

const troubles: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be run',
  ABORT_ERR: 'was stopped',
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: 'printed far too much',
}

const endingOf = ({ code, killed, signal }: ExecFileException, seconds: number): string => {
  if (typeof code === 'string') return troubles[code] ?? `failed (${code})`
  if (killed) return `did not end within ${seconds} seconds`
  return signal ? `was ended by ${signal}` : `ended with exit status ${code}`
}

/** The error of execFile holds all that was printed, so it is no `cause`; of the complaints the last line is shown. */
const commandFault = (command: string, error: ExecFileException, stderr: string, seconds: number): OperatorError => {
  const complaint = (stderr.trimEnd().split('\n').at(-1) ?? '')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200)
  return new OperatorError(exit.unavailable, `the command of notify ${endingOf(error, seconds)}`, [
    `run it yourself, with a text on its standard input: ${command}`,
    ...(complaint === '' ? [] : [`it said: ${complaint}`]),
  ])
}

/**
 * Runs the command that tells, without a shell; it gets the text on standard input, and has told when it ends with 0.
 * @param env what the command sees
 * @param seconds how long it may take
 */
export const noticeCommand =
  (env: Readonly<Record<string, string | undefined>>, seconds = 30): NoticeCommand =>
  (command, text, signal) => {
    const [program = '', ...args] = parseArgsStringToArgv(command)
    const options = {
      env: { ...env },
      timeout: seconds * 1000,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
      signal,
    } as const
    return new Promise((fulfil, reject) => {
      const child = execFile(program, args, options, (error, _, stderr) => {
        if (error) reject(commandFault(command, error, stderr, seconds))
        else fulfil()
      })
      // One that does not read what it is told has ended before, or ends when its input does.
      child.stdin?.on('error', () => {}).end(text)
    })
  }
