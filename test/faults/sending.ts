import { existsSync, readFileSync } from 'node:fs'
import type { Entry } from '../../src/core/state.ts'
import { openLedger } from '../../src/io/ledger.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import type { Dovecot } from '../servers/dovecot.ts'
import type { Smtp } from '../servers/smtp.ts'
import { homeAt, startPoll } from './kill.ts'
import type { Mailboxes } from './mailboxes.ts'
import { accountName } from './pass.ts'
import { arrive, type Judged, type Place, pollThrough, waitToSettle, withPlace } from './place.ts'
import { type FaultProxy, type Recording, startProxy } from './proxy.ts'
import type { Armed, Fault } from './strike.ts'
import { type Finding, worstOf } from './verdict.ts'

/** A reply that is to be sent, while its line to the submission server breaks, or the program is killed. */
export type SendTrial =
  | { readonly kind: 'send'; readonly fault: Fault }
  | { readonly kind: 'send'; readonly write: number; readonly side: 'before' | 'after' }

/** The servers of a trial: mail is read from one and sent by the other. */
export interface Servers {
  readonly dovecot: Dovecot
  readonly smtp: Smtp
}

const relay = '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com'

/** In milliseconds; silence is what a stalled trial is about, and the answer to a message is waited for five times as long. */
const patience = 20_000
export const impatience = 500

/** A reply of unknown outcome is looked for over half an hour; what was refused for now is tried again sooner. */
const step = 31 * 60_000

interface Bench extends Servers {
  readonly place: Place
  readonly proxy: FaultProxy
}

const atBench = <T>({ dovecot, smtp }: Servers, use: (bench: Bench) => Promise<T>): Promise<T> =>
  withPlace(
    dovecot,
    1,
    async (place) => {
      const proxy = await startProxy(smtp.port)
      try {
        return await use({ dovecot, smtp, place, proxy })
      } finally {
        await proxy.close()
      }
    },
    relay,
  )

const pollWithin = ({ place, smtp, proxy, dovecot }: Bench, ledger: Ledger, smtpDeadline: number): Promise<boolean> => {
  const server = smtp.server({ port: proxy.port, user: place.user })
  return pollThrough(place, ledger, {
    port: dovecot.imapPort,
    security: 'none',
    deadline: patience,
    smtp: server,
    smtpDeadline,
  })
}

const takenOf = ({ smtp, place }: Bench): number => smtp.messages.filter(({ user }) => user === place.user).length

/** What came of one reply: sent once, or left as one draft, or told to be unknown. */
const findingOf = (taken: number, { Drafts, Sent }: Mailboxes, entry: Entry | undefined): Finding => {
  const { state } = entry ?? {}
  const kind = state?.kind ?? 'unknown'
  const because = `sent ${taken} times, ${Drafts.length} drafts, ${Sent.length} copies in Sent, ${kind} in the ledger`
  if (taken + Drafts.length > 1 || Sent.length > 1) return { verdict: 'doubled', because }
  if (kind === 'uncertain') return { verdict: 'left to the user', because }
  if (kind === 'sent') return { verdict: taken === 1 && Sent.length === 1 ? 'ok' : 'lost', because }
  return { verdict: kind === 'drafted' && Drafts.length === 1 ? 'ok' : 'lost', because }
}

const judge = async (bench: Bench, ledger: Ledger, armed: readonly Armed[]): Promise<Finding> => {
  const { place } = bench
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await pollWithin(bench, ledger, patience)
    await arrive(armed)
    waitToSettle(place, step)
  }
  const entry = ledger.entries(accountName).find(({ kind }) => kind === 'invitation')
  return worstOf([...place.findings, findingOf(takenOf(bench), await place.onlooker.look(), entry)])
}

const breakLine = async (bench: Bench, fault: Fault, silence: number): Promise<Judged> => {
  const ledger = openLedger(bench.place.stateDir)
  try {
    const armed = bench.proxy.arm(fault)
    await pollWithin(bench, ledger, fault.action === 'stall' ? silence : patience)
    bench.proxy.disarm()
    return { ...(await judge(bench, ledger, [armed])), struck: armed.hasStruck() }
  } finally {
    ledger.close()
  }
}

const sendingHome = ({ place, smtp, dovecot }: Bench) =>
  homeAt(place, dovecot.imapPort, {
    environment: {
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(smtp.port),
      SMTP_SECURITY: 'none',
      SMTP_PASSWORD: 'secret',
    },
    settings: 'mode: send\n',
  })

const kill = async (bench: Bench, environment: Record<string, string>): Promise<Judged> => {
  const home = sendingHome(bench)
  try {
    const { process: program, ended } = startPoll(home, environment)
    await ended
    const struck = program.signalCode === 'SIGKILL'
    const ledger = openLedger(bench.place.stateDir)
    try {
      return { ...(await judge(bench, ledger, [])), struck }
    } finally {
      ledger.close()
    }
  } finally {
    home.remove()
  }
}

/** @param silence milliseconds after which a submission gives up a line that fell silent */
export const trySend = (trial: SendTrial, servers: Servers, silence = impatience): Promise<Judged> =>
  atBench(servers, (bench) =>
    'fault' in trial
      ? breakLine(bench, trial.fault, silence)
      : kill(bench, { TEST_KILL: `${trial.side}:${trial.write}` }),
  )

/** What client and server say to each other when nothing breaks. */
export const recordSubmission = (servers: Servers): Promise<Recording> =>
  atBench(servers, async (bench) => {
    const ledger = openLedger(bench.place.stateDir)
    try {
      await pollWithin(bench, ledger, patience)
      const [recording] = bench.proxy.recordings()
      if (recording === undefined) throw new Error('nothing was submitted')
      return recording
    } finally {
      ledger.close()
    }
  })

/** How many durable writes a poll of the built program makes that sends one reply. */
export const writesOfSending = (servers: Servers): Promise<number> =>
  atBench(servers, async (bench) => {
    const home = sendingHome(bench)
    const file = `${home.directory}/writes`
    try {
      const { code, stderr } = await startPoll(home, { TEST_WRITES: file }).ended
      if (code !== 0) throw new Error(`the built program ended with ${code}: ${stderr}`)
      return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').length : 0
    } finally {
      home.remove()
    }
  })
