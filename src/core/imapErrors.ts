import { AppendRefused } from './appendRefused.ts'
import { explainConnection } from './connectionTrouble.ts'
import { type Failure, failureOf } from './imapFailure.ts'
import { type Login, loginHints, secretInWords, withoutSecret } from './login.ts'
import { type Peer, quoted, type Service, said, type Trouble, trouble } from './trouble.ts'

const laterCodes = new Set(['UNAVAILABLE', 'LIMIT', 'INUSE', 'SERVERBUG'])
const laterWords = /throttl|too many|maximum number of connections|rate limit|bandwidth limit|try again later|temporar/i

/** The server is willing, but not now (RFC 5530, and how Microsoft, Google and Yahoo word it). */
const isForLater = ({ code, responseCode, text, reason }: Failure): boolean =>
  code === 'ETHROTTLE' || laterCodes.has(responseCode) || laterWords.test(text) || laterWords.test(reason)

export interface ImapTrouble extends Trouble {
  /** Where the server is willing, but not now: the milliseconds that it asks for, null when it did not say. */
  readonly wait?: number | null
}

const unsupportedLogin = /^(Login is disabled|Unsupported authentication mechanism|No matching authentication method)$/

const explainLogin = (service: Service, failure: Failure, kind: Login['kind']): Trouble | null => {
  const { host, user, security } = service
  if (unsupportedLogin.test(failure.message)) {
    const tls = security === 'none' ? 'set IMAP_SECURITY=starttls: many servers take no login in clear text' : ''
    return trouble(77, `${host} offers no login by ${secretInWords(kind)}`, tls, ...loginHints(service, kind))
  }
  if (failure.code === 'InvalidStringValue') {
    return trouble(77, `the user or the ${secretInWords(kind)} for ${host} holds a control character`)
  }
  if (!failure.has('authenticationFailed')) return null
  if (isForLater(failure)) return trouble(75, `${host} takes no login at present`, said(failure.text))
  return trouble(77, `${host} refused the login of ${user}`, ...loginHints(service, kind), said(failure.text))
}

const explainRefusal = ({ host }: Peer, failure: Failure, operation: string): Trouble | null => {
  if (failure.status === '') return null
  if (failure.has('mailboxMissing')) {
    return trouble(78, `${host} refused ${operation}: there is no such mailbox`, 'correct mailboxes: in the settings')
  }
  if (isForLater(failure)) return trouble(75, `${host} asks to slow down`, said(failure.text))
  return trouble(75, `${host} refused ${operation}`, said(failure.text))
}

/**
 * What an operator is told about an error of the IMAP library: login refused 77; host, port, TLS or certificate 69;
 * throttled, refused or lost 75; no such mailbox 78. `operation` is the command that met it. The login's secret is in
 * none of the words. null for an error that neither the network nor the server can cause: a fault of ours.
 */
export const explainImapError = (peer: Peer, login: Login, operation: string, error: unknown): ImapTrouble | null => {
  if (!(error instanceof Error) || error instanceof AppendRefused) return null
  const failure = failureOf(error, (words) => withoutSecret(login, words))
  const { host, port, security, user } = peer
  const service: Service = { host, port, security, user, protocol: 'imap' }
  const known =
    explainLogin(service, failure, login.kind) ??
    explainRefusal(service, failure, operation) ??
    explainConnection(service, failure)
  if (known !== null) return known.exitCode === 75 && isForLater(failure) ? { ...known, wait: failure.wait } : known
  if (failure.code === '') return null
  return trouble(75, `${peer.host} answered ${operation} in a way that cannot be read (${failure.code})`)
}

/**
 * AppendRefused when the server (or the library, for what is over APPENDLIMIT, RFC 7889) refused the APPEND, so that
 * nothing is stored; null when the outcome is unknown. An answer without a tag may belong to anything: unknown.
 */
export const appendRefusal = (peer: Peer, login: Login, error: unknown): AppendRefused | null => {
  if (!(error instanceof Error)) return null
  const { code, status, responseCode, text, message } = failureOf(error, (words) => withoutSecret(login, words))
  if ((status === '' || code === 'MissingTag') && responseCode !== 'APPENDLIMIT') return null
  return new AppendRefused(`${peer.host} refused the draft: ${quoted(text || message)}`, responseCode || null)
}
