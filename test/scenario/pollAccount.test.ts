import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { House } from '../../src/commands/house.ts'
import { pollAccount } from '../../src/commands/pollAccount.ts'
import { pollAndTell } from '../../src/commands/toldPoll.ts'
import { askedFor } from '../../src/core/ledgerStatements.ts'
import type { Account } from '../../src/core/settings.ts'
import type { State } from '../../src/core/state.ts'
import { exit, OperatorError } from '../../src/errors.ts'
import { encode } from '../../src/io/encode.ts'
import { leaveRequest, openLedger, openLedgerReader, openRehearsal } from '../../src/io/ledger.ts'
import { parse } from '../../src/io/parse.ts'
import { openTemplates } from '../../src/io/templates.ts'
import { entryOfUid } from '../io/children/ledgerEntry.ts'
import { silentLog } from '../servers/imap-login.ts'
import { noon } from '../support/facts.ts'
import { fakeAccount } from '../support/fakeAccount.ts'
import { phrases } from '../support/mail.ts'
import { accountOf, invitationBy } from '../support/polling.ts'

const shippedFolder = fileURLToPath(new URL('../../templates', import.meta.url))
const templates = openTemplates([shippedFolder])
const stand = { uidValidity: '1', uidNext: 1 }
const drafts = { mailbox: 'Drafts', ...stand }
const elsewhere = [{ place: 'sent', mailbox: 'Sent', ...stand }] as const
const doubt = { because: 'the line broke', brokenAt: -1e9, elsewhere }
const place = { mailbox: 'Drafts', uidValidity: '1', uid: 1 }

/** Every state in which there may be something to do. */
const states: readonly State[] = [
  { kind: 'planned' },
  { kind: 'appending', ...drafts, elsewhere },
  { kind: 'drafted', ...place },
  { kind: 'edited', ...place, messageId: null },
  { kind: 'removed', ...place },
  { kind: 'submitting', elsewhere, attempts: 1 },
  { kind: 'sent', response: '250 ok', copy: { kind: 'due' } },
  { kind: 'sent', response: '250 ok', copy: { kind: 'appending', mailbox: 'Sent', ...stand, brokenAt: -1e9 } },
  { kind: 'uncertain', via: 'append', ...drafts, ...doubt },
  { kind: 'uncertain', via: 'submission', ...doubt },
  { kind: 'failed', error: 'full', attempts: 1, retryAt: 0 },
  { kind: 'skipped', reason: 'note-unknown', because: 'something is left over' },
  { kind: 'accepted' },
  { kind: 'forgotten' },
]

let stateDir: string
let mail: ReturnType<typeof fakeAccount>
let submitted: number

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  submitted = 0
  mail = fakeAccount([
    ['INBOX', null],
    ['Drafts', '\\Drafts'],
    ['Sent', '\\Sent'],
    ['Trash', '\\Trash'],
  ])
})

afterEach(() => rmSync(stateDir, { recursive: true }))

const house = {
  phrases: async () => phrases,
  templates: async () => templates,
  connect: () => mail.connect(),
  submission: async () => {
    submitted += 1
    return { submit: async () => ({ kind: 'sent', response: '250 taken' }) as const, verify: async () => {} }
  },
  parse: async () => parse,
  encode: async () => encode,
  verify: async () => async () => [],
  now: () => noon,
  uptime: () => 0,
  log: silentLog,
  version: '0',
} satisfies Partial<House>

const pollDry = async (account: Account): Promise<readonly string[]> => {
  const ledger = openRehearsal(stateDir)
  const states: string[] = []
  const result = await pollAccount(account, house as unknown as House, {
    ledger,
    since: null,
    dryRun: true,
    report: ({ delivery }) => states.push(delivery.because ?? delivery.state),
    stopping: () => false,
    abort: new AbortController().signal,
  })
  ledger.close()
  return [...states, ...result.takenUp.map(({ because, state }) => because ?? state)]
}

const kept = () => {
  const reader = openLedgerReader(stateDir)
  const told = [
    reader?.entries(),
    reader?.requests(),
    reader?.checkpoint('default', 'INBOX'),
    reader?.seen('default', 'Drafts'),
    reader?.lastPoll('default'),
    reader?.installedAt('default'),
  ]
  reader?.close()
  return told
}

const stored = () => ['INBOX', 'Drafts', 'Sent', 'Trash'].map((path) => mail.in(path))

describe('the poll of a daemon', () => {
  it('ends with the message in hand when it is paused, and goes on behind it later', async () => {
    const ledger = openLedger(stateDir)
    let paused = false
    const pass = (pausesAtOnce: boolean): Promise<void> => {
      const parsing = async (bytes: Uint8Array) => {
        paused = pausesAtOnce
        return parse(bytes)
      }
      const own = { ...house, parse: async () => parsing, pause: { is: () => paused } } as unknown as House
      const control = { stopping: () => false, abort: new AbortController().signal }
      return pollAndTell(accountOf(), own, ledger, control)
    }
    await pass(false)
    for (const n of [1, 2]) mail.deliver('INBOX', invitationBy(n, noon), noon + 60_000)
    await pass(true)
    expect(ledger.entries()).toHaveLength(1)
    paused = false
    await pass(false)
    expect(ledger.entries()).toHaveLength(2)
    ledger.close()
  })
})

describe('the poll of an account', () => {
  const pollOnce = async (stop: AbortController, connect = house.connect): Promise<unknown> => {
    const ledger = openLedger(stateDir)
    await pollAccount(accountOf(), { ...house, connect } as unknown as House, {
      ...{ ledger, since: null, dryRun: false, report: () => {} },
      ...{ stopping: () => false, abort: stop.signal },
    }).catch(() => {})
    const { error, exitCode } = ledger.lastPoll('default') ?? {}
    const told = [error, exitCode, ledger.lastGoodPoll('default') !== null]
    ledger.close()
    return told
  }

  const lastEnd = (): unknown => {
    const ledger = openLedger(stateDir)
    const { hints, reached } = ledger.lastPoll('default') ?? {}
    ledger.close()
    return [hints, reached]
  }

  const broken = (): Promise<never> => Promise.reject(new OperatorError(exit.tryAgain, 'the network broke'))

  it('leaves what to type, and whether the mailboxes were read', async () => {
    const refused = () => Promise.reject(new OperatorError(exit.loginRefused, 'no login', ['have-we-met login']))
    await pollOnce(new AbortController(), refused)
    const ends = [lastEnd()]
    await pollOnce(new AbortController())
    expect([...ends, lastEnd()]).toEqual([
      [['have-we-met login'], false],
      [[], true],
    ])
  })

  it('is entered as a good one, or with what went wrong', async () => {
    expect(await pollOnce(new AbortController(), broken)).toEqual(['the network broke', 75, false])
    const ours = () => Promise.reject(new TypeError('x is undefined'))
    expect(await pollOnce(new AbortController(), ours)).toEqual(['a fault of ours; see the log', 70, false])
    expect(await pollOnce(new AbortController())).toEqual([null, null, true])
    expect(await pollOnce(new AbortController(), broken)).toEqual(['the network broke', 75, true])
  })

  it('fails as it failed, also where the disk is too full to enter that', async () => {
    const ledger = openLedger(stateDir)
    const full = () => {
      throw new OperatorError(exit.tryAgain, 'the disk is full')
    }
    const poll = (connect: () => Promise<never>) =>
      pollAccount(accountOf(), { ...house, connect } as unknown as House, {
        ...{ ledger: { ...ledger, recordPoll: full }, since: null, dryRun: false, report: () => {} },
        ...{ stopping: () => false, abort: new AbortController().signal },
      })
    const refused = new OperatorError(exit.loginRefused, 'no login')
    await expect(poll(() => Promise.reject(refused))).rejects.toBe(refused)
    ledger.close()
  })

  it.each([
    ['that ends', undefined],
    ['that fails', broken],
  ])('is neither good nor bad when it was abandoned, and %s all the same', async (_, connect) => {
    const stop = new AbortController()
    stop.abort()
    expect(await pollOnce(stop, connect)).toEqual([undefined, undefined, false])
  })
})

describe('a template that its user edits', () => {
  const poll = async (folder: string, edited: Pick<House, 'templates'>): Promise<string | null> => {
    const ledger = openLedger(stateDir)
    const editing = { ...house, ...edited, now: () => noon + ++polls * minute } as unknown as House
    const run = { ledger, since: null, dryRun: false, report: () => {}, stopping: () => false }
    const error = await pollAccount(accountOf(), editing, { ...run, abort: new AbortController().signal }).then(
      () => null,
      (reason: Error) => reason.message.replace(folder, ''),
    )
    ledger.close()
    return error
  }

  const minute = 60_000
  let polls = 0

  const invites = (n: number): void => {
    const at = noon + polls * minute + 1000
    mail.deliver('INBOX', invitationBy(n, at), at)
  }

  const bodies = (): readonly string[] =>
    mail.in('Drafts').map((draft) => draft.split('\r\n\r\n')[1]?.split('\r\n')[0] ?? '')

  it('is used from the next reply on; a broken edit leaves the last good one in use', async () => {
    const folder = join(stateDir, 'templates')
    mkdirSync(folder)
    const save = (text: string): void => writeFileSync(join(folder, 'ask-context.en.hbs'), text)
    save('First, {{ownNmae}}')
    writeFileSync(join(folder, 'ask-context.nl.hbs'), '')
    const opened = openTemplates([folder, shippedFolder])
    const edited = { templates: async () => opened }
    expect(await poll(folder, edited)).toBe('/ask-context.en.hbs:1:10: there is no variable ownNmae')
    save('First, {{ownName}}')
    expect(await poll(folder, edited)).toBeNull()
    invites(1)
    expect(await poll(folder, edited)).toBeNull()
    save('Second, {{ownName}}')
    invites(2)
    expect(await poll(folder, edited)).toBeNull()
    save('Third, {{#if ownName}}')
    invites(3)
    expect(await poll(folder, edited)).toBeNull()
    save('Fourth, {{ownName}}')
    invites(4)
    expect(await poll(folder, edited)).toBeNull()
    expect(bodies()).toEqual([
      'First, Rowan Ashby',
      'Second, Rowan Ashby',
      'Second, Rowan Ashby',
      'Fourth, Rowan Ashby',
    ])
  })
})

describe('a template that cannot answer anybody', () => {
  const folder = (): string => join(stateDir, 'templates')

  it.each([
    ['ask-context.en', '{{#if inviter.headline}}Dear {{inviter.name}}{{/if}}', 'says nothing with sparse data'],
    ['hand-over.en', '{{x}}', 'hand-over.en.hbs:1:3: there is no variable x'],
  ])('keeps a poll from beginning: %s', async (name, text, because) => {
    mkdirSync(folder())
    writeFileSync(join(folder(), `${name}.hbs`), text)
    const opened = openTemplates([folder(), shippedFolder])
    const ledger = openLedger(stateDir)
    const run = { ledger, since: null, dryRun: false, report: () => {}, stopping: () => false }
    const spoilt = { ...house, templates: async () => opened } as unknown as House
    await expect(
      pollAccount(accountOf(), spoilt, { ...run, abort: new AbortController().signal }),
    ).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining(because) })
    expect(ledger.lastPoll('default')?.error).toContain(because)
    ledger.close()
  })

  it('by its name is an error before anybody invites', async () => {
    const ledger = openLedger(stateDir)
    const run = { ledger, since: null, dryRun: false, report: () => {}, stopping: () => false }
    const reply = { template: 'nowhere', language: 'auto', defaultLanguage: 'en' }
    await expect(
      pollAccount(accountOf({ reply }), house as unknown as House, { ...run, abort: new AbortController().signal }),
    ).rejects.toMatchObject({ exitCode: 78, message: 'there is no template nowhere' })
    ledger.close()
  })
})

describe('a dry run', () => {
  const { imap } = accountOf()

  it.each([
    ['draft', accountOf(), 'would leave a draft'],
    ['send', accountOf({ mode: 'send', smtp: { ...imap, host: 'smtp.example.org', port: 465 } }), 'would be sent'],
  ] as const)('in mode %s writes nowhere and sends nothing, whatever the ledger holds', async (_, account, words) => {
    const ledger = openLedger(stateDir)
    ledger.install('default', noon - 7_200_000)
    const frozen = Buffer.from('To: p@example.com\r\n\r\nHello\r\n')
    for (const [index, state] of states.entries())
      for (const submitTo of [null, 'p@example.com']) {
        const uid = 2 * index + (submitTo === null ? 1 : 2)
        const reply = { replyMessageId: `<${uid}@example.org>`, submitTo, frozen, fallback: frozen }
        ledger.enter(entryOfUid(uid, { account: 'default', state, stateAt: noon, sentAt: noon, ...reply }))
      }
    ledger.enter(entryOfUid(99, { account: 'default', uidValidity: '1', fingerprint: askedFor, sentAt: noon }))
    ledger.close()
    leaveRequest(stateDir, 'retry', 'entry-23')
    leaveRequest(stateDir, 'forget', 'entry-2')
    mail.deliver('INBOX', invitationBy(1, noon - 3_600_000), noon - 3_600_000)
    mail.deliver('Trash', Buffer.from('Message-ID: <3@example.org>\n\n'), noon)
    const before = [kept(), stored()]
    const told = await pollDry(account)
    expect(told).toContain(words)
    expect(told[0]).toBe('would leave a draft')
    expect([kept(), stored(), submitted]).toEqual([...before, 0])
    expect(mail.commands.filter((command) => command.startsWith('APPEND'))).toEqual([])
  })
})
