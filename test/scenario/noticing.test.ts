import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { House } from '../../src/commands/house.ts'
import { troubleTeller } from '../../src/commands/tellTroubles.ts'
import type { PollEnd } from '../../src/core/accountBook.ts'
import { fieldValues } from '../../src/core/message.ts'
import type { Account, Notify } from '../../src/core/settings.ts'
import { exit, OperatorError } from '../../src/errors.ts'
import { encodeNotice } from '../../src/io/encode.ts'
import { openLedger } from '../../src/io/ledger.ts'
import { connect } from '../../src/io/mailbox.ts'
import { noticeCommand } from '../../src/io/noticeCommand.ts'
import { parse } from '../../src/io/parse.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import type { Patience } from '../../src/noticeDelivery.ts'
import type { MailAccount } from '../../src/ports.ts'
import { entryOfUid } from '../io/children/ledgerEntry.ts'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { loopback, silentLog } from '../servers/imap-login.ts'
import { asUser } from '../servers/imap-server.ts'
import { noon } from '../support/facts.ts'
import { accountOf } from '../support/polling.ts'

const minute = 60_000
const quota = 6_000

let dovecot: Dovecot
let stateDir: string
let ledger: Ledger
let now: number
let paused: boolean
let logged: string[]
let passwords: Record<string, string>
let logins: string[]
let stop: AbortController
let tell: (account: Account) => Promise<void>
let users = 0
let home: Account
let work: Account

beforeAll(async () => {
  dovecot = await startDovecot({ quotaBytes: quota, reuse: true })
})
afterAll(() => dovecot.stop())

const at = (name: string, notify: Partial<Notify> = {}): Account => {
  const user = `${name}-${users}`
  const from = { name: 'Rowan Ashby', address: `${user}@example.org` }
  const base = accountOf({ name, from, imap: loopback(dovecot.imapPort, { user }) })
  return { ...base, notify: { ...base.notify, by: 'inbox', ...notify } }
}

const login = async (account: Account, signal: AbortSignal): Promise<MailAccount> => {
  logins.push(account.name)
  const password = passwords[account.name] ?? dovecot.password
  return connect(account.imap, { kind: 'password', password }, { deadline: 5_000, log: silentLog, signal })
}

const log = (event: string, details: object = {}): void => {
  const { account, kind, phase, through } = details as Record<string, unknown>
  logged.push([event, account, kind, phase, through].filter(Boolean).join(' '))
}

/** The daemon, started anew: what it remembers is in the ledger. */
const start = (changes: Partial<House> = {}, patience?: Patience): void => {
  const house = {
    ...{
      connect: login,
      encodeNotice: async () => encodeNotice,
      slots: async () => ({ next: (after: number) => after + 5 * minute }),
    },
    noticeCommand: async () => noticeCommand({ PATH: process.env.PATH, HEARD: join(stateDir, 'heard') }, 1),
    ...{ pause: { is: () => paused }, now: () => now, stop: stop.signal },
    log: { debug: () => {}, info: log, warn: log, error: log },
    ...changes,
  }
  tell = troubleTeller([home, work], house as unknown as House, ledger, patience)
}

beforeEach(() => {
  users += 1
  stateDir = mkdtempSync(join(tmpdir(), 'have-we-met-noticing-'))
  ledger = openLedger(stateDir)
  now = noon
  paused = false
  logged = []
  passwords = {}
  logins = []
  stop = new AbortController()
  home = at('home')
  work = at('work')
  start()
})

afterEach(() => {
  ledger.close()
  rmSync(stateDir, { recursive: true })
})

const polled = async (account: Account, change: Partial<PollEnd> = {}): Promise<void> => {
  now += 5 * minute
  const end = { startedAt: now - 1, endedAt: now, error: null, exitCode: null, hints: [], reached: true, ...change }
  ledger.recordPoll(account.name, end)
  await tell(account)
}

const refused = { error: 'the login was refused', exitCode: exit.loginRefused, hints: ['ask them'], reached: false }
const unreadable = entryOfUid(42, {
  ...{ account: 'home', kind: 'unrecognised', state: { kind: 'skipped', reason: 'unrecognised', because: '' } },
})
const forever = new Promise<never>(() => {})
const noRoute = { error: 'no route to the server', exitCode: exit.unavailable, hints: [], reached: false }

const inbox = async (account: Account) =>
  (await readMailbox(dovecot, account.imap.user, 'INBOX')).map(({ flags, source }) => ({
    flags,
    source,
    subject: source.match(/^Subject: (.*)$/mu)?.[1]?.trim(),
  }))
const subjects = async (account: Account) => (await inbox(account)).map(({ subject }) => subject)

const fill = async (account: Account): Promise<void> => {
  await deliver(dovecot, account.imap.user, 'Archive', Buffer.alloc(quota - 100, 'x\r\n'))
}

const removeAll = (account: Account, mailbox: string): Promise<unknown> =>
  asUser(dovecot, account.imap.user, async (client) => {
    await client.mailboxOpen(mailbox)
    await client.messageDelete('1:*')
  })

describe('by a message in INBOX', () => {
  const failing = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await polled(home, noRoute)
  }

  it('is told unread and once that nothing gets through, and once that it does again', async () => {
    await failing(5)
    expect(await inbox(home)).toEqual([])
    await failing(3)
    start()
    await failing(30)
    const [notice, ...others] = await inbox(home)
    expect([notice?.flags, others]).toEqual([[], []])
    const message = await parse(Buffer.from(notice?.source ?? ''))
    expect([message.from, message.to]).toEqual([[home.from], [home.from]])
    expect(fieldValues(message, 'auto-submitted')).toEqual(['auto-generated'])
    expect(message.messageId).toMatch(/^<hwm-notice\.[a-z2-7]{32}@example\.org>$/u)
    expect(message.text).toMatch(/no route to the server.*have-we-met check/su)
    expect(notice?.source).not.toMatch(/^X-/mu)
    await polled(home)
    await polled(home)
    expect(await subjects(home)).toEqual([
      expect.stringMatching(/^have-we-met cannot read your mail/u),
      expect.stringMatching(/^have-we-met reads your mail again/u),
    ])
    expect(logged).toEqual(['notice-told home polls broken home', 'notice-told home polls mended home'])
    expect((await readMailbox(dovecot, home.imap.user, 'Drafts')).length).toBe(0)
  })

  it('is not read by our own polls, which look for LinkedIn’s mail', async () => {
    await failing(6)
    const mail = await login(home, stop.signal)
    const found = await mail.examine('INBOX', (open) => open.search({ first: 1, last: open.uidNext }))
    await mail.close()
    expect([found, (await inbox(home)).length]).toEqual([[], 1])
  })

  it('goes through another account when the login is refused, and is not tried on the refused one', async () => {
    await polled(work)
    await polled(home, refused)
    expect(logins).toEqual(['work'])
    const [notice] = await inbox(work)
    expect([notice?.subject, await inbox(home)]).toEqual([
      expect.stringMatching(`have-we-met cannot log in .${home.from.address}`),
      [],
    ])
    expect(notice?.source).toContain(`From: Rowan Ashby <${work.from.address}>`)
    expect(notice?.source).toContain(`comes to ${work.from.address}`)
    await polled(home)
    expect(await subjects(home)).toEqual([expect.stringMatching(/logs in again/u)])
  })

  it('goes through the account itself when another server than its own refused a login', async () => {
    await polled(home, { ...refused, reached: true })
    expect(await subjects(home)).toEqual([expect.stringMatching(/cannot log in/u)])
  })

  it('goes through another account when the own one cannot be reached after all', async () => {
    passwords = { home: 'wrong' }
    await polled(work)
    for (let time = 0; time < 6; time += 1) await polled(home, noRoute)
    expect([logins, (await inbox(work)).length]).toEqual([['home', 'work'], 1])
  })

  it('leaves a server that says nothing, and goes through another account', async () => {
    const silent = (account: Account, signal: AbortSignal): Promise<MailAccount> =>
      account === home ? forever : login(account, signal)
    start({ connect: silent }, { all: 30_000, connection: 3_000 })
    await polled(work)
    await polled(home, { ...refused, reached: true })
    expect((await inbox(work)).length).toBe(1)
  })

  it('leaves servers that say nothing when it has taken its time, and tries again later', async () => {
    const silent = (account: Account): Promise<MailAccount> => {
      logins.push(account.name)
      return forever
    }
    start({ connect: silent }, { all: 20, connection: 30_000 })
    await polled(work)
    await polled(home, { ...refused, reached: true })
    expect([logins, logged]).toEqual([['home'], ['notice-postponed home login broken']])
  })

  it('waits where there is no way at all, and then says both', async () => {
    await polled(work, noRoute)
    await polled(home, refused)
    await polled(home, refused)
    expect([logins, logged]).toEqual([[], ['notice-postponed home login broken']])
    start()
    await polled(home)
    const [notice, ...others] = await inbox(home)
    expect(others).toEqual([])
    expect(notice?.source).toMatch(/lets have-we-met in again.*no way to tell you.*the login was refused/su)
  })

  it('waits while INBOX is full', async () => {
    await fill(home)
    await polled(home, { ...refused, reached: true })
    expect([await inbox(home), logged]).toEqual([[], ['notice-postponed home login broken']])
    await polled(home, { ...refused, reached: true })
    expect(logins).toHaveLength(1)
    await removeAll(home, 'Archive')
    await polled(home, { ...refused, reached: true })
    expect((await inbox(home)).length).toBe(1)
  })

  it('is not repeated when nobody knows whether it was stored', async () => {
    const lost = async (account: Account, signal: AbortSignal): Promise<MailAccount> => ({
      ...(await login(account, signal)),
      append: () => Promise.reject(new OperatorError(exit.tryAgain, 'the connection was lost')),
    })
    start({ connect: lost })
    await polled(home, { ...refused, reached: true })
    start()
    for (let time = 0; time < 30; time += 1) await polled(home, { ...refused, reached: true })
    expect([await inbox(home), logged]).toEqual([[], ['notice-failed home login broken']])
  })

  it('is told before it leaves: kill -9 makes no second one', async () => {
    let atAppend: unknown = null
    const killed = async (account: Account, signal: AbortSignal): Promise<MailAccount> => {
      const mail = await login(account, signal)
      const append: MailAccount['append'] = (...given) => {
        atAppend = ledger.notices('home')[0]?.toldAt
        return mail.append(...given)
      }
      return { ...mail, append }
    }
    start({ connect: killed })
    await polled(home, { ...refused, reached: true })
    expect(atAppend).toBe(now)
  })

  it('tells of a layout by the place of a message, and by no name', async () => {
    ledger.enter(unreadable)
    await polled(home)
    const [notice] = await inbox(home)
    expect(notice?.source).toContain('UID 42 in "INBOX"')
    expect(notice?.source).not.toContain('Grace')
    ledger.enter(entryOfUid(43, { account: 'home' }))
    await polled(home)
    expect(await subjects(home)).toEqual([
      expect.stringMatching(/does not understand/u),
      expect.stringMatching(/understands mail from LinkedIn again/u),
    ])
  })

  it('tells nothing when the daemon is told to stop', async () => {
    stop.abort()
    await polled(home, { ...refused, reached: true })
    expect([logins, await inbox(home)]).toEqual([[], []])
    stop = new AbortController()
    start()
    await polled(home, { ...refused, reached: true })
    expect((await inbox(home)).length).toBe(1)
  })

  it('loses nothing, and complains of nothing, when the daemon is told to stop while it logs in', async () => {
    start({
      connect: (account, signal) => {
        stop.abort()
        return login(account, signal)
      },
    })
    await polled(home, { ...refused, reached: true })
    expect([logged, await inbox(home)]).toEqual([[], []])
    stop = new AbortController()
    start()
    await tell(home)
    expect([logged, (await inbox(home)).length]).toEqual([['notice-told home login broken home'], 1])
  })

  it('tries each way once', async () => {
    ledger.enter(unreadable)
    passwords = { home: 'wrong' }
    await polled(home)
    expect([logins, logged]).toEqual([['home'], ['notice-postponed home layout broken']])
  })

  it('leaves no connection open', async () => {
    const open = new Set<string>()
    const counted = async (account: Account, signal: AbortSignal): Promise<MailAccount> => {
      const mail = await login(account, signal)
      open.add(account.name)
      const close = (): Promise<void> => mail.close().finally(() => open.delete(account.name))
      return { ...mail, close }
    }
    start({ connect: counted })
    await polled(home, { ...refused, reached: true })
    expect([logins, [...open]]).toEqual([['home'], []])
  })

  it('tells nothing while it is paused', async () => {
    paused = true
    await polled(home, { ...refused, reached: true })
    expect([logins, ledger.notices('home')]).toEqual([[], []])
  })

  it('remembers since when it is broken, though it is not yet time to tell', async () => {
    for (const end of [{ ...refused, reached: true }, {}]) await polled(home, end)
    await polled(home, refused)
    const since = now - 1
    start()
    await polled(home, refused)
    expect(ledger.notices('home')).toMatchObject([{ kind: 'login', phase: 'broken', since, toldAt: null }])
    await polled(home)
    expect(ledger.notices('home')).toMatchObject([{ phase: 'over' }])
    expect((await inbox(home)).length).toBe(2)
  })

  it('throws nothing, even for a fault of ours', async () => {
    start({ slots: () => Promise.reject(new TypeError('x is undefined')) })
    await polled(home, refused)
    expect(logged).toEqual(['notice-failed home'])
  })
})

describe('silence', () => {
  const wait = async (hours: number, step = 1): Promise<void> => {
    for (let hour = 0; hour < hours; hour += step) {
      now += step * 60 * minute
      await tell(home)
    }
  }

  it('of a day is told, when the daemon was asked every hour', async () => {
    await polled(home)
    await wait(23)
    expect(await inbox(home)).toEqual([])
    await wait(1)
    expect(await subjects(home)).toEqual([expect.stringMatching(/cannot read your mail/u)])
  })

  it('of a computer that was asleep is none, and counts anew', async () => {
    await polled(home)
    await wait(50, 25)
    await polled(home, noRoute)
    await wait(23)
    expect(await inbox(home)).toEqual([])
    await wait(2)
    expect((await inbox(home)).length).toBe(1)
  })

  it('of a day since the installation is told, when no poll was ever good', async () => {
    ledger.install('home', now)
    await wait(24)
    expect((await inbox(home)).length).toBe(1)
  })

  it('of a day after the clock was set back is told', async () => {
    await polled(home)
    now -= 400 * 24 * 60 * minute
    await wait(24)
    expect(await inbox(home)).toEqual([])
    await wait(1)
    expect((await inbox(home)).length).toBe(1)
  })

  it('of a pause is none', async () => {
    await polled(home)
    paused = true
    await wait(30)
    paused = false
    await wait(23)
    expect(await inbox(home)).toEqual([])
  })
})

describe('by a command', () => {
  const telling = (command: string): void => {
    home = at('home', { by: 'command', command })
    start()
  }
  const heard = (): string => readFileSync(join(stateDir, 'heard'), 'utf8')

  it('is told on its standard input, subject first, whatever became of the mailbox', async () => {
    telling(`sh -c 'cat >>"$HEARD"'`)
    await polled(home, refused)
    await polled(home, refused)
    const subject = `have-we-met cannot log in (${home.from.address})`
    expect(heard()).toMatch(new RegExp(`^${subject.replace(/[()]/gu, '\\$&')}\n\nThis is about`, 'u'))
    expect(heard().split(subject)).toHaveLength(2)
    await polled(home)
    expect(heard()).toContain('logs in again')
    expect([logins, logged]).toEqual([[], ['notice-told home login broken', 'notice-told home login mended']])
  })

  it.each([
    ['fails', `sh -c 'echo >>"$HEARD"; exit 6'`],
    ['hangs', `sh -c 'echo >>"$HEARD"; exec sleep 60'`],
  ])('that %s is run again, after an hour, and later after two', async (_, command) => {
    telling(command)
    writeFileSync(join(stateDir, 'heard'), '')
    const runs: number[] = []
    for (let time = 0; time < 38; time += 1) {
      await polled(home, refused)
      if (heard().length > runs.length) runs.push(time * 5)
    }
    expect(runs).toEqual([0, 60, 180])
    expect(new Set(logged)).toEqual(new Set(['notice-failed home login broken']))
  })
})

it('by none is told nothing, and nothing is remembered', async () => {
  home = at('home', { by: 'none' })
  start()
  await polled(home, { ...refused, reached: true })
  expect([logins, ledger.notices('home'), logged]).toEqual([[], [], []])
})
