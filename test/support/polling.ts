import { fileURLToPath } from 'node:url'
import { ownAddresses } from '../../src/commands/pollAccount.ts'
import { fingerprintOf } from '../../src/core/identity.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Account } from '../../src/core/settings.ts'
import type { Entry } from '../../src/core/state.ts'
import { encode } from '../../src/io/encode.ts'
import { openLedger } from '../../src/io/ledger.ts'
import { parse } from '../../src/io/parse.ts'
import { openTemplates } from '../../src/io/templates.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import { type Pass, type PollResult, poll } from '../../src/poll.ts'
import type { Log } from '../../src/ports.ts'
import { noon, policy } from './facts.ts'
import { fakeAccount } from './fakeAccount.ts'
import { eml, multipart, phrases, withPart } from './mail.ts'
import { marks } from './signing.ts'

const templates = openTemplates([fileURLToPath(new URL('../../templates', import.meta.url))])

/** Rowan's account at Gmail, as the settings give it. */
export const accountOf = (changes: Partial<Account> = {}): Account => ({
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
  watch: 'schedule',
  notify: { by: 'none', command: null, failedPolls: 6, silence: 24 * 60 * 60 * 1000 },
  policy: policy(),
  trust: { authservIds: 'auto', verifyDkim: false },
  reply: { template: 'ask-context', language: 'auto', defaultLanguage: 'en' },
  ...changes,
})

/** An invitation by the n-th person, without a note, sent at this instant and marked by Gmail. */
export const invitationBy = (n: number, sentAt: number, edit = (html: string) => html): Buffer => {
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

export interface Polled extends PollResult {
  readonly outcomes: readonly Outcome[]
  /** Why each message was not answered, or `reply`. */
  readonly reasons: readonly string[]
}

/** Everything one account's polls work with, on a clock that the test sets. */
export interface Rig {
  ledger: Ledger
  mail: ReturnType<typeof fakeAccount>
  now: number
  /** Milliseconds since the machine was started; goes with `now` unless a test sets the clock. */
  uptime: () => number
  /** Events of the log. */
  readonly events: string[]
  readonly poll: (changes?: Partial<Pass>) => Promise<Polled>
  /** have-we-met is installed; an hour later these arrive. */
  readonly arrive: (...messages: readonly Buffer[]) => Promise<void>
}

const logTo = (events: string[]): Log => ({
  debug: () => {},
  info: (event) => events.push(event),
  warn: (event) => events.push(event),
  error: (event) => events.push(event),
})

const pollWith = async (rig: Rig, changes: Partial<Pass>): Promise<Polled> => {
  const outcomes: Outcome[] = []
  const one = changes.account ?? accountOf()
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
      user: { from: one.from, own: ownAddresses(one) },
    },
    fingerprint: fingerprintOf(one.policy),
    since: null,
    connect: rig.mail.connect,
    ledger: rig.ledger,
    parse,
    encode,
    submission: null,
    now: () => rig.now,
    uptime: rig.uptime,
    log: logTo(rig.events),
    report: (outcome) => outcomes.push(outcome),
    stopping: () => false,
    ...changes,
  })
  rig.ledger.recordPoll(one.name, {
    startedAt: rig.now,
    endedAt: rig.now,
    error: null,
    exitCode: null,
    hints: [],
    reached: true,
  })
  return { ...result, outcomes, reasons: outcomes.map(({ decision }) => decision.reason ?? decision.kind) }
}

/** The mailboxes of an account at whose shelves replies may lie. */
export const shelves = [
  ['INBOX', null],
  ['Drafts', '\\Drafts'],
  ['Sent', '\\Sent'],
  ['Trash', '\\Trash'],
] as const

export const invitationsIn = ({ ledger }: Rig, account?: string): readonly Entry[] =>
  ledger.entries(account).filter(({ kind }) => kind === 'invitation')

export const statesIn = (rig: Rig, account?: string): readonly string[] =>
  invitationsIn(rig, account).map(({ state }) => state.kind)

export const onlyInvitationIn = (rig: Rig): Entry => {
  const [entry, ...more] = invitationsIn(rig)
  if (entry === undefined || more.length > 0) throw new Error('there is not exactly one invitation')
  return entry
}

export const appendsIn = ({ mail }: Rig): number =>
  mail.commands.filter((command) => command.startsWith('APPEND')).length

/** A ledger in memory and an account in memory, at noon. */
export const makeRig = (mailboxes?: Parameters<typeof fakeAccount>[0]): Rig => {
  const rig: Rig = {
    ledger: openLedger(':memory:'),
    mail: fakeAccount(mailboxes),
    now: noon,
    uptime: () => rig.now - noon,
    events: [],
    poll: (changes = {}) => pollWith(rig, changes),
    arrive: async (...messages) => {
      if (rig.ledger.installedAt('default') === null) await rig.poll()
      rig.now += 3_600_000
      for (const message of messages) rig.mail.deliver('INBOX', message, rig.now)
    },
  }
  return rig
}
