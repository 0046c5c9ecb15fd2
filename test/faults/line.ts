import { openLedger } from '../../src/io/ledger.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import type { Dovecot } from '../servers/dovecot.ts'
import { arrive, type Judged, judge, type Place, pollThrough, recover, waitToSettle, withPlace } from './place.ts'
import { type FaultProxy, type Recording, startProxy } from './proxy.ts'
import type { Armed, Fault } from './strike.ts'

/** Polls of one process, each through one fault; then it is left to recover. */
export interface LineTrial {
  readonly kind: 'line'
  readonly invitations: number
  readonly security: 'none' | 'tls'
  /** The server seems to know no LITERAL+ (RFC 7888), so that an APPEND waits for its continuation. */
  readonly plain: boolean
  /** One for each of the first polls. */
  readonly faults: readonly Fault[]
  /** Whether the next poll comes at once or only when a broken connection has been over for long enough. */
  readonly patient: boolean
}

/** Long enough for a busy machine, and short where silence is what the trial is about. In milliseconds. */
const patience = 20_000
export const impatience = 1_000

/** What a trial works with. */
interface Bench {
  readonly trial: LineTrial
  readonly place: Place
  readonly ledger: Ledger
  readonly proxy: FaultProxy
  /** How long a poll through a line that falls silent waits for each answer. */
  readonly impatience: number
}

const pollWithin = ({ trial: { security }, place, ledger, proxy }: Bench, deadline: number): Promise<boolean> =>
  pollThrough(place, ledger, { port: proxy.port, security, deadline })

const breakPolls = async (bench: Bench): Promise<readonly Armed[]> => {
  const { trial, place, proxy, impatience } = bench
  const armed: Armed[] = []
  for (const fault of trial.faults) {
    armed.push(proxy.arm(fault))
    await pollWithin(bench, fault.action === 'stall' ? impatience : patience)
    proxy.disarm()
    if (!trial.patient) continue
    await arrive(armed)
    waitToSettle(place)
  }
  return armed
}

const judgeLine = async (bench: Bench): Promise<Judged> => {
  const { place, ledger } = bench
  const armed = await breakPolls(bench)
  const pollOnce = (): Promise<boolean> => pollWithin(bench, patience)
  await recover(place, ledger, armed, pollOnce)
  return { ...(await judge(place, ledger, pollOnce)), struck: armed.every(({ hasStruck }) => hasStruck()) }
}

const atBench = <T>(
  trial: LineTrial,
  server: Dovecot,
  impatience: number,
  use: (bench: Bench) => Promise<T>,
): Promise<T> =>
  withPlace(server, trial.invitations, async (place) => {
    const port = trial.security === 'tls' ? server.imapsPort : server.imapPort
    const proxy = await startProxy(port, trial.plain ? { conceal: 'LITERAL+' } : {})
    const ledger = openLedger(place.stateDir)
    try {
      return await use({ trial, place, ledger, proxy, impatience })
    } finally {
      ledger.close()
      await proxy.close()
    }
  })

/** @param silence milliseconds after which a poll gives up a line that fell silent */
export const tryLine = (trial: LineTrial, server: Dovecot, silence = impatience): Promise<Judged> =>
  atBench(trial, server, silence, judgeLine)

/** What was said in each poll of a trial, to find places for other faults in it. */
export const record = (trial: LineTrial, server: Dovecot): Promise<readonly Recording[]> =>
  atBench(trial, server, impatience, async (bench) => {
    await judgeLine(bench)
    return bench.proxy.recordings()
  })
