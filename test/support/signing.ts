import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import type { Address, Field, Message } from '../../src/core/message.ts'

/** Made anew for each run: it signs for linkedin.com only where `testResolver` answers. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const keyRecord = `v=DKIM1; k=rsa; p=${publicKey.replace(/-----[^-]+-----|\s/g, '')}`

export const testSelector = 'd2048-202308-00'

/** What LinkedIn signs: everything but Reply-To and Message-ID. */
export const linkedInSigns =
  'From:Subject:MIME-Version:Content-Type:To:Date:X-LinkedIn-Class:X-LinkedIn-Template:X-LinkedIn-fbl'

export interface Signing {
  readonly domain?: string
  /** Field names, colon between. */
  readonly fields?: string
  /** Octets of the body under l=. */
  readonly bodyLength?: number
  readonly expires?: Date
  readonly algorithm?: 'rsa-sha256' | 'rsa-sha1'
}

/** The message with a DKIM-Signature on top, in LinkedIn's manner unless told otherwise. */
export const signed = async (message: string, signing: Signing = {}): Promise<string> => {
  const { domain = 'linkedin.com', fields = linkedInSigns, algorithm = 'rsa-sha256', bodyLength, expires } = signing
  const key = { signingDomain: domain, selector: testSelector, privateKey }
  const options = {
    ...key,
    algorithm,
    signTime: Date.UTC(2025, 10, 4, 8, 12, 28),
    // mailauth's signer reads a string here, whatever its types say, and takes its own list for an array.
    ...Object.fromEntries([['headerList', fields]]),
    ...(expires === undefined ? {} : { expires }),
    signatureData: [bodyLength === undefined ? key : { ...key, maxBodyLength: bodyLength }],
  }
  const { signatures, errors } = await dkimSign(message, options)
  if (errors.length > 0) throw new Error('mailauth did not sign the fixture')
  return signatures + message
}

const noSuchName = (name: string): Error =>
  Object.assign(new Error(`queryTxt ENOTFOUND ${name}`), { code: 'ENOTFOUND' })

/** Answers for the test key of linkedin.com (and its sending hosts), and for nothing else. */
export const testResolver = async (name: string): Promise<string[][]> => {
  if (!/^d2048-202308-00\._domainkey\.(?:\w+\.)?linkedin\.com$/.test(name)) throw noSuchName(name)
  return [[keyRecord]]
}

/** No name is ever to be asked: whoever does has a fault. */
export const denyAll = async (name: string): Promise<never> => {
  throw new Error(`a test asked the name server for ${name}`)
}

export const invitation = (): string =>
  readFileSync(new URL('../fixtures/mail/2025_en_invite-no-note_card-multipart.eml', import.meta.url), 'utf8')

/** The header fields of one provider, as they stand above a message. */
export const marks = (name: string): string =>
  readFileSync(new URL(`../fixtures/authentication-results/${name}.txt`, import.meta.url), 'utf8')

/** As a careless parser reads addresses: the first in angle brackets, else the whole. */
const addressOf = ({ value }: Field): Address => ({
  name: '',
  address: (/<([^<>]*)>/.exec(value)?.[1] ?? value).trim(),
})

/** A Message by its raw fields alone: enough for whatever judges the header. */
export const messageOf = (raw: string): Message => {
  const [header = ''] = raw.split(/\r?\n\r?\n/, 1)
  const fields = header
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)
    .map((line): Field => {
      const colon = line.indexOf(':')
      return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }
    })
  const named = (name: string) => fields.filter((field) => field.name.toLowerCase() === name)
  return {
    fields,
    messageId: named('message-id')[0]?.value ?? null,
    subject: named('subject')[0]?.value ?? '',
    date: Date.parse(named('date')[0]?.value ?? '') || null,
    from: named('from').slice(0, 1).map(addressOf),
    to: named('to').map(addressOf),
    replyTo: named('reply-to').map(addressOf),
    text: null,
    html: null,
    defects: [],
  }
}
