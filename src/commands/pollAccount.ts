import { type Grounds, replyWords } from '../assess.ts'
import type { PollEnd } from '../core/accountBook.ts'
import { languagesWanted } from '../core/compose.ts'
import { fingerprintOf } from '../core/identity.ts'
import type { Instant } from '../core/message.ts'
import type { Outcome } from '../core/outcome.ts'
import { isGmail, trustFor } from '../core/providers.ts'
import type { Account, Defaults } from '../core/settings.ts'
import { samplesFor } from '../core/templateSamples.ts'
import { exit, OperatorError } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import { type PollResult, poll } from '../poll.ts'
import type { MailAccount, Submission } from '../ports.ts'
import { entering } from './entering.ts'
import type { House } from './house.ts'

export interface PollRun {
  readonly ledger: Ledger
  readonly since: Instant | null
  readonly dryRun: boolean
  readonly report: (outcome: Outcome) => void
  readonly stopping: () => boolean
  readonly abort: AbortSignal
}

/** Own addresses: the one that From shows, the login where it is one, and the aliases. */
export const ownAddresses = (account: Account): readonly string[] => [
  ...new Set([account.from.address, account.imap.user, ...account.aliases].filter((one) => one.includes('@'))),
]

/** What reading, deciding and composing rest on for this account. */
export const groundsFor = (account: Account, house: House): Promise<Grounds> =>
  groundsOf(account, account, account.trust.verifyDkim, house)

const nobody = { from: { name: '', address: 'you@example.org' }, own: [] }

/**
 * The same where there may be no account: the policy, trust and templates that hold for all, and nobody's addresses.
 * @param dkim whether signatures may be looked up
 */
export const groundsOf = async (
  account: Account | null,
  { policy, trust, reply, timezone }: Defaults,
  dkim: boolean,
  house: House,
): Promise<Grounds> => ({
  phrases: await house.phrases(),
  policy,
  trusted: trustFor(account?.imap.host ?? '', trust.authservIds),
  verify: dkim ? await house.verify() : null,
  templates: await house.templates(),
  reply,
  timezone,
  user: account === null ? nobody : { from: account.from, own: ownAddresses(account) },
})

/** The door of a dry run: the same connection, but nothing is stored. */
const rehearsing = (mail: MailAccount): MailAccount => ({
  ...mail,
  append: async () => ({ kind: 'rehearsed' }),
  create: async () => {},
})

/** The submission server is asked for, and its secret read, when the first reply is to be sent; in a dry run never. */
const submissionFor = (account: Account, house: House, { dryRun, abort }: PollRun): Pick<Submission, 'submit'> => ({
  submit: async (envelope, bytes) =>
    dryRun ? { kind: 'rehearsed' } : (await house.submission(account, abort)).submit(envelope, bytes),
})

const endOf = (error: unknown): Pick<PollEnd, 'error' | 'exitCode' | 'hints'> => {
  if (error === null) return { error, exitCode: null, hints: [] }
  if (error instanceof OperatorError) return { error: error.message, exitCode: error.exitCode, hints: error.hints }
  return { error: 'a fault of ours; see the log', exitCode: exit.software, hints: [] }
}

/**
 * Polls one account once and enters in the ledger how it went; an error is entered too, and thrown on. A poll that was
 * abandoned is neither good nor bad.
 */
export const pollAccount = async (account: Account, house: House, run: PollRun): Promise<PollResult> => {
  const startedAt = house.now()
  const enter = (end: Omit<PollEnd, 'startedAt' | 'endedAt'>): void => {
    if (!run.abort.aborted) run.ledger.recordPoll(account.name, { startedAt, endedAt: house.now(), ...end })
  }
  try {
    const result = await passOver(account, house, run)
    enter({ ...endOf(result.trouble), reached: true })
    return result
  } catch (error) {
    // A full disk must not hide a refused login, or that the server asks for patience: both would be hammered.
    entering(house, () => enter({ ...endOf(error), reached: false }))
    throw error
  }
}

/**
 * Without a template that says something an account cannot answer anybody: better said at once than when somebody invites.
 * @throws OperatorError 78
 */
export const refuseUnusable = (grounds: Grounds, now: Instant): void => {
  const { reply, timezone, user } = grounds
  const wanted = languagesWanted(reply, null)
  for (const { name, facts } of samplesFor({ ownName: user.from.name, timezone, now }))
    replyWords(grounds, wanted, facts, `with ${name} data`)
}

const passOver = async (account: Account, house: House, run: PollRun): Promise<PollResult> => {
  const grounds = await groundsFor(account, house)
  const { policy, trusted, user, phrases } = grounds
  refuseUnusable(grounds, house.now())
  return poll({
    account,
    gmail: isGmail(account.imap.host),
    grounds,
    fingerprint: fingerprintOf({
      version: house.version,
      phrases,
      trusted,
      dkim: account.trust.verifyDkim,
      own: user.own,
      policy,
    }),
    since: run.since,
    connect: async () => {
      const mail = await house.connect(account, run.abort)
      return run.dryRun ? rehearsing(mail) : mail
    },
    ledger: run.ledger,
    parse: await house.parse(),
    encode: await house.encode(),
    submission: account.mode === 'send' ? submissionFor(account, house, run) : null,
    now: house.now,
    uptime: house.uptime,
    log: house.log,
    report: run.report,
    stopping: () => run.stopping() || run.abort.aborted,
  })
}
