import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DovecotPlan } from './dovecot-configuration.ts'
import { greeting, hasEnded, killProcess } from './process.ts'

export const dovecotProgram = '/usr/sbin/dovecot'

/** What Dovecot has logged so far; '' before its first line. */
export const logOf = (plan: DovecotPlan): string => {
  const file = join(plan.directory, 'dovecot.log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Readiness is our own greeting: another program may have taken the port in the meantime. */
const untilReady = async (plan: DovecotPlan, server: ChildProcess, output: () => string): Promise<void> => {
  while (!(await greeting(plan.imapPort)).includes(basename(plan.directory))) {
    if (server.exitCode !== null) throw new Error(`dovecot did not start:\n${output()}${logOf(plan)}`)
    await delay(20)
  }
}

/**
 * Starts the server of a plan whose directory is laid out, and gives its master process once it answers.
 *
 * @throws Error with Dovecot's own words when it ends instead
 */
export const launch = async (plan: DovecotPlan): Promise<ChildProcess> => {
  const identity = process.getuid?.() === 0 ? { uid: plan.user.uid, gid: plan.user.gid } : {}
  const args = ['-F', '-c', join(plan.directory, 'dovecot.conf')]
  const server = spawn(dovecotProgram, args, { ...identity, cwd: plan.directory, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (data) => {
      output += data
    })
  const endWithUs = (): boolean => server.kill()
  process.once('exit', endWithUs)
  server.once('exit', () => process.off('exit', endWithUs))
  await untilReady(plan, server, () => output)
  return server
}

/** The services of Dovecot are children of its master process. */
const servicesOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** Ends a server at once, for good: the master first, so that it starts no service anew. */
export const killServer = async (server: ChildProcess): Promise<void> => {
  if (hasEnded(server) || server.pid === undefined) return
  const exited = once(server, 'exit')
  for (const pid of [server.pid, ...servicesOf(server.pid)]) killProcess(pid)
  await exited
}
