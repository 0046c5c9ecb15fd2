import { authenticate, type Grounds } from '../assess.ts'
import { domainOf } from '../core/addrSpec.ts'
import type { Authenticity } from '../core/authenticity.ts'
import { day, type Instant, type Message } from '../core/message.ts'
import { trustFor } from '../core/providers.ts'
import type { Account } from '../core/settings.ts'
import { type TrustAdvice, trustAdvice } from '../core/trustAdvice.ts'
import type { OpenMailbox, Parse } from '../ports.ts'

/** A message of LinkedIn's, as `check` and `init` look at it. */
export interface LinkedInMail {
  readonly message: Message
  readonly bytes: Uint8Array
}

/** How far back is looked, and how many of a mailbox: its marketing comes from other hosts and proves nothing. */
export const lookBack = { days: 90, perMailbox: 20 }

/** The mail from LinkedIn among the newest of an open mailbox, the newest first; fetched one at a time. */
export async function* newestMail(open: OpenMailbox, parse: Parse, now: Instant): AsyncGenerator<LinkedInMail> {
  if (open.uidNext <= 1) return
  const uids = await open.search({ first: 1, last: open.uidNext - 1 }, now - lookBack.days * day)
  for (const uid of uids.slice(-lookBack.perMailbox).reverse()) {
    const fetched = await open.fetch(uid)
    if (fetched === null) continue
    const { bytes } = fetched
    const message = await parse(bytes)
    if (message.from.some(({ address }) => domainOf(address) === 'linkedin.com')) yield { message, bytes }
  }
}

/** The newest first. */
export const byDate = (one: LinkedInMail, other: LinkedInMail): number =>
  (other.message.date ?? 0) - (one.message.date ?? 0)

interface Trusted {
  readonly authenticity: Authenticity
  /** What to do where it is not trusted; null: nothing. */
  readonly advice: TrustAdvice | null
  /** A name for people, or null. */
  readonly provider: string | null
}

/** How far a message is trusted with the settings of an account, and what would make it so. */
export const trustIn = async (
  { message, bytes }: LinkedInMail,
  { imap, trust }: Account,
  grounds: Grounds,
): Promise<Trusted> => {
  const authenticity = await authenticate(message, bytes, grounds)
  const { provider, ...trusted } = trustFor(imap.host, trust.authservIds)
  const situation = { imapHost: imap.host, trusted, verifyDkim: trust.verifyDkim }
  return { authenticity, provider, advice: trustAdvice(message, authenticity, situation) }
}
