import { uptime } from 'node:os'
import { fileURLToPath } from 'node:url'
import { fingerprintOf } from '../../src/core/identity.ts'
import type { Account, Server } from '../../src/core/settings.ts'
import { encode } from '../../src/io/encode.ts'
import { connect } from '../../src/io/mailbox.ts'
import { parse } from '../../src/io/parse.ts'
import { openSubmission } from '../../src/io/submission.ts'
import { openTemplates } from '../../src/io/templates.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import type { Pass } from '../../src/poll.ts'
import type { Log } from '../../src/ports.ts'
import type { Dovecot } from '../servers/dovecot.ts'
import { policy } from '../support/facts.ts'
import { phrases } from '../support/mail.ts'

/** As the program has it when nobody sets it. Trials put the clocks forward, so that no machine is too slow for it. */
export const settle = 300_000

/** The account of a trial, as the built program names it too. */
export const accountName = 'default'

export interface Line {
  readonly server: Dovecot
  readonly user: string
  /** Of the proxy, or of the server itself. */
  readonly port: number
  readonly security: 'none' | 'tls'
  /** Milliseconds for each operation. */
  readonly deadline: number
  /** Where replies are sent, if they are. */
  readonly smtp?: Server | null
  /** Milliseconds for each step of a submission. */
  readonly smtpDeadline?: number
}

const templates = openTemplates([fileURLToPath(new URL('../../templates', import.meta.url))])
const silent = (): void => {}
const log: Log = { debug: silent, info: silent, warn: silent, error: silent }

const accountOf = ({ server, user, port, security, smtp = null }: Line): Account => ({
  name: accountName,
  mode: smtp === null ? 'draft' : 'send',
  imap: {
    host: server.host,
    port,
    security,
    user,
    credential: { kind: 'password', secret: { kind: 'value', value: server.password } },
    caFile: security === 'tls' ? server.caFile : null,
  },
  smtp,
  from: { name: 'Rowan Ashby', address: user },
  aliases: [],
  mailboxes: 'auto',
  schedule: '*/5 * * * *',
  timezone: 'UTC',
  watch: 'schedule',
  notify: { by: 'none', command: null, failedPolls: 6, silence: 24 * 60 * 60 * 1000 },
  policy: policy({ settle }),
  trust: { authservIds: 'auto', verifyDkim: false },
  reply: { template: 'ask-context', language: 'auto', defaultLanguage: 'en' },
})

/** A pass through the real doors, but for the clocks, which go ahead by so many milliseconds. */
export const passOver = (line: Line, ledger: Ledger, ahead: () => number): Pass => {
  const account = accountOf(line)
  return {
    account,
    gmail: false,
    grounds: {
      phrases,
      policy: account.policy,
      trusted: { authservIds: ['mx.google.com'], withoutId: false, receivedBy: null },
      verify: null,
      templates,
      reply: account.reply,
      timezone: 'UTC',
      user: { from: account.from, own: [account.from.address] },
    },
    fingerprint: fingerprintOf(account.policy),
    since: null,
    connect: () =>
      connect(account.imap, { kind: 'password', password: line.server.password }, { deadline: line.deadline, log }),
    ledger,
    parse,
    encode,
    submission:
      account.smtp === null
        ? null
        : openSubmission(
            account.smtp,
            { kind: 'password', password: 'secret' },
            { deadline: line.smtpDeadline ?? line.deadline, log },
          ),
    now: () => Date.now() + ahead(),
    uptime: () => uptime() * 1000 + ahead(),
    log,
    report: silent,
    stopping: () => false,
  }
}
