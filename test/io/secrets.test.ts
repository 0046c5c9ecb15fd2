import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuth } from '../../src/core/settings.ts'
import { firstTokens, type Tokens, tokensText } from '../../src/core/tokens.ts'
import { OperatorError } from '../../src/errors.ts'
import {
  type ReadableCredential as Credential,
  credentialMark,
  readClientSecret,
  readCredential,
} from '../../src/io/secrets.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (text: string, mode = 0o600): Credential => {
  const path = join(folder, 'secret')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return { kind: 'password', secret: { kind: 'file', path } }
}
const command = (line: string): Credential => ({ kind: 'password', secret: { kind: 'command', command: line } })
const token = (line: string): Credential => ({ kind: 'access-token', command: line })
const value = (text: string): Credential => ({ kind: 'password', secret: { kind: 'value', value: text } })

const env = { PATH: process.env.PATH }

/** What the user sees; and nothing of a secret, not even in the debug log's view of the error. */
const refusal = async (credential: Credential, seconds?: number): Promise<readonly string[]> => {
  const error: unknown = await readCredential(credential, env, seconds).catch((caught) => caught)
  if (!(error instanceof OperatorError)) throw error
  expect(error.exitCode).toBe(78)
  const said = [error.message, ...error.hints]
  const typed = credential.kind === 'access-token' ? credential.command : Object.values(credential.secret).at(-1)
  expect(inspect(error, { depth: 9 }).replaceAll(String(typed), '')).not.toContain('hunter2')
  return said.map((line) => line.replaceAll(folder, '<folder>'))
}

describe('a password', () => {
  it.each<[string, () => Credential, string]>([
    ['from the environment, as it is', () => value(' correct horse '), ' correct horse '],
    ['from a file, without its last line break', () => file(' correct horse \n'), ' correct horse '],
    ['from a file with CRLF', () => file('correct horse\r\n'), 'correct horse'],
    ['from a file without a line break', () => file('correct horse'), 'correct horse'],
    ['from a command', () => command('printf "  correct horse\\n"'), 'correct horse'],
    ['from the first line of a command', () => command("printf 'correct\\nuser: ada\\n'"), 'correct'],
    ['from quoted arguments', () => command(`printf '%s-' "a b" 'c d' e`), 'a b-c d-e-'],
    ['from a shell, where one is asked for', () => command("sh -c 'echo correct | tr c k'"), 'korrekt'],
  ])('is read %s', async (_name, credential, password) => {
    expect(await readCredential(credential(), env)).toEqual({ kind: 'password', password })
  })

  it('is not looked at by a shell', async () => {
    expect(await readCredential(command('echo $HOME; *'), env)).toMatchObject({ password: '$HOME; *' })
  })

  it('may come from a file that systemd guards', async () => {
    const given = file('correct horse', 0o444)
    expect(await readCredential(given, { CREDENTIALS_DIRECTORY: folder })).toMatchObject({ password: 'correct horse' })
  })
})

it('reads an access token', async () => {
  expect(await readCredential(token('echo ya29.abc'), env)).toEqual({ kind: 'access-token', accessToken: 'ya29.abc' })
})

it('gives a command the environment it is handed', async () => {
  const given = await readCredential(command('printenv WHOSE'), { ...env, WHOSE: 'ada' })
  expect(given).toEqual({ kind: 'password', password: 'ada' })
})

it('shows of a complaint what fits a line, and nothing a terminal would obey', async () => {
  const [, , said] = await refusal(command(`sh -c 'printf "\\033[2J%0300d" 7 >&2; exit 1'`))
  expect(said).toBe(`it said: [2J${'0'.repeat(197)}`)
})

it('lets a command read to the end of an empty standard input', async () => {
  expect(await readCredential(command("sh -c 'cat; echo done'"), env)).toMatchObject({ password: 'done' })
})

describe('a secret', () => {
  const open = 'others may read or change the password file <folder>/secret'
  const chmod = 'type: chmod 600 <folder>/secret'
  const failed = "sh -c 'echo hunter2; echo first >&2; echo locked >&2; exit 3'"
  it.each<[string, () => Credential, string[]]>([
    ['in a file others can read', () => file('hunter2', 0o644), [open, chmod]],
    ['in a file the group can read', () => file('hunter2', 0o640), [open, chmod]],
    ['in an empty file', () => file('\n'), ['the password is empty', 'look at <folder>/secret']],
    [
      'in a file of several lines',
      () => file('hunter2\nhunter2\n'),
      ['the password holds a line break or another control character', 'look at <folder>/secret'],
    ],
    [
      'in no file',
      () => ({ kind: 'password', secret: { kind: 'file', path: join(folder, 'none') } }),
      ['the password file <folder>/none cannot be read', '<folder>/none: there is no such file'],
    ],
    ['of no letters', () => value(''), ['the password is empty', 'look at the variable that holds it']],
    [
      'of a command that fails',
      () => command(failed),
      ['the command for the password ended with exit status 3', `run it yourself: ${failed}`, 'it said: locked'],
    ],
    [
      'of a command that is not there',
      () => token('no-such-helper x'),
      ['the command for the access token is not there', 'run it yourself: no-such-helper x'],
    ],
    ['of a silent command', () => token('true'), ['the access token is empty', 'look at true']],
    [
      'of a command that never stops printing',
      () => command('yes hunter2'),
      ['the command for the password printed far too much', 'run it yourself: yes hunter2'],
    ],
    [
      'of a command that is killed',
      () => command("sh -c 'kill -TERM $$'"),
      ['the command for the password was ended by SIGTERM', "run it yourself: sh -c 'kill -TERM $$'"],
    ],
  ])('%s is refused', async (_name, credential, expected) => {
    expect(await refusal(credential())).toEqual(expected)
  })

  it('of a command that hangs, deaf to SIGTERM, is refused', async () => {
    const deaf = `sh -c 'trap "" TERM; while :; do sleep 1; done'`
    expect(await refusal(command(deaf), 0.05)).toEqual([
      'the command for the password did not end within 0.05 seconds',
      `run it yourself: ${deaf}`,
    ])
  })
})

const clientWith = (clientSecret: OAuth['clientSecret']): OAuth => ({
  ...{ account: 'work', provider: 'google', issuer: 'https://accounts.google.com', scope: 'mail', clientId: 'c' },
  clientSecret,
  tokenFile: join(folder, 'work.json'),
})

describe('the secret of an OAuth2 client', () => {
  const inFile = (mode: number): OAuth => {
    file('hunter2\n', mode)
    return clientWith({ kind: 'file', path: join(folder, 'secret') })
  }

  it('may be none, a value, or in a file', async () => {
    expect(await readClientSecret(clientWith(null), env)).toBeNull()
    expect(await readClientSecret(clientWith({ kind: 'value', value: 'hunter2' }), env)).toBe('hunter2')
    expect(await readClientSecret(inFile(0o600), env)).toBe('hunter2')
  })

  it('in a file that others can read is refused', async () => {
    await expect(readClientSecret(inFile(0o644), env)).rejects.toMatchObject({
      exitCode: 78,
      message: `others may read or change the client secret file ${join(folder, 'secret')}`,
      hints: [`type: chmod 600 ${join(folder, 'secret')}`],
    })
  })
})

describe('the mark of an OAuth2 login', () => {
  const oauth = (): OAuth => clientWith(null)
  const mark = (): string | null => credentialMark([{ kind: 'oauth', oauth: oauth() }])
  const logIn = (now: number, changes: Partial<Tokens> = {}): void => {
    const tokens = firstTokens(oauth(), { accessToken: 'a', refreshToken: 'r', lifetime: 1000 }, now)
    writeFileSync(oauth().tokenFile, tokensText({ ...tokens, ...changes }), { mode: 0o600 })
  }

  it('changes when somebody logs in, and not when tokens are renewed', () => {
    const nobody = mark()
    logIn(1)
    const first = mark()
    logIn(1, { accessToken: 'b', refreshToken: 's', obtainedAt: 900, expiresAt: null })
    const renewed = mark()
    logIn(2)
    expect(renewed).toBe(first)
    expect(new Set([nobody, first, mark()]).size).toBe(3)
  })

  it('changes when a file that others could read is mended', () => {
    logIn(1)
    chmodSync(oauth().tokenFile, 0o644)
    const open = mark()
    chmodSync(oauth().tokenFile, 0o600)
    expect(mark()).not.toBe(open)
  })
})
