import { domainOf, withoutQuoted } from './addrSpec.ts'
import { type AuthenticationResults, type MethodResult, parseAuthenticationResults } from './authenticationResults.ts'
import { fieldValues, type Message } from './message.ts'
import { fits } from './providers.ts'
import type { TrustedServers } from './providerTable.ts'

/** The host that wrote a Received field, or null where it cannot be read (RFC 5321 §4.4). */
export const receiver = (received: string): string | null =>
  /^(?:from\s+\S+\s+)?by\s+([^\s;]+)/i.exec(withoutQuoted(received)?.trim() ?? '')?.[1] ?? null

/** On loopback an id alone proves nothing: a server there that strips no field would let forged ones through. */
const receivedByTrusted = (message: Message, { receivedBy }: TrustedServers): boolean => {
  const top = fieldValues(message, 'Received')[0]
  return receivedBy === null || top === undefined || fits(receivedBy, receiver(top) ?? '')
}

const isTrusted = (field: AuthenticationResults, isTopmost: boolean, trust: TrustedServers): boolean => {
  const { authservId } = field
  if (authservId === null) return trust.withoutId && isTopmost
  return trust.authservIds.some((pattern) => fits(pattern, authservId))
}

/** The leading run of trusted fields: what stands below the first untrusted one may have come with the message. */
const leadingRun = (message: Message, trust: TrustedServers): readonly AuthenticationResults[] => {
  const run: AuthenticationResults[] = []
  if (!receivedByTrusted(message, trust)) return run
  for (const value of fieldValues(message, 'Authentication-Results')) {
    const field = parseAuthenticationResults(value)
    if (field === null || !isTrusted(field, run.length === 0, trust)) break
    run.push(field)
  }
  return run
}

/** Who signed, for a dkim result: d=, else the domain of i=, which is d= or under it (RFC 6376 §3.5). */
export const signerOf = ({ properties }: MethodResult): string => {
  const domain = (properties['header.d'] || domainOf(properties['header.i'] ?? '')).toLowerCase()
  return domain === 'none' ? '' : domain
}

/** The MAIL FROM of an spf result: an address, or its domain alone. `smtp.mail` is the older name (RFC 5451). */
export const mailFromOf = ({ properties }: MethodResult): string | undefined =>
  properties['smtp.mailfrom'] ?? properties['smtp.mail']

/** What a result is about; '' speaks of the message as a whole. A message has one MAIL FROM and one From. */
const subjectOf = (result: MethodResult): string => {
  if (result.method === 'dkim') return signerOf(result)
  return result.method === 'spf' && mailFromOf(result) === undefined && 'smtp.helo' in result.properties ? 'helo' : ''
}

const badness = ({ result }: MethodResult): number => (result === 'pass' ? 0 : /fail$/.test(result) ? 2 : 1)

/**
 * What the trusted servers say, read together (RFC 8601 §4.1): where two results of one method differ about one signer
 * or sender only the worse is left, and a result that names no signer (`dkim=none`) speaks of all of them.
 * ARC-Authentication-Results is never one of these fields.
 */
export const believedResults = (message: Message, trust: TrustedServers): readonly MethodResult[] => {
  const results = leadingRun(message, trust).flatMap((field) => field.results)
  const worst = new Map<string, number>()
  const worstOf = (method: string, subject: string): number => worst.get(`${method} ${subject}`) ?? 0
  for (const each of results) {
    const { method } = each
    const subject = subjectOf(each)
    worst.set(`${method} ${subject}`, Math.max(worstOf(method, subject), badness(each)))
  }
  return results.filter(
    (each) => badness(each) >= Math.max(worstOf(each.method, subjectOf(each)), worstOf(each.method, '')),
  )
}
