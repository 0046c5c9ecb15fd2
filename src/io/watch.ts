import type { Login } from '../core/login.ts'
import { listedMailbox } from '../core/mailboxListing.ts'
import type { Server } from '../core/settings.ts'
import { exit, IdleNotOffered, OperatorError } from '../errors.ts'
import type { Log, MailboxStatus, WatchHooks } from '../ports.ts'
import { ask, hangUp, type Line, logIn, openLine, unanswered } from './imapLine.ts'

export interface WatchOptions extends WatchHooks {
  /** The paths to watch, of what LIST tells; without a status, because watching needs none. */
  readonly choose: (all: readonly MailboxStatus[]) => readonly string[]
  readonly log: Log
  readonly signal: AbortSignal
  /** Milliseconds for one operation: 60 s unless told. */
  readonly deadline?: number
  /** Milliseconds after which IDLE is renewed: 9 minutes unless told. */
  readonly renewal?: number
  /** Milliseconds in which a renewed line must show that it is alive: 30 s unless told. */
  readonly patience?: number
}

/** Gmail takes 15 connections of one user, and a poll and the mail clients need some. */
const mostWatched = 10

/** RFC 2177 asks for 29 minutes; Gmail hangs up after 10, and home routers forget a silent line sooner than that. */
const usualRenewal = 9 * 60_000
const usualPatience = 30_000

type Settled = Required<WatchOptions>

interface Opened {
  readonly line: Line
  readonly path: string
  readonly uidValidity: bigint
}

const notOffered = ({ host }: Server): IdleNotOffered =>
  new IdleNotOffered(exit.unavailable, `${host} does not push new mail`, ['set watch: schedule for this account'])

/** Resolves once after so many milliseconds, unless it is cancelled. */
const alarm = (milliseconds: number) => {
  let timer: NodeJS.Timeout | undefined
  const rung = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  return { rung, cancel: () => clearTimeout(timer) }
}

/**
 * IDLE (RFC 2177) for `period` milliseconds, then NOOP, which ends it and proves that the server still hears us: a dead
 * line pushes nothing and tells nobody. EXISTS is listened to throughout, so that nothing is lost in between.
 */
const idleOnce = async (line: Line, period: number, patience: number): Promise<void> => {
  const { client, server } = line
  const idling = ask(line, 'IDLE', () => client.idle(), { time: period + 2 * patience })
  const { rung, cancel } = alarm(period)
  const early = await Promise.race([idling.then(() => true), rung.then(() => false)]).finally(cancel)
  if (!early) await ask(line, 'NOOP', () => client.noop(), { time: patience })
  const ended = await idling
  if (!client.usable) throw unanswered(line, early ? 'IDLE' : 'NOOP')
  // After a refusal the library would poll by NOOP, and the schedule polls already.
  if (ended === false) throw notOffered(server)
  if (early) throw new OperatorError(exit.tryAgain, `${server.host} ended IDLE by itself`)
}

/** Servers may let a mailbox be deleted or made anew under us, and go on as if nothing had happened (RFC 2180 §3.2). */
const checkSame = async ({ line, path, uidValidity }: Opened): Promise<void> => {
  const { client, server } = line
  const gone = new OperatorError(exit.tryAgain, `the mailbox "${path}" of ${server.host} is gone, or is another now`)
  const refusal = (error: unknown) =>
    error instanceof Error && Reflect.get(error, 'code') === 'NotFound' ? gone : null
  const status = await ask(line, 'STATUS', () => client.status(path, { uidValidity: true }), { refusal })
  if (!client.usable) throw unanswered(line, 'STATUS')
  if (status && status.uidValidity !== uidValidity) throw gone
}

/** Watches one mailbox until its line is lost; `proven` is called when the server has taken the first IDLE. */
const watchOne = async (line: Line, path: string, options: Settled, proven: () => void): Promise<never> => {
  line.client.on('exists', ({ count, prevCount }) => {
    if (count > prevCount) options.news()
  })
  const open = () => line.client.mailboxOpen(path, { readOnly: true })
  const { uidValidity } = await ask(line, `EXAMINE of "${path}"`, open)
  await idleOnce(line, 0, options.patience)
  proven()
  for (;;) {
    await idleOnce(line, options.renewal, options.patience)
    await checkSame({ line, path, uidValidity })
  }
}

/** LIST over a line that is going to watch. */
const pathsOn = async (line: Line, { choose, log }: Settled): Promise<readonly string[]> => {
  const { client, server } = line
  if (!client.capabilities.has('IDLE')) throw notOffered(server)
  const listed = await ask(line, 'LIST', () => client.list())
  if (!client.usable) throw unanswered(line, 'LIST')
  const paths = [...new Set(choose(listed.map(listedMailbox)))]
  if (paths.length === 0) throw new OperatorError(exit.config, `${server.host} has no mailbox to watch`)
  const unwatched = paths.slice(mostWatched)
  if (unwatched.length > 0)
    log.warn('watch-limited', { host: server.host, user: server.user, most: mostWatched, unwatched })
  return paths.slice(0, mostWatched)
}

/** Watches every mailbox over a line of its own, the first over the one that told of them. */
const watchAll = async (dial: () => Line, options: Settled): Promise<void> => {
  const first = dial()
  await logIn(first)
  const paths = await pathsOn(first, options)
  let unproven = paths.length
  const proven = (): void => {
    unproven -= 1
    if (unproven === 0) options.ready()
  }
  const begin = async (path: string, at: number): Promise<void> => {
    const line = at === 0 ? first : dial()
    if (at > 0) await logIn(line)
    await watchOne(line, path, options, proven)
  }
  await Promise.all(paths.map(begin))
}

/** The signal outlives many a watch: `forget` takes the listener away. */
const abortOf = (signal: AbortSignal) => {
  let tell = (): void => {}
  const told = new Promise<void>((resolve) => {
    tell = () => resolve()
    if (signal.aborted) tell()
    signal.addEventListener('abort', tell)
  })
  return { told, forget: () => signal.removeEventListener('abort', tell) }
}

/**
 * Watches mailboxes, each with EXAMINE and IDLE (RFC 2177) over a connection of its own, so that nothing in them changes:
 * `ready` is called once all are watched, `news` when a message came into one of them. Resolves when `signal` aborts and
 * the connections are closed, within 3 s.
 *
 * @throws IdleNotOffered where the server has no IDLE or refuses it. OperatorError 75 when a connection is lost, silent,
 *   throttled (Throttled) or said good-bye, such as for a mailbox that was deleted; 69, 77 and 78 as `connect` does. All
 *   connections are closed then.
 */
export const watchMailboxes = async (server: Server, login: Login, given: WatchOptions): Promise<void> => {
  const { deadline = 60_000, renewal = usualRenewal, patience = usualPatience } = given
  const options = { ...given, deadline, renewal, patience }
  const { log, signal } = options
  const lines: Line[] = []
  // The library has a watchdog of its own, which would break IDLE sooner than we renew it.
  const quiet = renewal + 2 * patience + deadline
  const dial = (): Line => {
    // Nobody would close a line that is opened after all were closed.
    if (signal.aborted) throw new OperatorError(exit.tryAgain, 'the watch was stopped')
    const line = openLine(server, login, { deadline, quiet, log })
    lines.push(line)
    return line
  }
  const { told, forget } = abortOf(signal)
  try {
    await Promise.race([told, watchAll(dial, options)])
  } finally {
    forget()
    await Promise.all(lines.map(hangUp))
  }
}
