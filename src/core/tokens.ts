import type { Instant } from './message.ts'
import type { OAuth } from './settings.ts'
import { isRaw } from './settingsRaw.ts'

/** What an authorisation server grants (RFC 6749 §5.1). */
export interface Granted {
  readonly accessToken: string
  /** null: the one that there is stays in use. */
  readonly refreshToken: string | null
  /** In milliseconds; null where the server does not tell. */
  readonly lifetime: number | null
}

/** What is kept between two logins. */
export interface Tokens {
  /** Whose tokens they are: those of another client are of no use. */
  readonly issuer: string
  readonly clientId: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly obtainedAt: Instant
  /** null where the server does not tell. */
  readonly expiresAt: Instant | null
  /** When the user logged in; renewing leaves it. */
  readonly loggedInAt: Instant
}

const earliest = 5 * 60_000

/**
 * Whether an access token is to be renewed: five minutes before it expires, or when a quarter of a short life is left.
 * One of unknown lifetime is used until it is refused.
 */
export const isDue = ({ obtainedAt, expiresAt }: Tokens, now: Instant): boolean =>
  expiresAt !== null && now >= expiresAt - Math.min(earliest, (expiresAt - obtainedAt) / 4)

/** Whether an access token is good still. */
export const isAlive = ({ expiresAt }: Tokens, now: Instant): boolean => expiresAt === null || now < expiresAt

/** Whether tokens were granted to this client by this server. */
export const areOf = ({ issuer, clientId }: Tokens, oauth: OAuth): boolean =>
  issuer === oauth.issuer && clientId === oauth.clientId

const expiryOf = ({ lifetime }: Granted, now: Instant): Instant | null => (lifetime === null ? null : now + lifetime)

/** The tokens of a user who has just logged in. */
export const firstTokens = (
  { issuer, clientId }: OAuth,
  granted: Granted & { readonly refreshToken: string },
  now: Instant,
): Tokens => ({
  issuer,
  clientId,
  accessToken: granted.accessToken,
  refreshToken: granted.refreshToken,
  obtainedAt: now,
  expiresAt: expiryOf(granted, now),
  loggedInAt: now,
})

/** The tokens after they were renewed; servers that rotate refresh tokens (RFC 9700 §4.14) take the former no more. */
export const renewedTokens = (tokens: Tokens, granted: Granted, now: Instant): Tokens => ({
  ...tokens,
  accessToken: granted.accessToken,
  refreshToken: granted.refreshToken ?? tokens.refreshToken,
  obtainedAt: now,
  expiresAt: expiryOf(granted, now),
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The text of a token file. */
export const tokensText = (tokens: Tokens): string => `${JSON.stringify(tokens, null, 2)}\n`

/** The tokens in a text; null when it is no token file. */
export const tokensIn = (text: string): Tokens | null => {
  const value = parsed(text)
  if (!isRaw(value)) return null
  const { issuer, clientId, accessToken, refreshToken, obtainedAt, expiresAt, loggedInAt } = value
  if (typeof issuer !== 'string' || typeof clientId !== 'string') return null
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') return null
  if (typeof obtainedAt !== 'number' || typeof loggedInAt !== 'number') return null
  if (expiresAt !== null && typeof expiresAt !== 'number') return null
  return { issuer, clientId, accessToken, refreshToken, obtainedAt, expiresAt, loggedInAt }
}
