import { day, type Instant } from './core/message.ts'
import { counted, type Outcome, type Summary } from './core/outcome.ts'
import { lookedAtAgain } from './core/rules.ts'
import type { Account } from './core/settings.ts'
import { exit, OperatorError } from './errors.ts'
import type { Checkpoint, Clock, Ledger, Log, MailAccount, MailboxStatus, OpenMailbox } from './ports.ts'
import { checkpointAfter, planScan, type ScanPlan } from './scan.ts'

/** What a walk through a mailbox needs to know. */
export interface Walk {
  readonly account: Account
  readonly mail: MailAccount
  readonly ledger: Ledger
  readonly fingerprint: string
  readonly since: Instant | null
  readonly now: Clock
  readonly log: Log
  readonly stopping: () => boolean
}

/** Looks at one message and settles it; null when it is gone. */
export type Look = (uid: number, mailbox: OpenMailbox, summary: Summary) => Promise<Outcome | null>

/** STATUS of a mailbox that must be read, or the error that names it. */
export const statusOf = ({ path, status }: MailboxStatus): NonNullable<MailboxStatus['status']> => {
  if (status !== null) return status
  throw new OperatorError(exit.tryAgain, `the server refused STATUS of ${path}`, [
    'the next poll tries again; have-we-met check shows more',
  ])
}

/**
 * Looks at what is new in one mailbox, message by message. The checkpoint is entered also when the walk breaks off; it
 * passes neither a deferred message nor one that broke us. Nothing new costs no command at all.
 */
export const walkThrough = async (mailbox: MailboxStatus, walk: Walk, sum: Summary, look: Look): Promise<Summary> => {
  const { account, ledger, since, now } = walk
  const status = statusOf(mailbox)
  const before = ledger.checkpoint(account.name, mailbox.path)
  const plan = planScan(status, before, { since, now: now(), maxAgeDays: account.policy.maxAgeDays })
  const doubtful = doubtfulIn(mailbox.path, status.uidValidity, walk)
  const progress: Progress = { reached: plan?.range.first ?? status.uidNext, deferred: [], summary: sum }
  try {
    if (plan !== null || doubtful.length > 0) {
      await walk.mail.examine(mailbox.path, async (open) => {
        sameMailbox(mailbox.path, status.uidValidity, open)
        const fresh = plan === null ? [] : await freshIn(open, plan, mailbox.path, walk)
        if (await visit([...doubtful, ...fresh], new Set(fresh), open, walk, look, progress))
          progress.reached = status.uidNext
      })
    }
  } finally {
    advance(checkpointAfter(status.uidValidity, before, progress), before, mailbox.path, walk)
  }
  return progress.summary
}

/** Mutable on purpose: what was reached must be known also when the walk is thrown out of its way. */
interface Progress {
  reached: number
  readonly deferred: number[]
  summary: Summary
}

/** True when every message was visited, false when the program is asked to end before that. */
const visit = async (
  uids: readonly number[],
  fresh: ReadonlySet<number>,
  open: OpenMailbox,
  walk: Walk,
  look: Look,
  progress: Progress,
): Promise<boolean> => {
  for (const uid of uids) {
    if (walk.stopping()) return false
    const outcome = await guarded(() => look(uid, open, progress.summary), walk.log)
    progress.summary = tally(progress.summary, outcome)
    if (!fresh.has(uid)) continue
    progress.reached = uid + 1
    if (outcome === 'broken' || outcome?.decision.kind === 'defer') progress.deferred.push(uid)
  }
  return true
}

/** A message that broke us stays behind the checkpoint like a deferred one, and the others go on. */
const guarded = async (look: () => Promise<Outcome | null>, log: Log): Promise<Outcome | null | 'broken'> => {
  try {
    return await look()
  } catch (error) {
    if (error instanceof OperatorError) throw error
    log.error('message-failed', { error })
    return 'broken'
  }
}

const tally = (summary: Summary, outcome: Outcome | null | 'broken'): Summary => {
  if (outcome === null) return summary
  return outcome === 'broken'
    ? { ...summary, seen: summary.seen + 1, failed: summary.failed + 1 }
    : counted(summary, outcome)
}

/**
 * The UIDs of LinkedIn's mail in the plan, without those that the ledger has already settled in this very place
 * (behind a deferred message). An explicit --since looks at all of them again.
 */
const freshIn = async (open: OpenMailbox, plan: ScanPlan, path: string, { account, ledger, since }: Walk) => {
  const uids = await open.search(plan.range, plan.since ?? undefined)
  return uids.filter((uid) => since !== null || ledger.byUid(account.name, path, open.uidValidity, uid) === null)
}

const sameMailbox = (path: string, uidValidity: string, open: OpenMailbox): void => {
  if (open.uidValidity === uidValidity) return
  throw new OperatorError(exit.tryAgain, `${path} was made anew while it was read`, ['the next poll reads it again'])
}

/** Messages that were skipped for a doubt which a newer program, phrase or setting may have settled. */
const doubtfulIn = (
  mailbox: string,
  uidValidity: string,
  { account, ledger, fingerprint, now }: Walk,
): readonly number[] =>
  ledger
    .doubtful(account.name, lookedAtAgain, fingerprint, now() - account.policy.maxAgeDays * day)
    .filter((entry) => entry.mailbox === mailbox && entry.uidValidity === uidValidity)
    .map((entry) => entry.uid)

const advance = (checkpoint: Checkpoint, before: Checkpoint | null, path: string, { account, ledger }: Walk): void => {
  const same = before?.uidValidity === checkpoint.uidValidity && before.uidNext === checkpoint.uidNext
  if (!same) ledger.advance(account.name, path, checkpoint)
}
