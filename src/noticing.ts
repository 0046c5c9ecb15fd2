import { AppendRefused } from './core/appendRefused.ts'
import { noticeMessageIdFor } from './core/identity.ts'
import type { Instant } from './core/message.ts'
import type { Notice } from './core/notice.ts'
import { isDue, judgeTroubles, postponed, told } from './core/notices.ts'
import { noticeWords } from './core/noticeWords.ts'
import type { Account } from './core/settings.ts'
import { exit, OperatorError } from './errors.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Clock, EncodeNotice, Log, MailAccount, NoticeCommand } from './ports.ts'

/** What telling of troubles needs of the house. */
export interface NoticingDoors {
  readonly accounts: readonly Account[]
  readonly ledger: Ledger
  readonly connect: (account: Account, signal: AbortSignal) => Promise<MailAccount>
  readonly encodeNotice: () => Promise<EncodeNotice>
  readonly noticeCommand: () => Promise<NoticeCommand>
  readonly interval: (account: Account) => Promise<number>
  readonly paused: () => boolean
  readonly now: Clock
  readonly log: Log
  readonly stop: AbortSignal
}

/** Milliseconds for all of one telling, and for one way into an INBOX. */
export interface Patience {
  readonly all: number
  readonly connection: number
}

const usual: Patience = { all: 50_000, connection: 20_000 }

/** Milliseconds; who was not asked for so long was asleep. */
const longestGap = 2 * 60 * 60 * 1000

/** One message on its way. */
interface Telling extends NoticingDoors {
  readonly patience: Patience
  readonly account: Account
  readonly notice: Notice
  readonly signal: AbortSignal
}

/**
 * Tells of the troubles of accounts as their `notify` says: one message when something breaks, one when it works again.
 * To be asked after each poll of the account, and at least once an hour. Never throws, for what failed stands in
 * the log, and takes a minute at most; opens no mailbox, and stores in INBOX alone.
 */
export const openNoticing = (
  doors: NoticingDoors,
  patience = usual,
): { readonly tell: (account: Account) => Promise<void> } => {
  const { now, log } = doors
  let awakeSince = now()
  let askedAt = awakeSince
  return {
    tell: async (account) => {
      const gap = now() - askedAt
      askedAt = now()
      if (doors.paused() || gap < 0 || gap > longestGap) awakeSince = askedAt
      if (doors.paused() || account.notify.by === 'none') return
      await tellDue(account, awakeSince, doors, patience).catch((error: unknown) => {
        log[error instanceof OperatorError ? 'warn' : 'error']('notice-failed', { account: account.name, error })
      })
    },
  }
}

const tellDue = async (
  account: Account,
  awakeSince: Instant,
  doors: NoticingDoors,
  patience: Patience,
): Promise<void> => {
  const { ledger, now, stop } = doors
  const signal = AbortSignal.any([stop, AbortSignal.timeout(patience.all)])
  const notices = ledger.notices(account.name)
  for (const notice of await judged(account, notices, awakeSince, doors)) {
    if (!notices.includes(notice)) ledger.keepNotice(account.name, notice)
    if (isDue(notice, now()) && !signal.aborted) await tellOne({ ...doors, patience, account, notice, signal })
  }
}

const judged = async (
  account: Account,
  notices: readonly Notice[],
  awakeSince: Instant,
  doors: NoticingDoors,
): Promise<readonly Notice[]> => {
  const { ledger, now } = doors
  const { name, notify } = account
  const upTo = notices.find(({ kind }) => kind === 'layout')?.upTo ?? 0
  const facts = {
    notify,
    interval: await doors.interval(account),
    lastPoll: ledger.lastPoll(name),
    goodAt: ledger.lastGoodPoll(name)?.endedAt ?? ledger.installedAt(name),
    awakeSince,
    unread: ledger.unread(name, upTo),
    now: now(),
  }
  return judgeTroubles(facts, notices)
}

const tellOne = (telling: Telling): Promise<void> =>
  telling.account.notify.command === null
    ? tellByInbox(telling)
    : tellByCommand(telling, telling.account.notify.command)

const keep = ({ ledger, account }: Telling, notice: Notice): void => ledger.keepNotice(account.name, notice)

/** What is known of a message on its way, for the log. */
const lineOf = ({ account, notice: { kind, phase } }: Telling) => ({ account: account.name, kind, phase })

const postpone = (telling: Telling, by: 'inbox' | 'command', event: string, details: object): void => {
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

const tellByInbox = async (telling: Telling): Promise<void> => {
  const { connect, signal, patience } = telling
  const reasons: string[] = []
  for (const carrier of carriersFor(telling)) {
    if (signal.aborted) break
    const own = AbortSignal.any([signal, AbortSignal.timeout(patience.connection)])
    const mail = await connect(carrier, own).catch((error: unknown) => {
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
