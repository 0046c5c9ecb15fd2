import { isUnder } from './addrSpec.ts'
import { dkimSignature, parseAuthenticationResults } from './authenticationResults.ts'
import { type Authenticity, authenticity, type Level } from './authenticity.ts'
import { receiver } from './believedResults.ts'
import { fieldValues, type Message } from './message.ts'
import { fits, isLoopback } from './providers.ts'
import type { TrustedServers } from './providerTable.ts'

/** What would make LinkedIn's mail trusted in an account where it is not. */
export type TrustAdvice =
  | {
      readonly kind: 'trust'
      /** The whole of `trust.authservIds` as it should be. */
      readonly authservIds: readonly string[]
      /** Those of them that stand in the message. */
      readonly written: readonly string[]
      /** The level of this message when they are trusted. */
      readonly level: Level
      /** What leaves in doubt that the user's own server wrote the fields. */
      readonly doubt: 'loopback' | 'stranger' | null
      /** A pattern for all servers of that name, where the name has a number in it that may be another tomorrow. */
      readonly pattern: string | null
    }
  /** It is not LinkedIn's, whoever is trusted. */
  | { readonly kind: 'forged' }
  /** The name server did not answer. */
  | { readonly kind: 'dns' }
  /** LinkedIn's signature is there, and the settings forbid to look at it. */
  | { readonly kind: 'verify' }
  /** LinkedIn's signature is there and does not fit: something changed the message on its way. */
  | { readonly kind: 'changed' }
  /** Neither a signature nor a field that says enough. */
  | { readonly kind: 'nothing' }

export interface Situation {
  readonly imapHost: string
  readonly trusted: TrustedServers
  readonly verifyDkim: boolean
}

/** The domain above a host, or null where everybody has a name under it: `com`, and by its form `co.uk`. */
const parentOf = (host: string): string | null => {
  const above = host.slice(host.indexOf('.') + 1)
  return !above.includes('.') || /^[^.]{1,3}\.[a-z]{2}$/.test(above) ? null : above
}

/** Whether two hosts are of one house: one of them, or both, under the domain of the other. */
const related = (one: string, other: string): boolean =>
  isUnder(one, parentOf(other) ?? other) || isUnder(other, parentOf(one) ?? one)

/**
 * The authserv-ids at the top that one house may have written together, as iCloud's servers do: nothing below a
 * stranger's field, nor below a Received field, since it may have come with the message.
 */
const leadingIds = (message: Message): readonly string[] => {
  const ids: string[] = []
  for (const { name, value } of message.fields) {
    const isResults = name.toLowerCase() === 'authentication-results'
    if (ids.length > 0 && name.toLowerCase() === 'received') break
    if (!isResults) continue
    const id = parseAuthenticationResults(value)?.authservId?.toLowerCase() ?? ''
    if (!/^[\w-][\w.-]*$/.test(id) || !related(ids[0] ?? id, id)) break
    if (!ids.includes(id)) ids.push(id)
  }
  return ids
}

const worth: Readonly<Record<Level, number>> = { failed: 0, unverified: 0, bound: 1, signed: 2, direct: 3 }

interface Trial {
  readonly authservIds: readonly string[]
  readonly written: readonly string[]
  readonly level: Level
}

/**
 * The fewest of the leading ids that bring the message furthest, tried as the settings would have it: a list there takes
 * the place of the shipped table. What is believed under a condition (Proton's, on loopback) must not lose it that way.
 */
const bestTrial = (message: Message, { trusted }: Situation): Trial | null => {
  const ids = leadingIds(message)
  const known = ids.some((id) => trusted.authservIds.some((pattern) => fits(pattern, id)))
  if (trusted.receivedBy !== null && known) return null
  const kept = trusted.receivedBy === null ? trusted.authservIds : []
  const trials = ids.map((_, index): Trial => {
    const written = ids.slice(0, index + 1)
    const authservIds = [...new Set([...kept, ...written])]
    const { level } = authenticity(message, { authservIds, withoutId: false, receivedBy: null }, null)
    return { authservIds, written, level }
  })
  const best = Math.max(0, ...trials.map(({ level }) => worth[level]))
  return best === 0 ? null : (trials.find(({ level }) => worth[level] === best) ?? null)
}

const doubtOf = (message: Message, id: string, { imapHost }: Situation): 'loopback' | 'stranger' | null => {
  if (isLoopback(imapHost)) return 'loopback'
  const hosts = [imapHost, receiver(fieldValues(message, 'Received')[0] ?? '') ?? imapHost]
  return hosts.some((host) => related(host.toLowerCase(), id)) ? null : 'stranger'
}

const numbered = (id: string): string | null => {
  const parent = parentOf(id)
  return parent !== null && /\d/.test(id.slice(0, id.indexOf('.'))) ? `*.${parent}` : null
}

const isSigned = (message: Message): boolean =>
  fieldValues(message, 'DKIM-Signature').some((value) => dkimSignature(value)?.domain === 'linkedin.com')

/**
 * What to do where a message from LinkedIn is not trusted, found by trying it on that message. Ids that would not help
 * are never proposed, and those that may be anybody's only with their doubt. null where nothing is to be done.
 */
export const trustAdvice = (message: Message, judged: Authenticity, situation: Situation): TrustAdvice | null => {
  if (judged.level === 'failed') return { kind: 'forged' }
  if (judged.level !== 'unverified') return null
  const trial = bestTrial(message, situation)
  if (trial !== null) {
    const [id = ''] = trial.written
    return { kind: 'trust', ...trial, doubt: doubtOf(message, id, situation), pattern: numbered(id) }
  }
  if (judged.dnsUnavailable) return { kind: 'dns' }
  if (!isSigned(message)) return { kind: 'nothing' }
  return { kind: situation.verifyDkim ? 'changed' : 'verify' }
}
