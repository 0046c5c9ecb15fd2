import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../src/core/identity.ts'
import { day } from '../../src/core/message.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Account } from '../../src/core/settings.ts'
import { encode } from '../../src/io/encode.ts'
import { openLedger } from '../../src/io/ledger.ts'
import { parse } from '../../src/io/parse.ts'
import { openTemplates } from '../../src/io/templates.ts'
import { type Pass, poll } from '../../src/poll.ts'
import type { Ledger, Log } from '../../src/ports.ts'
import { noon, policy } from '../support/facts.ts'
import { fakeAccount } from '../support/fakeAccount.ts'
import { eml, multipart, phrases, withPart } from '../support/mail.ts'
import { marks } from '../support/signing.ts'

const templates = openTemplates([fileURLToPath(new URL('../../templates', import.meta.url))])

const account = (changes: Partial<Account> = {}): Account => ({
  name: 'default',
  mode: 'draft',
  imap: {
    host: 'imap.gmail.com',
    port: 993,
    security: 'tls',
    user: 'rowan@example.org',
    credential: { kind: 'password', secret: { kind: 'value', value: 'x' } },
    caFile: null,
  },
  smtp: null,
  from: { name: 'Rowan Ashby', address: 'rowan@example.org' },
  aliases: [],
  mailboxes: 'auto',
  schedule: '*/5 * * * *',
  timezone: 'UTC',
  policy: policy(),
  trust: { authservIds: 'auto', verifyDkim: false },
  reply: { template: 'ask-context', language: 'auto' },
  ...changes,
})

/** An invitation by the n-th person, without a note, sent at this instant and marked by Gmail. */
const invitationBy = (n: number, sentAt: number, edit = (html: string) => html): Buffer => {
  const renamed = (text: string): string =>
    text
      .replaceAll('Ingrid', `Person${'abcdefghijklmnopqrst'[n]}`)
      .replaceAll('90aa12c4', `90aa12c${n}`)
      .replaceAll('7357397350991444546', `735739735099144400${n}`)
  const html = withPart(eml(multipart), 'text/html', (text) => edit(renamed(text)))
  const both = withPart(html, 'text/plain', renamed).toString('utf8')
  const dated = renamed(both)
    .replace(/^Date: .*$/mu, `Date: ${new Date(sentAt).toUTCString()}`)
    .replace(/^Message-ID: .*$/mu, `Message-ID: <${n}.${sentAt}@ltx1-app1.prod.linkedin.com>`)
  return Buffer.from(`${marks('01-gmail').trimEnd()}\n${dated}`)
}

const events: string[] = []
const log: Log = {
  debug: () => {},
  info: (event) => events.push(event),
  warn: (event) => events.push(event),
  error: (event) => events.push(event),
}

let ledger: Ledger
let mail: ReturnType<typeof fakeAccount>
let now: number

beforeEach(() => {
  ledger = openLedger(':memory:')
  mail = fakeAccount()
  now = noon
  events.length = 0
})

afterEach(() => ledger.close())

const pollOnce = async (changes: Partial<Pass> = {}) => {
  const outcomes: Outcome[] = []
  const one = changes.account ?? account()
  const result = await poll({
    account: one,
    gmail: false,
    grounds: {
      phrases,
      policy: one.policy,
      trusted: { authservIds: ['mx.google.com'], withoutId: false, receivedBy: null },
      verify: null,
      templates,
      reply: one.reply,
      timezone: 'UTC',
      user: { from: one.from, own: [one.from.address] },
    },
    fingerprint: fingerprintOf(one.policy),
    since: null,
    connect: mail.connect,
    ledger,
    parse,
    encode,
    now: () => now,
    log,
    report: (outcome) => outcomes.push(outcome),
    stopping: () => false,
    ...changes,
  })
  return { ...result, outcomes, reasons: outcomes.map(({ decision }) => decision.reason ?? decision.kind) }
}

/** have-we-met is installed; an hour later these arrive. */
const arrive = async (...messages: readonly Buffer[]): Promise<void> => {
  if (ledger.installedAt('default') === null) await pollOnce()
  now += 3_600_000
  for (const message of messages) mail.deliver('INBOX', message, now)
}

describe('a poll', () => {
  it('answers what arrives after the installation, once', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    expect((await pollOnce()).summary).toMatchObject({ seen: 1, replied: 1 })
    const before = mail.commands.length
    expect((await pollOnce()).summary).toMatchObject({ seen: 0 })
    expect(mail.commands.slice(before)).toEqual([])
    expect(mail.in('Drafts')).toHaveLength(1)
  })

  it('answers nothing that was there before, unless it is asked with --since', async () => {
    mail.deliver('INBOX', invitationBy(1, noon - day), noon - day)
    expect((await pollOnce()).reasons).toEqual(['before-installation'])
    expect(mail.in('Drafts')).toEqual([])
    expect((await pollOnce({ since: noon - 2 * day })).reasons).toEqual(['reply'])
    expect((await pollOnce({ since: noon - 2 * day })).reasons).toEqual(['already-answered'])
    expect(mail.in('Drafts')).toHaveLength(1)
  })

  it('asks one person once, however often and wherever the invitation comes', async () => {
    await arrive(invitationBy(1, noon + 60_000), invitationBy(1, noon + 120_000))
    expect((await pollOnce()).reasons).toEqual(['reply', 'already-answered'])
    const resent = Buffer.from(
      invitationBy(1, noon + 180_000)
        .toString()
        .replaceAll('7357397350991444001', '7357397350991449999'),
    )
    await arrive(resent)
    expect((await pollOnce()).reasons).toEqual(['already-asked'])
  })

  it('answers once a mail that is copied to another mailbox, and one that a filter moves there', async () => {
    mail = fakeAccount([
      ['INBOX', null],
      ['People', null],
      ['Drafts', '\\Drafts'],
    ])
    const both = account({ mailboxes: ['INBOX', 'People'] })
    await pollOnce({ account: both })
    now += 3_600_000
    const first = invitationBy(1, now)
    mail.deliver('INBOX', first, now)
    mail.deliver('People', first, now)
    expect((await pollOnce({ account: both })).reasons).toEqual(['reply', 'already-answered'])
    const second = invitationBy(2, now)
    mail.deliver('INBOX', second, now)
    expect((await pollOnce({ account: both })).reasons).toEqual(['reply'])
    mail.deliver('People', second, now)
    expect((await pollOnce({ account: both })).reasons).toEqual(['already-answered'])
    expect(mail.in('Drafts')).toHaveLength(2)
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
    await arrive(invitationBy(1, noon + 60_000), reminder, unnumbered, unprofiled)
    const { reasons } = await pollOnce()
    expect(reasons).toEqual(['reply', 'unrecognised', 'already-asked', 'already-asked'])
    expect(mail.in('Drafts')).toHaveLength(1)
  })

  it('holds up a message that was too large to fetch, says so, and goes on', async () => {
    await arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const connect = async () => {
      const one = await mail.connect()
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
    const { reasons, outcomes } = await pollOnce({ connect })
    expect(reasons).toEqual(['unrecognised', 'reply'])
    expect(outcomes[0]?.rules[0]?.because).toContain('it has 30000000 octets')
    expect(events).toContain('message-quarantined')
  })

  it('holds the checkpoint at a deferred message and fetches no settled one again', async () => {
    const limited = account({ policy: policy({ maxPerPoll: 1 }) })
    await arrive(
      invitationBy(1, noon + 1000),
      invitationBy(2, noon + 2000),
      invitationBy(3, noon + 3000, (html) => html.replace('<hr class="!w-6', '<p>We met!</p><hr class="!w-6')),
    )
    expect((await pollOnce({ account: limited })).reasons).toEqual(['reply', 'limit-per-poll', 'note-present'])
    expect(ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 2 })
    mail.commands.length = 0
    expect((await pollOnce({ account: limited })).reasons).toEqual(['reply'])
    expect(mail.commands).toEqual(['EXAMINE INBOX', 'SEARCH 2:3', 'FETCH 2', 'APPEND Drafts'])
    expect(ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 4 })
  })

  it('counts the day over polls', async () => {
    const limited = account({ policy: policy({ maxPerDay: 1 }) })
    await arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    expect((await pollOnce({ account: limited })).reasons).toEqual(['reply', 'limit-per-day'])
    expect((await pollOnce({ account: limited })).reasons).toEqual(['limit-per-day'])
    now += day + 1
    expect((await pollOnce({ account: limited })).reasons).toEqual(['reply'])
  })

  it('answers nothing twice when the mailbox is made anew', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    await pollOnce()
    mail.remake('INBOX')
    expect((await pollOnce()).reasons).toEqual(['already-answered'])
    expect(mail.in('Drafts')).toHaveLength(1)
    expect(ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '2', uidNext: 2 })
  })

  it('looks again at a doubt when a setting changes, and at nothing else', async () => {
    const source = invitationBy(1, noon + 60_000)
      .toString()
      .replaceAll('mx.google.com', 'mx.evil.test')
    await arrive(Buffer.from(source))
    expect((await pollOnce()).reasons).toEqual(['unverified'])
    expect((await pollOnce()).reasons).toEqual([])
    expect((await pollOnce({ account: account({ policy: policy({ unverified: 'draft' }) }) })).reasons).toEqual([
      'reply',
    ])
  })

  it('goes on behind a message that breaks us, and tries it again', async () => {
    await arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const breaking = async (bytes: Uint8Array) => {
      if (Buffer.from(bytes).includes('Persona') || Buffer.from(bytes).includes('Personb'))
        throw new Error('a fault of ours')
      return parse(bytes)
    }
    const broken = await pollOnce({ parse: breaking })
    expect(broken.summary).toMatchObject({ seen: 2, replied: 1, failed: 1 })
    expect(events).toContain('message-failed')
    expect((await pollOnce()).reasons).toEqual(['reply'])
  })

  it('finishes the message in hand when it is asked to stop, and begins no other', async () => {
    await arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    let looked = 0
    const stopped = await pollOnce({
      report: () => {
        looked += 1
      },
      stopping: () => looked > 0,
    })
    expect([looked, stopped.summary.replied]).toEqual([1, 1])
    expect((await pollOnce()).reasons).toEqual(['reply'])
  })

  it('refuses to begin without a Drafts mailbox, and loses nothing by it', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    mail.remove('Drafts')
    await expect(pollOnce()).rejects.toMatchObject({ exitCode: 78, message: 'imap.gmail.com has no Drafts mailbox' })
    expect(ledger.checkpoint('default', 'INBOX')).toEqual({ uidValidity: '1', uidNext: 1 })
  })

  it('names the mailbox in the settings that is not there', async () => {
    await expect(pollOnce({ account: account({ mailboxes: ['LinkedIn'] }) })).rejects.toMatchObject({
      exitCode: 78,
      message: 'there is no mailbox LinkedIn',
    })
  })

  it('reads All Mail at Gmail, where a filter may have archived the mail', async () => {
    mail = fakeAccount([
      ['INBOX', null],
      ['[Gmail]/All Mail', '\\All'],
      ['[Gmail]/Drafts', '\\Drafts'],
    ])
    await pollOnce({ gmail: true })
    mail.deliver('[Gmail]/All Mail', invitationBy(1, noon + 1000), noon + 1000)
    expect((await pollOnce({ gmail: true })).reasons).toEqual(['reply'])
  })
})

describe('a draft', () => {
  it('that the server refuses is kept, byte for byte, and tried at the next poll', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    mail.trouble('refused')
    expect((await pollOnce()).summary).toMatchObject({ failed: 1, replied: 0 })
    const [failed] = ledger.unsettled('default')
    mail.trouble(null)
    expect((await pollOnce()).takenUp).toMatchObject([{ state: 'drafted' }])
    expect(mail.in('Drafts')).toEqual([Buffer.from(failed?.frozen ?? []).toString()])
  })

  it('whose APPEND was cut is looked for, found, and not repeated', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    mail.trouble('stored-but-lost')
    expect((await pollOnce()).summary).toMatchObject({ uncertain: 1, replied: 0 })
    mail.trouble(null)
    expect((await pollOnce()).takenUp).toMatchObject([{ state: 'drafted', uid: 1 }])
    expect(mail.in('Drafts')).toHaveLength(1)
  })

  it('whose APPEND was cut and that is not found stays uncertain, and is never repeated blindly', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    mail.trouble('lost')
    await pollOnce()
    mail.trouble(null)
    mail.deliver('Drafts', Buffer.from('Message-ID: <other@example.org>\n\nx'), noon)
    expect((await pollOnce()).takenUp).toMatchObject([{ state: 'uncertain' }])
    expect((await pollOnce()).takenUp).toMatchObject([{ state: 'uncertain' }])
    expect(mail.in('Drafts')).toHaveLength(1)
    expect(mail.commands.filter((command) => command.startsWith('APPEND'))).toHaveLength(1)
  })

  it('is found under a new UIDVALIDITY too', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    mail.trouble('stored-but-lost')
    await pollOnce()
    mail.trouble(null)
    mail.remake('Drafts')
    expect((await pollOnce()).takenUp).toMatchObject([{ state: 'drafted', uid: 1 }])
  })

  it('that a crash left planned is appended; one that was under way is looked for', async () => {
    await arrive(invitationBy(1, noon + 1000), invitationBy(2, noon + 2000))
    const crash = new Error('kill -9')
    const dies = (after: number): Ledger => {
      let moves = 0
      return {
        ...ledger,
        move: (...args) => {
          if (moves++ === after) throw crash
          ledger.move(...args)
        },
      }
    }
    await pollOnce({ ledger: dies(0) })
    expect(ledger.unsettled('default').map(({ state }) => state.kind)).toContain('planned')
    await pollOnce()
    expect(mail.in('Drafts')).toHaveLength(2)
    expect(ledger.unsettled('default')).toEqual([])
  })

  it('has no token of the notification in it, nor has the ledger', async () => {
    await arrive(invitationBy(1, noon + 60_000))
    await pollOnce()
    const tokens = [
      ...eml(multipart)
        .toString()
        .replace(/=\r?\n/gu, '')
        .matchAll(/(?:otpToken|midToken|midSig|sharedKey|loid|eid)(?:=3D|\/)([\w~-]{6,})/gu),
    ].map(([, token]) => token ?? '')
    expect(tokens.length).toBeGreaterThan(5)
    const kept = mail.in('Drafts').join('') + JSON.stringify(ledger.entries())
    expect(tokens.filter((token) => kept.includes(token))).toEqual([])
  })
})
