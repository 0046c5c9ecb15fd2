/** A line that breaks at every place of a submission, and the program killed while it sends: never twice, never lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { abreast } from '../faults/abreast.ts'
import type { Judged } from '../faults/place.ts'
import {
  impatience,
  recordSubmission,
  type SendTrial,
  type Servers,
  trySend,
  writesOfSending,
} from '../faults/sending.ts'
import { type SmtpSpot, smtpSpotsIn } from '../faults/smtpPoints.ts'
import { actions } from '../faults/strike.ts'
import { startDovecot } from '../servers/dovecot.ts'
import { startSmtp } from '../servers/smtp.ts'

let servers: Servers
let spots: readonly SmtpSpot[]
let writes: number

beforeAll(async () => {
  servers = { dovecot: await startDovecot({ reuse: true }), smtp: await startSmtp({ security: 'none' }) }
  spots = smtpSpotsIn(await recordSubmission(servers))
  writes = await writesOfSending(servers)
}, 120_000)

afterAll(async () => {
  await servers?.smtp.stop()
  await servers?.dovecot.stop()
})

interface Row {
  readonly name: string
  readonly trial: SendTrial
  /** Whether the program may be unable to know what became of it. */
  readonly mayBeLeft: boolean
}

/** On a busy machine a submission may give up before it comes to the place where the line is to fall silent. */
const tryUntilStruck = async (trial: SendTrial, silence = impatience): Promise<Judged> => {
  const judged = await trySend(trial, servers, silence)
  return judged.struck || silence > 10_000 ? judged : tryUntilStruck(trial, 4 * silence)
}

const wrongIn = async (rows: readonly Row[]): Promise<readonly string[]> => {
  const wrong: string[] = []
  await abreast(3, rows, async ({ name, trial, mayBeLeft }) => {
    const { verdict, because, struck } = await tryUntilStruck(trial)
    const isWellEnded = verdict === 'ok' || (verdict === 'left to the user' && mayBeLeft)
    if (!struck || !isWellEnded)
      wrong.push(`${name}: ${struck ? verdict : 'not struck'}; ${because}
npm run faults -- --replay '${JSON.stringify(trial)}'`)
  })
  return wrong
}

describe('a submission', { timeout: 600_000 }, () => {
  it('has places to break', () => {
    expect(spots.length).toBeGreaterThan(30)
    expect(spots.filter(({ isDecided }) => !isDecided).map(({ name }) => name)).toContain('the final dot, after it')
    expect(writes).toBeGreaterThan(5)
  })

  it.concurrent.each(actions)('whose line breaks by a %s is sent at most once', async (action) => {
    const rows = spots.map(({ name, point, isDecided }) => ({
      name: `${action} at ${name}`,
      trial: { kind: 'send' as const, fault: { point, action } },
      // What was written before a late reset reaches the server after it: also a message whose DATA was answered late.
      mayBeLeft: !isDecided || action === 'late',
    }))
    expect(await wrongIn(rows)).toEqual([])
  })

  it.concurrent('of a program that is killed around any durable write is made at most once', async () => {
    const rows = Array.from({ length: writes }, (_, index) => index + 1).flatMap((write) =>
      (['before', 'after'] as const).map((side) => ({
        name: `killed ${side} write ${write}`,
        trial: { kind: 'send' as const, write, side },
        mayBeLeft: true,
      })),
    )
    expect(await wrongIn(rows)).toEqual([])
  })
})
