/** The built program, killed around everything that it makes durable: nothing twice, nothing lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { abreast } from '../faults/abreast.ts'
import { durableWrites, type KillTrial, tryKill } from '../faults/kill.ts'
import { cleanPoll } from '../faults/known.ts'
import { type Dovecot, startDovecot } from '../servers/dovecot.ts'

let dovecot: Dovecot
let writes: readonly string[]

beforeAll(async () => {
  dovecot = await startDovecot({ reuse: true })
  writes = (await durableWrites(dovecot, 1)).writes
}, 120_000)

afterAll(() => dovecot?.stop())

const killAt = (moment: KillTrial['moment'], again = false): KillTrial => ({
  kind: 'kill',
  invitations: 1,
  moment,
  again,
})

const wrongIn = async (trials: readonly KillTrial[]): Promise<readonly string[]> => {
  const wrong: string[] = []
  await abreast(2, trials, async (trial) => {
    const { verdict, because, struck } = await tryKill(trial, dovecot)
    if (!struck || verdict !== 'ok')
      wrong.push(`${struck ? verdict : 'not killed'}; ${because}
npm run faults -- --replay '${JSON.stringify(trial)}'`)
  })
  return wrong
}

describe('a program that is killed', { timeout: 600_000 }, () => {
  it('right before or right after any durable write', async () => {
    const trials = writes.flatMap((_, index) => [
      killAt({ write: index + 1, side: 'before' }),
      killAt({ write: index + 1, side: 'after' }),
    ])
    expect(trials.length).toBeGreaterThan(15)
    expect(await wrongIn(trials)).toEqual([])
  })

  it('with SIGTERM at any durable write ends in order, and leaves nothing to the user', async () => {
    const trials = writes.map((_, index) => killAt({ write: index + 1, side: 'after', signal: 'SIGTERM' }))
    expect(await wrongIn(trials)).toEqual([])
  })

  it('survives when there is nothing more to write', async () => {
    const beyond = killAt({ write: writes.length + 1, side: 'before' })
    expect(await tryKill(beyond, dovecot)).toEqual({ verdict: 'ok', because: '', struck: false })
  })

  it('in the middle of an APPEND, whether the rest of it arrives or not', async () => {
    const { spots } = await cleanPoll(dovecot, { invitations: 1 })
    const point = spots.find(({ name }) => name === 'APPEND #1, in its literal')?.point
    if (point === undefined) throw new Error('a poll has no APPEND')
    const trials = (['stall', 'late'] as const).map((action) => killAt({ fault: { point, action } }, true))
    expect(await wrongIn(trials)).toEqual([])
  })
})
