import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { openLedger } from '../../src/io/ledger.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import type { Dovecot } from '../servers/dovecot.ts'
import { makeHome, type Started } from '../support/program.ts'
import { accountName, settle } from './pass.ts'
import { type Judged, judge, type Place, pollThrough, recover, remember, withPlace } from './place.ts'
import { type FaultProxy, startProxy } from './proxy.ts'
import type { Armed, Fault } from './strike.ts'

/** When the program is killed: around its n-th durable write, some time after its start, or when its line breaks. */
export type Moment =
  | { readonly write: number; readonly side: 'before' | 'after'; readonly signal?: 'SIGKILL' | 'SIGTERM' }
  | { readonly milliseconds: number }
  | { readonly fault: Fault }

/** The built program is ended with SIGKILL in its first poll; then it is left to recover. */
export interface KillTrial {
  readonly kind: 'kill'
  readonly invitations: number
  readonly moment: Moment
  /** Whether the built program itself polls first after the kill, before the trial does in its own process. */
  readonly again: boolean
}

const preload = new URL('./killAtWrite.mjs', import.meta.url).href
const patience = 20_000

/** The home of the built program in this place; it reaches its IMAP server at that port. */
export const homeAt = (
  { server, user, stateDir }: Place,
  port: number,
  { environment = {}, settings = '' }: { environment?: Record<string, string>; settings?: string } = {},
) => {
  const home = makeHome({
    IMAP_HOST: server.host,
    IMAP_PORT: String(port),
    IMAP_SECURITY: 'none',
    IMAP_USER: user,
    IMAP_PASSWORD: server.password,
    MAIL_FROM: `Rowan Ashby <${user}>`,
    STATE_DIR: stateDir,
    ...environment,
  })
  home.write(
    'settings.yaml',
    `${settings}trust:\n  authservIds: [mx.google.com]\npolicy:\n  settle: ${settle / 1000}s\n`,
  )
  return home
}

type ProgramHome = ReturnType<typeof homeAt>

/** A poll of the built program, which TEST_KILL may end. */
export const startPoll = (home: ProgramHome, environment: Record<string, string> = {}): Started =>
  home.start(['poll', '--config', 'settings.yaml'], {
    NODE_OPTIONS: `${home.environment.NODE_OPTIONS} --import=${preload}`,
    ...environment,
  })

/** Runs the program into its death; true when it died of it, or ended in order when it was asked to. */
const runUntilKilled = async ({ moment }: KillTrial, home: ProgramHome, armed: Armed | null): Promise<boolean> => {
  const { process: program, ended } = startPoll(
    home,
    'write' in moment ? { TEST_KILL: `${moment.side}:${moment.write}`, TEST_SIGNAL: moment.signal ?? 'SIGKILL' } : {},
  )
  const kill = (): boolean => program.kill('SIGKILL')
  if ('milliseconds' in moment) await Promise.race([delay(moment.milliseconds).then(kill), ended])
  if (armed !== null) await Promise.race([armed.struck.then(kill), ended])
  await ended
  if ('write' in moment && moment.signal === 'SIGTERM') return program.exitCode === 0 || program.exitCode === 75
  return program.signalCode === 'SIGKILL'
}

const openAgain = ({ stateDir, findings }: Place): Ledger | null => {
  try {
    return openLedger(stateDir)
  } catch (error) {
    findings.push({ verdict: 'ledger unreadable', because: String(error) })
    return null
  }
}

const judgeKilled = async (place: Place, port: number, armed: readonly Armed[]): Promise<Judged> => {
  const ledger = openAgain(place)
  if (ledger === null)
    return { verdict: 'ledger unreadable', because: String(place.findings[0]?.because), struck: true }
  try {
    for (const entry of ledger.entries(accountName)) remember(place, entry.replyMessageId, entry.frozen)
    const pollOnce = () => pollThrough(place, ledger, { port, security: 'none', deadline: patience })
    await recover(place, ledger, armed, pollOnce)
    return { ...(await judge(place, ledger, pollOnce)), struck: true }
  } finally {
    ledger.close()
  }
}

const killAndJudge = async (trial: KillTrial, place: Place, proxy: FaultProxy): Promise<Judged> => {
  const home = homeAt(place, proxy.port)
  try {
    const armed = 'fault' in trial.moment ? proxy.arm(trial.moment.fault) : null
    const struck = await runUntilKilled(trial, home, armed)
    proxy.disarm()
    if (trial.again) await startPoll(home).ended
    return { ...(await judgeKilled(place, proxy.port, armed === null ? [] : [armed])), struck }
  } finally {
    home.remove()
  }
}

export const tryKill = (trial: KillTrial, server: Dovecot): Promise<Judged> =>
  withPlace(server, trial.invitations, async (place) => {
    const proxy = await startProxy(server.imapPort)
    try {
      return await killAndJudge(trial, place, proxy)
    } finally {
      await proxy.close()
    }
  })

/** What a poll of the built program that nobody kills makes durable, in words, and how many milliseconds it takes. */
export const durableWrites = (
  server: Dovecot,
  invitations: number,
): Promise<{ readonly writes: readonly string[]; readonly milliseconds: number }> =>
  withPlace(server, invitations, async (place) => {
    const home = homeAt(place, server.imapPort)
    const file = `${home.directory}/writes`
    try {
      const begun = performance.now()
      const { code, stderr } = await startPoll(home, { TEST_WRITES: file }).ended
      if (code !== 0) throw new Error(`the built program ended with ${code}: ${stderr}`)
      const writes = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
      return { writes, milliseconds: Math.round(performance.now() - begun) }
    } finally {
      home.remove()
    }
  })
