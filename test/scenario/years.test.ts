import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../src/core/message.ts'
import type { Entry } from '../../src/core/state.ts'
import { retry } from '../../src/requests.ts'
import { planScan } from '../../src/scan.ts'
import { noon, policy } from '../support/facts.ts'
import { accountOf, invitationBy, makeRig, onlyInvitationIn, type Rig, shelves, statesIn } from '../support/polling.ts'

/** What a daemon that runs for years must not do: stay stuck, or do more at every poll than there is to do. */

const settle = policy().settle
let rig: Rig

beforeEach(() => {
  rig = makeRig(shelves)
})

afterEach(() => rig.ledger.close())

const states = (): readonly string[] => statesIn(rig)

const only = (): Entry => onlyInvitationIn(rig)

/** What the next poll asks of the server. */
const commandsOfAPoll = async (): Promise<readonly string[]> => {
  rig.mail.commands.length = 0
  await rig.poll()
  return [...rig.mail.commands]
}

const withNote = (n: number): Buffer =>
  invitationBy(n, noon + n * 1000, (html) => html.replace('<hr class="!w-6', '<p>We met!</p><hr class="!w-6'))

describe('a message that is to be looked at again and is gone', () => {
  it('on request is looked for once', async () => {
    await rig.arrive(withNote(1))
    await rig.poll()
    rig.mail.expunge('INBOX', 1)
    retry(only(), rig.ledger, rig.now)
    expect(await commandsOfAPoll()).toContain('FETCH 1')
    expect(await commandsOfAPoll()).toEqual([])
    expect(only().state).toMatchObject({ kind: 'skipped', reason: 'note-present' })
  })

  it.each([
    ['ahead', 365 * day],
    ['behind', -365 * day],
  ])('because a clock was %s is looked for once', async (_, wrong) => {
    await rig.arrive()
    rig.now += wrong
    rig.mail.deliver('INBOX', invitationBy(1, noon + 60_000), noon + 60_000)
    expect((await rig.poll()).reasons).toEqual(['too-old'])
    rig.mail.expunge('INBOX', 1)
    rig.now -= wrong
    expect(await commandsOfAPoll()).toContain('FETCH 1')
    expect(await commandsOfAPoll()).toEqual([])
  })
})

describe('a first look at a mailbox', () => {
  it('reaches a day further back than messages may be old, since servers compare days', () => {
    const options = { since: null, now: noon, maxAgeDays: 14 }
    expect(planScan({ uidValidity: '1', uidNext: 9 }, null, options)).toEqual({
      range: { first: 1, last: 8 },
      since: noon - 15 * day,
      isAnew: true,
    })
  })

  it.each(['by a broken connection', 'by the end of the program'])(
    'that is broken off %s stays narrow',
    async (how) => {
      rig.mail.deliver('INBOX', invitationBy(1, noon - day), noon - day)
      const breaks = async () => ({
        ...(await rig.mail.connect()),
        examine: () => Promise.reject(new Error('connection lost')),
      })
      if (how === 'by a broken connection') await rig.poll({ connect: breaks }).catch(() => {})
      else await rig.poll({ stopping: () => rig.mail.commands.some((command) => command.startsWith('SEARCH')) })
      expect(rig.ledger.checkpoint('default', 'INBOX')).toBeNull()
      expect(await commandsOfAPoll()).toContain('SEARCH 1:1 SINCE')
      expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 2 })
    },
  )
})

describe('a reply that was left to the user', () => {
  const left = async (): Promise<void> => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('lost')
    await rig.poll()
    rig.mail.trouble(null)
    rig.mail.deliver('Drafts', Buffer.from('Message-ID: <a@b.c>\n\n'), noon)
    rig.now += settle
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'uncertain', because: expect.stringContaining('nobody can tell') })
  }

  it('is looked for a day long, and then costs nothing', async () => {
    await left()
    rig.now += day
    expect(await commandsOfAPoll()).toEqual(['EXAMINE Drafts', 'EXAMINE Sent', 'EXAMINE Trash'])
    rig.now += 1
    expect(await commandsOfAPoll()).toEqual([])
  })

  it('costs nothing after that day on a machine that is started anew every morning', async () => {
    await left()
    const { stateAt } = only()
    for (let morning = 1; morning < 4; morning += 1) {
      rig.now += day
      rig.uptime = () => 1000
      expect((await rig.poll()).takenUp[0]?.because).toMatch(/nobody can tell whether it was stored$/u)
      rig.uptime = () => 8 * 3_600_000
      await rig.poll()
    }
    expect(await commandsOfAPoll()).toEqual([])
    expect(only().stateAt).toBe(stateAt)
  })

  it('is not tried again before it is left to them: its bytes may still be under way', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('lost')
    await rig.poll()
    rig.mail.trouble(null)
    const { frozen } = only()
    retry(only(), rig.ledger, rig.now)
    await rig.poll()
    rig.mail.deliver('Drafts', Buffer.from(frozen ?? []), rig.now)
    rig.now += settle
    await rig.poll()
    expect([rig.mail.in('Drafts').length, states()]).toEqual([1, ['drafted']])
  })
})

describe('messages that break us', () => {
  it('leave the others their place under the limit of a poll', async () => {
    const limited = accountOf({ policy: policy({ maxPerPoll: 1 }) })
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const { byMessage } = rig.ledger
    const breaking = {
      ...rig.ledger,
      byMessage: (account: string, key: string) => {
        if (key.startsWith('<1.')) throw new Error('a fault of ours')
        return byMessage(account, key)
      },
    }
    expect((await rig.poll({ account: limited, ledger: breaking })).reasons).toEqual(['reply'])
  })
})
