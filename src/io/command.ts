import { type ExecFileException, execFile } from 'node:child_process'
import { parseArgsStringToArgv } from 'string-argv'

export interface CommandOptions {
  /** What the command sees. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long it may take; then it is killed. */
  readonly seconds: number
  /** What it gets on standard input. */
  readonly input?: string
  readonly signal?: AbortSignal
}

/** How a command failed, in words: `is not there`, `ended with exit status 3`. Nothing else of what it printed is kept. */
export class CommandFailed extends Error {
  /** The last line of its complaints, or ''. */
  readonly complaint: string

  constructor(ending: string, complaint: string) {
    super(ending)
    this.complaint = complaint
  }
}

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

const complaintIn = (stderr: string): string =>
  (stderr.trimEnd().split('\n').at(-1) ?? '')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200)

/**
 * Runs a command of the user's, without a shell, and gives what it printed.
 * @throws CommandFailed; the library's own error holds all that was printed, which may be a secret
 */
export const runCommand = (command: string, options: CommandOptions): Promise<string> => {
  const { env, seconds, input = '', signal } = options
  const [program = '', ...args] = parseArgsStringToArgv(command)
  const limits = { timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 65_536 } as const
  return new Promise((fulfil, reject) => {
    const child = execFile(program, args, { env: { ...env }, ...limits, signal }, (error, stdout, stderr) => {
      if (error) reject(new CommandFailed(endingOf(error, seconds), complaintIn(stderr)))
      else fulfil(stdout)
    })
    // One that does not read what it is given has ended before, or ends when its input does.
    child.stdin?.on('error', () => {}).end(input)
  })
}
