import { domainOf, isUnder, mailboxFault, soleMailbox } from './addrSpec.ts'
import { type DkimSignature, dkimSignature, type MethodResult } from './authenticationResults.ts'
import { believedResults, mailFromOf, signerOf } from './believedResults.ts'
import { fieldValues, type Message } from './message.ts'
import type { TrustedServers } from './providerTable.ts'

export type Level = 'direct' | 'signed' | 'bound' | 'unverified' | 'failed'

export interface Authenticity {
  readonly level: Level
  /** One readable sentence. */
  readonly because: string
  /** Whether a temporary DNS error stood in the way; then the message is deferred, not judged. */
  readonly dnsUnavailable: boolean
}

/** A DKIM-Signature verified here, on the fetched bytes (RFC 6376). */
export interface VerifiedSignature {
  readonly domain: string
  readonly result: 'pass' | 'fail' | 'temperror' | 'none'
  /** Lower-case names in h=. */
  readonly signedFields: readonly string[]
  /** Whether l= limits the signed body. */
  readonly partial: boolean
}

/** What is known about a message, from trusted servers and from signatures verified here. */
interface Evidence {
  readonly dmarc: 'pass' | 'fail' | null
  /** spf=pass with MAIL FROM under linkedin.com. */
  readonly spf: boolean
  /** A trusted dkim=pass of linkedin.com or a domain under it. */
  readonly dkim: boolean
  /** A dkim=pass of linkedin.com itself, trusted or verified here. */
  readonly bound: boolean
  /** One of those covers Reply-To too, and the whole body. */
  readonly signed: boolean
  /** A signature of linkedin.com that does not fit the message. */
  readonly broken: boolean
  readonly dnsUnavailable: boolean
}

type Judgement = Omit<Authenticity, 'dnsUnavailable'>

/** Invitations of every era come from here; e. and em.linkedin.com are marketing and never send one. */
const linkedIn = 'linkedin.com'

const exactlyOnce = ['From', 'To', 'Subject', 'Date', 'Message-ID']
/** Signers sign the lowest of several, we read the topmost: a second one would show us another message than was signed. */
const atMostOnce = ['Reply-To', 'X-LinkedIn-Template', 'Content-Type', 'Content-Transfer-Encoding']
const coveredWhenSigned = ['from', 'to', 'subject', 'date', 'reply-to']

/** A second Reply-To is how a replayed message is turned against someone: parsers take the attacker's. */
const miscounted = (message: Message): string | undefined =>
  [...exactlyOnce, ...atMostOnce]
    .map((name) => ({ name, count: fieldValues(message, name).length }))
    .filter(({ name, count }) => count > 1 || (count === 0 && exactlyOnce.includes(name)))
    .map(({ name, count }) => (count === 0 ? `it has no ${name} field` : `it has ${count} ${name} fields`))[0]

const wrongFrom = (message: Message): string | undefined => {
  const [value = ''] = fieldValues(message, 'From')
  const address = soleMailbox(value)
  if (address === null) return `its From ${mailboxFault(value)}`
  if (domainOf(address) !== linkedIn) return `its From is at ${domainOf(address)}, not at ${linkedIn}`
  const [parsed, ...others] = message.from
  const agrees = others.length === 0 && parsed?.address.toLowerCase() === address.toLowerCase()
  return agrees ? undefined : 'its From can be read in two ways'
}

const wrongReplyTo = (message: Message): string | undefined => {
  const [value] = fieldValues(message, 'Reply-To')
  return value === undefined || soleMailbox(value) !== null ? undefined : `its Reply-To ${mailboxFault(value)}`
}

/** Where a message's own header already shows that it is not LinkedIn's, on the raw fields. */
const malformed = (message: Message): string | undefined =>
  miscounted(message) ?? wrongFrom(message) ?? wrongReplyTo(message)

const covers = ({ signedFields, partial }: Pick<DkimSignature, 'signedFields' | 'partial'>): boolean =>
  !partial && coveredWhenSigned.every((name) => signedFields.includes(name))

/**
 * A server says who signed, not what: that stands in the DKIM-Signature. Where several fit, each must cover Reply-To,
 * since anyone can add another one that claims to.
 */
const serverSawCovered = (message: Message, passes: readonly MethodResult[]): boolean => {
  const selectors = passes.flatMap(({ properties }) => properties['header.s']?.toLowerCase() ?? [])
  const signatures = fieldValues(message, 'DKIM-Signature')
    .map(dkimSignature)
    .filter((each) => each === null || each.domain === linkedIn)
    .filter((each) => each === null || selectors.length === 0 || selectors.includes(each.selector))
  return passes.length > 0 && signatures.length > 0 && signatures.every((each) => each !== null && covers(each))
}

const dmarcOf = (results: readonly MethodResult[]): Evidence['dmarc'] => {
  const all = results.filter(({ method }) => method === 'dmarc')
  if (all.some(({ result }) => result === 'fail')) return 'fail'
  const aligned = ({ result, properties }: MethodResult) =>
    result === 'pass' && properties['header.from']?.toLowerCase() === linkedIn
  return all.length > 0 && all.every(aligned) ? 'pass' : null
}

const spfOf = (results: readonly MethodResult[]): boolean => {
  const senders = results.filter((each) => each.method === 'spf' && mailFromOf(each) !== undefined)
  const fromLinkedIn = (each: MethodResult) =>
    each.result === 'pass' && isUnder(domainOf((mailFromOf(each) ?? '').replace(/^<|>$/g, '')), linkedIn)
  return senders.length > 0 && senders.every(fromLinkedIn)
}

const evidenceOf = (
  message: Message,
  results: readonly MethodResult[],
  signatures: readonly VerifiedSignature[],
): Evidence => {
  const dkim = results.filter((each) => each.method === 'dkim' && isUnder(signerOf(each), linkedIn))
  const told = dkim.filter((each) => signerOf(each) === linkedIn)
  const passes = told.filter(({ result }) => result === 'pass')
  const checked = signatures.filter(({ domain }) => domain === linkedIn)
  const verified = checked.filter(({ result }) => result === 'pass')
  return {
    dmarc: dmarcOf(results),
    spf: spfOf(results),
    dkim: dkim.some(({ result }) => result === 'pass'),
    bound: passes.length + verified.length > 0,
    signed: serverSawCovered(message, passes) || verified.some(covers),
    broken: [...told, ...checked].some(({ result }) => result === 'fail'),
    dnsUnavailable: checked.some(({ result }) => result === 'temperror'),
  }
}

/**
 * A broken signature alone is no proof of forgery: footers and forwarders break them, and RFC 6376 §6.1 has it count as
 * none. So it is `unverified`, as the table says; only a trusted dmarc=fail is LinkedIn's own word that the mail is not.
 */
const unverified = ({ broken, dnsUnavailable }: Evidence): Judgement => {
  if (dnsUnavailable)
    return { level: 'unverified', because: `the name server did not answer for the key of ${linkedIn}` }
  if (broken) return { level: 'unverified', because: `the signature of ${linkedIn} does not fit the message` }
  return { level: 'unverified', because: 'no trusted server and no signature says that LinkedIn sent it' }
}

/** The levels, from the facts' table; the first that matches wins. */
const judge = (evidence: Evidence): Judgement => {
  const { dmarc, spf, dkim, bound, signed } = evidence
  if (dmarc === 'fail' && !dkim && !bound)
    return { level: 'failed', because: `a trusted server says dmarc=fail for ${linkedIn}` }
  if (spf && (dmarc === 'pass' || dkim))
    return { level: 'direct', because: 'a trusted server says that it came straight from LinkedIn' }
  if (signed) return { level: 'signed', because: `${linkedIn} signed it, its Reply-To included` }
  if (bound)
    return { level: 'bound', because: `${linkedIn} signed it, but neither its way here nor its Reply-To is proven` }
  return unverified(evidence)
}

/**
 * Whether LinkedIn sent a message, and how far that is proven. `signatures` are those verified here, or null when none
 * were asked for. l= keeps a message from `signed`: what follows in its body is anyone's. Never throws.
 */
export const authenticity = (
  message: Message,
  trust: TrustedServers,
  signatures: readonly VerifiedSignature[] | null,
): Authenticity => {
  const reason = malformed(message)
  if (reason !== undefined) return { level: 'failed', because: reason, dnsUnavailable: false }
  const evidence = evidenceOf(message, believedResults(message, trust), signatures ?? [])
  const judgement = judge(evidence)
  return { ...judgement, dnsUnavailable: judgement.level === 'unverified' && evidence.dnsUnavailable }
}

/**
 * Whether signatures must be verified here, which asks the name server: the trusted fields settle nothing about
 * LinkedIn. A trusted dkim=fail of linkedin.com settles it; a temperror, or none, does not.
 */
export const needsSignatures = (message: Message, trust: TrustedServers): boolean => {
  if (malformed(message) !== undefined) return false
  const evidence = evidenceOf(message, believedResults(message, trust), [])
  return judge(evidence).level === 'unverified' && !evidence.broken
}
