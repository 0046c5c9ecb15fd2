import { AppendRefused } from './core/appendRefused.ts'
import type { LogEvent } from './core/events.ts'
import { noticeMessageIdFor } from './core/identity.ts'
import type { Notice } from './core/notice.ts'
import { postponed, told } from './core/notices.ts'
import { noticeWords } from './core/noticeWords.ts'
import type { Account } from './core/settings.ts'
import { unlessStopped } from './core/stopping.ts'
import { exit, OperatorError } from './errors.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Clock, EncodeNotice, Log, MailAccount, NoticeCommand } from './ports.ts'

/** What telling of troubles needs of the house. */
export interface NoticeDoors {
  readonly accounts: readonly Account[]
  readonly ledger: Ledger
  readonly connect: (account: Account, signal: AbortSignal) => Promise<MailAccount>
  readonly encodeNotice: () => Promise<EncodeNotice>
  readonly noticeCommand: () => Promise<NoticeCommand>
  readonly now: Clock
  readonly log: Log
  /** The daemon's end. */
  readonly stop: AbortSignal
}

/** Milliseconds for all of one telling, and for one way into an INBOX. */
export interface Patience {
  readonly all: number
  readonly connection: number
}

/** One message on its way. */
export interface Telling extends NoticeDoors {
  readonly patience: Patience
  readonly account: Account
  readonly notice: Notice
  readonly signal: AbortSignal
}

/**
 * Delivers the message that is due for a notice, as the account's `notify` says: at most once, be it that nobody knows
 * what became of it; what was certainly not delivered is postponed. Is over when `signal` aborts.
 */
export const tellOne = (telling: Telling): Promise<void> =>
  telling.account.notify.command === null
    ? tellByInbox(telling)
    : tellByCommand(telling, telling.account.notify.command)

const keep = ({ ledger, account }: Telling, notice: Notice): void => ledger.keepNotice(account.name, notice)

/** What is known of a message on its way, for the log. */
const lineOf = ({ account, notice: { kind, phase } }: Telling) => ({ account: account.name, kind, phase })

const postpone = (telling: Telling, by: 'inbox' | 'command', event: LogEvent, details: object): void => {
  // A daemon that is told to stop has not failed: its successor tells.
  if (telling.stop.aborted) {
    keep(telling, telling.notice)
    return
  }
  keep(telling, postponed(telling.notice, telling.now(), by))
  telling.log.warn(event, { ...lineOf(telling), ...details })
}

const wordsFor = ({ account, notice }: Telling, carrier: Account) =>
  noticeWords(notice, {
    account: account.name,
    address: account.from.address,
    timezone: account.timezone,
    maxAgeDays: account.policy.maxAgeDays,
    carrier: carrier === account ? null : carrier.from.address,
  })

/** A command that failed has told nobody, as it says itself; one that was running when we were killed may have. */
const tellByCommand = async (telling: Telling, command: string): Promise<void> => {
  const { account, notice, signal, now, log } = telling
  const { subject, text } = wordsFor(telling, account)
  const run = await telling.noticeCommand()
  keep(telling, told(notice, now()))
  try {
    await run(command, `${subject}\n\n${text}`, signal)
    log.info('notice-told', { ...lineOf(telling), by: 'command' })
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    postpone(telling, 'command', 'notice-failed', { error })
  }
}

/** The account itself, unless its login was just refused, and then those whose last poll was good. */
const carriersFor = ({ account, accounts, ledger }: Telling): readonly Account[] => {
  const last = ledger.lastPoll(account.name)
  const isRefused = last?.exitCode === exit.loginRefused && !last.reached
  const others = accounts.filter(({ name }) => name !== account.name && ledger.lastPoll(name)?.error === null)
  return isRefused ? others : [account, ...others]
}

const tooLate = (): OperatorError => new OperatorError(exit.tryAgain, 'there was no time left')

const tellByInbox = async (telling: Telling): Promise<void> => {
  const { connect, signal, patience } = telling
  const reasons: string[] = []
  for (const carrier of carriersFor(telling)) {
    if (signal.aborted) break
    const own = AbortSignal.any([signal, AbortSignal.timeout(patience.connection)])
    // A command that gives a password may take longer than there is time; a connection made after that closes itself.
    const mail = await unlessStopped(own, connect(carrier, own), tooLate).catch((error: unknown) => {
      if (!(error instanceof OperatorError)) throw error
      reasons.push(error.message)
      return null
    })
    if (mail !== null) return storeIn(mail, carrier, own, telling).finally(() => mail.close())
  }
  postpone(telling, 'inbox', 'notice-postponed', { because: reasons.at(-1) ?? 'no account can be logged in to' })
}

/**
 * Told is told before the octets leave: a notice that is lost costs less than one that comes again at each poll. Only
 * what the server refused (NO) was certainly not stored.
 */
const storeIn = async (mail: MailAccount, carrier: Account, signal: AbortSignal, telling: Telling): Promise<void> => {
  const { notice, now, log } = telling
  const bytes = await bytesFor(telling, carrier)
  if (signal.aborted) {
    postpone(telling, 'inbox', 'notice-postponed', { because: 'there was no time left' })
    return
  }
  keep(telling, told(notice, now()))
  try {
    await mail.append('INBOX', bytes, 'notice')
    log.info('notice-told', { ...lineOf(telling), by: 'inbox', through: carrier.name })
  } catch (error) {
    if (error instanceof AppendRefused) postpone(telling, 'inbox', 'notice-postponed', { because: error.message })
    else if (error instanceof OperatorError) log.warn('notice-failed', { ...lineOf(telling), error })
    else throw error
  }
}

const bytesFor = async (telling: Telling, carrier: Account): Promise<Uint8Array> => {
  const { account, notice, now } = telling
  const date = now()
  const { address } = carrier.from
  const messageId = noticeMessageIdFor(account.name, `${notice.kind} ${notice.phase}`, date, address)
  const encode = await telling.encodeNotice()
  return encode({ from: carrier.from, ...wordsFor(telling, carrier), date, messageId })
}
