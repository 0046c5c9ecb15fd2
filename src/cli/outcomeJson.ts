import type { Outcome, Summary } from '../core/outcome.ts'

/**
 * One message as one line of JSON. The keys are a contract with other people's scripts: absent things are null, no key
 * is ever missing, none is renamed.
 */
export const outcomeJson = (outcome: Outcome): string => {
  const { notification: read, authenticity, decision, delivery, recipient } = outcome
  return `${JSON.stringify({
    messageId: outcome.messageId,
    mailbox: outcome.mailbox,
    uid: outcome.uid,
    kind: read.kind,
    template: read.template,
    layout: read.layout,
    inviter: read.inviter,
    invitationId: read.invitationId,
    language: read.language,
    note: read.note,
    authenticity: { level: authenticity.level, because: authenticity.because },
    recipient:
      recipient.kind === 'on-site' ? { kind: recipient.kind } : { kind: recipient.kind, address: recipient.address },
    decision,
    rules: outcome.rules,
    reply: outcome.reply,
    delivery,
  })}\n`
}

/** The last line of `poll --json`. */
export const summaryJson = (summary: Summary): string => `${JSON.stringify({ summary })}\n`
