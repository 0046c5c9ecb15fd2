import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/state.ts'
import { openSubmission } from '../../src/io/submission.ts'
import { password, silentLog } from '../servers/imap-login.ts'
import { type Manners, type Smtp, startSmtp } from '../servers/smtp.ts'
import { noon } from '../support/facts.ts'
import {
  accountOf,
  invitationBy,
  makeRig,
  onlyInvitationIn,
  type Polled,
  type Rig,
  shelves,
} from '../support/polling.ts'

const relay = '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com'
const hour = 3_600_000

let smtp: Smtp
let rig: Rig
let before: number

beforeAll(async () => {
  smtp = await startSmtp()
})

afterAll(() => smtp.stop())

beforeEach(() => {
  rig = makeRig(shelves)
  before = smtp.messages.length
  smtp.behave({})
})

afterEach(() => rig.ledger.close())

const poll = (deadline = 20_000): Promise<Polled> => {
  const server = smtp.server()
  return rig.poll({
    account: accountOf({ mode: 'send', smtp: server }),
    submission: openSubmission(server, password, { deadline, log: silentLog }),
  })
}

const arrives = (): Promise<void> =>
  rig.arrive(
    Buffer.from(
      invitationBy(1, noon + 1000)
        .toString()
        .replace(/^Subject: /mu, `Reply-To: ${relay}\nSubject: `),
    ),
  )

const taken = () => smtp.messages.slice(before)

const only = (): Entry => onlyInvitationIn(rig)

const stages = ['auth', 'mail', 'rcpt', 'message'] as const
const rows = (codes: readonly number[]) => stages.flatMap((stage) => codes.map((code) => [code, stage] as const))

describe('a real submission server', () => {
  it('gets the reply byte for byte, for one recipient, over TLS', async () => {
    await arrives()
    expect((await poll()).outcomes[0]?.delivery).toMatchObject({ state: 'sent' })
    expect(taken()).toMatchObject([{ user: 'rowan', from: 'rowan@example.org', to: [relay], encrypted: true }])
    const sent = taken()[0]?.bytes.toString() ?? ''
    expect(sent).toMatch(/^Auto-Submitted: auto-replied\r$/mu)
    await poll()
    expect(rig.mail.in('Sent')).toEqual([sent])
    expect(taken()).toHaveLength(1)
  })

  it.each(rows([421, 450, 451, 452]))('that says %i to %s is asked again, and sends once', async (code, stage) => {
    await arrives()
    smtp.behave({ [stage]: `${code} 4.3.0 not now` })
    await poll()
    expect(only().state).toMatchObject({ kind: 'failed', attempts: 1 })
    smtp.behave({})
    rig.now += hour
    expect((await poll()).takenUp).toMatchObject([{ state: 'sent' }])
    expect([taken().length, rig.mail.in('Drafts')]).toEqual([1, []])
  })

  it.each(rows([550, 552, 554]).filter(([, stage]) => stage !== 'auth'))(
    'that says %i to %s is not asked again, and a draft is left',
    async (code, stage) => {
      await arrives()
      smtp.behave({ [stage]: `${code} 5.7.1 sender not authorised` })
      await poll()
      smtp.behave({})
      rig.now += hour
      await poll()
      expect([only().state.kind, taken().length, rig.mail.in('Drafts').length]).toEqual(['drafted', 0, 1])
    },
  )

  it('that refuses the login is told of, and sends when the password is right', async () => {
    await arrives()
    smtp.behave({ auth: '535 5.7.8 bad credentials' })
    expect((await poll()).trouble).toMatchObject({ exitCode: 77 })
    smtp.behave({})
    rig.now += hour
    expect(await poll()).toMatchObject({ trouble: null, takenUp: [{ state: 'sent' }] })
  })

  const ends: readonly (readonly [string, NonNullable<Manners['afterDot']>])[] = [
    ['is silent after the final dot, having taken it', { kind: 'silence', kept: true }],
    ['is silent after the final dot, having taken nothing', { kind: 'silence', kept: false }],
    ['breaks the line after the final dot, having taken it', { kind: 'reset', kept: true }],
    ['breaks the line after the final dot, having taken nothing', { kind: 'reset', kept: false }],
  ]

  it.each(ends)('that %s is never sent the reply again', async (_, afterDot) => {
    await arrives()
    smtp.behave({ afterDot })
    expect((await poll(600)).summary).toMatchObject({ uncertain: 1 })
    smtp.behave({})
    for (let later = 0; later < 3; later += 1) {
      rig.now += hour
      await poll()
    }
    expect([only().state.kind, taken().length]).toEqual(['uncertain', afterDot.kept ? 1 : 0])
    expect(rig.mail.in('Drafts')).toEqual([])
  })
})
