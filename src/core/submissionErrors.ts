import { type ConnectionFailure, explainConnection } from './connectionTrouble.ts'
import { type Login, loginHints, secretInWords, withoutSasl } from './login.ts'
import { SubmissionFailure } from './submissionFailure.ts'
import { type Peer, quoted, type Service, said, type Trouble, trouble } from './trouble.ts'

/** An SMTP library's error as plain words; '' where it has none. */
interface Failure extends ConnectionFailure {
  /** The library's own code: ESOCKET, EDNS, ETLS, EAUTH, EENVELOPE, … */
  readonly kind: string
  /** The reply code (RFC 5321 §4.2), or null. */
  readonly reply: number | null
  /** The reply in one line. */
  readonly words: string
  /** The command that met it. */
  readonly command: string
}

/** A reply of several lines (RFC 5321 §4.2.1) as one, without the login's secret and with each code said once. */
export const replyInWords = ({ user }: Peer, login: Login, reply: string): string =>
  quoted(
    withoutSasl(login, user, reply)
      .replace(/\n\d{3}[ -]?(?:\d\.\d{1,3}\.\d{1,3} )?/g, ' ')
      .replace(/^(\d{3})-/, '$1 '),
  )

/** What the library calls a lost connection, where Node has no word for it. */
const lostCodes: Readonly<Record<string, string>> = { ECONNECTION: 'NoConnection', ESOCKET: 'NoConnection' }

const read = (peer: Peer, login: Login, error: Error): Failure => {
  const property = (name: string): unknown => Reflect.get(error, name)
  const word = (name: string): string => {
    const value = property(name)
    return typeof value === 'string' ? value : ''
  }
  const [kind, response, reply] = [word('code'), word('response'), property('responseCode')]
  return {
    kind,
    code: word('originalCode') || word('timeoutType') || (lostCodes[kind] ?? kind),
    reply: typeof reply === 'number' ? reply : null,
    words: replyInWords(peer, login, response),
    command: word('command'),
    reason: withoutSasl(login, peer.user, word('reason')),
    syscall: word('syscall'),
    withoutTls: kind === 'ETLS' && response !== '',
  }
}

const isTemporary = (reply: number | null): boolean => reply !== null && reply >= 400 && reply < 500
const isFinal = (reply: number | null): boolean => reply !== null && reply >= 500 && reply < 600

/** A no to the message or to us; one to STARTTLS, or one that broke off, is a matter of the connection. */
const isRefusal = ({ reply, withoutTls, kind, command }: Failure): boolean =>
  isFinal(reply) && !withoutTls && !(kind === 'ECONNECTION' && command === 'CONN')

/** RFC 4954 §6: a server that says these to the envelope was not content with the login. */
const loginCodes: readonly (number | null)[] = [530, 534, 535, 538]
const isAboutLogin = ({ kind, reply, command }: Failure): boolean =>
  kind === 'EAUTH' || (loginCodes.includes(reply) && /^(?:MAIL FROM|RCPT TO)$/.test(command))

const explainLogin = (service: Service, failure: Failure, kind: Login['kind']): Trouble | null => {
  const { host, user, security } = service
  if (failure.kind === 'ENOAUTH') {
    const tls = security === 'none' ? 'set SMTP_SECURITY=starttls: many servers take no login in clear text' : ''
    return trouble(77, `${host} offers no login by ${secretInWords(kind)}`, tls, ...loginHints(service, kind))
  }
  if (isTemporary(failure.reply) || !isAboutLogin(failure)) return null
  return trouble(77, `${host} refused the login of ${user}`, ...loginHints(service, kind), said(failure.words))
}

/** What a refusal concerned; by default the connection. */
const refusedThing: Readonly<Record<string, string>> = {
  'MAIL FROM': 'the sender',
  'RCPT TO': 'the recipient',
  DATA: 'the message',
}

const explainReply = ({ host }: Peer, failure: Failure): Trouble | null => {
  const { reply, words, command, kind } = failure
  const thing = kind === 'EAUTH' ? 'the login' : (refusedThing[command] ?? 'the connection')
  if (isTemporary(reply)) return trouble(75, `${host} does not take ${thing} at present: ${words}`)
  return isRefusal(failure) ? trouble(75, `${host} refused ${thing}: ${words}`) : null
}

const explainRest = (service: Service, failure: Failure): Trouble | null => {
  const { host } = service
  const known = explainConnection(service, failure)
  if (known !== null || failure.kind === '') return known
  if (failure.kind === 'EDNS') return trouble(69, `the name ${host} could not be looked up`, 'check SMTP_HOST')
  if (failure.kind === 'ETLS') return trouble(69, `TLS with ${host} failed`)
  return trouble(75, `${host} answered in a way that cannot be read`, said(failure.words))
}

const serviceOf = ({ host, port, security, user }: Peer): Service => ({ host, port, security, user, protocol: 'smtp' })

/**
 * What an operator is told about an error of the SMTP library: login refused 77; host, port, TLS or certificate 69;
 * anything else 75. The login's secret is in none of the words. null for an error that neither the network nor the
 * server can cause: a fault of ours.
 */
export const explainSmtpError = (peer: Peer, login: Login, error: unknown): Trouble | null => {
  if (!(error instanceof Error)) return null
  if (error instanceof SubmissionFailure) return trouble(75, error.message)
  const [service, failure] = [serviceOf(peer), read(peer, login, error)]
  return explainLogin(service, failure, login.kind) ?? explainReply(service, failure) ?? explainRest(service, failure)
}

/** A reply is the server's last word; without one, what was handed over may have been taken. */
const afterHandOver = (peer: Peer, login: Login, error: unknown): SubmissionFailure => {
  const { reply, words } = read(peer, login, error instanceof Error ? error : new Error())
  if (isTemporary(reply)) {
    return new SubmissionFailure(`${peer.host} does not take the message at present: ${words}`, 'later', reply)
  }
  if (isFinal(reply)) return new SubmissionFailure(`${peer.host} refused the message: ${words}`, 'refused', reply)
  const sentence = explainSmtpError(peer, login, error)?.sentence ?? `the connection to ${peer.host} failed`
  return new SubmissionFailure(`${sentence}; whether it took the message is not known`, 'unknown', reply)
}

/**
 * What became of a message when the SMTP library gave an error: a SubmissionFailure, or the trouble of a login that was
 * refused (77); null for a fault of ours.
 * @param handedOver whether the end of the message (RFC 5321 §4.1.1.4) may have reached the server
 */
export const explainSubmission = (
  peer: Peer,
  login: Login,
  error: unknown,
  handedOver: boolean,
): SubmissionFailure | Trouble | null => {
  if (handedOver) return afterHandOver(peer, login, error)
  const known = explainSmtpError(peer, login, error)
  if (known === null || known.exitCode === 77 || !(error instanceof Error)) return known
  const failure = read(peer, login, error)
  if (isRefusal(failure)) return new SubmissionFailure(known.sentence, 'refused', failure.reply)
  return new SubmissionFailure(known.sentence, 'later', isTemporary(failure.reply) ? failure.reply : null)
}
