import { isLeftToUser } from './core/doubt.ts'
import { nameKeyOf } from './core/identity.ts'
import type { Request } from './core/ledgerBook.ts'
import type { Instant } from './core/message.ts'
import { asDraft, type Entry } from './core/state.ts'
import type { Ledger, LedgerReader } from './ledgerPort.ts'
import type { Clock } from './ports.ts'

/**
 * Whether an entry can be taken up again: it was skipped, refused for now, or left to the user. Before that nobody can give
 * his word that a reply is nowhere: it may still be under way.
 */
export const canRetry = ({ state }: Entry): boolean =>
  state.kind === 'skipped' || isLeftToUser(state) || (state.kind === 'failed' && state.retryAt !== null)

/**
 * Has an entry taken up again by the next poll. A skipped message is looked at whatever its age. One that was left to
 * the user is delivered again as a draft, on the user's word that it is nowhere; nothing is ever sent again.
 */
export const retry = (entry: Entry, ledger: Ledger, now: Instant): void => {
  const { state } = entry
  if (state.kind === 'skipped') ledger.lookAgain(entry.id)
  else if (canRetry(entry)) {
    const again = state.kind === 'failed' ? entry : asDraft(entry)
    ledger.enter({ ...again, state: { kind: 'planned' }, stateAt: now })
  }
}

/** The entries of a person: by an entry's id, the profile's address or its last part, or the whole name. */
export const entriesAbout = (person: string, ledger: Pick<LedgerReader, 'entries'>): readonly Entry[] => {
  const vanity = /\/in\/([^/?#]+)/u.exec(person)?.[1] ?? person
  const profile = `https://www.linkedin.com/in/${vanity}`.toLowerCase()
  return ledger.entries().filter(({ id, inviter }) => {
    if (id === person) return true
    if (inviter === null) return false
    return inviter.profile?.toLowerCase() === profile || nameKeyOf(inviter.name) === nameKeyOf(person)
  })
}

/** Does with an entry what is asked for; nothing where it is gone. */
export const fulfil = (kind: Request['kind'], id: string, ledger: Ledger, now: Instant): void => {
  const entry = ledger.byId(id)
  if (kind === 'forget') ledger.forget(id, now)
  else if (entry !== null) retry(entry, ledger, now)
}

/** Does what was asked for while this process held the ledger. */
export const fulfilRequests = (kind: Request['kind'], ledger: Ledger, now: Clock): void => {
  for (const request of ledger.requests().filter((one) => one.kind === kind)) {
    fulfil(kind, request.subject, ledger, now())
    ledger.dismiss(request.id)
  }
}
