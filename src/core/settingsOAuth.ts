import type { OAuth, Secret } from './settings.ts'
import { isGiven, isRaw, type Optional, type Raw } from './settingsRaw.ts'
import { isLoopback } from './settingsRules.ts'
import { doubledIssues, type Issue, type Path } from './settingsWords.ts'

/** An OAuth2 client as it is written. */
export interface WrittenOAuth {
  readonly provider: OAuth['provider']
  readonly clientId: string
  readonly clientSecretEnv?: Optional<string>
  readonly clientSecretFile?: Optional<string>
  readonly issuer?: Optional<string>
  readonly scope?: Optional<string>
  readonly tenant?: Optional<string>
}

/** Whose client it is, and the folder in which the account's tokens are kept. */
export interface OAuthOwner {
  readonly account: string
  /** Absolute. */
  readonly tokenFolder: string
}

/** The variables of the client of the one account. There are none for SMTP: what is granted for IMAP sends, too. */
export const oauthVariables: readonly (readonly [variable: string, way: readonly [string, string, string]])[] = [
  ['IMAP_OAUTH_PROVIDER', ['imap', 'oauth', 'provider']],
  ['IMAP_OAUTH_CLIENT_ID', ['imap', 'oauth', 'clientId']],
  ['IMAP_OAUTH_CLIENT_SECRET', ['imap', 'oauth', 'clientSecretEnv']],
  ['IMAP_OAUTH_CLIENT_SECRET_FILE', ['imap', 'oauth', 'clientSecretFile']],
  ['IMAP_OAUTH_TENANT', ['imap', 'oauth', 'tenant']],
  ['IMAP_OAUTH_ISSUER', ['imap', 'oauth', 'issuer']],
  ['IMAP_OAUTH_SCOPE', ['imap', 'oauth', 'scope']],
]

/** One token serves IMAP and SMTP: that is what these ask for, and that it can be renewed. */
const scopes = {
  microsoft: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
  google: 'https://mail.google.com/',
  other: '',
} as const

const issuerOf = ({ provider, issuer, tenant }: WrittenOAuth): string => {
  if (provider === 'google') return 'https://accounts.google.com'
  return provider === 'microsoft' ? `https://login.microsoftonline.com/${tenant ?? 'common'}/v2.0` : (issuer ?? '')
}

/** Whether a text is the issuer of an authorisation server (RFC 8414 §2); http only on this very machine. */
export const isIssuer = (written: string): boolean => {
  const url = URL.canParse(written) ? new URL(written) : null
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(host))
}

/**
 * What is wrong between the values of one OAuth2 client.
 * @param name a path within the client, in the words of whoever wrote it
 */
export const oauthIssues = (oauth: Raw, name: (path: Path) => string): Issue[] => {
  const { provider } = oauth
  const [isOther, isMicrosoft] = [provider === 'other', provider === 'microsoft']
  const absent = isOther ? ['issuer', 'scope'].filter((key) => !isGiven(oauth[key])) : []
  const alien = [
    ...(isOther || !isGiven(oauth.issuer) ? [] : [{ key: 'issuer', of: 'other' }]),
    ...(isMicrosoft || !isGiven(oauth.tenant) ? [] : [{ key: 'tenant', of: 'microsoft' }]),
  ]
  return [
    ...absent.map((key) => ({ path: [key], message: 'is missing' })),
    ...alien.map(({ key, of }) => ({ path: [key], input: null, message: `is only for the provider ${of}` })),
    ...doubledIssues(
      ['clientSecretEnv', 'clientSecretFile'].filter((key) => isGiven(oauth[key])),
      name,
    ),
  ]
}

const secretOf = (
  { clientSecretEnv, clientSecretFile }: WrittenOAuth,
  env: Readonly<Record<string, string | undefined>>,
): Secret | null => {
  if (clientSecretEnv) return { kind: 'value', value: env[clientSecretEnv] ?? '' }
  return clientSecretFile ? { kind: 'file', path: clientSecretFile } : null
}

/** The settled client: issuer and scope are those of its provider, where it is not told otherwise. */
export const oauthOf = (
  written: WrittenOAuth,
  { account, tokenFolder }: OAuthOwner,
  env: Readonly<Record<string, string | undefined>>,
): OAuth => ({
  account,
  provider: written.provider,
  issuer: issuerOf(written),
  scope: written.scope ?? scopes[written.provider],
  clientId: written.clientId,
  clientSecret: secretOf(written, env),
  tokenFile: `${tokenFolder}/${account}.json`,
})

/** The variables that hold secrets by the wish of a written server. */
export const secretVariables = (server: unknown): string[] => {
  if (!isRaw(server)) return []
  const named = [server.passwordEnv, isRaw(server.oauth) ? server.oauth.clientSecretEnv : undefined]
  return named.filter((variable) => typeof variable === 'string')
}
