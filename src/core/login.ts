/** What a server is shown, read from its Credential the moment it is needed. */
export type Login =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'access-token'; readonly accessToken: string }

/** The text with the secret blotted out: servers may repeat in their words what they were sent. */
export const withoutSecret = (login: Login, text: string): string => {
  const secret = login.kind === 'password' ? login.password : login.accessToken
  return secret === '' ? text : text.replaceAll(secret, '…')
}

/** Providers refuse the account's own password over IMAP; each calls the other one differently. */
const passwordHints: readonly (readonly [host: RegExp, hint: string])[] = [
  [
    /(^|\.)(gmail|googlemail)\.com$/i,
    'Gmail takes an app password, not your own: https://myaccount.google.com/apppasswords',
  ],
  [
    /(^|\.)(me|icloud)\.com$/i,
    'iCloud takes an app-specific password (account.apple.com), and as IMAP_USER what stands before the @',
  ],
  [/(^|\.)(yahoo|aol)\./i, 'Yahoo and AOL take an app password: Account security, Generate app password'],
  [/(^|\.)fastmail\.com$/i, 'Fastmail takes an app password with IMAP access: Settings, Privacy & Security'],
  [
    /(^|\.)(outlook|office365|hotmail|live)\.com$/i,
    'Microsoft takes OAuth2 only: set IMAP_ACCESS_TOKEN_COMMAND in place of a password',
  ],
  [/^(localhost|127\.[\d.]+|::1)$/i, "Proton Bridge has a password of its own; the Proton account's does not work"],
]

/** What to type or look at when `host` refused a login, by provider. */
export const loginHints = (host: string, kind: Login['kind']): readonly string[] => {
  if (kind === 'access-token') {
    return ['IMAP_ACCESS_TOKEN_COMMAND must print a fresh token of IMAP_USER with the scope for IMAP']
  }
  const known = passwordHints.filter(([pattern]) => pattern.test(host)).map(([, hint]) => hint)
  return [...known, 'check IMAP_USER and IMAP_PASSWORD']
}
