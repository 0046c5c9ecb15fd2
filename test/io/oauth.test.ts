import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OAuth } from '../../src/core/settings.ts'
import { LoginExpired } from '../../src/errors.ts'
import { openLoopback } from '../../src/io/loopback.ts'
import { openAuthorisation } from '../../src/io/oauth.ts'
import type { Authorisation } from '../../src/oauthPort.ts'
import { browse, type OpenId, startOpenId } from '../servers/openid-provider.ts'

const user = 'ada@example.org'
let provider: OpenId
let stop = new AbortController()
const hidden = new Set<string>()

beforeAll(async () => {
  provider = await startOpenId({ user })
})
afterAll(() => provider?.stop())
afterEach(() => {
  provider.misbehave(null)
  stop = new AbortController()
})

const clientOf = ({ issuer, scope, clientId }: OpenId): OAuth => ({
  ...{ account: 'work', provider: 'other', issuer, scope, clientId, clientSecret: null },
  tokenFile: '/nowhere',
})

const open = (changes: Partial<OAuth> = {}, clientSecret: string | null = null): Authorisation =>
  openAuthorisation(
    { ...clientOf(provider), ...changes },
    { clientSecret, user, signal: stop.signal, hide: (secret) => hidden.add(secret), deadline: 2000 },
  )

/** Logs in as a person with a browser on this computer does. */
const logIn = async (authorisation = open()) => {
  const loopback = await openLoopback()
  try {
    const login = await authorisation.byBrowser(`http://127.0.0.1:${loopback.port}/`)
    const [address] = await Promise.all([loopback.redirected(login.state), browse(login.address)])
    return await login.granted(address)
  } finally {
    loopback.close()
  }
}

const failure = async (action: Promise<unknown>): Promise<unknown> => {
  const error = await action.then(
    () => null,
    (caught: unknown) => caught,
  )
  for (const secret of hidden) expect(inspect(error, { depth: 9 })).not.toContain(secret)
  return error
}

describe('a login in the browser', () => {
  it('is granted an access token and a refresh token, which the log hides', async () => {
    const granted = await logIn()
    expect(granted).toEqual({ accessToken: expect.any(String), refreshToken: expect.any(String), lifetime: 3_600_000 })
    expect(provider.tokens).toContain(granted.accessToken)
    expect(hidden).toContain(granted.accessToken)
    expect(hidden).toContain(granted.refreshToken)
  })

  it('asks for whom it is, and with a challenge of PKCE by its digest', async () => {
    const { address, state } = await open().byBrowser('http://127.0.0.1:1/')
    const asked = Object.fromEntries(new URL(address).searchParams)
    expect(asked).toMatchObject({
      client_id: provider.clientId,
      code_challenge_method: 'S256',
      login_hint: user,
      prompt: 'consent',
      redirect_uri: 'http://127.0.0.1:1/',
      response_type: 'code',
      scope: provider.scope,
      state,
    })
    expect(hidden).not.toContain(asked.code_challenge)
  })

  it('may come back under another name of this computer', async () => {
    const login = await open().byBrowser('http://localhost:1/')
    const { url } = await browse(login.address, ({ port }) => port === '1')
    expect(url.hostname).toBe('localhost')
    expect(await login.granted(new URL(`http://127.0.0.1:1/${url.search}`))).toMatchObject({ lifetime: 3_600_000 })
  })

  it('takes no code that was asked for by somebody else', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => open().byBrowser('http://127.0.0.1:1/')))
    const came = await browse(other?.address ?? '', (url) => url.port === '1')
    expect(await failure(one?.granted(came.url) ?? Promise.resolve())).toMatchObject({ exitCode: 75 })
    const grants = provider.grants.length
    came.url.searchParams.set('state', one?.state ?? '')
    expect(await failure(one?.granted(came.url) ?? Promise.resolve())).toMatchObject({ exitCode: 77 })
    expect(provider.grants.slice(grants)).toEqual(['authorization_code 400'])
  })

  it('that is declined says so', async () => {
    const refusing = await startOpenId({ user, consents: false })
    try {
      expect(await failure(logIn(open(clientOf(refusing))))).toMatchObject({
        exitCode: 77,
        message: 'the login at 127.0.0.1 was declined',
      })
    } finally {
      await refusing.stop()
    }
  })

  it('is made with the secret of a client that has one', async () => {
    const careful = await startOpenId({ user, clientSecret: 'not so secret' })
    try {
      expect(await logIn(open(clientOf(careful), 'not so secret'))).toMatchObject({ lifetime: 3_600_000 })
      expect(await failure(logIn(open(clientOf(careful), 'wrong secret')))).toMatchObject({
        exitCode: 78,
        message: '127.0.0.1 does not take the OAuth2 client of the settings',
      })
    } finally {
      await careful.stop()
    }
  })
})

describe('a browser that comes back', () => {
  it('is told from any other request, and told that it may go', async () => {
    const loopback = await openLoopback()
    const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${loopback.port}${path}`, { method })
    const coming = loopback.redirected('s1')
    const turnedAway = [await at('/?code=x&state=s2'), await at('/favicon.ico'), await at('/?state=s1', 'POST')]
    expect(turnedAway.map(({ status }) => status)).toEqual([404, 404, 404])
    const welcome = await at('/?code=x&state=s1')
    expect([welcome.status, await welcome.text()]).toEqual([200, expect.stringContaining('You may close this page')])
    expect((await coming).search).toBe('?code=x&state=s1')
    loopback.close()
    await expect(at('/')).rejects.toThrow('fetch failed')
  })
})

describe('a login with a code', () => {
  it('is granted once somebody has typed it elsewhere', async () => {
    const login = await open().byDevice()
    expect(login).toMatchObject({ code: expect.stringMatching(/^\w{4}-\w{4}$/u), lifetime: 600_000 })
    await browse(login.address)
    expect(provider.tokens).toContain((await login.granted()).accessToken)
  })

  it('ends at once when the program is stopped', async () => {
    const login = await open().byDevice()
    const granted = login.granted()
    stop.abort()
    expect(await failure(granted)).toMatchObject({ exitCode: 130, message: 'nobody was logged in' })
  })
})

describe('a refresh token', () => {
  it('is good once: each renewal gives another one', async () => {
    const { refreshToken } = await logIn()
    const renewed = await open().refresh(refreshToken ?? '')
    expect(renewed.refreshToken).not.toBe(refreshToken)
    expect(await failure(open().refresh(refreshToken ?? ''))).toBeInstanceOf(LoginExpired)
  })

  it('that was revoked ends the login, with what to type', async () => {
    const { refreshToken } = await logIn()
    await provider.revoke(['refresh'])
    const error = await failure(open().refresh(refreshToken ?? ''))
    expect(error).toMatchObject({
      exitCode: 77,
      message: '127.0.0.1 takes the login no more: it has expired',
      hints: ['type: have-we-met login work', 'the server said: grant request is invalid'],
    })
  })

  it.each<[string, Parameters<OpenId['misbehave']>[0], object]>([
    ['is silent', 'silence', { exitCode: 75, message: '127.0.0.1 did not answer in time' }],
    ['is broken', { status: 503, error: 'server_error' }, { exitCode: 75 }],
    ['wants the user', { status: 400, error: 'interaction_required' }, { exitCode: 77 }],
    ['knows no such client', { status: 401, error: 'invalid_client' }, { exitCode: 78 }],
  ])('is not spoilt by a server that %s', async (_, misbehaviour, expected) => {
    const { refreshToken } = await logIn()
    provider.misbehave(misbehaviour)
    expect(await failure(open().refresh(refreshToken ?? ''))).toMatchObject(expected)
    provider.misbehave(null)
    expect(await open().refresh(refreshToken ?? '')).toMatchObject({ lifetime: 3_600_000 })
  })
})

/** Microsoft's documents, as login.microsoftonline.com gives them: one issuer for all tenants is a template. */
describe('Microsoft', () => {
  const at = 'https://login.microsoftonline.com/common'
  const documents: Readonly<Record<string, object>> = {
    [`${at}/v2.0/.well-known/openid-configuration`]: {
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
      token_endpoint: `${at}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${at}/oauth2/v2.0/devicecode`,
    },
    [`${at}/oauth2/v2.0/devicecode`]: {
      user_code: 'ABCD1234',
      device_code: 'GAB_device',
      verification_uri: 'https://microsoft.com/devicelogin',
      expires_in: 900,
      interval: 5,
      message: 'To sign in, use a web browser',
    },
    [`${at}/oauth2/v2.0/token`]: {
      token_type: 'Bearer',
      scope: 'https://outlook.office.com/IMAP.AccessAsUser.All',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: 'EwB_access',
      refresh_token: 'M.R3_refresh',
    },
  }
  const asked: [string, Record<string, string>][] = []

  beforeEach(() => {
    asked.length = 0
    vi.stubGlobal('fetch', async (address: string, { body }: RequestInit) => {
      asked.push([address, Object.fromEntries(new URLSearchParams(String(body ?? '')))])
      return Response.json(documents[address] ?? {}, { status: address in documents ? 200 : 404 })
    })
  })
  afterEach(() => void vi.unstubAllGlobals())

  const microsoft = () =>
    open({ provider: 'microsoft', issuer: `${at}/v2.0`, scope: 'mail offline_access', clientId: 'client' })

  it('is asked for a code, for whatever tenant', async () => {
    const { address, code, lifetime } = await microsoft().byDevice()
    expect({ address, code, lifetime }).toEqual({
      address: 'https://microsoft.com/devicelogin',
      code: 'ABCD1234',
      lifetime: 900_000,
    })
    expect(asked.at(-1)).toEqual([
      `${at}/oauth2/v2.0/devicecode`,
      { client_id: 'client', scope: 'mail offline_access' },
    ])
  })

  it('is sent a browser without a demand for consent, and renews tokens', async () => {
    const { address } = await microsoft().byBrowser('http://localhost:1/')
    expect(address.startsWith(`${at}/oauth2/v2.0/authorize?`)).toBe(true)
    expect(new URL(address).searchParams.has('prompt')).toBe(false)
    expect(await microsoft().refresh('M.R3_old')).toEqual({
      accessToken: 'EwB_access',
      refreshToken: 'M.R3_refresh',
      lifetime: 3_599_000,
    })
    expect(asked.at(-1)?.[1]).toEqual({ client_id: 'client', grant_type: 'refresh_token', refresh_token: 'M.R3_old' })
  })
})

describe('a server that is none', () => {
  const answering = async (listener: RequestListener, test: (issuer: string) => Promise<void>): Promise<void> => {
    const server = createServer(listener)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).finally(() => {
      server.close()
      server.closeAllConnections()
    })
  }

  it.each<[string, RequestListener, object]>([
    ['gives a page', (_, response) => response.end('<p>Hello'), { exitCode: 75 }],
    [
      'has another name',
      (_, response) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ issuer: 'https://login.example.org' }))
      },
      { exitCode: 78, message: '127.0.0.1 calls itself by another name' },
    ],
    ['hangs up', (request) => request.socket.destroy(), { exitCode: 75 }],
    [
      'sends away',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      { exitCode: 75 },
    ],
  ])('and %s is told', async (_, listener, expected) => {
    await answering(listener, async (issuer) => {
      expect(await failure(open({ issuer }).refresh('hunter2'))).toMatchObject(expected)
    })
  })

  it('because nobody listens is told', async () => {
    let issuer = ''
    await answering(
      () => {},
      async (gone) => {
        issuer = gone
      },
    )
    expect(await failure(open({ issuer }).refresh('hunter2'))).toMatchObject({
      exitCode: 69,
      message: '127.0.0.1 cannot be reached (ECONNREFUSED)',
    })
  })

  it('and wants another client is told', async () => {
    let own = ''
    const challenging: RequestListener = (request, response) => {
      response.setHeader('content-type', 'application/json')
      if (request.url !== '/token') return response.end(JSON.stringify({ issuer: own, token_endpoint: `${own}/token` }))
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="tokens"' }).end('{}')
    }
    await answering(challenging, async (issuer) => {
      own = issuer
      expect(await failure(open({ issuer }).refresh('hunter2'))).toMatchObject({
        exitCode: 78,
        message: '127.0.0.1 does not take the OAuth2 client of the settings',
      })
    })
  })

  it('repeats no secret in its words', async () => {
    const metadata = (issuer: string) => ({ issuer, token_endpoint: `${issuer}/token` })
    let own = ''
    const quoting: RequestListener = async (request, response) => {
      response.setHeader('content-type', 'application/json')
      if (request.url !== '/token') return response.end(JSON.stringify(metadata(own)))
      response.statusCode = 400
      return response.end(
        JSON.stringify({ error: 'invalid_grant', error_description: 'hunter2 is not good, nor is s3cret' }),
      )
    }
    await answering(quoting, async (issuer) => {
      own = issuer
      expect(await failure(open({ issuer }, 's3cret').refresh('hunter2'))).toMatchObject({
        hints: ['type: have-we-met login work', 'the server said: … is not good, nor is …'],
      })
    })
  })
})
