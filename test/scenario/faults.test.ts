/** A line that breaks at every place of a poll, in every way: nothing twice, nothing lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { abreast } from '../faults/abreast.ts'
import { type Clean, cleanPoll, type Recovery, recoveries } from '../faults/known.ts'
import { impatience, type LineTrial, tryLine } from '../faults/line.ts'
import type { Judged } from '../faults/place.ts'
import type { Direction } from '../faults/point.ts'
import type { Spot } from '../faults/points.ts'
import { actions, type Fault } from '../faults/strike.ts'
import { type Dovecot, startDovecot } from '../servers/dovecot.ts'

/** A trial, and the place of its fault in words. */
interface Row {
  readonly name: string
  readonly trial: LineTrial
}

/** Nothing is left to the user: once a broken line has been dead for long enough, a look at Drafts proves what is there. */
const isWellEnded = ({ verdict, struck }: Judged): boolean => struck && verdict === 'ok'

/** One place for each way in which a command may break; all places of an APPEND. */
const isTelling = ({ name }: Spot): boolean =>
  /APPEND|greeting|continuation|within its line|after its line|before its answer/u.test(name)

const octetsOfTls = 6

let dovecot: Dovecot
let clean: Clean
let plain: Clean
let encrypted: Clean
let recovering: readonly Recovery[]

beforeAll(async () => {
  dovecot = await startDovecot({ reuse: true })
  clean = await cleanPoll(dovecot, {})
  plain = await cleanPoll(dovecot, { plain: true })
  encrypted = await cleanPoll(dovecot, { security: 'tls' })
  recovering = await recoveries(dovecot)
}, 120_000)

afterAll(() => dovecot?.stop())

/** A poll that goes like `before`, and then breaks at these places. */
const rowsOf = (before: LineTrial, spots: readonly Spot[], action: Fault['action']): readonly Row[] =>
  spots.map(({ name, point }) => ({ name, trial: { ...before, faults: [...before.faults, { point, action }] } }))

/** Octets cannot be told apart in TLS: some, spread over all that one side says. */
const inTls = (direction: Direction, length: number): readonly Spot[] =>
  Array.from({ length: octetsOfTls }, (_, index) => {
    const octets = Math.floor((length * (index + 1)) / (octetsOfTls + 1))
    return { name: `TLS, ${direction} after ${octets} octets`, point: { direction, octets } }
  })

/**
 * On a busy machine a poll may give up before it comes to the place where the line is to fall silent, which tells
 * nothing: once more, and with more patience.
 */
const tryUntilStruck = async (trial: LineTrial, silence = impatience): Promise<Judged> => {
  const judged = await tryLine(trial, dovecot, silence)
  return judged.struck || silence > 10_000 ? judged : tryUntilStruck(trial, 4 * silence)
}

/** Tries them all, and gives what is wrong, with the trial to replay. */
const wrongIn = async (rows: readonly Row[]): Promise<readonly string[]> => {
  const wrong: string[] = []
  await abreast(3, rows, async (row) => {
    const judged = await tryUntilStruck(row.trial)
    if (!isWellEnded(judged))
      wrong.push(
        `${row.name}: ${judged.struck ? judged.verdict : 'not struck'}; ${judged.because}
npm run faults -- --replay '${JSON.stringify(row.trial)}'`,
      )
  })
  return wrong
}

describe('a line that breaks', { timeout: 600_000 }, () => {
  it('is tried in every command of a poll', () => {
    const verbs = new Set(clean.spots.map(({ name }) => name.replace(/ #.*/u, '')))
    for (const verb of ['AUTHENTICATE', 'NAMESPACE', 'LIST', 'EXAMINE', 'UID SEARCH', 'UID FETCH', 'APPEND', 'LOGOUT'])
      expect(verbs).toContain(verb)
    expect(clean.spots.filter(({ name }) => name.startsWith('APPEND #2')).length).toBeGreaterThan(9)
    expect(plain.spots.map(({ name }) => name)).toContain('continuation #3, before it')
  })

  it.concurrent.each(actions)('by a %s, at every place of a poll', async (action) => {
    expect(await wrongIn(rowsOf(clean.trial, clean.spots.filter(isTelling), action))).toEqual([])
  })

  it.concurrent('in an APPEND that waits for its continuation', async () => {
    const spots = plain.spots.filter(({ name }) => /APPEND #1|continuation #2/u.test(name))
    expect(await wrongIn(actions.flatMap((action) => rowsOf(plain.trial, spots, action)))).toEqual([])
  })

  it.concurrent('while the program recovers from another one', async () => {
    const spots = (all: readonly Spot[]): readonly Spot[] =>
      all.filter((spot) => isTelling(spot) && /EXAMINE|FETCH|SEARCH|CLOSE|APPEND/u.test(spot.name))
    const rows = recovering.flatMap(({ trial, spots: all }) => rowsOf(trial, spots(all), 'cut'))
    const named = rows.map((row) => ({ ...row, name: `after a broken APPEND, ${row.name}` }))
    expect(await wrongIn(named)).toEqual([])
  })

  it.concurrent('under TLS', async () => {
    const {
      trial,
      recording: { toServer, toClient },
    } = encrypted
    const spots = [...inTls('to-server', toServer.length), ...inTls('to-client', toClient.length)]
    const rows = (['cut', 'late'] as const).flatMap((action) => rowsOf(trial, spots, action))
    expect(await wrongIn(rows)).toEqual([])
  })
})
