import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Request } from '../../src/core/ledgerBook.ts'
import { day } from '../../src/core/message.ts'
import type { Entry } from '../../src/core/state.ts'
import { exit, OperatorError } from '../../src/errors.ts'
import { entriesAbout, retry } from '../../src/requests.ts'
import { noon, policy } from '../support/facts.ts'
import { dyingAt, failingAt } from '../support/failingLedger.ts'
import { fakeAccount } from '../support/fakeAccount.ts'
import {
  accountOf,
  appendsIn,
  invitationBy,
  invitationsIn,
  makeRig,
  onlyInvitationIn,
  type Rig,
  shelves,
  statesIn,
} from '../support/polling.ts'
import { marks } from '../support/signing.ts'

const settle = policy().settle
let rig: Rig

beforeEach(() => {
  rig = makeRig(shelves)
})

afterEach(() => rig.ledger.close())

const invitations = (): readonly Entry[] => invitationsIn(rig)
const states = (): readonly string[] => statesIn(rig)
const appends = (): number => appendsIn(rig)
const settled = (): void => {
  rig.now += settle + 1
}

const only = (): Entry => onlyInvitationIn(rig)

/** A message as a mail client writes it in answer to the notification. */
const answering = (fields: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(
    `${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join('')}\nHello!\n`,
  )

/** One invitation whose APPEND was cut. */
const cut = async (trouble: 'lost' | 'stored-but-lost' = 'lost'): Promise<Entry> => {
  await rig.arrive(invitationBy(1, noon + 60_000))
  rig.mail.trouble(trouble)
  await rig.poll()
  rig.mail.trouble(null)
  expect(states()).toEqual(['uncertain'])
  return only()
}

describe('a draft whose APPEND was cut', () => {
  it('is appended again, byte for byte, when Drafts is unchanged after policy.settle, and not before', async () => {
    const { frozen } = await cut()
    rig.now += settle - 1
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'uncertain' }])
    expect(rig.mail.in('Drafts')).toEqual([])
    rig.now += 1
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'drafted', uid: 1 }])
    expect(rig.mail.in('Drafts')).toEqual([Buffer.from(frozen ?? []).toString()])
    await rig.poll()
    expect(appends()).toBe(2)
  })

  it('is not taken for absent because of drafts of ours that came after it', async () => {
    await cut()
    await rig.arrive(invitationBy(2, noon + 120_000), invitationBy(3, noon + 180_000))
    await rig.poll()
    expect(rig.mail.in('Drafts')).toHaveLength(3)
    expect(states()).toEqual(['drafted', 'drafted', 'drafted'])
  })

  it.each([
    [
      'the user saved a draft of his own',
      () => rig.mail.deliver('Drafts', Buffer.from('Message-ID: <a@b.c>\n\n'), noon),
    ],
    [
      'something was in Drafts meanwhile and is gone',
      () => rig.mail.expunge('Drafts', rig.mail.deliver('Drafts', Buffer.from('Message-ID: <a@b.c>\n\n'), noon)),
    ],
    ['Drafts was made anew', () => rig.mail.remake('Drafts')],
    ['UIDNEXT went back', () => rig.mail.turnBack('Drafts', 0)],
  ])('is left to the user, visibly, when %s', async (_, change) => {
    await cut()
    change()
    settled()
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'uncertain', because: expect.stringContaining('nobody can tell') })
    for (let later = 0; later < 3; later += 1) {
      rig.now += day
      expect((await rig.poll()).takenUp).toMatchObject([{ state: 'uncertain' }])
    }
    expect(appends()).toBe(1)
  })

  it('and that is left to the user is appended when he says so', async () => {
    await cut()
    rig.mail.deliver('Drafts', Buffer.from('Message-ID: <a@b.c>\n\n'), noon)
    settled()
    await rig.poll()
    retry(only(), rig.ledger, rig.now)
    expect((await rig.poll()).takenUp).toMatchObject([{ state: 'drafted' }])
    expect(rig.mail.in('Drafts')).toHaveLength(2)
  })

  it.each([
    ['in Drafts', 'Drafts', ({ replyMessageId }: Entry) => ({ 'Message-ID': replyMessageId ?? '' }), 'drafted'],
    ['edited', 'Drafts', ({ messageKey }: Entry) => ({ 'Message-ID': '<x@y.z>', 'In-Reply-To': messageKey }), 'edited'],
    ['in Sent', 'Sent', ({ replyMessageId }: Entry) => ({ 'Message-ID': replyMessageId ?? '' }), 'sent-by-you'],
    ['sent after an edit', 'Sent', ({ messageKey }: Entry) => ({ References: `<0@x.y> ${messageKey}` }), 'sent-by-you'],
    ['in Trash', 'Trash', ({ replyMessageId }: Entry) => ({ 'Message-ID': replyMessageId ?? '' }), 'removed'],
  ])('is not appended again when it is found %s', async (_, mailbox, fields, state) => {
    const entry = await cut()
    rig.mail.deliver(mailbox, answering(fields(entry)), rig.now)
    settled()
    await rig.poll()
    expect(only().state.kind).toBe(state)
    expect(only().frozen).toBeNull()
    expect(appends()).toBe(1)
  })

  it.each(['Drafts', 'Sent', 'Trash'])('is found in %s by a server whose clock is wrong, too', async (mailbox) => {
    const { replyMessageId } = await cut()
    rig.mail.deliver(mailbox, answering({ 'Message-ID': replyMessageId ?? '' }), 0)
    settled()
    await rig.poll()
    expect(states()).not.toContain('uncertain')
    expect(appends()).toBe(1)
  })

  it('is not believed absent by a clock that is set ahead, nor for ever present by one that is set back', async () => {
    await cut()
    let running = rig.uptime()
    rig.uptime = () => running
    rig.now += 365 * day
    await rig.poll()
    expect(appends()).toBe(1)
    rig.now -= 2 * 365 * day
    running += settle
    await rig.poll()
    expect(appends()).toBe(2)
  })

  it('is waited for anew when the machine was started again', async () => {
    await cut()
    let running = 1000
    rig.uptime = () => running
    settled()
    await rig.poll()
    expect(appends()).toBe(1)
    running += settle
    await rig.poll()
    expect(appends()).toBe(2)
    expect(states()).toEqual(['drafted'])
  })

  const withHistory = (mailbox: string): void => {
    for (let uid = 1; uid < 4; uid += 1)
      rig.mail.expunge(mailbox, rig.mail.deliver(mailbox, Buffer.from('Message-ID: <a@b.c>\n\n'), noon))
  }

  it.each([
    ['was made anew', () => {}, () => rig.mail.remake('Drafts')],
    ['gives out old UIDs anew', () => rig.mail.turnBack('Drafts', 1), () => {}],
  ])('is found in a Drafts that %s', async (_, before, after) => {
    withHistory('Drafts')
    const { frozen } = await cut()
    before()
    rig.mail.deliver('Drafts', Buffer.from(frozen ?? []), rig.now)
    after()
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'drafted', uid: 1 })
  })

  it('is looked for in no other mailbox, although servers give many the same UIDVALIDITY', async () => {
    rig.mail = fakeAccount([
      ['INBOX', null],
      ['People', null],
      ['Archive', '\\Archive'],
      ['Drafts', '\\Drafts'],
    ])
    const { messageKey } = await cut()
    const fields = { 'Message-ID': '<their@answer>', References: messageKey }
    rig.mail.deliver('People', answering(fields), rig.now)
    await rig.poll()
    expect(states()).toEqual(['uncertain'])
    rig.mail.remove('People')
    for (const path of ['INBOX', 'Archive']) rig.mail.deliver(path, answering(fields), rig.now)
    rig.mail.rename('Drafts', 'Entwürfe')
    await rig.poll()
    expect(states()).toEqual(['uncertain'])
  })

  it('is found in a Sent that is another mailbox now', async () => {
    rig.mail = fakeAccount([
      ['INBOX', null],
      ['Drafts', '\\Drafts'],
      ['Sent', '\\Sent'],
      ['Gesendet', '\\Sent'],
    ])
    withHistory('Sent')
    const { replyMessageId } = await cut()
    rig.mail.remove('Sent')
    rig.mail.deliver('Gesendet', answering({ 'Message-ID': replyMessageId ?? '' }), rig.now)
    withHistory('Gesendet')
    await rig.poll()
    expect(states()).toEqual(['sent-by-you'])
  })

  it('keeps the poll from going on where Drafts cannot be read', async () => {
    await cut()
    rig.mail.bar('Drafts')
    settled()
    await expect(rig.poll()).rejects.toMatchObject({ exitCode: 75 })
    expect([states(), appends()]).toEqual([['uncertain'], 1])
  })

  it('is found in a Drafts that was renamed', async () => {
    await cut('stored-but-lost')
    rig.mail.rename('Drafts', 'Entwürfe')
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'drafted', mailbox: 'Entwürfe' })
  })
})

describe('a draft', () => {
  it('is not appended over a line that is known to be dead, and not lost', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('refused')
    await rig.poll()
    rig.mail.trouble(null)
    const connect = async () => ({ ...(await rig.mail.connect()), alive: () => false })
    await expect(rig.poll({ connect })).rejects.toMatchObject({ exitCode: 75 })
    expect([states(), appends()]).toEqual([['failed'], 1])
    await rig.poll()
    expect([states(), appends()]).toEqual([['drafted'], 2])
  })

  it('lies where the server says it does, although Drafts was made anew meanwhile', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    const one = await rig.mail.connect()
    const append: typeof one.append = (...args) => {
      rig.mail.remake('Drafts')
      return one.append(...args)
    }
    await rig.poll({ connect: async () => ({ ...one, append }) })
    expect(only().state).toMatchObject({ kind: 'drafted', uidValidity: '2', uid: 1 })
  })
})

describe('a program that is killed', () => {
  it.each(
    Array.from({ length: 14 }, (_, index) => index + 1).flatMap((at) => [
      ['before' as const, at],
      ['after' as const, at],
    ]),
  )('%s write %i leaves exactly one draft of each reply in the end', async (when, at) => {
    await rig.arrive(invitationBy(1, noon + 60_000), invitationBy(2, noon + 61_000))
    await rig.poll({ ledger: dyingAt(rig.ledger, Number(at), when as 'before') }).catch(() => {})
    for (let later = 0; later < 3; later += 1) {
      settled()
      await rig.poll()
    }
    expect(states()).toEqual(['drafted', 'drafted'])
    expect(rig.mail.in('Drafts')).toHaveLength(2)
  })
})

describe('a message that was answered', () => {
  it('is not answered again when it is read as somebody else, by a newer program or as a copy', async () => {
    const first = invitationBy(1, noon + 60_000)
    await rig.arrive(first)
    await rig.poll()
    const id = /^Message-ID: (.*)$/mu.exec(first.toString())?.[1] ?? ''
    const before = only()
    await rig.arrive(
      Buffer.from(
        invitationBy(2, noon + 60_000)
          .toString()
          .replace(/^Message-ID: .*$/mu, `Message-ID: ${id}`),
      ),
    )
    expect((await rig.poll()).reasons).toEqual(['already-answered'])
    expect(only()).toEqual(before)
  })
})

describe('two messages whose entries would have one id', () => {
  const named = (n: number, id: number): Buffer =>
    Buffer.from(
      invitationBy(n, noon + n * 1000)
        .toString()
        .replace(/^Message-ID: .*$/mu, `Message-ID: <${id}@ltx1-app1.prod.linkedin.com>`),
    )

  it('are two entries, and neither is stuck', async () => {
    await rig.arrive(named(1, 1_116_323), named(2, 1_180_189))
    expect((await rig.poll()).reasons).toEqual(['reply', 'reply'])
    const [one, other] = invitations().map(({ id }) => id)
    expect(other?.startsWith(one ?? '')).toBe(true)
    rig.mail.remake('INBOX')
    expect((await rig.poll()).reasons).toEqual(['already-answered', 'already-answered'])
    expect([states(), appends()]).toEqual([['drafted', 'drafted'], 2])
  })
})

describe('a poll that was abandoned', () => {
  it('undoes nothing of what the next one has entered, although it gets on late', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    let goOn = (): void => {}
    const frozen = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let begun = (): void => {}
    const asked = new Promise<void>((resolve) => {
      begun = resolve
    })
    const connect = async () => ({ ...(await rig.mail.connect()), alive: () => false })
    const abandoned = rig.poll({
      connect,
      encode: async () => {
        begun()
        await frozen
        return Buffer.from('too late')
      },
    })
    await asked
    await rig.poll()
    rig.mail.expunge('Drafts', 1)
    await rig.poll()
    goOn()
    await expect(abandoned).rejects.toMatchObject({ exitCode: 75 })
    await rig.poll()
    expect([states(), appends()]).toEqual([['removed'], 1])
  })
})

describe('a disk that is full for a moment', () => {
  it.each(Array.from({ length: 14 }, (_, index) => index + 1))('at write %i leaves one draft each', async (at) => {
    await rig.arrive(invitationBy(1, noon + 60_000), invitationBy(2, noon + 61_000))
    const full = new OperatorError(exit.tryAgain, 'the disk is full')
    await rig.poll({ ledger: failingAt(rig.ledger, at, full) }).catch(() => {})
    for (let later = 0; later < 3; later += 1) {
      settled()
      await rig.poll()
    }
    expect(states()).toEqual(['drafted', 'drafted'])
    expect(rig.mail.in('Drafts')).toHaveLength(2)
  })
})

describe('what the account holds already', () => {
  it.each([
    ['its draft', 'Drafts', 'drafted'],
    ['its reply in Sent', 'Sent', 'sent-by-you'],
    ['its draft in Trash', 'Trash', 'removed'],
  ])('is not written again when the ledger is lost: %s', async (_, mailbox, state) => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    const [draft = ''] = rig.mail.in('Drafts')
    if (mailbox !== 'Drafts') {
      rig.mail.expunge('Drafts', 1)
      rig.mail.deliver(mailbox, Buffer.from(draft), rig.now)
    }
    rig.ledger.close()
    const { mail, now } = rig
    rig = Object.assign(makeRig(), { mail, now })
    expect((await rig.poll({ since: noon - day })).reasons).toEqual(['reply'])
    expect(only().state.kind).toBe(state)
    expect(appends()).toBe(1)
  })

  it('is known again however old it is', async () => {
    rig.mail.deliver('INBOX', invitationBy(1, noon - 60 * day), noon - 60 * day)
    rig.mail.deliver('INBOX', invitationBy(2, noon - day), noon - day)
    await rig.poll()
    const old = rig.ledger.entries().find(({ sentAt }) => sentAt === noon - 60 * day)
    rig.mail.deliver('Sent', answering({ 'In-Reply-To': old?.messageKey ?? '' }), noon - 50 * day)
    for (const entry of invitations()) retry(entry, rig.ledger, rig.now)
    expect((await rig.poll()).reasons).toEqual(['reply', 'reply'])
    expect([...states()].sort()).toEqual(['drafted', 'sent-by-you'])
  })

  it('is a draft although the user has forwarded the notification', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    const notification = `<1.${noon + 60_000}@ltx1-app1.prod.linkedin.com>`
    rig.mail.deliver('Sent', answering({ 'Message-ID': '<f@w.d>', References: notification }), rig.now)
    await rig.poll()
    expect([states(), appends()]).toEqual([['drafted'], 1])
  })

  it('is known again on a server whose clock is a day behind', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    const messageKey = `<1.${noon + 60_000}@ltx1-app1.prod.linkedin.com>`
    rig.mail.deliver('Sent', answering({ 'In-Reply-To': messageKey }), noon - 1.5 * day)
    await rig.poll({ since: noon + 60_000 })
    expect([states(), appends()]).toEqual([['sent-by-you'], 0])
  })

  it('is no draft beside an answer that the user wrote by hand', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    const fields = {
      'Message-ID': '<by.hand@example.org>',
      'In-Reply-To': `<1.${noon + 60_000}@ltx1-app1.prod.linkedin.com>`,
    }
    rig.mail.deliver('Sent', answering(fields), rig.now)
    const { outcomes } = await rig.poll()
    expect(outcomes[0]?.delivery).toMatchObject({ state: 'sent', because: 'it was there already' })
    expect([states(), appends()]).toEqual([['sent-by-you'], 0])
  })
})

describe('the hands of the user', () => {
  beforeEach(async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    expect(states()).toEqual(['drafted'])
  })

  const neverAgain = async (state: string): Promise<void> => {
    for (let later = 0; later < 3; later += 1) {
      settled()
      await rig.poll({ since: noon - day })
      expect(states()).toEqual([state])
    }
    expect(appends()).toBe(1)
  }

  it('remove a draft, which is never made again', async () => {
    rig.mail.expunge('Drafts', 1)
    await rig.poll()
    await neverAgain('removed')
  })

  it.each([
    ['that keeps the msg-id', ({ replyMessageId }: Entry) => ({ 'Message-ID': replyMessageId ?? '' })],
    ['that gives a new one', ({ messageKey }: Entry) => ({ 'Message-ID': '<n@e.w>', 'In-Reply-To': messageKey })],
  ])('edit a draft in a mail client %s, which is never replaced', async (_, fields) => {
    const entry = only()
    rig.mail.expunge('Drafts', 1)
    rig.mail.deliver('Drafts', answering(fields(entry)), rig.now)
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'edited', uid: 2 })
    await neverAgain('edited')
    rig.mail.expunge('Drafts', 2)
    await rig.poll()
    await neverAgain('removed')
  })

  it.each([
    ['a client that keeps the msg-id', ({ replyMessageId }: Entry) => ({ 'Message-ID': replyMessageId ?? '' })],
    ['one that keeps In-Reply-To', ({ messageKey }: Entry) => ({ 'Message-ID': '<n@e.w>', 'In-Reply-To': messageKey })],
    ['one that keeps References', ({ messageKey }: Entry) => ({ References: `<0@x.y> ${messageKey}` })],
  ])('send a draft with %s', async (_, fields) => {
    rig.mail.deliver('Sent', answering(fields(only())), rig.now)
    rig.mail.expunge('Drafts', 1)
    await rig.poll()
    await neverAgain('sent-by-you')
  })

  it('forward the notification, which says nothing of the draft', async () => {
    rig.mail.deliver('Sent', answering({ 'Message-ID': '<f@w.d>', References: only().messageKey }), rig.now)
    await rig.poll()
    await neverAgain('drafted')
  })

  it('send a draft with a client that files it later', async () => {
    rig.mail.expunge('Drafts', 1)
    await rig.poll()
    expect(states()).toEqual(['removed'])
    rig.now += 3 * day
    rig.mail.deliver('Sent', answering({ 'In-Reply-To': only().messageKey }), rig.now)
    await rig.poll()
    expect(states()).toEqual(['sent-by-you'])
  })

  it('send a draft while Sent cannot be read', async () => {
    rig.mail.expunge('Drafts', 1)
    rig.mail.deliver('Sent', answering({ 'In-Reply-To': only().messageKey }), rig.now)
    rig.mail.bar('Sent')
    await rig.poll()
    expect(states()).toEqual(['removed'])
    rig.mail.unbar('Sent')
    await rig.poll()
    expect(states()).toEqual(['sent-by-you'])
  })

  it('send a draft while UIDNEXT of Drafts goes back', async () => {
    rig.mail.turnBack('Drafts', 1)
    rig.mail.deliver('Sent', answering({ 'In-Reply-To': only().messageKey }), rig.now)
    await rig.poll()
    expect(states()).toEqual(['sent-by-you'])
  })

  it('are not seen where UIDNEXT of Drafts goes back and the draft is gone', async () => {
    rig.mail.turnBack('Drafts', 1)
    await rig.poll()
    expect(rig.events).toContain('uidnext-went-back')
    expect(states()).toEqual(['drafted'])
  })

  it('are not seen in a mailbox that was made anew with the draft in it', async () => {
    rig.mail.remake('Drafts')
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'drafted', uidValidity: '2', uid: 1 })
  })

  it('edit a draft on a server whose clock is a day behind', async () => {
    rig.mail.expunge('Drafts', 1)
    rig.mail.deliver('Drafts', answering({ 'In-Reply-To': only().messageKey }), noon - 1.5 * day)
    await rig.poll()
    expect(states()).toEqual(['edited'])
  })

  it('remove a draft with all of Drafts, which is made anew', async () => {
    rig.mail.deliver('Drafts', Buffer.from('Message-ID: <a@b.c>\n\n'), rig.now)
    await rig.poll()
    rig.mail.remake('Drafts')
    rig.mail.turnBack('Drafts', 1)
    await rig.poll()
    expect([states(), rig.events.includes('uidnext-went-back')]).toEqual([['removed'], false])
  })

  it('are not seen in a Drafts that was renamed', async () => {
    rig.mail.rename('Drafts', 'Entwürfe')
    await rig.poll()
    expect(only().state).toMatchObject({ kind: 'drafted', mailbox: 'Entwürfe', uid: 1 })
  })

  it('lose Drafts with its last draft, as Alpine does: it is made again, and the next reply has its place', async () => {
    rig.mail.remove('Drafts')
    await rig.poll()
    expect([states(), rig.events.includes('drafts-made-again')]).toEqual([['removed'], true])
    rig.mail.remove('Drafts')
    await rig.arrive(invitationBy(2, rig.now + 1000))
    await rig.poll()
    expect(states()).toEqual(['removed', 'drafted'])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
    expect(rig.mail.commands.filter((command) => command.startsWith('CREATE'))).toEqual([
      'CREATE Drafts',
      'CREATE Drafts',
    ])
  })

  it('rename Drafts on a server that marks none: it is not made again, and the user is told', async () => {
    await rig.poll()
    rig.mail.rename('Drafts', 'Entwürfe')
    rig.mail.unmark('Entwürfe')
    await expect(rig.poll()).rejects.toMatchObject({ exitCode: 78 })
    expect(rig.mail.commands.filter((command) => command.startsWith('CREATE'))).toEqual([])
  })

  it('are not looked for where nothing has changed', async () => {
    await rig.poll()
    rig.mail.commands.length = 0
    await rig.poll()
    expect(rig.mail.commands).toEqual([])
  })

  it('take back nothing of what they removed when the user puts it back', async () => {
    const [draft = ''] = rig.mail.in('Drafts')
    rig.mail.expunge('Drafts', 1)
    await rig.poll()
    rig.mail.deliver('Drafts', Buffer.from(draft), rig.now)
    await rig.poll()
    expect(states()).toEqual(['edited'])
  })
})

describe('an entry that somebody asks for', () => {
  it('of a daemon is taken up once, by its next poll', async () => {
    await rig.arrive(
      invitationBy(3, noon + 3000, (html) => html.replace('<hr class="!w-6', '<p>We met!</p><hr class="!w-6')),
      invitationBy(1, noon + 60_000),
    )
    await rig.poll()
    const [skipped, drafted] = invitations()
    let requests: readonly Request[] = [
      { id: 1, kind: 'retry', subject: skipped?.id ?? '' },
      { id: 2, kind: 'retry', subject: 'nobody' },
      { id: 3, kind: 'forget', subject: drafted?.id ?? '' },
    ]
    const ledger = {
      ...rig.ledger,
      requests: () => requests,
      dismiss: (request: number) => {
        requests = requests.filter(({ id }) => id !== request)
      },
    }
    expect((await rig.poll({ ledger })).reasons).toEqual(['note-present'])
    expect(requests).toEqual([])
    expect(
      rig.ledger
        .entries()
        .map(({ state }) => state.kind)
        .sort(),
    ).toEqual(['forgotten', 'skipped'])
  })

  it('is not looked for under its old UID where the mailbox was made anew', async () => {
    await rig.arrive(
      invitationBy(3, noon + 3000, (html) => html.replace('<hr class="!w-6', '<p>We met!</p><hr class="!w-6')),
    )
    await rig.poll()
    retry(only(), rig.ledger, rig.now)
    rig.mail.remake('INBOX')
    expect((await rig.poll()).reasons).toEqual(['note-present'])
  })

  it('and has to wait moves no checkpoint back', async () => {
    rig.mail.deliver('INBOX', invitationBy(1, noon - day), noon - day)
    await rig.poll()
    await rig.arrive(invitationBy(2, noon + 60_000))
    await rig.poll()
    const [old] = invitations()
    if (old !== undefined) retry(old, rig.ledger, rig.now)
    const limited = accountOf({ policy: policy({ maxPerDay: 1 }) })
    expect((await rig.poll({ account: limited })).reasons).toEqual(['limit-per-day'])
    expect(rig.ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 3 })
    rig.now += 2 * day
    expect((await rig.poll({ account: limited })).reasons).toEqual(['reply'])
  })

  it('is looked at again whatever its age, by the rules of today', async () => {
    rig.mail.deliver('INBOX', invitationBy(1, noon - 20 * day), noon - 10 * day)
    expect((await rig.poll()).reasons).toEqual(['before-installation'])
    expect((await rig.poll()).reasons).toEqual([])
    retry(only(), rig.ledger, rig.now)
    expect((await rig.poll()).reasons).toEqual(['reply'])
    expect((await rig.poll()).reasons).toEqual([])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it('is refused again when the reason still holds', async () => {
    await rig.arrive(
      invitationBy(3, noon + 3000, (html) => html.replace('<hr class="!w-6', '<p>We met!</p><hr class="!w-6')),
    )
    await rig.poll()
    retry(only(), rig.ledger, rig.now)
    expect((await rig.poll()).reasons).toEqual(['note-present'])
    expect((await rig.poll()).reasons).toEqual([])
  })

  it('and is to be forgotten leaves nothing of the person, and is never answered again', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    const { inviter } = only()
    for (const { id } of entriesAbout(inviter?.profile ?? '', rig.ledger)) rig.ledger.forget(id, rig.now)
    expect(JSON.stringify(rig.ledger.entries())).not.toMatch(/Personb|90aa12c1|hwm\.|linkedin/u)
    rig.mail.expunge('Drafts', 1)
    rig.mail.remake('INBOX')
    expect((await rig.poll({ since: noon - day })).reasons).toEqual(['already-answered'])
    expect([rig.ledger.entries().length, rig.mail.in('Drafts')]).toEqual([1, []])
  })
})

describe('a clock that is wrong', () => {
  const steps = [
    ['an hour', day / 24],
    ['a day', day],
    ['a year', 365 * day],
  ] as const

  it.each(steps.flatMap(([name, step]) => [[name, 'back', -step] as const, [name, 'ahead', step] as const]))(
    'by %s %s loses and doubles no invitation that came meanwhile',
    async (_, __, step) => {
      await rig.arrive(invitationBy(1, noon + 60_000))
      await rig.poll()
      rig.now += step
      rig.mail.deliver('INBOX', invitationBy(2, noon + 3_600_000), noon + 3_600_000)
      await rig.poll()
      rig.now -= step
      rig.mail.deliver('INBOX', invitationBy(3, noon + 3_600_000), noon + 3_600_000)
      await rig.poll()
      await rig.poll()
      expect([...states()].sort()).toEqual(['drafted', 'drafted', 'drafted'])
      expect(rig.mail.in('Drafts')).toHaveLength(3)
    },
  )

  it('answers no backlog when it was behind at the installation', async () => {
    rig.mail.deliver('INBOX', invitationBy(1, noon - 2 * day), noon - 2 * day)
    rig.now -= 365 * day
    expect((await rig.poll()).reasons).toEqual(['before-installation'])
    rig.now += 365 * day
    expect((await rig.poll()).reasons).toEqual([])
    rig.mail.remake('INBOX')
    expect((await rig.poll()).reasons).toEqual(['before-installation'])
  })

  it('answers no backlog when it was behind and no poll was good before it was right', async () => {
    rig.mail.deliver('INBOX', invitationBy(1, noon - 2 * day), noon - 2 * day)
    rig.now = 0
    await expect(rig.poll({ connect: () => Promise.reject(new Error('not yet valid')) })).rejects.toThrow()
    rig.now = noon
    expect((await rig.poll()).reasons).toEqual(['before-installation'])
  })

  it('does not call everything old when it was ahead at the installation', async () => {
    rig.now += 365 * day
    await rig.poll()
    rig.now -= 365 * day
    await rig.poll()
    await rig.arrive(invitationBy(1, noon + 60_000))
    expect((await rig.poll()).reasons).toEqual(['reply'])
  })

  it('that shows an hour twice, as it does in autumn, answers each invitation once', async () => {
    const berlin = accountOf({ timezone: 'Europe/Berlin' })
    const change = Date.UTC(2026, 9, 25, 1)
    rig.now = change - 3_600_000
    await rig.poll({ account: berlin })
    for (const [n, minutes] of [-30, 30, 90].entries()) {
      rig.now = change + minutes * 60_000
      rig.mail.deliver('INBOX', invitationBy(n + 1, rig.now), rig.now)
      expect((await rig.poll({ account: berlin })).reasons).toEqual(['reply'])
    }
    expect(rig.mail.in('Drafts')).toHaveLength(3)
  })

  it('blocks no day with replies that it dated ahead', async () => {
    const limited = accountOf({ policy: policy({ maxPerDay: 1 }) })
    await rig.arrive()
    rig.now += 3 * day
    rig.mail.deliver('INBOX', invitationBy(1, rig.now), rig.now)
    await rig.poll({ account: limited })
    rig.now -= 3 * day
    rig.mail.deliver('INBOX', invitationBy(2, rig.now), rig.now)
    expect((await rig.poll({ account: limited })).reasons).toEqual(['reply'])
  })
})

describe('a server whose UIDNEXT goes back', () => {
  it('gives old UIDs to new messages, which are read all the same', async () => {
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000), invitationBy(4, noon + 2000))
    await rig.poll()
    rig.mail.turnBack('INBOX', 2)
    rig.mail.deliver('INBOX', invitationBy(3, rig.now), rig.now)
    expect((await rig.poll()).reasons).toEqual(['already-answered', 'reply'])
    expect((await rig.poll()).reasons).toEqual([])
    expect(rig.mail.in('Drafts')).toHaveLength(4)
  })
})

describe('a server that tells another UIDVALIDITY each time', () => {
  it('has each message answered once, and no poll fails', async () => {
    rig.mail.unsettle('INBOX')
    await rig.arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const replies: string[] = []
    for (let later = 0; later < 4; later += 1) replies.push(...(await rig.poll()).reasons)
    expect(replies.filter((reason) => reason === 'reply')).toHaveLength(2)
    expect(rig.mail.in('Drafts')).toHaveLength(2)
  })
})

describe('an accepted notice', () => {
  const accepted = (): Buffer => {
    const fields = {
      From: 'Personb Solberg via LinkedIn <invitations@linkedin.com>',
      To: 'Rowan Ashby <rowan@example.org>',
      Subject: 'Personb accepted your invitation, explore their network',
      Date: new Date(noon + 7_200_000).toUTCString(),
      'Message-ID': '<accepted@ltx1-app1.prod.linkedin.com>',
    }
    return Buffer.from(`${marks('01-gmail').trimEnd()}\n${answering(fields).toString()}`)
  }

  it('that came before the invitation settles it; one that is older does not', async () => {
    await rig.arrive(accepted())
    await rig.poll()
    await rig.arrive(invitationBy(1, noon + 60_000))
    expect((await rig.poll()).reasons).toEqual(['settled'])
    await rig.arrive(invitationBy(1, noon + 3 * 3_600_000))
    expect((await rig.poll()).reasons).toEqual(['reply'])
    await rig.arrive(Buffer.from(accepted().toString().replace('<accepted@', '<again@')))
    await rig.poll()
    expect([...states()].sort()).toEqual(['drafted', 'skipped'])
  })

  it('settles a reply of unknown outcome', async () => {
    await cut()
    await rig.arrive(accepted())
    await rig.poll()
    expect(states()).toEqual(['accepted'])
    expect(only().frozen).toBeNull()
  })

  it('settles a draft that was edited', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    rig.mail.expunge('Drafts', 1)
    rig.mail.deliver('Drafts', answering({ 'In-Reply-To': only().messageKey }), rig.now)
    await rig.arrive(accepted())
    await rig.poll()
    expect(states()).toEqual(['accepted'])
  })

  it('settles the draft of the same person, which stays where it is', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    await rig.poll()
    await rig.arrive(accepted())
    await rig.poll()
    expect(states()).toEqual(['accepted'])
    expect(rig.mail.in('Drafts')).toHaveLength(1)
  })

  it.each([
    ['that anybody could have written', (raw: string) => raw.replaceAll('mx.google.com', 'mx.evil.test')],
    ['that is forged', (raw: string) => raw.replaceAll('=pass', '=fail')],
  ])('%s settles nothing, neither before nor after', async (_, edit) => {
    const untrusted = edit(accepted().toString())
    await rig.arrive(Buffer.from(untrusted))
    await rig.poll()
    await rig.arrive(invitationBy(1, noon + 60_000))
    expect((await rig.poll()).reasons).toEqual(['reply'])
    await rig.arrive(Buffer.from(untrusted.replace('<accepted@', '<again@')))
    expect((await rig.poll()).reasons).toEqual(['accepted'])
    expect(states()).toEqual(['drafted'])
  })

  it('settles a reply that the server refused so far, so that it never comes', async () => {
    await rig.arrive(invitationBy(1, noon + 60_000))
    rig.mail.trouble('refused')
    await rig.poll()
    await rig.arrive(accepted())
    await rig.poll()
    rig.mail.trouble(null)
    rig.now += day
    await rig.poll()
    expect([states(), rig.mail.in('Drafts')]).toEqual([['accepted'], []])
  })
})
