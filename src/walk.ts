import type { Checkpoint } from './core/ledgerBook.ts'
import { day, type Instant } from './core/message.ts'
import { counted, type Outcome, type Summary } from './core/outcome.ts'
import { lookedAtAgain } from './core/rules.ts'
import type { Account } from './core/settings.ts'
import { exit, OperatorError } from './errors.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Clock, Log, MailAccount, MailboxStatus, OpenMailbox } from './ports.ts'
import { checkpointAfter, planScan, type ScanPlan, type Standing } from './scan.ts'

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

/**
 * What looking at a message gave: it is settled (null: it is gone), or its reply is to be delivered. That is done when the
 * mailbox is left: only one can be open, and Drafts may have to be looked at.
 */
export type Looked = Outcome | null | { readonly deliver: () => Promise<Outcome> }

/** Looks at one message. */
export type Look = (uid: number, mailbox: OpenMailbox) => Promise<Looked>

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
  const { account, ledger } = walk
  const status = statusOf(mailbox)
  const before = ledger.checkpoint(account.name, mailbox.path)
  const listed = planFor(mailbox.path, status, before, walk)
  if (listed.plan === null && listed.doubtful.length === 0 && before !== null) return sum
  const progress: Progress = { standing: status, from: null, reached: 1, deferred: [], summary: sum, left: null }
  try {
    let pending: Pending | null = null
    do {
      pending = await walk.mail.examine(mailbox.path, async (open): Promise<Pending | null> => {
        progress.left ??= await begin(open, mailbox.path, before, walk, progress)
        return isSame(mailbox.path, open, walk, progress) ? visit(progress.left, open, walk, look, progress) : null
      })
      if (pending !== null) settle(pending.one, await guarded(pending.deliver, walk.log), progress)
    } while (pending !== null && progress.left?.length !== 0)
    if (progress.left?.length === 0) progress.reached = progress.standing.uidNext
  } finally {
    // Where nothing was reached there is nothing to enter; a first look stays one.
    if (progress.left !== null && progress.reached !== progress.from)
      advance(checkpointAfter(progress.standing, before, progress), before, mailbox.path, walk)
  }
  return progress.summary
}

const planFor = (path: string, standing: Standing, before: Checkpoint | null, walk: Walk) => ({
  plan: planScan(standing, before, {
    since: walk.since,
    now: walk.now(),
    maxAgeDays: walk.account.policy.maxAgeDays,
  }),
  doubtful: doubtfulIn(path, standing.uidValidity, walk),
})

/** What is to be visited, by how the mailbox stands now that it is open: LIST may have told it otherwise (Courier does). */
const begin = async (
  open: OpenMailbox,
  path: string,
  before: Checkpoint | null,
  walk: Walk,
  progress: Progress,
): Promise<Visited[]> => {
  const { plan, doubtful } = planFor(path, open, before, walk)
  progress.standing = { uidValidity: open.uidValidity, uidNext: open.uidNext }
  progress.from = plan?.range.first ?? null
  progress.reached = progress.from ?? open.uidNext
  const fresh = plan === null ? [] : await freshIn(open, plan, path, walk)
  return [...doubtful.map((uid) => ({ uid, isFresh: false })), ...fresh.map((uid) => ({ uid, isFresh: true }))]
}

/** A mailbox that was made anew between two messages is left; the next poll reads it again. */
const isSame = (path: string, open: OpenMailbox, { log }: Walk, { standing }: Progress): boolean => {
  const same = open.uidValidity === standing.uidValidity
  if (!same) log.warn('mailbox-made-anew', { mailbox: path })
  return same
}

interface Visited {
  readonly uid: number
  /** false: it lies below the checkpoint and is looked at again. */
  readonly isFresh: boolean
}

interface Pending {
  readonly one: Visited
  readonly deliver: () => Promise<Outcome>
}

/** Mutable on purpose: what was reached must be known also when the walk is thrown out of its way. */
interface Progress {
  standing: Standing
  /** The first new UID; null where nothing is new. */
  from: number | null
  reached: number
  readonly deferred: number[]
  summary: Summary
  /** What is still to be visited; null before the mailbox was searched. */
  left: Visited[] | null
}

/** Visits messages until one has a reply to be delivered, none is left, or the program is asked to end. */
const visit = async (
  left: Visited[],
  open: OpenMailbox,
  walk: Walk,
  look: Look,
  progress: Progress,
): Promise<Pending | null> => {
  for (let one = left[0]; one !== undefined && !walk.stopping(); one = left[0]) {
    const { uid } = one
    const looked = await guarded(() => look(uid, open), walk.log)
    left.shift()
    if (looked !== null && looked !== 'broken' && 'deliver' in looked) return { one, deliver: looked.deliver }
    settle(one, looked, progress)
  }
  return null
}

const settle = ({ uid, isFresh }: Visited, outcome: Outcome | null | 'broken', progress: Progress): void => {
  progress.summary = tally(progress.summary, outcome)
  if (!isFresh) return
  progress.reached = uid + 1
  if (outcome === 'broken' || outcome?.decision.kind === 'defer') progress.deferred.push(uid)
}

/** A message that broke us stays behind the checkpoint like a deferred one, and the others go on. */
export const guarded = async <T>(look: () => Promise<T>, log: Log): Promise<T | 'broken'> => {
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
 * (behind a deferred message). An explicit --since looks at all of them again, and so does a mailbox that is new.
 */
const freshIn = async (open: OpenMailbox, plan: ScanPlan, path: string, { account, ledger, since }: Walk) => {
  const uids = await open.search(plan.range, plan.since ?? undefined)
  if (since !== null || plan.isAnew) return uids
  return uids.filter((uid) => ledger.byUid(account.name, path, open.uidValidity, uid) === null)
}

/** Messages that were skipped for a doubt which a newer program, phrase, setting or clock may have settled, or on request. */
const doubtfulIn = (
  mailbox: string,
  uidValidity: string,
  { account, ledger, fingerprint, now }: Walk,
): readonly number[] =>
  ledger
    .doubtful(account.name, lookedAtAgain, { fingerprint, since: now() - account.policy.maxAgeDays * day, now: now() })
    .filter((entry) => entry.mailbox === mailbox && entry.uidValidity === uidValidity)
    .map((entry) => entry.uid)

const advance = (checkpoint: Checkpoint, before: Checkpoint | null, path: string, { account, ledger }: Walk): void => {
  const same = before?.uidValidity === checkpoint.uidValidity && before.uidNext === checkpoint.uidNext
  if (!same) ledger.advance(account.name, path, checkpoint)
}
