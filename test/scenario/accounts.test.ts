import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../src/core/message.ts'
import type { Account } from '../../src/core/settings.ts'
import { entriesAbout } from '../../src/requests.ts'
import { noon } from '../support/facts.ts'
import { fakeAccount } from '../support/fakeAccount.ts'
import type { Polled, Rig } from '../support/polling.ts'
import { accountOf, appendsIn, invitationBy, makeRig, shelves, statesIn } from '../support/polling.ts'

let rig: Rig

beforeEach(() => {
  rig = makeRig(shelves)
})

afterEach(() => rig.ledger.close())

const states = (account?: string): readonly string[] => statesIn(rig, account)
const appends = (): number => appendsIn(rig)

describe('two accounts in one ledger', () => {
  const home = accountOf({ name: 'home' })
  const work = accountOf({ name: 'work' })
  let office: ReturnType<typeof fakeAccount>

  const pollBoth = async (changes = {}): Promise<readonly Polled[]> => [
    await rig.poll({ account: home, ...changes }),
    await rig.poll({ account: work, connect: office.connect, ...changes }),
  ]

  beforeEach(async () => {
    office = fakeAccount(shelves)
    await pollBoth()
    rig.now += 3_600_000
    for (const mail of [rig.mail, office]) mail.deliver('INBOX', invitationBy(1, noon + 60_000), rig.now)
  })

  it('answer the same mail once each, and notice each its own hands', async () => {
    expect((await pollBoth()).map(({ reasons }) => reasons)).toEqual([['reply'], ['reply']])
    expect(rig.mail.in('Drafts')).not.toEqual(office.in('Drafts'))
    office.expunge('Drafts', 1)
    await pollBoth()
    expect([states('home'), states('work')]).toEqual([['drafted'], ['removed']])
    await pollBoth({ since: noon - day })
    expect([rig.mail.in('Drafts').length, office.in('Drafts')]).toEqual([1, []])
  })

  it('wait each for its own doubts, and forget a person together', async () => {
    office.trouble('stored-but-lost')
    await pollBoth()
    office.trouble(null)
    expect([states('home'), states('work')]).toEqual([['drafted'], ['uncertain']])
    for (const { id } of entriesAbout('Personb Solberg', rig.ledger)) rig.ledger.forget(id, rig.now)
    await pollBoth({ since: noon - day })
    expect([states('home'), states('work')]).toEqual([['forgotten'], ['forgotten']])
    expect([rig.mail.in('Drafts').length, office.in('Drafts').length]).toEqual([1, 1])
  })
})

describe('settings that change between polls', () => {
  const neverAgain = async (account: Account): Promise<void> => {
    for (let later = 0; later < 3; later += 1) {
      rig.now += 600_000
      await rig.poll({ account, since: noon - day })
    }
    expect([appends(), rig.mail.in('Drafts').length]).toEqual([1, 1])
  }

  const moved = accountOf({ from: { name: 'Rowan Ashby', address: 'rowan@ashby.example.com' } })

  it.each([
    ['another From, and so other msg-ids,', moved],
    ['another name of the account', accountOf({ name: 'private' })],
    ['more mailboxes', accountOf({ mailboxes: ['INBOX', 'Drafts', 'Sent', 'Trash'] })],
  ])('such as %s double no draft, not even one of unknown outcome', async (_, account) => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('stored-but-lost')
    await rig.poll()
    rig.mail.trouble(null)
    await neverAgain(account)
  })

  it('keep what the account holds known when the ledger is lost besides', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    rig.ledger.close()
    const { mail, now } = rig
    rig = Object.assign(makeRig(), { mail, now })
    expect((await rig.poll({ account: moved, since: noon - day })).reasons).toEqual(['reply'])
    expect(states()).toEqual(['edited'])
    await neverAgain(moved)
  })
})

describe('mailboxes that hold the same mail', () => {
  it('and Drafts, Sent and Trash among them, give one draft', async () => {
    const all = accountOf({ mailboxes: ['Trash', 'Sent', 'Drafts', 'INBOX', 'INBOX'] })
    await rig.poll({ account: all })
    rig.now += 3_600_000
    for (const [path] of shelves) rig.mail.deliver(path, invitationBy(1, noon + 60_000), rig.now)
    const { reasons } = await rig.poll({ account: all })
    expect([...reasons].sort()).toEqual(['already-answered', 'already-answered', 'already-answered', 'reply'])
    expect(appends()).toBe(1)
    await rig.poll({ account: all })
    rig.mail.commands.length = 0
    expect((await rig.poll({ account: all })).reasons).toEqual([])
    expect(rig.mail.commands).toEqual([])
    expect(states()).toEqual(['drafted'])
  })

  it('as All Mail of Gmail does with drafts and what was sent, give one draft', async () => {
    const gmail = [...shelves, ['[Gmail]/All Mail', '\\All']] as const
    rig.mail = fakeAccount(gmail)
    await rig.poll({ gmail: true })
    rig.now += 3_600_000
    for (const path of ['INBOX', '[Gmail]/All Mail']) rig.mail.deliver(path, invitationBy(1, noon + 60_000), rig.now)
    expect((await rig.poll({ gmail: true })).reasons).toEqual(['reply'])
    const [draft = ''] = rig.mail.in('Drafts')
    rig.mail.deliver('[Gmail]/All Mail', Buffer.from(draft), rig.now)
    expect((await rig.poll({ gmail: true })).reasons).not.toContain('reply')
    expect([appends(), states()]).toEqual([1, ['drafted']])
  })
})
