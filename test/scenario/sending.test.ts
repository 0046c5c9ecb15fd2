import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/state.ts'
import { SubmissionFailure } from '../../src/core/submissionFailure.ts'
import { exit, OperatorError } from '../../src/errors.ts'
import type { SmtpEnvelope, Submission } from '../../src/ports.ts'
import { retry } from '../../src/requests.ts'
import { noon, policy } from '../support/facts.ts'
import { dyingAt, failingAt } from '../support/failingLedger.ts'
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
const minute = 60_000

let rig: Rig
let submitted: { readonly envelope: SmtpEnvelope; readonly bytes: string }[]
let trouble: Error | null
let smtpHost: string

beforeEach(() => {
  rig = makeRig(shelves)
  submitted = []
  trouble = null
  smtpHost = 'smtp.example.org'
})

afterEach(() => rig.ledger.close())

const submission: Submission = {
  submit: async (envelope, bytes) => {
    submitted.push({ envelope, bytes: Buffer.from(bytes).toString() })
    if (trouble !== null) throw trouble
    return { kind: 'sent', response: '250 2.0.0 queued as 4711' }
  },
  verify: async () => {},
}

const sendingAccount = () => {
  const { imap } = accountOf()
  return accountOf({ mode: 'send', smtp: { ...imap, host: smtpHost, port: 465 }, policy: policy({ maxPerPoll: 3 }) })
}

const poll = (): Promise<Polled> => rig.poll({ account: sendingAccount(), submission })

/** An invitation that says where an answer may go. */
const invitationFrom = (n: number, replyTo = relay): Buffer =>
  Buffer.from(
    invitationBy(n, noon + n * 1000)
      .toString()
      .replace(/^Subject: /mu, `Reply-To: ${replyTo}\nSubject: `),
  )

const only = (): Entry => onlyInvitationIn(rig)

const later = (outcome: 'later' | 'refused' | 'unknown', code: number | null, words = 'not now'): SubmissionFailure =>
  new SubmissionFailure(`smtp.example.org said: ${code} ${words}`, outcome, code)

describe('a reply with a usable address', () => {
  it.each([
    ['the relay of LinkedIn', relay],
    ['the inviter', 'personb@example.com'],
  ])('is sent to %s, marked as an automatic response, once', async (_, address) => {
    await rig.arrive(invitationFrom(1, address))
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({ state: 'sent', because: '250 2.0.0 queued as 4711' })
    expect(submitted.map(({ envelope }) => envelope)).toEqual([{ from: 'rowan@example.org', to: address }])
    expect(submitted[0]?.bytes).toMatch(/^Auto-Submitted: auto-replied\r$/mu)
    expect(submitted[0]?.bytes).toMatch(new RegExp(`^To: <?${address}>?\\r$`, 'mu'))
    await poll()
    expect([submitted.length, rig.mail.in('Drafts')]).toEqual([1, []])
  })

  it('is a draft that says nothing of machines in mode: draft', async () => {
    await rig.arrive(invitationFrom(1))
    await rig.poll()
    expect(rig.mail.in('Drafts')[0]).toMatch(new RegExp(`^To: <?${relay}>?\\r$`, 'mu'))
    expect(rig.mail.in('Drafts')[0]).not.toContain('Auto-Submitted')
  })

  it.each([
    ['no address', (raw: string) => raw.replace(/^Reply-To: .*\n/mu, ''), 'there is no address'],
    ['too weak a proof', (raw: string) => raw.replaceAll('spf=pass', 'spf=softfail'), 'its level is bound'],
    [
      'a robot for a sender',
      (raw: string) => raw.replace(/^Subject: /mu, 'Precedence: bulk\nSubject: '),
      'its Precedence',
    ],
  ])('becomes a draft for %s', async (_, edit, because) => {
    await rig.arrive(Buffer.from(edit(invitationFrom(1).toString())))
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({ state: 'drafted', because: expect.stringContaining(because) })
    expect(submitted).toEqual([])
  })

  it.each([
    ['name', 'To: Personb Solberg <p@example.net>'],
    ['address', 'To: somebody <personb@example.com>'],
  ])('is a draft for somebody whom the user has written to, known by %s', async (_, to) => {
    rig.mail.deliver('Sent', Buffer.from(`${to}\n\nHello\n`), noon - 400 * 24 * 60 * minute)
    await rig.arrive(invitationFrom(1, 'personb@example.com'))
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({
      state: 'drafted',
      because: expect.stringMatching(/^known-person: you have written to \S+/u),
    })
    expect(submitted).toEqual([])
  })

  it('is not sent where the user has answered by hand already', async () => {
    const invitation = invitationFrom(1)
    const id = /^Message-ID: (.*)$/mu.exec(invitation.toString())?.[1]
    rig.mail.deliver('Sent', Buffer.from(`To: x@example.net\nIn-Reply-To: ${id}\n\nHello\n`), noon)
    await rig.arrive(invitation)
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({ state: 'sent', because: 'it was there already' })
    expect([submitted, only().state.kind]).toEqual([[], 'sent-by-you'])
  })

  it('is a draft where no Sent mailbox tells whom the user knows', async () => {
    rig.mail.remove('Sent')
    await rig.arrive(invitationFrom(1))
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({ state: 'drafted', because: expect.stringMatching(/^known-person/u) })
  })

  it('is a draft where Sent cannot be searched', async () => {
    rig.mail.bar('Sent')
    await rig.arrive(invitationFrom(1))
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({
      state: 'drafted',
      because: expect.stringContaining('Sent could not be searched'),
    })
  })

  it('waits when the limit of a poll is reached', async () => {
    await rig.arrive(...[1, 2, 3, 4].map((n) => invitationFrom(n, `person${n}@example.com`)))
    expect((await poll()).reasons).toEqual(['reply', 'reply', 'reply', 'limit-per-poll'])
    expect(submitted).toHaveLength(3)
  })

  it('becomes a draft when the mode was changed before it could be sent', async () => {
    await rig.arrive(invitationFrom(1))
    trouble = later('later', 451)
    await poll()
    rig.now += 10 * minute
    await rig.poll()
    expect(only().state.kind).toBe('drafted')
    expect(rig.mail.in('Drafts')[0]).not.toMatch(/Auto-Submitted|^To:/mu)
    expect(submitted).toHaveLength(1)
  })
})

describe('a submission server', () => {
  it('that says not now is tried again with the same bytes, less and less often, up to a limit', async () => {
    await rig.arrive(invitationFrom(1))
    trouble = later('later', 451)
    expect((await poll()).summary).toMatchObject({ failed: 1, replied: 0 })
    const times: number[] = []
    for (let step = 0; step < 1000 && only().state.kind === 'failed'; step += 1) {
      const before = submitted.length
      rig.now += 5 * minute
      await poll()
      if (submitted.length > before) times.push(step)
    }
    expect(submitted).toHaveLength(12)
    expect(new Set(submitted.map(({ bytes }) => bytes)).size).toBe(1)
    const waits = times.map((time, index) => 5 * (time - (times[index - 1] ?? -1)))
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360, 360, 360])
    expect(only().state.kind).toBe('drafted')
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it('that takes it after all has sent it once', async () => {
    await rig.arrive(invitationFrom(1))
    trouble = later('later', 421)
    await poll()
    trouble = null
    rig.now += 5 * minute
    expect((await poll()).takenUp).toMatchObject([{ state: 'sent' }])
    expect(submitted).toHaveLength(2)
  })

  it('that refuses the relay for good leaves an on-site draft, and the relay is not tried again', async () => {
    await rig.arrive(invitationFrom(1))
    trouble = later('refused', 550, '5.7.1 sender not authorised')
    const { outcomes } = await poll()
    expect(outcomes[0]?.delivery).toMatchObject({
      state: 'drafted',
      because: expect.stringContaining('not authorised'),
    })
    const [draft] = rig.mail.in('Drafts')
    expect(draft).not.toMatch(/^(?:To|Auto-Submitted):/mu)
    expect(draft).toContain('invitation-manager')
    rig.now += 24 * 60 * minute
    await poll()
    expect(submitted).toHaveLength(1)
  })

  it('that refuses the inviter for good is not asked again', async () => {
    await rig.arrive(invitationFrom(1, 'personb@example.com'))
    trouble = later('refused', 554)
    await poll()
    rig.now += 24 * 60 * minute
    await poll()
    expect(only()).toMatchObject({ state: { kind: 'failed', retryAt: null }, frozen: null, fallback: null })
    expect([submitted.length, rig.mail.in('Drafts')]).toEqual([1, []])
  })

  it('breaks one reply by a fault of ours, and the others go on', async () => {
    await rig.arrive(invitationFrom(1, 'person1@example.com'), invitationFrom(2, 'person2@example.com'))
    trouble = later('later', 451)
    await poll()
    rig.now += 10 * minute
    const faulty: Submission = {
      ...submission,
      submit: async (envelope) => {
        if (envelope.to === 'person1@example.com') throw new Error('a fault of ours')
        return { kind: 'sent', response: '250 taken' }
      },
    }
    const { takenUp } = await rig.poll({ account: sendingAccount(), submission: faulty })
    expect(takenUp).toMatchObject([{ state: 'sent' }])
    expect(rig.events).toContain('message-failed')
  })

  it('that refuses the login is asked once in a poll', async () => {
    await rig.arrive(invitationFrom(1, 'personb@example.com'), invitationFrom(2, 'personc@example.com'))
    trouble = new OperatorError(exit.loginRefused, 'smtp.example.org refused the login of rowan')
    expect((await poll()).outcomes.map(({ delivery }) => delivery.state)).toEqual(['failed', 'failed'])
    expect(submitted).toHaveLength(1)
    trouble = null
    rig.now += 5 * minute
    expect((await poll()).takenUp.map(({ state }) => state)).toEqual(['sent', 'sent'])
    expect(submitted).toHaveLength(3)
  })

  it('that refuses the login is told of when the rest is done', async () => {
    const refusal = new OperatorError(exit.loginRefused, 'smtp.example.org refused the login of rowan')
    await rig.arrive(invitationFrom(1), invitationBy(2, noon + 2000))
    trouble = refusal
    const polled = await poll()
    expect(polled.trouble).toBe(refusal)
    expect(polled.outcomes.map(({ delivery }) => delivery.state)).toEqual(['failed', 'drafted'])
    trouble = null
    rig.now += 5 * minute
    expect(await poll()).toMatchObject({ trouble: null, takenUp: [{ state: 'sent' }] })
  })
})

describe('a reply of which nobody knows whether it was sent', () => {
  const unsure = async (): Promise<void> => {
    await rig.arrive(invitationFrom(1))
    trouble = later('unknown', null)
    expect((await poll()).summary).toMatchObject({ uncertain: 1 })
    trouble = null
  }

  it('is sent when it is found in Sent', async () => {
    await unsure()
    rig.mail.deliver('Sent', Buffer.from(submitted[0]?.bytes ?? ''), rig.now)
    expect((await poll()).takenUp).toMatchObject([{ state: 'sent', because: 'found in Sent' }])
    expect([rig.mail.in('Sent').length, only().frozen]).toEqual([1, null])
  })

  it('is found in Sent by a server whose clock is wrong, too', async () => {
    await unsure()
    rig.mail.deliver('Sent', Buffer.from(submitted[0]?.bytes ?? ''), 0)
    expect((await poll()).takenUp).toMatchObject([{ state: 'sent' }])
  })

  it('is left to the user after half an hour, and never sent again', async () => {
    await unsure()
    for (const minutes of [5, 24]) {
      rig.now += minutes * minute
      expect((await poll()).takenUp[0]?.because).toContain('it is looked for in Sent')
    }
    rig.now += minute
    await poll()
    expect(only().state).toMatchObject({ kind: 'uncertain', because: expect.stringContaining('nobody can tell') })
    rig.now += 7 * 24 * 60 * minute
    await poll()
    expect([submitted.length, rig.mail.in('Drafts')]).toEqual([1, []])
  })

  it('becomes a draft on the word of the user', async () => {
    await unsure()
    rig.now += 31 * minute
    await poll()
    retry(only(), rig.ledger, rig.now)
    await poll()
    expect([submitted.length, rig.mail.in('Drafts').length, only().state.kind]).toEqual([1, 1, 'drafted'])
    expect(rig.mail.in('Drafts')[0]).not.toMatch(/^(?:Auto-Submitted|To):/mu)
  })

  it.each(
    Array.from({ length: 6 }, (_, index) => index + 1).flatMap((at) => [
      [at, 'before'],
      [at, 'after'],
    ]),
  )('because the program was killed at write %i (%s) is sent at most once', async (at, when) => {
    await rig.arrive(invitationFrom(1))
    const ledger = dyingAt(rig.ledger, Number(at), when as 'before')
    await rig.poll({ account: sendingAccount(), submission, ledger }).catch(() => {})
    for (let again = 0; again < 4; again += 1) {
      rig.now += 40 * minute
      await poll()
    }
    expect(submitted.length).toBeLessThan(2)
    expect(['sent', 'uncertain']).toContain(only().state.kind)
  })
})

describe('a disk that is full for a moment', () => {
  it.each(Array.from({ length: 6 }, (_, index) => index + 1))('at write %i sends nothing twice', async (at) => {
    await rig.arrive(invitationFrom(1))
    const full = new OperatorError(exit.tryAgain, 'the disk is full')
    await rig.poll({ account: sendingAccount(), submission, ledger: failingAt(rig.ledger, at, full) }).catch(() => {})
    for (let again = 0; again < 4; again += 1) {
      rig.now += 40 * minute
      await poll()
    }
    expect(submitted.length).toBeLessThan(2)
    expect(['sent', 'uncertain']).toContain(only().state.kind)
  })
})

describe('the copy in Sent', () => {
  it('is appended by the next poll where the server has filed none', async () => {
    await rig.arrive(invitationFrom(1))
    await poll()
    expect(rig.mail.in('Sent')).toEqual([])
    await poll()
    expect(rig.mail.in('Sent')).toEqual([submitted[0]?.bytes])
    await poll()
    expect([rig.mail.in('Sent').length, only().frozen]).toEqual([1, null])
  })

  it('is not doubled where the server has filed one', async () => {
    await rig.arrive(invitationFrom(1))
    await poll()
    rig.mail.deliver('Sent', Buffer.from(submitted[0]?.bytes ?? ''), rig.now)
    await poll()
    expect(rig.mail.in('Sent')).toHaveLength(1)
  })

  it('waits for a Sent that cannot be read at present, for a day at most', async () => {
    await rig.arrive(invitationFrom(1))
    await poll()
    rig.mail.bar('Sent')
    await poll()
    expect(only().state).toMatchObject({ copy: { kind: 'due' } })
    rig.now += 24 * 60 * minute
    await poll()
    expect(only()).toMatchObject({ state: { copy: { kind: 'none' } }, frozen: null })
    rig.mail.commands.length = 0
    await poll()
    expect([rig.mail.in('Sent'), rig.mail.commands]).toEqual([[], []])
  })

  it('is left to Gmail, which files it in its own time', async () => {
    smtpHost = 'smtp.gmail.com'
    await rig.arrive(invitationFrom(1))
    await poll()
    await poll()
    expect(rig.mail.in('Sent')).toEqual([])
  })

  it('that the server refuses is not tried again', async () => {
    await rig.arrive(invitationFrom(1))
    await poll()
    rig.mail.trouble('refused')
    await poll()
    rig.mail.trouble(null)
    await poll()
    expect(only().state).toMatchObject({ kind: 'sent', copy: { kind: 'none', because: 'the mailbox is full' } })
    expect(rig.mail.in('Sent')).toEqual([])
  })

  const cut = async (): Promise<void> => {
    await rig.arrive(invitationFrom(1))
    await poll()
    rig.mail.trouble('lost')
    await poll()
    rig.mail.trouble(null)
  }

  it('whose APPEND was cut is not appended again before policy.settle, counted anew after a restart', async () => {
    await cut()
    rig.now += 4 * minute
    await poll()
    let running = 1000
    rig.uptime = () => running
    rig.now += 4 * minute
    await poll()
    running += 5 * minute - 1
    await poll()
    expect(rig.mail.in('Sent')).toEqual([])
    running += 1
    await poll()
    expect(rig.mail.in('Sent')).toHaveLength(1)
  })

  it('whose APPEND was cut is not appended to a Sent that may be another one', async () => {
    await cut()
    rig.mail.rename('Sent', 'Gesendet')
    rig.now += 6 * minute
    await poll()
    expect(only().state).toMatchObject({ copy: { kind: 'none', because: expect.stringContaining('Sent has changed') } })
    expect(rig.mail.in('Gesendet')).toEqual([])
  })

  it.each([
    ['lost', 1],
    ['stored-but-lost', 1],
  ] as const)('whose APPEND was cut (%s) is there once in the end', async (kind, copies) => {
    await rig.arrive(invitationFrom(1))
    await poll()
    rig.mail.trouble(kind)
    await poll()
    rig.mail.trouble(null)
    await poll()
    rig.now += 6 * minute
    await poll()
    await poll()
    expect(rig.mail.in('Sent')).toHaveLength(copies)
  })
})
