import { type Delivery, noDelivery } from './core/outcome.ts'
import { filesSentMail } from './core/providers.ts'
import { isRelay } from './core/recipient.ts'
import { attemptsIn, submissionAttempts, submissionDelay } from './core/retries.ts'
import type { Entry, SentCopy, State } from './core/state.ts'
import { SubmissionFailure } from './core/submissionFailure.ts'
import { type Desk, moveTo } from './desk.ts'
import { OperatorError } from './errors.ts'
import type { Submitted as Accepted } from './ports.ts'
import { elsewhereOf } from './shelves.ts'

/** A reply that was submitted or has to wait, or one that cannot be sent and is to be left as a draft. */
export type Submitted =
  | { readonly kind: 'settled'; readonly delivery: Delivery }
  | { readonly kind: 'draft'; readonly because: string }

/**
 * Submits the frozen bytes to the one address of the entry (RFC 6409), at most once: the intent is durable before any
 * byte leaves, a definite "not now" is tried again later, and where the outcome is unknown nothing is ever sent again.
 * A server that refused the login is not asked again in the same poll.
 */
export const submit = async (entry: Entry, desk: Desk): Promise<Submitted> => {
  const { frozen, submitTo, state } = entry
  const { submission } = desk
  if (frozen === null || submitTo === null || submission === null) return settled(noDelivery)
  const before = attemptsIn(state)
  const [trouble] = desk.troubles
  if (trouble !== undefined) return settled(moveTo(entry, refusalFor(trouble.message, before, desk), desk))
  const attempts = before + 1
  moveTo(entry, { kind: 'submitting', elsewhere: elsewhereOf(desk.shelves), attempts }, desk)
  const envelope = { from: desk.account.from.address, to: submitTo }
  const sent = await submission.submit(envelope, frozen).catch((error: unknown) => asFailure(error, desk))
  // From here on a fault of the ledger must not pass for one of the server: what was sent stays `submitting`.
  return sent instanceof SubmissionFailure ? failed(entry, sent, attempts, desk) : accepted(entry, sent, desk)
}

const accepted = (entry: Entry, sent: Accepted, desk: Desk): Submitted => {
  if (sent.kind === 'rehearsed')
    return settled({ ...noDelivery, messageId: entry.replyMessageId, because: 'would be sent' })
  desk.log.info('sent', { entry: entry.id, response: sent.response })
  return settled(moveTo(entry, { kind: 'sent', response: sent.response, copy: copyBy(desk) }, desk))
}

const settled = (delivery: Delivery): Submitted => ({ kind: 'settled', delivery })

const copyBy = ({ account }: Desk): SentCopy =>
  account.smtp !== null && filesSentMail(account.smtp) ? { kind: 'filed' } : { kind: 'due' }

/** Nothing of a login that was refused has left; the account's trouble is told once, when the poll has ended. */
const asFailure = (error: unknown, desk: Desk): SubmissionFailure => {
  if (error instanceof SubmissionFailure) return error
  if (!(error instanceof OperatorError)) throw error
  desk.troubles.push(error)
  return new SubmissionFailure(error.message, 'later', null)
}

const failed = (entry: Entry, { message, outcome }: SubmissionFailure, attempts: number, desk: Desk): Submitted => {
  desk.log.warn(`submission-${outcome}`, { entry: entry.id, because: message })
  if (outcome === 'unknown') return settled(moveTo(entry, doubtAbout(message, desk), desk))
  const isFinal = outcome === 'refused'
  if (isFinal && entry.submitTo !== null && isRelay(entry.submitTo)) return { kind: 'draft', because: message }
  if (!isFinal && attempts >= submissionAttempts)
    return { kind: 'draft', because: `it was refused ${attempts} times, at last: ${message}` }
  const refusal = refusalFor(message, attempts, desk)
  return settled(moveTo(entry, isFinal ? { ...refusal, retryAt: null } : refusal, desk))
}

const refusalFor = (error: string, attempts: number, { now }: Desk): Extract<State, { kind: 'failed' }> => ({
  ...{ kind: 'failed', error, attempts },
  retryAt: now() + submissionDelay(Math.max(1, attempts)),
})

const doubtAbout = (because: string, desk: Desk): State => ({
  ...{ kind: 'uncertain', via: 'submission', because, brokenAt: desk.uptime() },
  elsewhere: elsewhereOf(desk.shelves),
})
