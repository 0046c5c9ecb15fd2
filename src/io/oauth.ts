import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  type DiscoveryRequestOptions,
  discovery,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client'
import { explainGrant, type GrantFailure } from '../core/oauthErrors.ts'
import type { OAuth } from '../core/settings.ts'
import { unlessStopped } from '../core/stopping.ts'
import type { Granted } from '../core/tokens.ts'
import { exit, LoginExpired, OperatorError } from '../errors.ts'
import type { Authorisation, BrowserLogin, DeviceLogin } from '../oauthPort.ts'

export interface AuthorisationOptions {
  readonly clientSecret: string | null
  /** Who is to log in, as a hint to the server; '' for nobody. */
  readonly user: string
  readonly signal: AbortSignal
  /** Has the log hide a secret from then on. */
  readonly hide: (secret: string) => void
  /** Milliseconds for each request; 30 s unless told, for an answer that is missed may hold a token that is good once. */
  readonly deadline?: number
}

interface Client extends AuthorisationOptions {
  readonly oauth: OAuth
  readonly secrets: Set<string>
}

const seconds = 1000

const wordOf = (error: object, name: string): string => {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : ''
}

/** A network's error is the cause of fetch's, and a server's the cause of the library's. */
const codeOf = (error: Error): string => {
  const { cause } = error
  const inner = cause instanceof Error ? codeOf(cause) : ''
  return inner || (error.name === 'TimeoutError' ? 'OAUTH_TIMEOUT' : wordOf(error, 'code'))
}

/** A challenge (401) stands for a client that is not known. */
const errorOf = (error: Error): string =>
  wordOf(error, 'error') || (Reflect.get(error, 'status') === 401 ? 'invalid_client' : '')

/** No cause goes on: the library's errors hold answers of the server, and so tokens. */
const explained = (error: unknown, { oauth, secrets, signal }: Client): Error => {
  if (error instanceof OperatorError) return error
  if (signal.aborted) return new OperatorError(exit.interrupted, 'nobody was logged in')
  const thrown = error instanceof Error ? error : new Error()
  const blotted = (text: string): string => [...secrets].reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
  const failure: GrantFailure = {
    error: errorOf(thrown),
    words: blotted(wordOf(thrown, 'error_description')),
    code: codeOf(thrown),
  }
  const { exitCode, sentence, hints } = explainGrant(new URL(oauth.issuer).hostname, failure)
  return new OperatorError(exitCode, sentence, hints)
}

const asking = async <T>(client: Client, run: (config: Configuration) => Promise<T>): Promise<T> => {
  try {
    return await run(await configure(client))
  } catch (error) {
    throw explained(error, client)
  }
}

/**
 * Seconds. We use no ID token, and a clock that is wrong must not have us throw away an answer for the sake of one: the
 * refresh token in it is the only one that is still good.
 */
const ageless = 100 * 366 * 86_400

const configure = ({ oauth, clientSecret, signal, deadline = 30 * seconds }: Client): Promise<Configuration> => {
  const options: DiscoveryRequestOptions = {
    timeout: deadline / seconds,
    execute: oauth.issuer.startsWith('http:') ? [allowInsecureRequests] : [],
    [customFetch]: (address, request) =>
      fetch(address, {
        ...request,
        body: request.body ?? null,
        signal: request.signal ? AbortSignal.any([request.signal, signal]) : signal,
      }),
  }
  const metadata = { ...(clientSecret !== null && { client_secret: clientSecret }), [clockTolerance]: ageless }
  return discovery(new URL(oauth.issuer), oauth.clientId, metadata, undefined, options)
}

const hidden = ({ secrets, hide }: Client, secret: string): string => {
  secrets.add(secret)
  hide(secret)
  return secret
}

const grantedIn = (answer: TokenEndpointResponse, client: Client): Granted => ({
  accessToken: hidden(client, answer.access_token),
  refreshToken: answer.refresh_token === undefined ? null : hidden(client, answer.refresh_token),
  lifetime: answer.expires_in === undefined ? null : answer.expires_in * seconds,
})

/** The library looks at its signal every few seconds only. */
const promptly = <T>({ signal }: Client, answer: Promise<T>): Promise<T> =>
  unlessStopped(signal, answer, () => new Error('stopped'))

const refresh = async (client: Client, refreshToken: string): Promise<Granted> => {
  hidden(client, refreshToken)
  try {
    return await asking(client, async (config) => grantedIn(await refreshTokenGrant(config, refreshToken), client))
  } catch (error) {
    if (!(error instanceof OperatorError) || error.exitCode !== exit.loginRefused) throw error
    throw new LoginExpired(client.oauth.account, error.message, ...error.hints)
  }
}

const byDevice = (client: Client): Promise<DeviceLogin> =>
  asking(client, async (config) => {
    const { oauth, signal } = client
    const started = await initiateDeviceAuthorization(config, { scope: oauth.scope })
    hidden(client, started.device_code)
    const lifetime = started.expires_in * seconds
    const poll = async (): Promise<Granted> => {
      // The server is to say first that the code is good no more.
      const within = AbortSignal.any([signal, AbortSignal.timeout(lifetime + 30 * seconds)])
      const answer = pollDeviceAuthorizationGrant(config, started, undefined, { signal: within })
      return grantedIn(await promptly(client, answer), client)
    }
    return {
      address: started.verification_uri_complete ?? started.verification_uri,
      code: started.user_code,
      lifetime,
      granted: () =>
        poll().catch((error: unknown) => {
          throw explained(error, client)
        }),
    }
  })

/** Google gives a refresh token only when it is asked for one, and others only with a consent of today. */
const furtherParameters: Readonly<Record<OAuth['provider'], Readonly<Record<string, string>>>> = {
  microsoft: {},
  google: { access_type: 'offline', prompt: 'consent' },
  other: { prompt: 'consent' },
}

const byBrowser = (client: Client, redirect: string): Promise<BrowserLogin> =>
  asking(client, async (config) => {
    const { oauth, user } = client
    const [pkceCodeVerifier, state] = [hidden(client, randomPKCECodeVerifier()), randomState()]
    const address = buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      scope: oauth.scope,
      state,
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...(user === '' ? {} : { login_hint: user }),
      ...furtherParameters[oauth.provider],
    })
    const granted = async (redirected: URL): Promise<Granted> => {
      const came = new URL(redirected.search, redirect)
      const answer = authorizationCodeGrant(config, came, { pkceCodeVerifier, expectedState: state })
      return grantedIn(await promptly(client, answer), client)
    }
    return {
      address: address.href,
      state,
      granted: (redirected) =>
        granted(redirected).catch((error: unknown) => {
          throw explained(error, client)
        }),
    }
  })

/** The authorisation server of an account. Nothing is asked of it yet. */
export const openAuthorisation = (oauth: OAuth, options: AuthorisationOptions): Authorisation => {
  const secrets = new Set(options.clientSecret === null ? [] : [options.clientSecret])
  const client: Client = { ...options, oauth, secrets }
  return {
    refresh: (refreshToken) => refresh(client, refreshToken),
    byDevice: () => byDevice(client),
    byBrowser: (redirect) => byBrowser(client, redirect),
  }
}
