import { type FetchMessageObject, type FetchQueryObject, ImapFlow, type SearchObject } from 'imapflow'
import { explainImapError } from '../core/imapErrors.ts'
import { imapOptions } from '../core/imapOptions.ts'
import type { Login } from '../core/login.ts'
import type { Server } from '../core/settings.ts'
import { unlessStopped } from '../core/stopping.ts'
import { exit, OperatorError, Throttled } from '../errors.ts'
import type { Log } from '../ports.ts'
import { authoritiesIn } from './authorities.ts'

/** What SEARCH looks for, what FETCH asks for, and its answer, as the library words them. */
export type Criteria = SearchObject
export type Items = FetchQueryObject
export type Row = FetchMessageObject

export interface LineOptions {
  readonly deadline?: number
  /** Milliseconds for which the line is silent by design, when those are more than five minutes. */
  readonly quiet?: number
  readonly log: Log
  readonly signal?: AbortSignal
}

/** One connection to an IMAP server. */
export interface Line {
  readonly client: ImapFlow
  readonly server: Server
  readonly login: Login
  readonly deadline: number
  readonly log: Log
  /** Aborts, with the error as its reason, when a deadline was missed, the caller aborted or the server throttles. */
  readonly stopped: AbortSignal
  /** Closes the connection. */
  readonly stop: (error: Error) => void
}

const logoutTime = 3_000

const again = (sentence: string): OperatorError => new OperatorError(exit.tryAgain, sentence)

/**
 * All we want to hear of the library's log: that the server throttles. The library sits that out, minutes at times, before
 * it fails the command, or asks again, and our deadline would take it for silence. Whatever else it logs holds the
 * user's name and the server's words.
 */
const throttleListener = (heard: (error: Error) => void) => {
  const nothing = (): void => {}
  return {
    ...{ trace: nothing, debug: nothing, info: nothing, error: nothing, fatal: nothing },
    isLevelEnabled: (level: string): boolean => level === 'warn',
    warn: ({ err }: { readonly err?: unknown }): void => {
      // Not before its wait has begun, which ends with the connection.
      if (err instanceof Error && Reflect.get(err, 'code') === 'ETHROTTLE') queueMicrotask(() => heard(err))
    },
  }
}

/**
 * A line to a server (RFC 9051), over TLS that is always verified unless `security` is `none`; nothing is sent yet.
 * `deadline` is in milliseconds and holds for each operation: 60 s unless told.
 * @throws OperatorError 78 when `caFile` cannot be read
 */
export const openLine = (server: Server, login: Login, options: LineOptions): Line => {
  const { deadline = 60_000, quiet, log, signal } = options
  const stopping = new AbortController()
  const client = new ImapFlow({
    ...imapOptions(server, login, deadline),
    ...(quiet !== undefined && { socketTimeout: quiet }),
    tls: authoritiesIn(server.caFile, 'IMAP_CA_FILE'),
    logger: throttleListener((error) => stop(error)),
  })
  const stop = (error: Error): void => {
    stopping.abort(error)
    client.close()
  }
  const abort = (): void => stop(again(`the connection to ${server.host} was closed: the poll was stopped`))
  client.on('error', (error) => log.debug('imap-connection-failed', { host: server.host, reason: error.message }))
  client.on('close', () => signal?.removeEventListener('abort', abort))
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return { client, server, login, deadline, log, stopped: stopping.signal, stop }
}

const named = ({ server, login }: Line, operation: string, error: unknown): unknown => {
  if (error instanceof OperatorError) return error
  const trouble = explainImapError(server, login, operation, error)
  if (trouble === null) return error
  // No cause: the library's error keeps the server's words, which may hold the secret of a login.
  const { exitCode, sentence, hints, wait } = trouble
  return wait === undefined ? new OperatorError(exitCode, sentence, hints) : new Throttled(sentence, wait, hints)
}

interface Asking {
  /** Milliseconds; the line's deadline unless told. */
  readonly time?: number
  /** What an error of the library means to this operation alone; null where it means nothing special. */
  readonly refusal?: (error: unknown) => Error | null
}

/**
 * Runs one operation under its deadline; one that is missed closes the connection, because its state is unknown.
 * @throws OperatorError what the library's errors say, in our words; a fault of ours as it is
 */
export const ask = async <T>(
  line: Line,
  operation: string,
  command: () => Promise<T>,
  { time = line.deadline, refusal }: Asking = {},
): Promise<T> => {
  const { host } = line.server
  const miss = (): void => line.stop(again(`${host} did not answer ${operation} within ${time / 1000} s`))
  const timer = setTimeout(miss, time)
  try {
    return await unlessStopped(line.stopped, command(), () => line.stopped.reason)
  } catch (error) {
    throw refusal?.(error) ?? named(line, operation, error)
  } finally {
    clearTimeout(timer)
  }
}

/** For a command that the library settles without an error and an answer: 75, refused or lost. */
export const unanswered = (line: Line, operation: string): unknown => {
  const { client, server } = line
  if (client.usable) return again(`${server.host} refused ${operation}`)
  const lost = Object.assign(new Error('the connection is closed'), { code: 'NoConnection', reason: client.byeReason })
  return named(line, operation, lost)
}

/** @throws OperatorError 69 for host, port, TLS or certificate; 75 throttled, silent, stopped or lost; 77 login refused */
export const logIn = (line: Line): Promise<void> => ask(line, 'the login', () => line.client.connect())

/** Ends the connection with LOGOUT; never throws, never hangs. */
export const hangUp = async (line: Line): Promise<void> => {
  const time = Math.min(logoutTime, line.deadline)
  await ask(line, 'LOGOUT', () => line.client.logout(), { time }).catch(() => {})
}
