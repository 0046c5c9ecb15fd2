import fc from 'fast-check'
import type { KillTrial } from './kill.ts'
import type { Clean, Known, Recovery } from './known.ts'
import type { LineTrial } from './line.ts'
import { describePoint, type Point } from './point.ts'
import type { Recording } from './proxy.ts'
import type { SendTrial } from './sending.ts'
import { actions, type Fault } from './strike.ts'

export type Trial = LineTrial | KillTrial | SendTrial

const anyAction = fc.constantFrom(...actions)
const anySide = fc.constantFrom('before' as const, 'after' as const)

const anyOctet = ({ toServer, toClient }: Recording): fc.Arbitrary<Point> =>
  fc.oneof(
    {
      arbitrary: fc.record({ direction: fc.constant('to-server' as const), octets: fc.nat(toServer.length) }),
      weight: 3,
    },
    {
      arbitrary: fc.record({ direction: fc.constant('to-client' as const), octets: fc.nat(toClient.length) }),
      weight: 1,
    },
  )

const anyPoint = ({ spots, recording }: Clean): fc.Arbitrary<Point> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...spots).map(({ point }) => point), weight: 3 },
    { arbitrary: anyOctet(recording), weight: 1 },
  )

const faultAt = (point: fc.Arbitrary<Point>): fc.Arbitrary<Fault> => fc.record({ point, action: anyAction })

const oneFault = ({ clean }: Known): fc.Arbitrary<Trial> =>
  fc
    .constantFrom(...clean)
    .chain((one) => faultAt(anyPoint(one)).map((fault): Trial => ({ ...one.trial, faults: [fault] })))

const inTls = ({ encrypted: { trial, recording } }: Known): fc.Arbitrary<Trial> =>
  faultAt(anyOctet(recording)).map((fault) => ({ ...trial, faults: [fault] }))

const inRecovery = ({ trial, spots }: Recovery): fc.Arbitrary<Trial> =>
  faultAt(fc.constantFrom(...spots).map(({ point }) => point)).map((fault) => ({
    ...trial,
    faults: [...trial.faults, fault],
  }))

const aroundWrite = ({ writes }: Known): fc.Arbitrary<KillTrial['moment']> =>
  fc.record({ write: fc.integer({ min: 1, max: writes.length }), side: anySide })

/** Starting up, which takes the better half of a run, touches nothing. */
const atSomeTime = ({ milliseconds }: Known): fc.Arbitrary<KillTrial['moment']> =>
  fc.record({ milliseconds: fc.integer({ min: Math.round(milliseconds / 3), max: milliseconds }) })

/** A stalled line passes nothing on that stands behind the point, a late one all of it. */
const inAppend = ({ clean: [first] }: Known): fc.Arbitrary<KillTrial['moment']> =>
  fc.record({
    fault: fc.record({
      point: fc
        .constantFrom(...(first?.spots ?? []).filter(({ name }) => name.startsWith('APPEND')))
        .map(({ point }) => point),
      action: fc.constantFrom('stall' as const, 'late' as const),
    }),
  })

const killed = (moment: fc.Arbitrary<KillTrial['moment']>): fc.Arbitrary<Trial> =>
  fc.record({ kind: fc.constant('kill' as const), invitations: fc.constant(2), moment, again: fc.boolean() })

const inSubmission = ({ sending: { spots } }: Known): fc.Arbitrary<Trial> =>
  faultAt(fc.constantFrom(...spots).map(({ point }) => point)).map((fault) => ({ kind: 'send', fault }))

const whileSending = ({ sending: { writes } }: Known): fc.Arbitrary<Trial> =>
  fc.record({ kind: fc.constant('send' as const), write: fc.integer({ min: 1, max: writes }), side: anySide })

const anyTrial = (known: Known): fc.Arbitrary<Trial> =>
  fc.oneof(
    { arbitrary: oneFault(known), weight: 10 },
    { arbitrary: inTls(known), weight: 3 },
    { arbitrary: fc.constantFrom(...known.recoveries).chain(inRecovery), weight: 3 },
    { arbitrary: killed(aroundWrite(known)), weight: 1 },
    { arbitrary: killed(atSomeTime(known)), weight: 1 },
    { arbitrary: killed(inAppend(known)), weight: 1 },
    { arbitrary: inSubmission(known), weight: 4 },
    { arbitrary: whileSending(known), weight: 1 },
  )

/** The first so many trials of a seed. */
export const trialsOf = (seed: number, count: number, known: Known): readonly Trial[] =>
  fc.sample(anyTrial(known), { seed, numRuns: count })

/** The row of the closing table that a trial belongs to. */
export const kindOf = (trial: Trial): string => {
  if (trial.kind === 'send')
    return 'fault' in trial ? `${trial.fault.action}, sending` : `kill ${trial.side} a write, sending`
  if (trial.kind === 'kill') {
    if ('write' in trial.moment) return `kill ${trial.moment.side} a write`
    return 'fault' in trial.moment ? 'kill in an APPEND' : 'kill at some time'
  }
  const [fault, second] = trial.faults
  if (second !== undefined) return `${second.action}, recovering`
  return `${fault?.action}${trial.security === 'tls' ? ', TLS' : ''}`
}

const momentOf = (moment: KillTrial['moment']): string => {
  if ('write' in moment) return `${moment.side} write ${moment.write}`
  if ('fault' in moment) return `${moment.fault.action} ${describePoint(moment.fault.point)}`
  return `${moment.milliseconds} ms after its start`
}

export const describeTrial = (trial: Trial): string => {
  if (trial.kind === 'kill') return `kill ${momentOf(trial.moment)}`
  if (trial.kind === 'send')
    return `sending, ${'fault' in trial ? `${trial.fault.action} ${describePoint(trial.fault.point)}` : `kill ${trial.side} write ${trial.write}`}`
  return trial.faults.map(({ action, point }) => `${action} ${describePoint(point)}`).join(', then ')
}
