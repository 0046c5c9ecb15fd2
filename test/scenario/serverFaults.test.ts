import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { State } from '../../src/core/state.ts'
import { connect } from '../../src/io/mailbox.ts'
import { type Censor, type Manner, startCensor } from '../servers/censor.ts'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { asUser } from '../servers/imap-server.ts'
import { policy } from '../support/facts.ts'
import { accountOf, invitationBy, makeRig, type Polled, type Rig } from '../support/polling.ts'

let dovecot: Dovecot
let censor: Censor
let rig: Rig
let user: string
let users = 0

beforeAll(async () => {
  dovecot = await startDovecot({ quotaBytes: 600_000, reuse: true })
  censor = await startCensor(dovecot.imapPort)
})

afterAll(async () => {
  await censor.stop()
  await dovecot.stop()
})

beforeEach(async () => {
  rig = makeRig()
  rig.now = Date.now()
  users += 1
  user = `faulty-${users}`
  censor.behave({})
  await poll()
})

afterEach(() => rig.ledger.close())

const account = () => accountOf({ policy: policy({ settle: 1000 }) })

const open = () =>
  connect(loopback(censor.port, { user }), password, { deadline: 1500, maxBytes: 1_000_000, log: silentLog })

const poll = (): Promise<Polled> => rig.poll({ account: account(), connect: open })

/** A poll that may fail, as polls do when the server does. */
const pollAtLeast = (): Promise<unknown> => poll().catch((error: unknown) => error)

const arrives = async (...numbers: readonly number[]): Promise<void> => {
  for (const n of numbers) await deliver(dovecot, user, 'INBOX', crlf(invitationBy(n, rig.now)))
}

const crlf = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().replace(/\r?\n/gu, '\r\n'))

const settles = (): void => {
  rig.now += 1001
}

const drafts = async (mailbox = 'Drafts'): Promise<number> => (await readMailbox(dovecot, user, mailbox)).length

const states = (): readonly State['kind'][] =>
  rig.ledger
    .entries()
    .filter(({ kind }) => kind === 'invitation')
    .map(({ state }) => state.kind)

/** Polls without faults until all has settled; exactly one draft of each, and INBOX as it was. */
const endsWell = async (count = 1): Promise<void> => {
  censor.behave({})
  for (let later = 0; later < 2; later += 1) {
    settles()
    await poll()
  }
  expect(states()).toEqual(Array(count).fill('drafted'))
  expect(await drafts()).toBe(count)
  expect((await readMailbox(dovecot, user, 'INBOX')).flatMap(({ flags }) => flags)).toEqual([])
}

const is = (verb: string) => (command: string) => command.startsWith(verb)

/** Does it the first time only. */
const once = <T>(act: () => T): (() => T | null) => {
  let done = false
  return () => {
    if (done) return null
    done = true
    return act()
  }
}

/** The server says so to the first such command. */
const saying = (verb: string, ...lines: readonly string[]): Manner => {
  const first = once(() => ({ lines }))
  return { edit: withoutLiteralPlus, answer: (command) => (is(verb)(command) ? first() : null) }
}

const withoutLiteralPlus = (line: string): string => line.replace(/ LITERAL[+-]/gu, '')

describe('a poorer server', () => {
  const poorer: readonly (readonly [string, (line: string) => string])[] = [
    ['UIDPLUS', (line) => line.replace(/ UIDPLUS/gu, '').replace(/\[APPENDUID [^\]]*\] /u, '')],
    ['SPECIAL-USE', (line) => line.replace(/ SPECIAL-USE/gu, '').replace(/ \\(?:Drafts|Sent|Trash|Junk)/gu, '')],
    ['LIST-STATUS', (line) => line.replace(/ LIST-(?:STATUS|EXTENDED)/gu, '')],
    ['custom keywords', (line) => line.replace(/ ?\\\*(?=\))/u, '')],
    ['LITERAL+', withoutLiteralPlus],
    [
      'anything but IMAP4rev1',
      (line) => line.replace(/CAPABILITY IMAP4rev1[^\]]*/u, 'CAPABILITY IMAP4rev1 AUTH=PLAIN'),
    ],
  ]

  it.each(poorer)('without %s gets its drafts, and they are known again', async (_, edit) => {
    await arrives(1, 2)
    censor.behave({ edit })
    expect((await poll()).reasons).toEqual(['reply', 'reply'])
    await poll()
    const before = await readMailbox(dovecot, user, 'Drafts')
    await asUser(dovecot, user, async (client) => {
      await client.mailboxOpen('Drafts')
      await client.messageDelete(String(before[0]?.uid), { uid: true })
    })
    expect((await poll()).reasons).toEqual([])
    expect([...states()].sort()).toEqual(['drafted', 'removed'])
    expect(await drafts()).toBe(1)
  })

  it('that cuts answers above a number of messages is asked in parts', async () => {
    await arrives(1, 2, 3, 4, 5)
    censor.behave({ edit: (line) => line.replace(/CAPABILITY IMAP4rev1/u, 'CAPABILITY IMAP4rev1 MESSAGELIMIT=2') })
    expect((await poll()).reasons).toEqual(Array(5).fill('reply'))
    await poll()
    const asked = censor.commands.join('\n').matchAll(/UID (?:SEARCH UID|FETCH) (\d+):(\d+)/gu)
    expect([...asked].map(([, first, last]) => Number(last) - Number(first)).filter((width) => width > 1)).toEqual([])
    await endsWell(5)
  })
})

describe('a server that refuses', () => {
  it.each([
    ['to EXAMINE INBOX', 'EXAMINE INBOX', '{tag} NO [INUSE] try later'],
    ['to LIST', 'LIST', '{tag} NO [UNAVAILABLE] try later'],
    ['to SEARCH', 'UID SEARCH', '{tag} NO not now'],
    ['to FETCH', 'UID FETCH', '{tag} BAD not now'],
    ['a draft for want of space', 'APPEND', '{tag} NO [OVERQUOTA] full'],
    ['a draft for want of a mailbox', 'APPEND', '{tag} NO [TRYCREATE] no such mailbox'],
    ['a draft for no reason', 'APPEND', '{tag} BAD what'],
  ])('%s is asked again', async (_, verb, line) => {
    await arrives(1)
    censor.behave(saying(verb, line))
    await pollAtLeast()
    expect(await drafts()).toBe(0)
    await endsWell()
  })

  it('every draft for want of space takes them when there is some', async () => {
    await deliver(dovecot, user, 'INBOX', Buffer.alloc(599_900 - crlf(invitationBy(1, rig.now)).length, 'x'))
    await arrives(1)
    expect((await poll()).summary).toMatchObject({ failed: 1 })
    await asUser(dovecot, user, async (client) => {
      await client.mailboxOpen('INBOX')
      await client.messageDelete('1', { uid: true })
    })
    await endsWell()
  })

  it('to read Trash does not keep a reply from being left', async () => {
    await arrives(1)
    censor.behave({ answer: (command) => (/^EXAMINE "?Trash/u.test(command) ? { lines: ['{tag} NO no'] } : null) })
    expect((await poll()).reasons).toEqual(['reply'])
    expect(rig.events).toContain('mailbox-unreadable')
    await endsWell()
  })
})

describe('a server that goes', () => {
  it.each(['LIST', 'EXAMINE INBOX', 'UID SEARCH', 'UID FETCH', 'CLOSE', 'EXAMINE Drafts', 'APPEND'])(
    'with BYE at %s is found again',
    async (verb) => {
      await arrives(1)
      await deliver(dovecot, user, 'Drafts', crlf(Buffer.from('Message-ID: <other@example.org>\n\nx\n')))
      await asUser(dovecot, user, async (client) => {
        await client.mailboxOpen('Drafts')
        await client.messageDelete('1', { uid: true })
      })
      const bye = once(() => ({ lines: ['* BYE going down'], ends: true }))
      censor.behave({ edit: withoutLiteralPlus, answer: (command) => (is(verb)(command) ? bye() : null) })
      await pollAtLeast()
      await endsWell()
    },
  )

  it.each(['EXAMINE INBOX', 'UID FETCH', 'APPEND'])('in the middle of %s and comes back', async (verb) => {
    await arrives(1)
    const restart = once(() => dovecot.restart())
    censor.behave({
      answer: async (command) => {
        if (is(verb)(command)) await restart()
        return null
      },
    })
    await pollAtLeast()
    await endsWell()
  })

  it('silent after it has stored a draft has stored it once', async () => {
    await arrives(1)
    censor.behave({ withhold: (line) => line.includes('APPENDUID') })
    await pollAtLeast()
    expect(states()).toEqual(['uncertain'])
    await endsWell()
  })
})

describe('mailboxes that change while we run', () => {
  it('are looked through by name anew: Drafts is renamed between LIST and APPEND', async () => {
    await arrives(1)
    const rename = once(() => asUser(dovecot, user, (client) => client.mailboxRename('Drafts', 'Entwürfe')))
    censor.behave({
      answer: async (command) => {
        if (is('APPEND')(command)) await rename()
        return null
      },
    })
    await pollAtLeast()
    await endsWell()
    expect(await drafts('Entwürfe')).toBe(0)
  })

  it('and hold our draft under another name know it as removed, and it is not made again', async () => {
    await arrives(1)
    await poll()
    await asUser(dovecot, user, (client) => client.mailboxRename('Drafts', 'Entwürfe'))
    for (let later = 0; later < 2; later += 1) expect((await poll()).reasons).toEqual([])
    expect([states(), await drafts()]).toEqual([['removed'], 0])
  })

  it('prove nothing when Drafts was made anew after a cut', async () => {
    await arrives(1)
    censor.behave({ withhold: (line) => line.includes('APPENDUID') })
    await pollAtLeast()
    censor.behave({})
    await asUser(dovecot, user, async (client) => {
      await client.mailboxDelete('Drafts')
      await client.mailboxCreate('Drafts')
    })
    for (let later = 0; later < 3; later += 1) {
      settles()
      await poll()
    }
    expect([states(), await drafts()]).toEqual([['uncertain'], 0])
  })

  it('tell a UIDNEXT that goes back for once, and nothing is answered twice or lost', async () => {
    await arrives(1, 2)
    await poll()
    await arrives(3)
    censor.behave({ edit: (line) => line.replace(/UIDNEXT \d+/u, 'UIDNEXT 1') })
    await pollAtLeast()
    await endsWell(3)
  })
})
