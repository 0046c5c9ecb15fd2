import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../src/core/message.ts'
import { parse } from '../../src/io/parse.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import { noon, policy } from '../support/facts.ts'
import { fakeAccount } from '../support/fakeAccount.ts'
import { eml, multipart } from '../support/mail.ts'
import { accountOf, invitationBy, makeRig, type Rig } from '../support/polling.ts'

let rig: Rig

beforeEach(() => {
  rig = makeRig()
})

afterEach(() => rig.ledger.close())

describe('a poll', () => {
  it('answers what arrives after the installation, once', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    expect((await rig.poll()).summary).toMatchObject({ seen: 1, replied: 1 })
    rig.mail.commands.length = 0
    expect((await rig.poll()).summary).toMatchObject({ seen: 0 })
    expect(rig.mail.commands).toEqual(['EXAMINE Drafts'])
    await rig.poll()
    expect(rig.mail.commands).toEqual(['EXAMINE Drafts'])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it('answers nothing that was there before, unless it is asked with --since', async () => {
    rig.mail.deliver('INBOX', invitationBy(1, noon - day), noon - day)
    expect((await rig.poll()).reasons).toEqual(['before-installation'])
    expect(rig.mail.in('Drafts')).toEqual([])
    expect((await rig.poll({ since: noon - 2 * day })).reasons).toEqual(['reply'])
    expect((await rig.poll({ since: noon - 2 * day })).reasons).toEqual(['already-answered'])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it('asks one person once, however often and wherever the invitation comes', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000), invitationBy(1, noon + 120_000))
    expect((await rig.poll()).reasons).toEqual(['reply', 'already-answered'])
    const resent = Buffer.from(
      invitationBy(1, noon + 180_000)
        .toString()
        .replaceAll('7357397350991444001', '7357397350991449999'),
    )
    await rig.arrive(resent)
    expect((await rig.poll()).reasons).toEqual(['already-asked'])
  })

  it('answers once a mail that is copied to another mailbox, and one that a filter moves there', async () => {
    rig.mail = fakeAccount([
      ['INBOX', null],
      ['People', null],
      ['Drafts', '\\Drafts'],
    ])
    const both = accountOf({ mailboxes: ['INBOX', 'People'] })
    await rig.poll({ account: both })
    rig.now += 3_600_000
    const first = invitationBy(1, rig.now)
    rig.mail.deliver('INBOX', first, rig.now)
    rig.mail.deliver('People', first, rig.now)
    expect((await rig.poll({ account: both })).reasons).toEqual(['reply', 'already-answered'])
    const second = invitationBy(2, rig.now)
    rig.mail.deliver('INBOX', second, rig.now)
    expect((await rig.poll({ account: both })).reasons).toEqual(['reply'])
    rig.mail.deliver('People', second, rig.now)
    expect((await rig.poll({ account: both })).reasons).toEqual(['already-answered'])
    expect(rig.mail.in('Drafts')).toHaveLength(2)
  })

  it('answers no reminder, and an invitation once whatever of its marks is left', async () => {
    const bare = (bytes: Buffer, ...edits: readonly [RegExp, string][]): Buffer =>
      Buffer.from(edits.reduce((text, [from, to]) => text.replace(from, to), bytes.toString()))
    const reminder = bare(invitationBy(1, noon + 90_000), [
      /^X-LinkedIn-Template: .*$/gmu,
      'X-LinkedIn-Template: email_m2m_invite_reminder_02',
    ])
    const unnumbered = invitationBy(1, noon + 120_000, (html) => html.replaceAll('/invitationId/', '/x/'))
    const unprofiled = invitationBy(1, noon + 150_000, (html) =>
      html.replaceAll('/invitationId/', '/x/').replaceAll('/comm/in/', '/comm/x/'),
    )
    await rig.arrive(invitationBy(1, noon + 60_000), reminder, unnumbered, unprofiled)
    const { reasons } = await rig.poll()
    expect(reasons).toEqual(['reply', 'unrecognised', 'already-asked', 'already-asked'])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it('holds up a message that was too large to fetch, says so, and goes on', async () => {
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const connect = async () => {
      const one = await rig.mail.connect()
      return {
        ...one,
        examine: ((path, read) =>
          one.examine(path, (open) =>
            read({
              ...open,
              fetch: async (uid) => {
                const fetched = await open.fetch(uid)
                if (fetched === null || uid !== 1) return fetched
                const header = fetched.bytes.subarray(0, Buffer.from(fetched.bytes).indexOf('\n\n'))
                return { ...fetched, bytes: header, size: 30_000_000, complete: false }
              },
            }),
          )) satisfies typeof one.examine,
      }
    }
    const { reasons, outcomes } = await rig.poll({ connect })
    expect(reasons).toEqual(['unrecognised', 'reply'])
    expect(outcomes[0]?.rules[0]?.because).toContain('it has 30000000 octets')
    expect(rig.events).toContain('message-quarantined')
  })

  it('holds the checkpoint at a deferred message and fetches no settled one again', async () => {
    const limited = accountOf({ policy: policy({ maxPerPoll: 1 }) })
    await rig.arrive(
      invitationBy(1, noon + 1000),
      invitationBy(2, noon + 2000),
      invitationBy(3, noon + 3000, (html) => html.replace('<hr class="!w-6', '<p>We met!</p><hr class="!w-6')),
    )
    expect((await rig.poll({ account: limited })).reasons).toEqual(['reply', 'limit-per-poll', 'note-present'])
    expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 2 })
    rig.mail.commands.length = 0
    expect((await rig.poll({ account: limited })).reasons).toEqual(['reply'])
    const [hands, held] = ['EXAMINE Drafts', 'EXAMINE Drafts']
    expect(rig.mail.commands).toEqual([hands, 'EXAMINE INBOX', 'SEARCH 2:3', 'FETCH 2', held, 'APPEND Drafts'])
    expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 4 })
  })

  it('counts replies that are refused again under the limit, so that they do not pile up', async () => {
    const limited = accountOf({ policy: policy({ maxPerPoll: 1 }) })
    await rig.arrive(invitationBy(1, noon + 1000))
    rig.mail.trouble('refused')
    await rig.poll({ account: limited })
    await rig.arrive(invitationBy(2, noon + 2000))
    expect((await rig.poll({ account: limited })).reasons).toEqual(['limit-per-poll'])
  })

  it('reads a mailbox that is made anew between LIST and EXAMINE as it is when it is open', async () => {
    await rig.arrive(invitationBy(1, noon + 1000))
    const one = await rig.mail.connect()
    const list: typeof one.list = async () => {
      const told = await one.list()
      rig.mail.remake('INBOX')
      return told
    }
    expect((await rig.poll({ connect: async () => ({ ...one, list }) })).reasons).toEqual(['reply'])
    expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '2', uidNext: 2 })
    expect((await rig.poll()).reasons).toEqual([])
  })

  it('counts the day over polls', async () => {
    const limited = accountOf({ policy: policy({ maxPerDay: 1 }) })
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    expect((await rig.poll({ account: limited })).reasons).toEqual(['reply', 'limit-per-day'])
    expect((await rig.poll({ account: limited })).reasons).toEqual(['limit-per-day'])
    rig.now += day + 1
    expect((await rig.poll({ account: limited })).reasons).toEqual(['reply'])
  })

  it('answers nothing twice when the mailbox is made anew', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    rig.mail.remake('INBOX')
    expect((await rig.poll()).reasons).toEqual(['already-answered'])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
    expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '2', uidNext: 2 })
  })

  it('looks again at a doubt when a setting changes, and at nothing else', async () => {
    const source = invitationBy(1, noon + 60_000)
      .toString()
      .replaceAll('mx.google.com', 'mx.evil.test')
    await rig.arrive(Buffer.from(source))
    expect((await rig.poll()).reasons).toEqual(['unverified'])
    expect((await rig.poll()).reasons).toEqual([])
    expect((await rig.poll({ account: accountOf({ policy: policy({ unverified: 'draft' }) }) })).reasons).toEqual([
      'reply',
    ])
  })

  it('goes on behind a message that breaks us, and tries it again', async () => {
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const breaking = async (bytes: Uint8Array) => {
      if (Buffer.from(bytes).includes('Persona') || Buffer.from(bytes).includes('Personb'))
        throw new Error('a fault of ours')
      return parse(bytes)
    }
    const broken = await rig.poll({ parse: breaking })
    expect(broken.summary).toMatchObject({ seen: 2, replied: 1, failed: 1 })
    expect(rig.events).toContain('message-failed')
    expect((await rig.poll()).reasons).toEqual(['reply'])
  })

  it('takes up no other reply once it is asked to stop', async () => {
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    rig.mail.trouble('refused')
    await rig.poll()
    rig.mail.trouble(null)
    expect((await rig.poll({ stopping: () => rig.mail.in('Drafts').length > 0 })).takenUp).toHaveLength(1)
    expect((await rig.poll()).takenUp).toHaveLength(1)
  })

  it('finishes the message in hand when it is asked to stop, and begins no other', async () => {
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    let looked = 0
    const stopped = await rig.poll({
      report: () => {
        looked += 1
      },
      stopping: () => looked > 0,
    })
    expect([looked, stopped.summary.replied]).toEqual([1, 1])
    expect((await rig.poll()).reasons).toEqual(['reply'])
  })

  it('refuses to begin without a Drafts mailbox, and loses nothing by it', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.remove('Drafts')
    await expect(rig.poll()).rejects.toMatchObject({ exitCode: 78, message: 'imap.gmail.com has no Drafts mailbox' })
    expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 1 })
  })

  it('names the mailbox in the settings that is not there', async () => {
    await expect(rig.poll({ account: accountOf({ mailboxes: ['LinkedIn'] }) })).rejects.toMatchObject({
      exitCode: 78,
      message: 'there is no mailbox LinkedIn',
    })
  })

  it('reads All Mail at Gmail, where a filter may have archived the mail', async () => {
    rig.mail = fakeAccount([
      ['INBOX', null],
      ['[Gmail]/All Mail', '\\All'],
      ['[Gmail]/Drafts', '\\Drafts'],
    ])
    await rig.poll({ gmail: true })
    rig.mail.deliver('[Gmail]/All Mail', invitationBy(1, noon + 1000), noon + 1000)
    expect((await rig.poll({ gmail: true })).reasons).toEqual(['reply'])
  })
})

describe('a draft', () => {
  it('that the server refuses is kept, byte for byte, and tried at the next poll', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('refused')
    expect((await rig.poll()).summary).toMatchObject({ failed: 1, replied: 0 })
    const [failed] = rig.ledger.unsettled('default')
    rig.mail.trouble(null)
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'drafted' }])
    expect(rig.mail.in('Drafts')).toEqual([Buffer.from(failed?.frozen ?? []).toString()])
  })

  it('that the server goes on refusing is tried less and less often', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('refused')
    const times: number[] = []
    for (let minutes = 0; minutes < 20 * 60; minutes += 5) {
      rig.mail.commands.length = 0
      await rig.poll()
      if (rig.mail.commands.includes('APPEND Drafts')) times.push(minutes)
      rig.now += 300_000
    }
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(waits).toEqual([5, 5, 15, 30, 60, 120, 240, 360, 360])
  })

  it('whose APPEND was cut is looked for, found, and not repeated', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('stored-but-lost')
    expect((await rig.poll()).summary).toMatchObject({ uncertain: 1, replied: 0 })
    rig.mail.trouble(null)
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'drafted', uid: 1 }])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it('whose APPEND was cut and that is not found stays uncertain, and is never repeated blindly', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('lost')
    await rig.poll()
    rig.mail.trouble(null)
    rig.mail.deliver('Drafts', Buffer.from('Message-ID: <other@example.org>\n\nx'), noon)
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'uncertain' }])
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'uncertain' }])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
    expect(rig.mail.commands.filter((command) => command.startsWith('APPEND'))).toHaveLength(1)
  })

  it('is found under a new UIDVALIDITY too', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('stored-but-lost')
    await rig.poll()
    rig.mail.trouble(null)
    rig.mail.remake('Drafts')
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'drafted', uid: 1 }])
  })

  it('that a crash left planned is appended; one that was under way is looked for', async () => {
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const crash = new Error('kill -9')
    const dies = (after: number): Ledger => {
      let moves = 0
      return {
        ...rig.ledger,
        move: (...args) => {
          if (moves++ === after) throw crash
          rig.ledger.move(...args)
        },
      }
    }
    await rig.poll({ ledger: dies(0) })
    expect(rig.ledger.unsettled('default').map(({ state }) => state.kind)).toContain('planned')
    await rig.poll()
    expect(rig.mail.in('Drafts')).toHaveLength(2)
    expect(rig.ledger.unsettled('default')).toEqual([])
  })

  it('has no token of the notification in it, nor has the ledger', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    const tokens = [
      ...eml(multipart)
        .toString()
        .replace(/=\r?\n/gu, '')
        .matchAll(/(?:otpToken|midToken|midSig|sharedKey|loid|eid)(?:=3D|\/)([\w~-]{6,})/gu),
    ].map(([, token]) => token ?? '')
    expect(tokens.length).toBeGreaterThan(5)
    const kept = rig.mail.in('Drafts').join('') + JSON.stringify(rig.ledger.entries())
    expect(tokens.filter((token) => kept.includes(token))).toEqual([])
  })
})
