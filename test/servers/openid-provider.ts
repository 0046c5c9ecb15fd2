import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js'

export interface OpenIdOptions {
  /** Whoever comes with a browser logs in as this user, without a word. */
  readonly user: string
  /** Seconds that an access token is good for; an hour unless told. */
  readonly accessTokenLife?: number
  /** What the client has to show; unless told it is a public one. */
  readonly clientSecret?: string
  /** false: the user says no. */
  readonly consents?: boolean
}

export interface OpenId {
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /** How often each grant type was asked for, and what came of it: `refresh_token 200`. */
  readonly grants: readonly string[]
  /** Where an IMAP server asks whose token this is; the token is appended. */
  readonly tokenInfo: string
  /** Whether the tokens that IMAP servers asked about were good. */
  readonly asked: readonly boolean[]
  /** Every access and refresh token given so far. */
  readonly tokens: readonly string[]
  /** From now on no token is good that was given before. */
  revoke(kinds: readonly ('access' | 'refresh')[]): Promise<void>
  /** From now on, each token request is answered so: a status, or null for silence. */
  misbehave(answer: { readonly status: number; readonly error: string } | 'silence' | null): void
  stop(): Promise<void>
}

const clientId = 'have-we-met-test'
const scope = 'openid offline_access'

const configuration = ({ accessTokenLife = 3600, clientSecret }: OpenIdOptions): Configuration => ({
  clients: [
    {
      client_id: clientId,
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/', 'http://localhost/'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      ...(clientSecret === undefined
        ? { token_endpoint_auth_method: 'none' }
        : { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_post' }),
    },
  ],
  adapter: createMemoryAdapter(),
  cookies: { keys: ['test'] },
  jwks: { keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })] },
  features: {
    devInteractions: { enabled: false },
    deviceFlow: {
      enabled: true,
      userCodeConfirmSource: (ctx, form) => {
        ctx.body = form
      },
      successSource: (ctx) => {
        ctx.body = 'logged in'
      },
    },
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  rotateRefreshToken: true,
  ttl: {
    AccessToken: accessTokenLife,
    RefreshToken: 86_400,
    DeviceCode: 600,
    Interaction: 600,
    Session: 600,
    // Clients whose clocks are ahead take it too.
    IdToken: 30 * 86_400,
    Grant: 86_400,
  },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
})

/** Logs the user in and consents, as a person at the pages of a provider would; or says no. */
const interact = async (
  provider: Provider,
  { user, consents = true }: OpenIdOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { prompt, params } = await provider.interactionDetails(request, response)
  if (!consents) return provider.interactionFinished(request, response, { error: 'access_denied' })
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: user } })
  const grant = new provider.Grant({ accountId: user, clientId: String(params.client_id) })
  grant.addOIDCScope(scope)
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

/** Starts a private OpenID provider (OAuth2 authorisation server) on a free port of 127.0.0.1, over http. */
export const startOpenId = async (options: OpenIdOptions): Promise<OpenId> => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, configuration(options))
  const [grants, asked, tokens]: [string[], boolean[], string[]] = [[], [], []]
  let misbehaviour: Parameters<OpenId['misbehave']>[0] = null
  provider.use(async (ctx, next) => {
    if (ctx.path !== '/token') return next()
    if (misbehaviour === 'silence') return new Promise<void>(() => {})
    if (misbehaviour !== null)
      return void Object.assign(ctx, { status: misbehaviour.status, body: { error: misbehaviour.error } })
    await next()
    const body: unknown = ctx.body
    grants.push(`${ctx.oidc?.params?.grant_type} ${ctx.status}`)
    if (typeof body !== 'object' || body === null) return
    for (const key of ['access_token', 'refresh_token']) {
      const token: unknown = Reflect.get(body, key)
      if (typeof token === 'string') tokens.push(token)
    }
  })
  const whose = async (token: string, response: ServerResponse): Promise<void> => {
    const found = await provider.AccessToken.find(token)
    asked.push(found !== undefined)
    response.writeHead(found ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found ? { email: found.accountId, expires_in: 60 } : { error: 'invalid_token' }))
  }
  const callback = provider.callback()
  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer)
    if (pathname === '/tokeninfo') void whose(searchParams.get('access_token') ?? '', response)
    else if (pathname.startsWith('/interaction/')) void interact(provider, options, request, response)
    else callback(request, response)
  })
  return {
    issuer,
    clientId,
    scope,
    grants,
    tokenInfo: `${issuer}/tokeninfo?access_token=`,
    asked,
    tokens,
    revoke: async (kinds) => {
      for (const token of tokens) {
        if (kinds.includes('access')) await (await provider.AccessToken.find(token))?.destroy()
        if (kinds.includes('refresh')) await (await provider.RefreshToken.find(token))?.destroy()
      }
    },
    misbehave: (answer) => {
      misbehaviour = answer
    },
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** A browser without a screen: follows redirects with cookies until a page is shown, or `until` is reached. */
export const browse = async (address: string, until: (url: URL) => boolean = () => false): Promise<Browsed> => {
  const jar = new Map<string, string>()
  const ask = async (url: URL, form: URLSearchParams | null): Promise<Browsed> => {
    if (until(url)) return { url, text: '' }
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== null && { method: 'POST', body: form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const next = response.headers.get('location')
    if (next !== null) return ask(new URL(next, url), null)
    const text = await response.text()
    const confirmed = confirmation(text)
    return confirmed === null ? { url, text } : ask(new URL(confirmed.action, url), confirmed.fields)
  }
  return ask(new URL(address), null)
}

export interface Browsed {
  readonly url: URL
  readonly text: string
}

/** A page that goes on by itself, or asks whether the code is the one that the device shows: yes, it is. */
const confirmation = (html: string): { readonly action: string; readonly fields: URLSearchParams } | null => {
  const [form = ''] = /<form[\s\S]*<\/form>/u.exec(html) ?? []
  const action = /action="([^"]+)"/u.exec(form)?.[1]
  if (action === undefined) return null
  const fields = new URLSearchParams(form.includes('deviceConfirmForm') ? { confirm: 'yes' } : {})
  for (const [, name = '', value = ''] of form.matchAll(/name="(\w+)" value="([^"]*)"/gu)) fields.set(name, value)
  return { action, fields }
}
