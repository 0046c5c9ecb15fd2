import { resolveTxt } from 'node:dns/promises'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { type DkimSignature, dkimSignature } from '../core/authenticationResults.ts'
import type { VerifiedSignature } from '../core/authenticity.ts'
import type { VerifySignatures } from '../ports.ts'

/** Asks for a DNS record, here TXT: one array of strings a record. Rejects with a `code` as node:dns does. */
export type Resolve = (name: string, type: string) => Promise<unknown>

type Mailauth = Awaited<ReturnType<typeof dkimVerify>>['results'][number]

const linkedIn = 'linkedin.com'

/** mailauth works on the header synchronously, and more than linearly: a larger one is left unverified (octets). */
const largestHeader = 128 * 1024
/** LinkedIn signs once for itself and once for the sending host. */
const mostSignatures = 16
/** For all look-ups of one message together (milliseconds). */
const deadline = 20_000

const dnsError = (code: string): Error => Object.assign(new Error(code), { code })

/** A promise that rejects after the deadline as a name server that does not answer, unless it is cancelled first. */
const expiry = (): { promise: Promise<never>; cancel: () => void } => {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(dnsError('ETIMEOUT')), deadline)
  })
  promise.catch(() => {})
  return { promise, cancel: () => clearTimeout(timer) }
}

const txtRecords = (answer: unknown): string[][] =>
  Array.isArray(answer) ? answer.map((record) => [record].flat().map(String)) : []

/**
 * Only LinkedIn's keys are asked for: any other name was chosen by the sender, and a question would tell him that his
 * mail was read.
 */
const onlyLinkedIn =
  (resolve: Resolve, timeout: Promise<never>) =>
  async (name: string, type: string): Promise<string[][]> => {
    if (!name.toLowerCase().endsWith(`._domainkey.${linkedIn}`)) throw dnsError('ENOTFOUND')
    return txtRecords(await Promise.race([resolve(name, type), timeout]))
  }

const headerEnd = (octets: Buffer): number => {
  const ends = [octets.indexOf('\r\n\r\n'), octets.indexOf('\n\n')].filter((end) => end >= 0)
  return ends.length === 0 ? octets.length : Math.min(...ends)
}

/** Raw fields, folded lines with their first. */
const fieldsOf = (header: string): readonly string[] => header.split(/\r?\n(?![ \t])/)

const isSignature = (field: string): boolean => /^dkim-signature\s*:/i.test(field)

/**
 * l= leaves the end of the body to anyone (RFC 6376 §8.2) and LinkedIn does not use it, so such a signature is not
 * verified; and mailauth writes to stdout when l= is longer than the body, into the middle of `--json`.
 */
const limitsBody = (field: string): boolean =>
  isSignature(field) && /[:;\s)]l\s*[=(]/i.test(Buffer.from(field, 'latin1').toString())

/** ARC is others' word about others (RFC 8617): mailauth would verify it along the way. */
const isLeftOut = (field: string): boolean => /^arc-/i.test(field) || limitsBody(field)

/** The field's value by its tags, where it is a signature in LinkedIn's name. */
const claimOf = (field: string): DkimSignature | null => {
  const signature = isSignature(field) ? dkimSignature(field.slice(field.indexOf(':') + 1)) : null
  return signature?.domain === linkedIn ? signature : null
}

const refused = (signature: DkimSignature): VerifiedSignature => ({
  domain: signature.domain,
  result: 'fail',
  signedFields: signature.signedFields,
  partial: true,
})

/**
 * What was verified: the canonical header ends with the signature's own field, so its h= cannot be another field's.
 * mailauth's `keys` will not do: they leave out names of fields that the message does not have.
 */
const verifiedSignature = (result: Mailauth): DkimSignature | null => {
  const signing: unknown = 'signingHeaders' in result ? result.signingHeaders : null
  if (typeof signing !== 'object' || signing === null || !('canonicalizedHeader' in signing)) return null
  const field = fieldsOf(Buffer.from(String(signing.canonicalizedHeader), 'base64').toString('latin1')).at(-1) ?? ''
  return dkimSignature(field.slice(field.indexOf(':') + 1))
}

/** RFC 8301 §3.1: rsa-sha1 does not count. RFC 6376 §5.4: neither does a signature that leaves From out. */
const isSound = (result: Mailauth, signature: DkimSignature | null): boolean =>
  'algo' in result && /-sha256$/i.test(String(result.algo)) && (signature?.signedFields.includes('from') ?? false)

/** mailauth says neutral of an expired signature, of a changed body and of a missing key: all of them fail. */
const resultOf = (result: Mailauth): VerifiedSignature => {
  const signature = verifiedSignature(result)
  const { result: told } = result.status
  const passed = told === 'pass' && isSound(result, signature)
  return {
    domain: result.signingDomain.toLowerCase(),
    result: passed ? 'pass' : told === 'temperror' ? 'temperror' : 'fail',
    signedFields: signature?.signedFields ?? [],
    partial: signature?.partial ?? false,
  }
}

const verifyWithin = async (octets: Buffer, resolve: Resolve): Promise<readonly VerifiedSignature[]> => {
  const { promise: timeout, cancel } = expiry()
  try {
    const { results } = await dkimVerify(octets, { resolver: onlyLinkedIn(resolve, timeout) })
    return results.filter(({ signingDomain }) => signingDomain?.toLowerCase() === linkedIn).map(resultOf)
  } finally {
    cancel()
  }
}

const verify = async (octets: Buffer, resolve: Resolve): Promise<readonly VerifiedSignature[]> => {
  const end = headerEnd(octets)
  const fields = fieldsOf(octets.toString('latin1', 0, Math.min(end, largestHeader)))
  const claims = fields.flatMap((field) => claimOf(field) ?? [])
  if (end > largestHeader || claims.length === 0 || fields.filter(isSignature).length > mostSignatures) return []
  const header = fields.filter((field) => !isLeftOut(field)).join('\r\n')
  const results = await verifyWithin(Buffer.concat([Buffer.from(header, 'latin1'), octets.subarray(end)]), resolve)
  return [...results, ...claims.filter(({ partial }) => partial).map(refused)]
}

/**
 * Makes the door to DKIM (RFC 6376). It verifies the signatures of linkedin.com on the bytes of a message and gives one
 * result for each: `temperror` when DNS did not answer within 20 seconds, `fail` also for an expired one and for one
 * with l=. Nothing of LinkedIn's: an empty list. Never throws. `resolve` is node:dns unless a test brings another.
 */
export const verifySignatures =
  (resolve: Resolve = (name) => resolveTxt(name)): VerifySignatures =>
  async (bytes) => {
    try {
      return await verify(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), resolve)
    } catch {
      return []
    }
  }
