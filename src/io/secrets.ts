import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Login } from '../core/login.ts'
import type { Credential, OAuth, Secret } from '../core/settings.ts'
import { isExposed } from '../core/settingsPaths.ts'
import { fileTrouble } from '../core/settingsWords.ts'
import { tokensIn } from '../core/tokens.ts'
import { exit, OperatorError } from '../errors.ts'
import { CommandFailed, runCommand } from './command.ts'

type Environment = Readonly<Record<string, string | undefined>>

const fault = (sentence: string, ...hints: string[]): OperatorError => new OperatorError(exit.config, sentence, hints)

const readSecretFile = (path: string, what: string, env: Environment): string => {
  let text: string
  let mode: number
  try {
    mode = statSync(path).mode
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw fault(`the ${what} file ${path} cannot be read`, `${path}: ${fileTrouble(code)}`)
  }
  if (isExposed(resolve(path), mode, env))
    throw fault(`others may read or change the ${what} file ${path}`, `type: chmod 600 ${path}`)
  return text.replace(/\r?\n$/, '')
}

/** The first line counts, as password managers print it. */
const printedBy = async (command: string, what: string, env: Environment, seconds: number): Promise<string> => {
  try {
    const printed = await runCommand(command, { env, seconds })
    return printed.trim().split(/\r?\n/)[0]?.trim() ?? ''
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    const said = error.complaint === '' ? [] : [`it said: ${error.complaint}`]
    throw fault(`the command for the ${what} ${error.message}`, `run it yourself: ${command}`, ...said)
  }
}

const readSecret = async (secret: Secret, what: string, env: Environment, seconds: number): Promise<string> => {
  switch (secret.kind) {
    case 'value':
      return secret.value
    case 'file':
      return readSecretFile(secret.path, what, env)
    case 'command':
      return printedBy(secret.command, what, env, seconds)
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

/** A credential that is read; the tokens of the third kind are kept by another door. */
export type ReadableCredential = Exclude<Credential, { kind: 'oauth' }>

/**
 * Reads a secret from where it is kept, the moment it is needed; neither it nor what a command prints is logged.
 * Of a command's output the first line counts, as password managers print it; commands run without a shell.
 * @param env what a command sees, and where systemd's $CREDENTIALS_DIRECTORY is looked up
 * @param seconds how long a command may take
 * @throws OperatorError 78 when there is no secret, or others can read its file
 */
export const readCredential = async (
  credential: ReadableCredential,
  env: Environment,
  seconds = 30,
): Promise<Login> => {
  if (credential.kind === 'password') {
    const text = await readSecret(credential.secret, 'password', env, seconds)
    return { kind: 'password', password: checked(text, 'password', origin(credential.secret)) }
  }
  const text = await printedBy(credential.command, 'access token', env, seconds)
  return { kind: 'access-token', accessToken: checked(text, 'access token', credential.command) }
}

/**
 * Reads the secret of an OAuth2 client; null where it has none.
 * @throws OperatorError 78 when there is no secret, or others can read its file
 */
export const readClientSecret = async ({ clientSecret }: OAuth, env: Environment): Promise<string | null> =>
  clientSecret === null
    ? null
    : checked(await readSecret(clientSecret, 'client secret', env, 30), 'client secret', origin(clientSecret))

/** A file that is replaced or written to stands differently; a secret itself leaves no trace in what is told of it. */
const standing = (path: string): string => {
  try {
    const { ino, size, mode, mtimeNs } = statSync(path, { bigint: true })
    return `${ino} ${size} ${mode} ${mtimeNs}`
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
}

/** A renewal is no news: only who logs in, or mends the file's mode, changes it. */
const loginIn = (path: string): string => {
  try {
    return `${statSync(path).mode} ${tokensIn(readFileSync(path, 'utf8'))?.loggedInAt}`
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
}

const fileOf = (secret: Secret | null): string[] => (secret?.kind === 'file' ? [standing(secret.path)] : [])

const marksOf = (credential: Credential): string[] => {
  switch (credential.kind) {
    case 'password':
      return fileOf(credential.secret)
    case 'access-token':
      return []
    case 'oauth':
      return [loginIn(credential.oauth.tokenFile), ...fileOf(credential.oauth.clientSecret)]
  }
}

/**
 * A digest that changes when a secret that is kept in a file changes, or somebody logs in anew; of the secret itself it
 * tells nothing. null where that cannot be known without running a command, or each secret is a fixed value.
 */
export const credentialMark = (credentials: readonly Credential[]): string | null => {
  const marks = credentials.flatMap(marksOf)
  return marks.length === 0 ? null : createHash('sha256').update(marks.join('\n')).digest('hex')
}
