import { type ExecFileException, execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgsStringToArgv } from 'string-argv'
import type { Login } from '../core/login.ts'
import type { Credential, Secret } from '../core/settings.ts'
import { isExposed } from '../core/settingsPaths.ts'
import { fileTrouble } from '../core/settingsWords.ts'
import { exit, OperatorError } from '../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

const fault = (sentence: string, ...hints: string[]): OperatorError => new OperatorError(exit.config, sentence, hints)

const withoutControls = (text: string): string => text.replace(/\p{Cc}/gu, ' ').trim()

const readSecretFile = (path: string, env: Environment): string => {
  let text: string
  let mode: number
  try {
    mode = statSync(path).mode
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw fault(`the password file ${path} cannot be read`, `${path}: ${fileTrouble(code)}`)
  }
  if (isExposed(resolve(path), mode, env))
    throw fault(`others may read or change the password file ${path}`, `type: chmod 600 ${path}`)
  return text.replace(/\r?\n$/, '')
}

const startTroubles: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be run',
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: 'printed far too much',
}

const endingOf = ({ code, killed, signal }: ExecFileException, seconds: number): string => {
  if (typeof code === 'string') return startTroubles[code] ?? `failed (${code})`
  if (killed) return `gave no answer within ${seconds} seconds`
  return signal ? `was ended by ${signal}` : `ended with exit status ${code}`
}

/**
 * What was printed stays here: an error of execFile holds stdout and stderr, so it is no `cause`, and of the
 * command's complaints only the last line is shown.
 */
const commandFault = (command: string, what: string, error: ExecFileException, stderr: string, seconds: number) => {
  const complaint = withoutControls(stderr.trimEnd().split('\n').at(-1) ?? '').slice(0, 200)
  return fault(
    `the command for the ${what} ${endingOf(error, seconds)}`,
    `run it yourself: ${command}`,
    ...(complaint === '' ? [] : [`it said: ${complaint}`]),
  )
}

const runCommand = (command: string, what: string, env: Environment, seconds: number): Promise<string> => {
  const [program = '', ...args] = parseArgsStringToArgv(command)
  const options = { env: { ...env }, timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 65_536 } as const
  return new Promise((fulfil, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error) reject(commandFault(command, what, error, stderr, seconds))
      else fulfil(stdout.trim().split(/\r?\n/)[0]?.trim() ?? '')
    })
    child.stdin?.on('error', () => {}).end()
  })
}

const readSecret = async (secret: Secret, env: Environment, seconds: number): Promise<string> => {
  switch (secret.kind) {
    case 'value':
      return secret.value
    case 'file':
      return readSecretFile(secret.path, env)
    case 'command':
      return runCommand(secret.command, 'password', env, seconds)
  }
}

const origin = (secret: Secret): string =>
  secret.kind === 'file' ? secret.path : secret.kind === 'command' ? secret.command : 'the variable that holds it'

/** A password of several lines, or with control characters, is a file of something else. */
const checked = (text: string, what: string, from: string): string => {
  if (text === '') throw fault(`the ${what} is empty`, `look at ${from}`)
  if (/\p{Cc}/u.test(text))
    throw fault(`the ${what} holds a line break or another control character`, `look at ${from}`)
  return text
}

/**
 * Reads a secret from where it is kept, the moment it is needed; neither it nor what a command prints is logged.
 * Of a command's output the first line counts, as password managers print it; commands run without a shell.
 * @param env what a command sees, and where systemd's $CREDENTIALS_DIRECTORY is looked up
 * @param seconds how long a command may take
 * @throws OperatorError 78 when there is no secret, or others can read its file
 */
export const readCredential = async (credential: Credential, env: Environment, seconds = 30): Promise<Login> => {
  if (credential.kind === 'password') {
    const text = await readSecret(credential.secret, env, seconds)
    return { kind: 'password', password: checked(text, 'password', origin(credential.secret)) }
  }
  const text = await runCommand(credential.command, 'access token', env, seconds)
  return { kind: 'access-token', accessToken: checked(text, 'access token', credential.command) }
}
