import { type Delivery, deliveryIn } from './core/outcome.ts'
import { draftFound, type Shelf } from './core/replySearch.ts'
import type { Account } from './core/settings.ts'
import type { Entry, State } from './core/state.ts'
import type { OperatorError } from './errors.ts'
import type { Ledger } from './ledgerPort.ts'
import type { Clock, Log, MailAccount, Submission, UptimeClock } from './ports.ts'
import type { Shelves } from './shelves.ts'

/** What replies are delivered from in one poll. */
export interface Desk {
  readonly account: Account
  readonly mail: MailAccount
  readonly shelves: Shelves
  /** What lay on the shelves when the poll began, read when it is first asked for. */
  readonly held: () => Promise<readonly Shelf[]>
  /** null: `mode: draft`. */
  readonly submission: Submission | null
  readonly ledger: Ledger
  readonly now: Clock
  readonly uptime: UptimeClock
  readonly log: Log
  /** Told of what keeps replies from being sent and somebody has to mend; the poll goes on and ends with it. */
  readonly trouble: (error: OperatorError) => void
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
  const found = draftFound(await desk.held(), entry)
  if (found === null) return null
  desk.log.info('reply-found', { entry: entry.id, state: found.kind })
  return moveTo(entry, found, desk, 'it was there already')
}
