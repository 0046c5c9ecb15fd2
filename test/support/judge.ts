import { fileURLToPath } from 'node:url'
import { type Assessed, assess } from '../../src/assess.ts'
import { trustFor } from '../../src/core/providers.ts'
import type { Policy } from '../../src/core/settings.ts'
import { verifySignatures } from '../../src/io/signatures.ts'
import { openTemplates } from '../../src/io/templates.ts'
import { account, policy } from './facts.ts'
import { messageOf, phrases } from './mail.ts'
import { testResolver } from './signing.ts'

const templates = openTemplates([fileURLToPath(new URL('../../templates', import.meta.url))])

/** A few hours after the fixtures' invitation was sent. */
const then = Date.UTC(2025, 10, 4, 12)

export interface Mailbox {
  /** The IMAP host, which says whose marks are believed. */
  readonly host?: string
  readonly authservIds?: readonly string[]
  /** Whether signatures are verified here, by the test key. */
  readonly dkim?: boolean
  readonly own?: readonly string[]
  readonly policy?: Partial<Policy>
}

/** What the program makes of real bytes that lie in such a mailbox: parsed, verified, decided, as `poll` does it. */
export const judge = async (raw: string | Uint8Array, mailbox: Mailbox = {}): Promise<Assessed> => {
  const { host = 'imap.gmail.com', authservIds = 'auto', dkim = true, own = ['rowan@example.org'] } = mailbox
  const bytes = typeof raw === 'string' ? Buffer.from(raw) : raw
  const grounds = {
    phrases,
    policy: policy(mailbox.policy),
    trusted: trustFor(host, authservIds),
    verify: dkim ? verifySignatures(testResolver) : null,
    templates,
    reply: { template: 'ask-context', language: 'auto', defaultLanguage: 'en' },
    timezone: 'UTC',
    user: { from: { name: 'Rowan Ashby', address: 'rowan@example.org' }, own },
  }
  const installedAt = then - 60 * 24 * 3_600_000
  return assess(await messageOf(bytes), bytes, grounds, then, () => account({ own, installedAt, arrivedAt: then }))
}

/** The decision in a word: `reply`, or the reason there is none. */
export const verdictOf = ({ decision }: Assessed): string => decision.reason ?? decision.kind

/** Why the rule that struck struck; what is said of authenticity where none did. */
export const becauseOf = ({ decision, rules, authenticity }: Assessed): string =>
  rules.find(({ rule }) => rule === decision.reason)?.because ?? authenticity.because
