/** The built program, a real OpenID provider, and a real Dovecot that asks it whose a token is. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Tokens } from '../../src/core/tokens.ts'
import { type Dovecot, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { browse, type OpenId, startOpenId } from '../servers/openid-provider.ts'
import { arrivesAtGmail } from '../support/gmailHome.ts'
import { card, eml, multipart } from '../support/mail.ts'
import { type Ended, type Home, makeHome } from '../support/program.ts'
import { openTerminal } from '../support/terminal.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Shows as much more than the time as has passed since TEST_BEGAN, when it goes twice as fast. */
const fastClock = new URL('../soak/fastClock.mjs', import.meta.url).href
const user = 'rowan@example.org'
let provider: OpenId
let dovecot: Dovecot
let home: Home
/** Everything that was printed, in all tests. */
let printed = ''

beforeAll(async () => {
  provider = await startOpenId({ user })
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'], tokenInfo: provider.tokenInfo })
})
afterAll(async () => {
  await provider?.stop()
  await dovecot?.stop()
})
afterEach(() => home?.remove())

const mailServer = (name = user): Record<string, string> => ({
  IMAP_HOST: 'imap.gmail.com',
  IMAP_PORT: String(dovecot.imapsPort),
  IMAP_CA_FILE: dovecot.caFile,
  IMAP_USER: name,
})

const newHome = (environment: Record<string, string> = {}): void => {
  home = makeHome({
    ...mailServer(),
    IMAP_OAUTH_PROVIDER: 'other',
    IMAP_OAUTH_ISSUER: provider.issuer,
    IMAP_OAUTH_SCOPE: provider.scope,
    IMAP_OAUTH_CLIENT_ID: provider.clientId,
    ...environment,
  })
}

const noted = (ended: Ended): Ended => {
  printed += ended.stdout + ended.stderr
  return ended
}

const run = async (...args: string[]): Promise<Ended> => noted(await home.run([...args, '--log-level', 'debug']))

/** Starts a login, and does once what is to be done when it waits for somebody; `said` is what it says until then. */
const login = async (
  args: readonly string[],
  act: (said: string, program: ReturnType<Home['start']>['process']) => void,
): Promise<Ended> => {
  const { process: program, ended } = home.start(['login', ...args, '--log-level', 'debug'])
  let said = ''
  program.stderr?.on('data', (chunk) => {
    const waited = said.includes('waiting for you')
    said += chunk
    if (!waited && said.includes('waiting for you')) act(said, program)
  })
  return noted(await ended)
}

/** Logs in as a person does who opens what is said. */
const logIn = (...args: readonly string[]): Promise<Ended> =>
  login(args, (said) => void browse(/^(?:open +)?(http:\S+)$/mu.exec(said)?.[1] ?? ''))

const tokenFile = (): string => join(home.directory, 'state/tokens/default.json')
const tokens = (): Tokens => JSON.parse(readFileSync(tokenFile(), 'utf8'))
const amend = (changes: Partial<Tokens>): void =>
  writeFileSync(tokenFile(), JSON.stringify({ ...tokens(), ...changes }))

/** What was asked of the provider, and by the mail server, while something was done. */
const during = async (act: () => Promise<unknown>) => {
  const [grants, asked] = [provider.grants.length, provider.asked.length]
  await act()
  return { grants: provider.grants.slice(grants), asked: provider.asked.slice(asked) }
}

const expired = (): Ended =>
  expect.objectContaining({
    code: 77,
    stderr: expect.stringMatching(
      /have-we-met: 127\.0\.0\.1 takes the login no more: it has expired\n {2}type: have-we-met login default\n/u,
    ),
  })

describe('who logs in', () => {
  it.each([
    ['with a code', ['--device'], 'urn:ietf:params:oauth:grant-type:device_code 200', multipart],
    ['in a browser on the computer', [], 'authorization_code 200', card],
  ])('%s is asked for it, and then polls', async (_, args, grant, sample) => {
    newHome()
    expect(noted(await home.run(['poll']))).toMatchObject({
      code: 77,
      stderr: expect.stringContaining(
        'have-we-met: nobody has logged in for the account default yet\n  type: have-we-met login default\n',
      ),
    })
    const { grants, asked } = await during(async () => {
      const { code, stdout, stderr } = await logIn(...args)
      expect({ code, stdout }).toEqual({ code: 0, stdout: `ok    ${user} at imap.gmail.com is logged in\n` })
      expect(stderr).toContain(`the tokens are kept in ${tokenFile()}\n`)
    })
    expect({ grants, asked }).toEqual({ grants: [grant], asked: [true] })
    expect([statSync(tokenFile()).mode & 0o777, statSync(join(tokenFile(), '..')).mode & 0o777]).toEqual([0o600, 0o700])
    await run('poll')
    const before = (await readMailbox(dovecot, user, 'Drafts')).length
    await arrivesAtGmail(dovecot, user, eml(sample))
    expect(await run('poll')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 seen') })
    expect(await readMailbox(dovecot, user, 'Drafts')).toHaveLength(before + 1)
  })

  it('and says no is told so, and nothing is kept', async () => {
    const refusing = await startOpenId({ user, consents: false })
    try {
      newHome({ IMAP_OAUTH_ISSUER: refusing.issuer })
      expect(await logIn()).toMatchObject({
        code: 77,
        stderr: expect.stringContaining('have-we-met: the login at 127.0.0.1 was declined\n'),
      })
      expect(readdirSync(home.directory)).not.toContain('state')
    } finally {
      await refusing.stop()
    }
  })

  it('in a browser of another computer pastes the address of the page that it ends at', async () => {
    newHome()
    const terminal = openTerminal(home, ['login'])
    await terminal.shows('at most; Ctrl-C gives up')
    const address = /^(http:\S+)$/mu.exec(terminal.shown())?.[1] ?? ''
    const { url } = await browse(address, ({ searchParams }) => searchParams.has('code'))
    const old = new URL(url)
    old.searchParams.set('state', 'of another login')
    for (const wrong of ['help', old.href]) {
      terminal.types(`${wrong}\r`)
      await terminal.shows('that is not the address of the page')
    }
    terminal.types(`${url.href}\r`)
    expect(await terminal.ended).toMatchObject({ code: 0, shown: expect.stringContaining('is logged in') })
    expect((await run('poll')).code).toBe(0)
  })

  it.each([
    ['a code', ['--device']],
    ['a browser', []],
  ])('by %s and gives up with Ctrl-C leaves with 130', async (_, args) => {
    newHome()
    const ended = await login(args, (_said, program) => void program.kill('SIGINT'))
    expect(ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining('have-we-met: nobody was logged in\n'),
    })
    expect(readdirSync(home.directory)).not.toContain('state')
  })

  it('as somebody else than the account is told by the mail server, asked twice with two tokens', async () => {
    newHome({ IMAP_USER: 'ada@example.org' })
    const { asked } = await during(async () => {
      expect(await logIn()).toMatchObject({
        code: 77,
        stderr: expect.stringMatching(
          /imap\.gmail\.com refused the login of ada@example\.org\n {2}log in as IMAP_USER, and for no other: have-we-met login\n/u,
        ),
      })
    })
    expect(asked).toEqual([true, true])
  })

  it('may be one of several accounts, and is named then', async () => {
    newHome()
    const account = (name: string): string =>
      `  - name: ${name}
    imap:
      host: imap.gmail.com
      port: ${dovecot.imapsPort}
      caFile: ${dovecot.caFile}
      user: ${user}
      oauth: {provider: other, issuer: '${provider.issuer}', scope: ${provider.scope}, clientId: ${provider.clientId}}
`
    const config = ['--config', home.write('two.yaml', `accounts:\n${account('work')}${account('private')}`)]
    expect(await home.run(['login', ...config])).toMatchObject({
      code: 64,
      stderr: 'have-we-met: login takes the name of an account\n  one of work, private\n',
    })
    expect(await home.run(['login', 'wrok', ...config])).toMatchObject({
      code: 64,
      stderr: 'have-we-met: there is no account wrok\n  one of work, private\n',
    })
    expect(await logIn('private', ...config)).toMatchObject({ code: 0 })
    expect(readdirSync(join(home.directory, 'state/tokens'))).toEqual(['private.json'])
  })

  it('is told what to write where the account has a password', async () => {
    home = makeHome({ IMAP_HOST: 'outlook.office365.com', IMAP_USER: user, IMAP_PASSWORD: 'hunter2' })
    const { code, stderr } = await home.run(['login'])
    expect(code).toBe(78)
    expect(stderr).toContain('  IMAP_OAUTH_PROVIDER=microsoft\n')
    expect(stderr).toContain('  oauth: {provider: "microsoft", clientId: "THE ID OF YOUR OWN CLIENT"}\n')
    expect(stderr).not.toContain('hunter2')
  })

  it('gets no access to mail from Google by a code', async () => {
    home = makeHome({ ...mailServer(), IMAP_OAUTH_PROVIDER: 'google', IMAP_OAUTH_CLIENT_ID: 'x' })
    expect(await home.run(['login', '--device'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('Google gives no access to mail by --device'),
    })
  })

  it('with a client whose secret others can read is stopped first', async () => {
    newHome()
    const path = home.write('client-secret', 'hunter2\n')
    chmodSync(path, 0o644)
    expect(await home.run(['login'], { IMAP_OAUTH_CLIENT_SECRET_FILE: path })).toMatchObject({
      code: 78,
      stderr: `have-we-met: others may read or change the client secret file ${path}\n  type: chmod 600 ${path}\n`,
    })
  })
})

describe('the tokens of an account', () => {
  it('are renewed before they expire, and the new ones kept', async () => {
    newHome()
    await logIn()
    const first = tokens()
    amend({ obtainedAt: Date.now() - 3_400_000, expiresAt: Date.now() + 200_000 })
    const { grants, asked } = await during(() => run('poll'))
    expect({ grants, asked }).toEqual({ grants: ['refresh_token 200'], asked: [true] })
    const second = tokens()
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(second.loggedInAt).toBe(first.loggedInAt)
    expect((second.expiresAt ?? 0) - Date.now()).toBeGreaterThan(3_000_000)
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600)
    expect((await during(() => run('poll'))).grants).toEqual([])
  })

  it('are renewed once by programs that come at the same time', async () => {
    newHome()
    await logIn()
    amend({ obtainedAt: 0, expiresAt: Date.now() + 60_000 })
    const { grants } = await during(async () => {
      const ended = await Promise.all([run('check'), run('check'), run('check')])
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    })
    expect(grants).toEqual(['refresh_token 200'])
  })

  it('that the mail server refuses are renewed, and shown once more', async () => {
    newHome()
    await logIn()
    await provider.revoke(['access'])
    const { grants, asked } = await during(async () => expect(await run('poll')).toMatchObject({ code: 0 }))
    expect({ grants, asked }).toEqual({ grants: ['refresh_token 200'], asked: [false, true] })
  })

  it('are renewed where the clock is ahead by more than an ID token is good for', async () => {
    newHome()
    await logIn()
    const [first, ahead] = [tokens(), 40 * 86_400_000]
    const { code } = await home.run(['poll'], {
      NODE_OPTIONS: `${home.environment.NODE_OPTIONS} --import=${fastClock}`,
      ...{ TEST_HASTE: '2', TEST_BEGAN: String(Date.now() - ahead) },
    })
    expect(code).toBe(0)
    expect(tokens().refreshToken).not.toBe(first.refreshToken)
    expect(tokens().obtainedAt - first.obtainedAt).toBeGreaterThan(ahead)
  })

  it('that are revoked end the login, until there is another one', async () => {
    newHome()
    await logIn()
    await provider.revoke(['access', 'refresh'])
    const { asked } = await during(async () => expect(await run('poll')).toEqual(expired()))
    expect(asked).toEqual([false])
    const status = JSON.parse((await run('status', '--json')).stdout)
    expect(JSON.stringify(status)).toContain('it has expired')
    await logIn()
    expect(await run('poll')).toMatchObject({ code: 0 })
  })

  it('are used while the provider is away', async () => {
    newHome()
    await logIn()
    amend({ obtainedAt: Date.now() - 3_400_000, expiresAt: Date.now() + 200_000 })
    provider.misbehave({ status: 503, error: 'temporarily_unavailable' })
    try {
      const ended = await run('poll')
      expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('"event":"token-not-renewed"') })
      amend({ expiresAt: Date.now() - 1 })
      expect(await run('poll')).toMatchObject({ code: 75 })
    } finally {
      provider.misbehave(null)
    }
  })

  it('in a file that others can read are refused', async () => {
    newHome()
    await logIn()
    chmodSync(tokenFile(), 0o644)
    const said = `have-we-met: others may read or change the token file ${tokenFile()}\n  type: chmod 600 ${tokenFile()}\n`
    expect(noted(await home.run(['poll']))).toMatchObject({ code: 78, stderr: expect.stringContaining(said) })
    chmodSync(tokenFile(), 0o600)
    expect(await run('poll')).toMatchObject({ code: 0 })
  })

  it('are in no output, no log and no ledger', async () => {
    newHome()
    await logIn()
    await run('poll')
    await run('check')
    const files = readdirSync(join(home.directory, 'state'), { withFileTypes: true }).filter((entry) => entry.isFile())
    const stored = files.map(({ name }) => readFileSync(join(home.directory, 'state', name), 'latin1')).join('')
    expect(files.length).toBeGreaterThan(0)
    expect(printed).toContain('token-renewed')
    expect(provider.tokens.length).toBeGreaterThan(10)
    for (const token of provider.tokens) expect(printed + stored).not.toContain(token)
  })
})

describe('a command that prints an access token', () => {
  /** Prints each line of a file in its turn, the last one for ever. */
  const printing = (lines: readonly string[]): Record<string, string> => {
    home = makeHome()
    const list = home.write('lines', lines.map((line) => `${line}\n`).join(''))
    const script = home.write('next', `head -n 1 ${list}; [ $(wc -l < ${list}) -gt 1 ] && sed -i 1d ${list}; exit 0\n`)
    return { ...mailServer(), IMAP_ACCESS_TOKEN_COMMAND: `sh ${script}` }
  }

  let goodToken = ''
  beforeAll(async () => {
    newHome()
    await logIn()
    goodToken = tokens().accessToken
    home.remove()
  })

  it('logs in', async () => {
    const environment = printing([goodToken])
    const { asked } = await during(async () => expect(await home.run(['poll'], environment)).toMatchObject({ code: 0 }))
    expect(asked).toEqual([true])
  })

  it('is asked once more when its token is refused', async () => {
    const environment = printing(['stale', goodToken])
    const { asked } = await during(async () => expect(await home.run(['poll'], environment)).toMatchObject({ code: 0 }))
    expect(asked).toEqual([false, true])
  })

  it('is asked no third time', async () => {
    const environment = printing(['stale', 'staler', goodToken])
    const { asked } = await during(async () => {
      const { code, stderr } = await home.run(['poll'], environment)
      expect(code).toBe(77)
      expect(stderr).toContain('IMAP_ACCESS_TOKEN_COMMAND must print a fresh token')
    })
    expect(asked).toEqual([false, false])
  })

  it('that prints the same again is not shown to the server twice', async () => {
    const environment = printing(['stale'])
    const { asked } = await during(async () =>
      expect(await home.run(['poll'], environment)).toMatchObject({ code: 77 }),
    )
    expect(asked).toEqual([false])
  })
})
