import type { Dovecot } from '../servers/dovecot.ts'
import { durableWrites } from './kill.ts'
import { type LineTrial, record } from './line.ts'
import { type Spot, spotsIn } from './points.ts'
import type { Recording } from './proxy.ts'
import { recordSubmission, type Servers, writesOfSending } from './sending.ts'
import { type SmtpSpot, smtpSpotsIn } from './smtpPoints.ts'
import type { Fault } from './strike.ts'

/** A poll without a fault that was recorded, so that faults can be laid into one like it. */
export interface Clean {
  readonly trial: LineTrial
  readonly recording: Recording
  readonly spots: readonly Spot[]
}

/** How the next poll goes after a fault that left a draft open. */
export interface Recovery {
  /** What came before. */
  readonly trial: LineTrial
  readonly spots: readonly Spot[]
}

export interface Known {
  readonly clean: readonly Clean[]
  readonly encrypted: Clean
  readonly recoveries: readonly Recovery[]
  /** What the program makes durable in a poll, and how long that poll takes. */
  readonly writes: readonly string[]
  readonly milliseconds: number
  /** The places of a submission, and how much a poll makes durable that sends one reply. */
  readonly sending: { readonly spots: readonly SmtpSpot[]; readonly writes: number }
}

const nothing: Recording = { toServer: '', toClient: '' }
const usual: LineTrial = {
  kind: 'line',
  invitations: 2,
  security: 'none',
  plain: false,
  faults: [],
  patient: false,
}

export const cleanPoll = async (server: Dovecot, changes: Partial<LineTrial>): Promise<Clean> => {
  const trial = { ...usual, ...changes }
  const [recording = nothing] = await record(trial, server)
  return { trial, recording, spots: spotsIn(recording) }
}

/** The draft is not stored, and the program cannot know; or it is, and the program cannot know that either. */
const preludes: readonly Fault['point'][] = [
  { direction: 'to-server', match: '^\\w+ APPEND', occurrence: 1, side: 'after', beyond: 0 },
  { direction: 'to-client', match: 'APPENDUID', occurrence: 1, side: 'before', beyond: 0 },
]

/** What a poll says that finds a draft open: at once, and when a broken connection has been over for long enough. */
export const recoveries = async (server: Dovecot): Promise<readonly Recovery[]> => {
  const found: Recovery[] = []
  for (const point of preludes) {
    for (const patient of [false, true]) {
      const trial: LineTrial = { ...usual, faults: [{ point, action: 'cut' }], patient }
      const [, recovering = nothing] = await record(trial, server)
      found.push({ trial, spots: spotsIn(recovering) })
    }
  }
  return found
}

export const learn = async (servers: Servers): Promise<Known> => {
  const { dovecot: server } = servers
  const clean: Clean[] = []
  for (const invitations of [2, 3])
    for (const plain of [false, true]) clean.push(await cleanPoll(server, { invitations, plain }))
  const encrypted = await cleanPoll(server, { security: 'tls' })
  const sending = { spots: smtpSpotsIn(await recordSubmission(servers)), writes: await writesOfSending(servers) }
  return { clean, encrypted, recoveries: await recoveries(server), ...(await durableWrites(server, 2)), sending }
}
