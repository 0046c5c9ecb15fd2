import { quoted, said, type Trouble, trouble } from './trouble.ts'

/** What an authorisation server, or the way to it, did not do; '' where there is no such word. */
export interface GrantFailure {
  /** RFC 6749 §5.2, RFC 8628 §3.5 */
  readonly error: string
  /** The server's own, without secrets. */
  readonly words: string
  /** Node's, or the library's own. */
  readonly code: string
}

type Explain = (host: string, words: string) => Trouble

const expired: Explain = (host, words) => trouble(77, `${host} takes the login no more: it has expired`, said(words))

const declined: Explain = (host, words) => trouble(77, `the login at ${host} was declined`, said(words))

const overdue: Explain = (host) => trouble(77, `nobody logged in at ${host} in time`, 'have-we-met login asks again')

const client: Explain = (host, words) =>
  trouble(
    78,
    `${host} does not take the OAuth2 client of the settings`,
    'check IMAP_OAUTH_CLIENT_ID, and IMAP_OAUTH_CLIENT_SECRET where the client has one (accounts: imap.oauth)',
    host === 'login.microsoftonline.com' ? 'Entra, Authentication: allow public client flows' : '',
    said(words),
  )

const scope: Explain = (host, words) =>
  trouble(78, `${host} does not grant the scope`, 'check IMAP_OAUTH_SCOPE and what the client may ask for', said(words))

const later: Explain = (host, words) => trouble(75, `${host} grants nothing at present`, said(words))

const byError: Readonly<Record<string, Explain>> = {
  invalid_grant: expired,
  interaction_required: expired,
  login_required: expired,
  consent_required: expired,
  access_denied: declined,
  authorization_declined: declined,
  expired_token: overdue,
  invalid_client: client,
  unauthorized_client: client,
  invalid_scope: scope,
  temporarily_unavailable: later,
  server_error: later,
  slow_down: later,
}

const isCertificate = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code)
const isAway = (code: string): boolean => /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH)$/.test(code)

const byCode = (host: string, code: string): Trouble => {
  if (isCertificate(code))
    return trouble(
      69,
      `the certificate of ${host} was refused (${code})`,
      'set NODE_EXTRA_CA_CERTS to the PEM file of its authority, if you know and trust this server',
    )
  if (isAway(code)) return trouble(69, `${host} cannot be reached (${code})`, 'check the issuer and the network')
  if (code === 'OAUTH_TIMEOUT') return trouble(75, `${host} did not answer in time`)
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
    return trouble(78, `${host} calls itself by another name`, 'check IMAP_OAUTH_ISSUER (accounts: imap.oauth.issuer)')
  return trouble(75, `${host} answered in a way that cannot be read${code === '' ? '' : ` (${code})`}`)
}

/**
 * What an operator is told when nothing was granted: 77 expired, declined or overdue; 78 the client or its scope; 69 not
 * reached; 75 anything else.
 * @param host that of the authorisation server
 */
export const explainGrant = (host: string, { error, words, code }: GrantFailure): Trouble => {
  if (error === '') return byCode(host, code)
  const known = Object.hasOwn(byError, error) ? byError[error] : undefined
  return known?.(host, words) ?? trouble(78, `${host} refused (${quoted(error).slice(0, 40)})`, said(words))
}
