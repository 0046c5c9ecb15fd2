import type { Authenticity } from './authenticity.ts'
import type { Decision, RuleResult } from './decision.ts'
import type { Notification } from './kinds.ts'
import type { Recipient } from './recipient.ts'
import type { State } from './state.ts'

/** The reply as it lies in Drafts, in words. */
export interface ReplyText {
  readonly template: string
  readonly language: string
  readonly subject: string
  readonly text: string
}

/** Where the reply went. `because` names what turned a send into a draft, or what went wrong. */
export interface Delivery {
  readonly state: 'drafted' | 'sent' | 'uncertain' | 'failed' | 'none'
  readonly mailbox: string | null
  readonly uid: number | null
  readonly messageId: string | null
  readonly because: string | null
}

export const noDelivery: Delivery = { state: 'none', mailbox: null, uid: null, messageId: null, because: null }

/** The delivery of a reply whose entry is in this state. */
export const deliveryIn = (state: State, messageId: string | null, because: string | null = null): Delivery => {
  const told = { ...noDelivery, messageId, because }
  if (state.kind === 'drafted' || state.kind === 'edited')
    return { ...told, state: 'drafted', mailbox: state.mailbox, uid: state.uid }
  if (state.kind === 'sent-by-you') return { ...told, state: 'sent', mailbox: state.mailbox, uid: state.uid }
  if (state.kind === 'sent') return { ...told, state: 'sent', because: because ?? state.response }
  if (state.kind === 'failed') return { ...told, state: 'failed', because: because ?? state.error }
  if (state.kind === 'uncertain')
    return {
      ...told,
      state: 'uncertain',
      mailbox: state.via === 'append' ? state.mailbox : null,
      because: because ?? state.because,
    }
  return { ...told, state: 'none', because: because ?? state.kind }
}

/** Everything there is to say about one message: one row of the table, one line of JSON. */
export interface Outcome {
  readonly messageId: string | null
  readonly mailbox: string | null
  readonly uid: number | null
  readonly subject: string
  readonly notification: Notification
  readonly authenticity: Authenticity
  readonly recipient: Recipient
  readonly decision: Decision
  readonly rules: readonly RuleResult[]
  readonly reply: ReplyText | null
  readonly delivery: Delivery
}

/** Counts of one poll, the last line of `poll --json`. */
export interface Summary {
  readonly seen: number
  readonly replied: number
  readonly skipped: number
  readonly deferred: number
  readonly uncertain: number
  readonly failed: number
  readonly unrecognised: number
}

export const emptySummary: Summary = {
  seen: 0,
  replied: 0,
  skipped: 0,
  deferred: 0,
  uncertain: 0,
  failed: 0,
  unrecognised: 0,
}

/** The summary with one more outcome counted. */
export const counted = (summary: Summary, { decision, delivery, notification }: Outcome): Summary => ({
  seen: summary.seen + 1,
  replied:
    summary.replied +
    Number(decision.kind === 'reply' && delivery.state !== 'failed' && delivery.state !== 'uncertain'),
  skipped: summary.skipped + Number(decision.kind === 'skip'),
  deferred: summary.deferred + Number(decision.kind === 'defer'),
  uncertain: summary.uncertain + Number(delivery.state === 'uncertain'),
  failed: summary.failed + Number(delivery.state === 'failed'),
  unrecognised: summary.unrecognised + Number(notification.kind === 'unrecognised'),
})
