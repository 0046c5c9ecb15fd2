import { AppendRefused } from './core/appendRefused.ts'
import type { Instant } from './core/message.ts'
import { type Delivery, deliveryIn } from './core/outcome.ts'
import { draftFound, type Shelf } from './core/replySearch.ts'
import type { Account } from './core/settings.ts'
import type { Entry, State } from './core/state.ts'
import { exit, OperatorError } from './errors.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Appended, Clock, Log, MailAccount, Submission, UptimeClock } from './ports.ts'
import type { Shelves } from './shelves.ts'

/** What replies are delivered from in one poll. */
export interface Desk {
  readonly account: Account
  readonly mail: MailAccount
  readonly shelves: Shelves
  /** What came to the shelves since a moment, as they stood when it was first asked for. */
  readonly held: (since: Instant) => Promise<readonly Shelf[]>
  /** null: `mode: draft`. */
  readonly submission: Pick<Submission, 'submit'> | null
  readonly ledger: Ledger
  readonly now: Clock
  readonly uptime: UptimeClock
  readonly log: Log
  /** What keeps replies from being sent and somebody has to mend, such as a refused login; the poll ends with it. */
  readonly troubles: OperatorError[]
}

/** @throws OperatorError 75 when the connection is known to be lost, as it is when a poll was abandoned */
export const mustBeAlive = ({ account, mail }: Desk): void => {
  if (!mail.alive()) throw new OperatorError(exit.tryAgain, `the connection to ${account.imap.host} was lost`)
}

/** Enters the next state of an entry, durably, and gives the delivery that it is. */
export const moveTo = (entry: Entry, state: State, desk: Desk, because: string | null = null): Delivery => {
  desk.ledger.move(entry.id, state, desk.now())
  return deliveryIn(state, entry.replyMessageId, because)
}

/**
 * What the account holds of this reply already, although the ledger does not know: it was lost, or the user has answered
 * by hand. Then nothing is written. null when there is nothing.
 */
export const adopt = async (entry: Entry, desk: Desk): Promise<Delivery | null> => {
  const found = draftFound(await desk.held(entry.sentAt ?? entry.stateAt), entry, 'answers')
  if (found === null) return null
  desk.log.info('reply-found', { entry: entry.id, state: found.kind })
  return moveTo(entry, found, desk, 'it was there already')
}

/** `refused`: nothing is stored. `broken`: whether it is, nobody can tell yet. */
type Attempt = Appended | { readonly kind: 'refused' | 'broken'; readonly because: string }

/**
 * Appends bytes, and says of every end what it means. The intent must be durable before; what is entered after must stay
 * outside, so that a fault of the ledger does not pass for one of the server.
 */
export const append = async (
  path: string,
  bytes: Uint8Array,
  as: 'draft' | 'sent',
  { mail }: Desk,
): Promise<Attempt> => {
  try {
    return await mail.append(path, bytes, as)
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    return { kind: error instanceof AppendRefused ? 'refused' : 'broken', because }
  }
}
