import type { Instant } from './core/message.ts'
import type { Notice } from './core/notice.ts'
import { isDue, judgeTroubles } from './core/notices.ts'
import type { Account } from './core/settings.ts'
import { OperatorError } from './errors.ts'
import { type NoticeDoors, type Patience, tellOne } from './noticeDelivery.ts'
import type { Slots } from './ports.ts'

interface NoticingDoors extends NoticeDoors {
  readonly slots: (account: Account) => Promise<Slots>
  readonly paused: () => boolean
}

const usual: Patience = { all: 50_000, connection: 20_000 }

/** Milliseconds; who was not asked for so long was asleep. */
const longestGap = 2 * 60 * 60 * 1000

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
  const notices = ledger.notices(account.name)
  const found = await judged(account, notices, awakeSince, doors)
  for (const notice of found) if (!notices.includes(notice)) ledger.keepNotice(account.name, notice)
  const due = found.filter((notice) => isDue(notice, now()))
  if (due.length === 0) return
  // Made only now: each one leaves something behind with `stop`, which lives for years.
  const signal = AbortSignal.any([stop, AbortSignal.timeout(patience.all)])
  for (const notice of due) if (!signal.aborted) await tellOne({ ...doors, patience, account, notice, signal })
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
    nextSlot: (await doors.slots(account)).next,
    lastPoll: ledger.lastPoll(name),
    goodAt: ledger.lastGoodPoll(name)?.endedAt ?? ledger.installedAt(name),
    awakeSince,
    unread: ledger.unread(name, upTo),
    now: now(),
  }
  return judgeTroubles(facts, notices)
}
