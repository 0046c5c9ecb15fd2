import { type Answer, answer } from './answer.ts'
import { type Assessed, assess, type Grounds } from './assess.ts'
import { reasonInWords } from './core/decision.ts'
import { messageKeyOf } from './core/identity.ts'
import { day, type Instant, type Message } from './core/message.ts'
import type { Outcome, Summary } from './core/outcome.ts'
import { emptySummary, noDelivery } from './core/outcome.ts'
import type { Account } from './core/settings.ts'
import type { Entry } from './core/state.ts'
import type { Desk } from './desk.ts'
import { listWithDrafts } from './draftsAgain.ts'
import { entryOf, factsOf } from './entry.ts'
import type { OperatorError } from './errors.ts'
import { noticeAccepted, noticeHands } from './hands.ts'
import type { Ledger } from './ledgerPort.ts'
import type {
  Clock,
  Encode,
  Fetched,
  Log,
  MailAccount,
  MailboxStatus,
  OpenMailbox,
  Parse,
  Submission,
  UptimeClock,
} from './ports.ts'
import { fulfilRequests } from './requests.ts'
import { mailboxesToScan } from './scan.ts'
import { readShelves, shelvesOf } from './shelves.ts'
import { type TakenUp, takeUp } from './takeUp.ts'
import { type Look, type Looked, walkThrough } from './walk.ts'

/** One pass over one account: everything it touches, and what it rests on. */
export interface Pass {
  readonly account: Account
  readonly gmail: boolean
  readonly grounds: Grounds
  /** See `fingerprintOf`: doubtful skips decided under another one are looked at again. */
  readonly fingerprint: string
  /** An explicit `--since`, or null. */
  readonly since: Instant | null
  readonly connect: () => Promise<MailAccount>
  readonly ledger: Ledger
  readonly parse: Parse
  readonly encode: Encode
  /** Where `mode: send` submits; null in `mode: draft`. */
  readonly submission: Pick<Submission, 'submit'> | null
  readonly now: Clock
  readonly uptime: UptimeClock
  readonly log: Log
  /** Called for every message that was looked at, as soon as it is settled. */
  readonly report: (outcome: Outcome) => void
  /** True once the program is asked to end: the message in hand is finished, no other is begun. */
  readonly stopping: () => boolean
}

export interface PollResult {
  readonly summary: Summary
  /** What became of replies that an earlier poll had left open. */
  readonly takenUp: readonly TakenUp[]
  /** What kept replies from being sent and somebody has to mend, such as a refused login; the rest was done. */
  readonly trouble: OperatorError | null
}

/**
 * One pass: notice what the user did, take up what is open, then for each mailbox fetch, parse, read, decide, compose,
 * intend, deliver, enter. The only place where that order is written.
 * @throws OperatorError when the account cannot be reached, has no Drafts, or a template is broken; nothing is lost,
 * because the checkpoint only passes what the ledger holds
 */
export const poll = async (pass: Pass): Promise<PollResult> => {
  const { account, ledger, now } = pass
  const installedAt = ledger.install(account.name, now())
  const mail = await pass.connect()
  try {
    const all = await listWithDrafts(mail, pass)
    const desk = deskOf(pass, mail, all)
    fulfilRequests('retry', ledger, now)
    await noticeHands(desk)
    const takenUp = await takeUp(desk, pass.stopping)
    // After what is under way was taken up, so that none of it is lost.
    fulfilRequests('forget', ledger, now)
    const failed = takenUp.filter(({ state }) => state === 'failed').length
    const underway: Underway = { ...pass, installedAt, replies: failed }
    let summary = { ...emptySummary, failed }
    for (const mailbox of mailboxesToScan(all, account.mailboxes, pass.gmail)) {
      const look: Look = (uid, open) => handle(uid, mailbox.path, open, desk, underway)
      if (!pass.stopping()) summary = await walkThrough(mailbox, { ...pass, mail }, summary, look)
    }
    return { summary, takenUp, trouble: desk.troubles[0] ?? null }
  } finally {
    await mail.close()
  }
}

const deskOf = (pass: Pass, mail: MailAccount, all: readonly MailboxStatus[]): Desk => {
  const { account, submission, ledger, now, uptime, log, since } = pass
  const shelves = shelvesOf(all, account.imap.host)
  const usual = since ?? now() - account.policy.maxAgeDays * day
  let held: { readonly from: Instant; readonly shelves: ReturnType<Desk['held']> } | null = null
  return {
    ...{ account, mail, shelves, submission, ledger, now, uptime, log, troubles: [] },
    held: (sentAt) => {
      const from = Math.min(usual, sentAt) - day
      if (held === null || from < held.from) held = { from, shelves: readShelves(shelves, from, { mail, log }) }
      return held.shelves
    },
  }
}

/** A pass on its way. */
interface Underway extends Pass {
  readonly installedAt: Instant
  /** How many replies it has given so far; a message that broke us is none. Mutable on purpose: the limit counts it. */
  replies: number
}

/** fetch, parse, read, decide; a skip is entered at once, a reply is delivered when the mailbox is left. */
const handle = async (uid: number, mailbox: string, open: OpenMailbox, desk: Desk, pass: Underway): Promise<Looked> => {
  const fetched = await open.fetch(uid)
  if (fetched === null) return gone(uid, mailbox, open, pass)
  const message = withDefects(await pass.parse(fetched.bytes), fetched)
  const messageKey = messageKeyOf(message.messageId, fetched.bytes)
  const place = { mailbox, uidValidity: open.uidValidity, fetched, messageKey }
  const known = pass.ledger.byMessage(pass.account.name, messageKey)
  const assessed = await assess(message, fetched.bytes, pass.grounds, pass.now(), (notification) =>
    factsOf(notification, place, known, pass),
  )
  const entry = entryOf(message, assessed, place, pass)
  for (const because of message.defects) pass.log.warn('message-quarantined', { mailbox, uid, because })
  const finish = (answer: Answer): Outcome => {
    const outcome = { messageId: message.messageId, mailbox, uid, subject: message.subject, ...assessed, ...answer }
    pass.report(outcome)
    return outcome
  }
  if (assessed.decision.kind === 'reply')
    return {
      deliver: async () => {
        const given = await answer({ message, assessed, entry, desk }, pass)
        pass.replies += 1
        return finish(given)
      },
    }
  enterSkip(assessed, entry, known, desk)
  return finish({ reply: null, delivery: noDelivery })
}

/** A message that is gone is looked for no more, whatever it was to be looked at again for. */
const gone = (uid: number, mailbox: string, { uidValidity }: OpenMailbox, pass: Underway): null => {
  const { account, ledger, fingerprint, now } = pass
  const known = ledger.byUid(account.name, mailbox, uidValidity, uid)
  if (known?.state.kind === 'skipped') ledger.enter({ ...known, fingerprint, stateAt: now() })
  return null
}

/** A message above the cap was not fetched beyond its header, and what else there is may be a note. */
const withDefects = (message: Message, { complete, size }: Fetched): Message =>
  complete ? message : { ...message, defects: [`it has ${size} octets, so no more than its header was fetched`] }

/** A skip is entered; a deferral is not: the message stays behind the checkpoint and is looked at again. */
const enterSkip = (assessed: Assessed, entry: Entry, known: Entry | null, desk: Desk): void => {
  const { decision } = assessed
  if (decision.kind !== 'skip' || known?.state.kind === 'forgotten') return
  const because = reasonInWords(assessed)
  desk.ledger.enter({ ...entry, state: { kind: 'skipped', reason: decision.reason, because } })
  if (entry.kind === 'accepted') noticeAccepted(entry, desk)
}
