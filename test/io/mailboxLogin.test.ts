import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Login } from '../../src/core/login.ts'
import type { Server } from '../../src/core/settings.ts'
import { connect } from '../../src/io/mailbox.ts'
import { type Dovecot, startDovecot } from '../servers/dovecot.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { type Script, say, startScriptedImap } from '../servers/scripted-imap.ts'

let valid: Dovecot
let expired: Dovecot
let foreign: Dovecot

beforeAll(async () => {
  const kinds = ['valid', 'expired', 'unknown-authority'] as const
  const started = await Promise.all(kinds.map((certificate) => startDovecot({ certificate })))
  ;[valid, expired, foreign] = started as [Dovecot, Dovecot, Dovecot]
})

afterAll(() => Promise.all([valid, expired, foreign].map((dovecot) => dovecot.stop())))

const secure = (dovecot: Dovecot, parts: Partial<Server> = {}): Server =>
  loopback(dovecot.imapsPort, { security: 'tls', caFile: dovecot.caFile, ...parts })

const failure = async (server: Server, login: Login = password): Promise<unknown> => {
  try {
    const account = await connect(server, login, { deadline: 4_000, log: silentLog })
    await account.close()
    return 'logged in'
  } catch (error) {
    return error
  }
}

const closedPort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a login that cannot succeed says why', () => {
  it.each<[string, () => Server | Promise<Server>, number, RegExp]>([
    ['an unknown host', () => secure(valid, { host: 'imap.invalid' }), 69, /^there is no host called imap\.invalid$/],
    [
      'a closed port',
      async () => loopback(await closedPort()),
      69,
      /^127\.0\.0\.1 refused the connection on port \d+$/,
    ],
    [
      'TLS on the clear-text port',
      () => secure(valid, { port: valid.imapPort }),
      69,
      /does not speak TLS on port \d+$/,
    ],
    [
      'STARTTLS on the TLS port',
      () => secure(valid, { security: 'starttls' }),
      69,
      /gave no IMAP greeting on port \d+$/,
    ],
    [
      'an authority nobody named',
      () => secure(valid, { caFile: null }),
      69,
      /signed by an authority .* does not trust$/,
    ],
    ['another authority', () => secure(foreign), 69, /signed by an authority .* does not trust$/],
    ['an expired certificate', () => secure(expired), 69, /^the certificate of 127\.0\.0\.1 has expired$/],
    [
      'no file of the authority',
      () => secure(valid, { caFile: '/nowhere/ca.pem' }),
      78,
      /^cannot read .*\/nowhere\/ca\.pem$/,
    ],
  ])('%s', async (_, server, exitCode, message) => {
    expect(await failure(await server())).toMatchObject({ exitCode, message: expect.stringMatching(message) })
  })

  it('STARTTLS verifies the certificate as well', async () => {
    const server = secure(expired, { security: 'starttls', port: expired.imapPort })
    expect(await failure(server)).toMatchObject({ exitCode: 69, message: expect.stringMatching(/has expired$/) })
  })

  it('a file without a certificate', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'have-we-met-'))
    writeFileSync(join(directory, 'ca.pem'), 'no certificate')
    const error = await failure(secure(valid, { caFile: join(directory, 'ca.pem') }))
    rmSync(directory, { recursive: true })
    expect(error).toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/^cannot read .*ca\.pem$/),
    })
  })

  it('a wrong password, which no message repeats', async () => {
    const error = await failure(secure(valid), { kind: 'password', password: 'wrong-horse' })
    expect(error).toMatchObject({ exitCode: 77, message: '127.0.0.1 refused the login of rowan' })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('wrong-horse')
  })

  it('an access token where only passwords are taken', async () => {
    const error = await failure(secure(valid), { kind: 'access-token', accessToken: 'ya29.token' })
    expect(error).toMatchObject({ exitCode: 77, message: '127.0.0.1 offers no login by access token' })
  })
})

const scripted = async (script: Script, parts: Partial<Server> = {}, login: Login = password) => {
  const server = await startScriptedImap(script)
  const error = await failure(loopback(server.port, parts), login)
  await server.stop()
  return { error, commands: server.commands }
}

describe('a server with manners of its own', () => {
  it('is not sent a password in clear text when it offers no STARTTLS', async () => {
    const { error, commands } = await scripted({}, { security: 'starttls' })
    expect(error).toMatchObject({ exitCode: 69, message: expect.stringMatching(/offers no STARTTLS on port \d+$/) })
    expect(commands).toEqual(['CAPABILITY'])
  })

  it('is not sent a password when it slips words in before TLS', async () => {
    const answers = { STARTTLS: say('{tag} OK go on', '* OK and one thing more') }
    const { error, commands } = await scripted({ capabilities: 'STARTTLS', answers }, { security: 'starttls' })
    expect(error).toMatchObject({ exitCode: 69 })
    expect(commands).toEqual(['CAPABILITY', 'STARTTLS'])
  })

  it('is believed about no account when it greets as logged in before TLS', async () => {
    const { error } = await scripted({ greeting: '* PREAUTH welcome' }, { security: 'starttls' })
    expect(error).toMatchObject({ exitCode: 69 })
  })

  it.each([
    ['NO [UNAVAILABLE] not now', 75],
    ['NO [LIMIT] rate limit hit', 75],
    ['NO Too many simultaneous connections', 75],
    ['BAD Request is throttled. Suggested Backoff Time: 20 milliseconds', 75],
    ['NO [AUTHENTICATIONFAILED] invalid credentials', 77],
    ['BAD what', 77],
  ])('answers the login with %s: code %i', async (words, exitCode) => {
    const { error } = await scripted({ answers: { LOGIN: say(`{tag} ${words}`) } })
    expect(error).toMatchObject({ exitCode })
  })

  it('may repeat the password, but we do not', async () => {
    const { error } = await scripted({ answers: { LOGIN: say('{tag} NO rowan may not use secret here') } })
    expect(error).toMatchObject({
      exitCode: 77,
      hints: expect.arrayContaining(['the server said: rowan may not use … here']),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret')
  })

  it('says good-bye in place of a greeting', async () => {
    const { error } = await scripted({ greeting: '* BYE too many users' })
    expect(error).toMatchObject({ exitCode: 75, hints: ['the server said: too many users'] })
  })

  it('refuses a token as Exchange does when the mailbox has no IMAP', async () => {
    const capabilities = 'AUTH=XOAUTH2 SASL-IR'
    const answers = { NAMESPACE: say('{tag} BAD User is authenticated but not connected.') }
    const login: Login = { kind: 'access-token', accessToken: 'token' }
    const { error, commands } = await scripted({ capabilities, answers }, {}, login)
    const hints = expect.arrayContaining(['the server said: User is authenticated but not connected.'])
    expect(error).toMatchObject({ exitCode: 77, hints })
    expect(commands).toContainEqual(expect.stringMatching(/^AUTHENTICATE XOAUTH2 /))
  })
})
