import { isLeftToUser } from './core/doubt.ts'
import { nameKeyOf } from './core/identity.ts'
import type { Instant } from './core/message.ts'
import type { Entry } from './core/state.ts'
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
  else if (canRetry(entry)) ledger.enter({ ...asDraft(entry), state: { kind: 'planned' }, stateAt: now })
}

const asDraft = (entry: Entry): Entry =>
  entry.state.kind === 'uncertain' && entry.submitTo !== null
    ? { ...entry, frozen: entry.fallback, fallback: null, submitTo: null }
    : entry

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

/** Does what was asked for with `retry` while this process held the ledger. */
export const retryRequested = (ledger: Ledger, now: Clock): void => {
  for (const { id, subject } of ledger.requests().filter(({ kind }) => kind === 'retry')) {
    const entry = ledger.byId(subject)
    if (entry !== null) retry(entry, ledger, now())
    ledger.dismiss(id)
  }
}

/** Does what was asked for with `forget`; after what is under way was taken up, so that none of it is lost. */
export const forgetRequested = (ledger: Ledger, now: Clock): void => {
  for (const { id, subject } of ledger.requests().filter(({ kind }) => kind === 'forget')) {
    ledger.forget(subject, now())
    ledger.dismiss(id)
  }
}
