import { fileURLToPath } from 'node:url'
import { assess, compose, type Grounds } from '../../src/assess.ts'
import { outcomeJson } from '../../src/cli/outcomeJson.ts'
import { day } from '../../src/core/message.ts'
import { noDelivery, type Outcome } from '../../src/core/outcome.ts'
import { trustFor } from '../../src/core/providers.ts'
import { encode } from '../../src/io/encode.ts'
import { parse } from '../../src/io/parse.ts'
import { openTemplates } from '../../src/io/templates.ts'
import { account, policy } from '../support/facts.ts'
import { phrases } from '../support/mail.ts'

const templates = openTemplates([fileURLToPath(new URL('../../templates', import.meta.url))])

/** The user of every base: all of example.org and example.com are his, for the samples are addressed to both. */
const user = { from: { name: 'Rowan Ashby', address: 'rowan@example.org' }, own: ['*@example.org', '*@example.com'] }

const grounds: Grounds = {
  phrases,
  policy: policy(),
  trusted: trustFor('imap.gmail.com', 'auto'),
  verify: null,
  templates,
  reply: { template: 'ask-context', language: 'auto', defaultLanguage: 'en' },
  timezone: 'UTC',
  user,
}

/** What became of octets on the whole way from bytes to a draft, in an account at Gmail. */
export interface Judged {
  readonly outcome: Outcome
  /** The draft, byte for byte, or null. */
  readonly draft: Buffer | null
  /** Everything that anybody would get to see. */
  readonly told: string
}

/** An hour after it was sent. */
export const judge = async (bytes: Uint8Array): Promise<Judged> => {
  const message = await parse(bytes)
  const now = (message.date ?? 0) + 3_600_000
  const facts = account({ own: user.own, installedAt: now - 30 * day, arrivedAt: now - 3_600_000 })
  const assessed = await assess(message, bytes, grounds, now, () => facts)
  const composed =
    assessed.decision.kind === 'reply'
      ? compose(message, assessed, grounds, { messageId: '<hwm.a@example.org>', now })
      : null
  const outcome: Outcome = {
    messageId: message.messageId,
    mailbox: 'INBOX',
    uid: 1,
    subject: message.subject,
    ...assessed,
    reply: composed?.reply ?? null,
    delivery: noDelivery,
  }
  const draft = composed === null ? null : Buffer.from(await encode(composed.message))
  return { outcome, draft, told: `${outcomeJson(outcome)}${draft?.toString('utf8') ?? ''}` }
}
