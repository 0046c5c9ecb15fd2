import { isAddrSpec } from './addrSpec.ts'
import { trustFor } from './providers.ts'
import type { Endpoint } from './providerTable.ts'
import type { Security } from './settings.ts'
import { type Protocol, ports } from './settingsAccount.ts'
import { isLoopback, mailboxOf } from './settingsRules.ts'

/** How the secret is kept. */
export type InitSecret =
  | { readonly kind: 'env'; readonly password: string }
  /** `password` is what the file shall hold; null: the file is there and holds it. */
  | { readonly kind: 'file'; readonly path: string; readonly password: string | null }
  | { readonly kind: 'password-command' | 'access-token-command'; readonly command: string }

/** A server and who logs in there. */
export interface InitServer extends Endpoint {
  readonly user: string
}

/** What is written into `.env`. */
export interface InitAnswers {
  readonly address: string
  /** '' where only the address shall show. */
  readonly name: string
  readonly imap: InitServer
  /** null where nothing is to be sent. */
  readonly smtp: InitServer | null
  readonly caFile: string | null
  readonly secret: InitSecret
  readonly aliases: readonly string[]
}

/** What is written into the config file, where it differs from the default. */
export interface InitChoices {
  readonly mode: 'draft' | 'send'
  readonly mailboxes: 'auto' | readonly string[]
  readonly authservIds: 'auto' | readonly string[]
}

/** From as it is written: `Name <address>`, or the address alone. */
export const writtenFrom = ({ name, address }: Pick<InitAnswers, 'name' | 'address'>): string =>
  name === '' ? address : `${name} <${address}>`

/** What keeps a text from being the user's address; null when it is one. */
export const addressFault = (text: string): string | null =>
  isAddrSpec(text.trim()) ? null : 'must be one address like ada@example.org'

/** What keeps a text from being the name in From; null when it can be. */
export const nameFault = (text: string): string | null => {
  const name = text.trim()
  const read = mailboxOf(writtenFrom({ name, address: 'ada@example.org' }))
  return read?.name === name ? null : 'must not hold any of < > @ " ; : \\'
}

/** What keeps a text from being a port; null when it is one. */
export const portFault = (text: string): string | null =>
  /^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535
    ? null
    : 'must be a whole number from 1 to 65535'

/** What keeps a text from being a password; null when it can be. */
export const passwordFault = (text: string): string | null => {
  if (text === '') return 'must not be empty'
  return /\p{Cc}/u.test(text) ? 'must not hold control characters' : null
}

/** The endpoint of a host: what is not told is what most servers have. */
export const endpointOf = (
  protocol: Protocol,
  host: string,
  told: { readonly port: number | null; readonly security: Security | null },
): Endpoint => {
  const security = told.security ?? (told.port === ports[protocol].starttls ? 'starttls' : 'tls')
  return { host, security, port: told.port ?? ports[protocol][security] }
}

/**
 * Gmail and Yahoo show an app password in four groups of letters, and take it without the spaces between them. Another
 * server's password may have them.
 */
export const tidyPassword = (password: string, imapHost: string): string => {
  const known = trustFor(imapHost, 'auto').provider !== null && !isLoopback(imapHost)
  return known && /^[a-z]{4}(?:\s[a-z]{4}){3}$/.test(password.trim()) ? password.replace(/\s/g, '') : password
}
