import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** The helpers name themselves in the ID command (RFC 2971), so that a conversation can leave them out. */
export const helperName = 'have-we-met test helper'

/** What one process received: service imap serves one connection with each. */
interface Recording {
  readonly pid: string
  readonly sent: string
}

/** Dovecot names a recording after its time and its process: `20260102-030405.PID.N.in`. */
const pidOf = (name: string): string => /[.-](\d+)\.(?:\d+\.)?in$/.exec(name)?.[1] ?? ''

/** One file for each stream; COMPRESS (RFC 4978) begins another. Each line begins with its time: that is the order. */
const recordings = (directory: string): readonly Recording[] => {
  const byPid = new Map<string, string[]>()
  for (const name of readdirSync(join(directory, 'rawlog')).filter((file) => file.endsWith('.in'))) {
    const sent = readFileSync(join(directory, 'rawlog', name), 'utf8')
    if (sent !== '') byPid.set(pidOf(name), [...(byPid.get(pidOf(name)) ?? []), sent].sort())
  }
  return [...byPid].map(([pid, sent]) => ({ pid, sent: sent.join('') }))
}

/** Who is served by which process, as the log tells it at each login. */
const usersByPid = (directory: string): ReadonlyMap<string, string> => {
  const log = readFileSync(join(directory, 'dovecot.log'), 'utf8')
  return new Map([...log.matchAll(/user=<([^>]*)>.*\bmpid=(\d+)/g)].map(([, user = '', pid = '']) => [pid, user]))
}

/** A login may reach the log a moment after the first command was recorded. */
const untilEveryoneIsKnown = async (directory: string): Promise<ReadonlyMap<string, string>> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const users = usersByPid(directory)
    if (recordings(directory).every(({ pid }) => users.has(pid))) return users
    await delay(20)
  }
  throw new Error('a recorded connection has no login in the log of Dovecot')
}

const inOrder = (sent: readonly string[]): string =>
  [...sent]
    .sort()
    .join('')
    .replace(/^\d+\.\d{6} /gm, '')

/**
 * Every line that clients of one user sent after their login, in the order of their connections.
 *
 * @throws Error when Dovecot's log does not tell whose connection was recorded
 */
export const readConversation = async (directory: string, user: string): Promise<string> => {
  const users = await untilEveryoneIsKnown(directory)
  const ofUser = recordings(directory).filter(({ pid }) => users.get(pid) === user)
  return inOrder(ofUser.map(({ sent }) => sent).filter((sent) => !sent.includes(helperName)))
}
