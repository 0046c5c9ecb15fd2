import type { PollRecord } from './accountBook.ts'
import { type BackOff, waitAfter } from './backOff.ts'
import { day, type Instant } from './message.ts'
import type { Notice, TroubleKind } from './notice.ts'
import type { Notify } from './settings.ts'
import { thirdSlot } from './slots.ts'

/** The last message of LinkedIn's that was not understood, or whose note was unclear. */
export interface Unread {
  /** Its place in the order in which messages were met. */
  readonly seq: number
  readonly mailbox: string
  readonly uid: number
  /** How many such messages were met since the user was told last. */
  readonly fresh: number
  /** Whether an invitation that was met after it was read wholly. */
  readonly readSince: boolean
}

/** What is known of one account when its troubles are judged. */
export interface TroubleFacts {
  readonly notify: Pick<Notify, 'failedPolls' | 'silence'>
  /** The first slot of its schedule after an instant. */
  readonly nextSlot: (after: Instant) => Instant
  readonly lastPoll: PollRecord | null
  /** The end of its last good poll, or else its installation; null where there was neither. */
  readonly goodAt: Instant | null
  /** Since when the daemon has been running on a machine that was awake. */
  readonly awakeSince: Instant
  readonly unread: Unread | null
  readonly now: Instant
}

/** Three answers, because a poll that failed otherwise does not tell whether the login works again. */
type Finding =
  | ({ readonly kind: 'trouble' } & Pick<Notice, 'since' | 'because' | 'hints' | 'upTo'>)
  | { readonly kind: 'fine' | 'unclear' }

const fine: Finding = { kind: 'fine' }
const unclear: Finding = { kind: 'unclear' }

/** After a message of its kind, so long none tells that it is broken again. */
const quiet: Readonly<Record<TroubleKind, number>> = { login: day, polls: day, layout: 7 * day }

/** sysexits(3) EX_NOPERM. */
const loginRefused = 77

const findLogin = ({ lastPoll }: TroubleFacts): Finding => {
  if (lastPoll === null) return unclear
  const { error, exitCode, startedAt, hints } = lastPoll
  if (error === null) return fine
  return exitCode === loginRefused ? { kind: 'trouble', since: startedAt, because: error, hints, upTo: null } : unclear
}

/**
 * Only time in which polls could have been good counts: a computer that was asleep or switched off is no trouble. A good
 * poll that lies ahead was told by a clock that ran ahead.
 */
const isSilent = ({ notify, nextSlot, goodAt, awakeSince, now }: TroubleFacts): boolean => {
  if (goodAt === null) return false
  const since = goodAt > now ? awakeSince : Math.max(goodAt, awakeSince)
  return now - since >= notify.silence && now >= thirdSlot(nextSlot, since)
}

const findPolls = (facts: TroubleFacts, login: Notice | null): Finding => {
  const { lastPoll, notify, goodAt, now } = facts
  if (login?.phase === 'broken') return unclear
  if ((lastPoll?.failures ?? 0) >= notify.failedPolls || isSilent(facts)) {
    const because = lastPoll?.error ?? 'no poll has come to its end'
    const since = goodAt ?? lastPoll?.startedAt ?? now
    return { kind: 'trouble', since, because, hints: lastPoll?.hints ?? [], upTo: null }
  }
  return lastPoll?.error === null ? fine : unclear
}

const findLayout = ({ unread, now }: TroubleFacts, kept: Notice | null): Finding => {
  if (unread === null || unread.readSince) return fine
  const { seq, mailbox, uid, fresh } = unread
  if (kept?.phase === 'over' && seq <= (kept.upTo ?? 0)) return unclear
  const last = `UID ${uid} in "${mailbox}"`
  const because =
    fresh <= 1 ? `one message was not understood: ${last}` : `${fresh} messages were not understood, the last: ${last}`
  return { kind: 'trouble', since: now, because, hints: [], upTo: seq }
}

/** A moment that lies ahead was told by a clock that ran ahead: nobody shall wait for it. */
const isHeldBack = ({ kind, lastToldAt }: Pick<Notice, 'kind' | 'lastToldAt'>, now: Instant): boolean =>
  lastToldAt !== null && lastToldAt <= now && now < lastToldAt + quiet[kind]

const raised = (kind: TroubleKind, kept: Notice | null, trouble: Finding & { kind: 'trouble' }): Notice => {
  const { since, because, hints, upTo } = trouble
  if (kept === null || kept.phase === 'over') {
    const lastToldAt = kept?.lastToldAt ?? null
    const untold = { toldAt: null, mendedAt: null, lastToldAt, attempts: 0, retryAt: null }
    return { kind, phase: 'broken', since, because, hints, upTo, ...untold }
  }
  if (kept.toldAt === null) return { ...kept, phase: 'broken', mendedAt: null, because, hints, upTo }
  return kept.phase === 'broken' ? kept : { ...kept, phase: 'broken', mendedAt: null }
}

/** What nobody heard of, though it could have been told, is over without a word. */
const mended = (kept: Notice, now: Instant): Notice =>
  kept.toldAt === null && kept.attempts === 0
    ? { ...kept, phase: 'over', mendedAt: now }
    : { ...kept, phase: 'mended', mendedAt: now, retryAt: null }

const next = (kind: TroubleKind, kept: Notice | null, finding: Finding, now: Instant): Notice | null => {
  if (finding.kind === 'trouble') return raised(kind, kept, finding)
  return finding.kind === 'fine' && kept?.phase === 'broken' ? mended(kept, now) : kept
}

/**
 * What is broken and what works again, as the notices of an account say it after what is known now; one that stays as it
 * is, is the same object. Nothing is told by that: `isDue` says what is to be.
 */
export const judgeTroubles = (facts: TroubleFacts, notices: readonly Notice[]): readonly Notice[] => {
  const keptOf = (kind: TroubleKind): Notice | null => notices.find((notice) => notice.kind === kind) ?? null
  const step = (kind: TroubleKind, finding: Finding) => next(kind, keptOf(kind), finding, facts.now)
  const login = step('login', findLogin(facts))
  const polls = step('polls', findPolls(facts, login))
  const layout = step('layout', findLayout(facts, keptOf('layout')))
  return [login, polls, layout].filter((notice) => notice !== null)
}

const retries: Readonly<Record<'inbox' | 'command', BackOff>> = {
  inbox: { first: 10 * 60 * 1000, most: 60 * 60 * 1000 },
  command: { first: 60 * 60 * 1000, most: day },
}

const isTooEarly = ({ retryAt }: Notice, now: Instant): boolean =>
  retryAt !== null && now < retryAt && retryAt <= now + day

/** Whether a message is to leave now: one when it breaks, one when it works again, and no third within a day. */
export const isDue = (notice: Notice, now: Instant): boolean => {
  if (notice.phase === 'over' || isTooEarly(notice, now)) return false
  return notice.phase === 'mended' || (notice.toldAt === null && !isHeldBack(notice, now))
}

/** The notice once its message has left. */
export const told = (notice: Notice, now: Instant): Notice => ({
  ...notice,
  ...(notice.phase === 'broken' ? { toldAt: now } : { phase: 'over' }),
  ...{ lastToldAt: now, attempts: 0, retryAt: null },
})

/**
 * The notice whose message could not leave and is tried again later. A command that failed may have told all the same,
 * so that it is run again after longer and longer waits, at most once a day.
 */
export const postponed = (notice: Notice, now: Instant, by: 'inbox' | 'command'): Notice => {
  const attempts = notice.attempts + 1
  return { ...notice, attempts, retryAt: now + waitAfter(attempts, 0, retries[by]) }
}
