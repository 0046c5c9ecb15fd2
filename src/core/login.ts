import type { Protocol } from './settingsAccount.ts'
import { type Service, variable } from './trouble.ts'

/** What a server is shown, read from its Credential the moment it is needed. */
export type Login =
  | { readonly kind: 'password'; readonly password: string }
  /** What a command printed. */
  | { readonly kind: 'access-token'; readonly accessToken: string }
  /** What was granted when the user logged in (have-we-met login), or since. */
  | { readonly kind: 'oauth'; readonly accessToken: string }

/** What the server is shown, whatever its kind. */
export const secretOf = (login: Login): string => (login.kind === 'password' ? login.password : login.accessToken)

/** The kind of a secret, in words. */
export const secretInWords = (kind: Login['kind']): string => (kind === 'password' ? 'password' : 'access token')

/** The text with the secret blotted out: servers may repeat in their words what they were sent. */
export const withoutSecret = (login: Login, text: string): string => {
  const secret = secretOf(login)
  return secret === '' ? text : text.replaceAll(secret, '…')
}

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (octet) => String.fromCharCode(octet)).join(''))

/** What SASL XOAUTH2 shows a server. */
export const xoauth2 = (user: string, accessToken: string): string =>
  base64(`user=${user}\u0001auth=Bearer ${accessToken}\u0001\u0001`)

/** The forms in which SASL (PLAIN, LOGIN, XOAUTH2) shows a secret to a server. */
const saslForms = (login: Login, user: string): readonly string[] =>
  login.kind === 'password'
    ? [base64(`\0${user}\0${login.password}`), base64(login.password)]
    : [xoauth2(user, login.accessToken)]

/** The text without the secret and without its SASL forms: a server may quote the command that it did not understand. */
export const withoutSasl = (login: Login, user: string, text: string): string =>
  withoutSecret(
    login,
    saslForms(login, user).reduce((rest, form) => rest.replaceAll(form, '…'), text),
  )

/** Providers refuse the account's own password; each calls the other one differently. */
const passwordHints: readonly (readonly [host: RegExp, hint: string])[] = [
  [
    /(^|\.)(gmail|googlemail)\.com$/i,
    'Gmail takes an app password, not your own: https://myaccount.google.com/apppasswords',
  ],
  [/(^|\.)(yahoo|aol)\./i, 'Yahoo and AOL take an app password: Account security, Generate app password'],
  [/^(localhost|127\.[\d.]+|::1)$/i, "Proton Bridge has a password of its own; the Proton account's does not work"],
]

/** Those that differ with what the server is asked for. */
const serviceHints: readonly (readonly [host: RegExp, hint: (protocol: Protocol) => string])[] = [
  [
    /(^|\.)(me|icloud)\.com$/i,
    (protocol) =>
      protocol === 'imap'
        ? 'iCloud takes an app-specific password (account.apple.com), and as IMAP_USER what stands before the @'
        : 'iCloud takes an app-specific password (account.apple.com), and as SMTP_USER your whole address',
  ],
  [
    /(^|\.)fastmail\.com$/i,
    (protocol) => `Fastmail takes an app password with ${protocol.toUpperCase()} access: Settings, Privacy & Security`,
  ],
  [
    /(^|\.)(outlook|office365|hotmail|live)\.com$/i,
    (protocol) =>
      `Microsoft takes OAuth2 only: set IMAP_OAUTH_PROVIDER and IMAP_OAUTH_CLIENT_ID and type have-we-met login, or set ${variable({ protocol }, 'ACCESS_TOKEN_COMMAND')}`,
  ],
]

/** What to type or look at when `host` refused a login, by provider. */
export const loginHints = (
  { host, protocol }: Pick<Service, 'host' | 'protocol'>,
  kind: Login['kind'],
): readonly string[] => {
  const named = (name: string): string => variable({ protocol }, name)
  if (kind === 'oauth') return [`log in as ${named('USER')}, and for no other: have-we-met login`]
  if (kind === 'access-token') {
    const scope = `with the scope for ${protocol.toUpperCase()}`
    return [`${named('ACCESS_TOKEN_COMMAND')} must print a fresh token of ${named('USER')} ${scope}`]
  }
  const known = [
    ...passwordHints.filter(([pattern]) => pattern.test(host)).map(([, hint]) => hint),
    ...serviceHints.filter(([pattern]) => pattern.test(host)).map(([, hint]) => hint(protocol)),
  ]
  const inherited = protocol === 'smtp' ? '; without them, those of IMAP are taken' : ''
  return [...known, `check ${named('USER')} and ${named('PASSWORD')}${inherited}`]
}
