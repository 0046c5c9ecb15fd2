import { Readable } from 'node:stream'
import SMTPConnection, { type CustomAuthenticationHandlers } from 'nodemailer/lib/smtp-connection'
import { type Login, withoutSasl, xoauth2 } from '../core/login.ts'
import type { Server } from '../core/settings.ts'
import { smtpOptions } from '../core/smtpOptions.ts'
import { submissionFault } from '../core/submissionEnvelope.ts'
import { explainSmtpError, explainSubmission, replyInWords } from '../core/submissionErrors.ts'
import { SubmissionFailure } from '../core/submissionFailure.ts'
import type { Trouble } from '../core/trouble.ts'
import { OperatorError } from '../errors.ts'
import type { Log, SmtpEnvelope, Submission } from '../ports.ts'
import { authoritiesIn } from './authorities.ts'

export interface SubmissionOptions {
  readonly deadline?: number
  readonly log: Log
  readonly signal?: AbortSignal
}

interface Account {
  readonly server: Server
  readonly login: Login
}

interface Line extends Account {
  readonly connection: SMTPConnection
  readonly deadline: number
  /** Rejects when the connection broke, a deadline was missed or the caller aborted. */
  readonly broken: Promise<never>
  readonly stop: (error: Error) => void
}

/** RFC 5321 §4.5.3.2.6: a server may take its time over the message itself, and giving up leaves the outcome unknown. */
const answerPatience = 5

const farewellTime = 3_000

/** A name of our own: under XOAUTH2 the library would answer a refusal by asking itself for a new token. */
const tokenMethod = 'ACCESS-TOKEN'

const later = (sentence: string): SubmissionFailure => new SubmissionFailure(sentence, 'later', null)

const asOperatorError = ({ exitCode, sentence, hints }: Trouble): OperatorError =>
  // No cause: the library's error keeps the server's words, which may hold the secret of a login.
  new OperatorError(exitCode, sentence, hints)

/** SASL XOAUTH2: 334 holds what is wrong with a token, and the answer to an empty line is the verdict. */
const tokenLogin = (user: string, accessToken: string): CustomAuthenticationHandlers => ({
  [tokenMethod]: async ({ sendCommand, resolve, reject }) => {
    const first = await sendCommand(`AUTH XOAUTH2 ${xoauth2(user, accessToken)}`)
    const { status } = first.status === 334 ? await sendCommand('') : first
    if (status === 235) resolve()
    else reject('the access token was refused')
  },
})

const openLine = ({ server, login }: Account, { deadline = 60_000, log, signal }: SubmissionOptions): Line => {
  const { host, user } = server
  const connection = new SMTPConnection({
    ...smtpOptions(server, deadline),
    tls: { rejectUnauthorized: true, ...authoritiesIn(server.caFile, 'SMTP_CA_FILE') },
    customAuth: login.kind === 'password' ? {} : tokenLogin(user, login.accessToken),
  })
  let fail: (error: Error) => void = () => {}
  const broken = new Promise<never>((_, reject) => {
    fail = reject
  })
  broken.catch(() => {})
  const stop = (error: Error): void => {
    fail(error)
    connection.close()
  }
  const abort = (): void => stop(later(`the connection to ${host} was closed: the poll was stopped`))
  connection.on('error', (error: Error) => {
    log.debug('smtp-connection-failed', { host, reason: withoutSasl(login, user, error.message) })
    fail(error)
  })
  connection.once('end', () => {
    signal?.removeEventListener('abort', abort)
    // The library may end a connection without a word; where it has one, that comes first.
    setImmediate(() => fail(Object.assign(new Error('the connection has ended'), { code: 'ECONNECTION' })))
  })
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return { connection, server, login, deadline, broken, stop }
}

/** Runs one step under its deadline; `next` begins another one. A deadline that is missed closes the connection. */
const ask = async <T>(
  { broken, stop, server, deadline }: Line,
  operation: string,
  step: (next: (operation: string, time: number) => void) => Promise<T>,
): Promise<T> => {
  const miss = (what: string, time: number): void =>
    stop(later(`${server.host} did not answer ${what} within ${time / 1000} s`))
  let timer = setTimeout(miss, deadline, operation, deadline)
  const next = (what: string, time: number): void => {
    clearTimeout(timer)
    timer = setTimeout(miss, time, what, time)
  }
  try {
    return await Promise.race([broken, step(next)])
  } finally {
    clearTimeout(timer)
  }
}

/** A callback of the library as a promise. */
const called = <T>(command: (done: (error: Error | null | undefined, result?: T) => void) => void) =>
  new Promise<T | undefined>((resolve, reject) => {
    command((error, result) => (error ? reject(error) : resolve(result)))
  })

const logIn = async (line: Line): Promise<void> => {
  const { connection, server, login } = line
  await ask(line, 'EHLO', () => called<void>((done) => connection.connect(done)))
  if (!connection.allowsAuth) throw Object.assign(new Error('no AUTH was offered'), { code: 'ENOAUTH' })
  const auth =
    login.kind === 'password' ? { user: server.user, pass: login.password } : { user: server.user, method: tokenMethod }
  await ask(line, 'the login', () => called<boolean>((done) => connection.login(auth, done)))
}

/** Says QUIT and does not wait: what there was to know is known. */
const leave = ({ connection }: Line): void => {
  if (connection.destroyed) return
  connection.quit()
  const timer = setTimeout(() => connection.close(), farewellTime)
  connection.once('end', () => clearTimeout(timer))
}

/**
 * The message as a stream that says when its end has been read. Only then does the library write CRLF.CRLF; its own
 * sign, a log entry with `tnx: 'message'`, comes after that, and much later where the socket is full.
 */
const streamOf = (bytes: Uint8Array, onEnd: () => void): Readable =>
  new Readable({
    read() {
      this.push(bytes)
      this.push(null)
    },
  }).once('end', onEnd)

const submit = async (account: Account, options: SubmissionOptions, { from, to }: SmtpEnvelope, bytes: Uint8Array) => {
  const { server, login } = account
  const fault = submissionFault({ from, to }, bytes)
  if (fault !== null) throw new Error(`a message that must not be submitted: it ${fault}`)
  const line = openLine(account, options)
  let handedOver = false
  try {
    await logIn(line)
    const sent = await ask(line, 'the envelope', (next) => {
      const stream = streamOf(bytes, () => {
        handedOver = true
        next('the message', line.deadline * answerPatience)
      })
      return called<{ response: string }>((done) => line.connection.send({ from, to: [to] }, stream, done))
    })
    return { kind: 'sent', response: replyInWords(server, login, sent?.response ?? '') } as const
  } catch (error) {
    const known = explainSubmission(server, login, error, handedOver)
    throw known === null || known instanceof SubmissionFailure ? (known ?? error) : asOperatorError(known)
  } finally {
    leave(line)
  }
}

const verify = async (account: Account, options: SubmissionOptions): Promise<void> => {
  const line = openLine(account, options)
  try {
    await logIn(line)
  } catch (error) {
    const known = explainSmtpError(account.server, account.login, error)
    throw known === null ? error : asOperatorError(known)
  } finally {
    leave(line)
  }
}

/**
 * The submission server of an account (RFC 6409), over TLS that is always verified unless `security` is `none`; each
 * message goes over a connection of its own. `deadline` is in milliseconds and holds for each step (60 s by default);
 * the answer to a message may take five times as long. Never resends.
 *
 * @throws Error before anything is opened, when the message is not one that may go to the one recipient of its envelope
 */
export const openSubmission = (server: Server, login: Login, options: SubmissionOptions): Submission => ({
  submit: (envelope, bytes) => submit({ server, login }, options, envelope, bytes),
  verify: () => verify({ server, login }, options),
})
