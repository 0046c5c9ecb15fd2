/** Whose Authentication-Results fields are believed for an account. */
export interface TrustedServers {
  /** authserv-ids (RFC 8601 §2.5), `*.suffix` allowed. */
  readonly authservIds: readonly string[]
  /** Whether the topmost field is believed without an authserv-id. */
  readonly withoutId: boolean
  /** Pattern of the host that must have written the topmost Received field, if there is one; null: any. */
  readonly receivedBy: string | null
}

interface Provider extends Partial<TrustedServers> {
  readonly name: string
  /** IMAP hosts, `*.suffix` allowed. */
  readonly hosts: readonly string[]
}

const loopback = ['127.0.0.1', 'localhost', '::1', '[::1]']

/**
 * Forms as publicly seen; an id belongs here only when the provider removes it from mail that comes in. Whoever is not
 * in the table is helped by DKIM verified here, or by `trust.authservIds`.
 */
const providers: readonly Provider[] = [
  { name: 'Gmail', hosts: ['imap.gmail.com', 'imap.googlemail.com'], authservIds: ['mx.google.com'] },
  {
    name: 'Microsoft',
    hosts: ['*.office365.com', '*.outlook.com', '*.office365.us', '*.outlook.cn'],
    withoutId: true,
  },
  {
    name: 'iCloud',
    hosts: ['*.mail.me.com', '*.mail.icloud.com'],
    authservIds: ['bimi', 'arc', 'dmarc', 'dkim-verifier', 'spf'].map((checker) => `${checker}.icloud.com`),
  },
  { name: 'Yahoo', hosts: ['*.mail.yahoo.com', '*.aol.com'], authservIds: ['*.yahoo.com'] },
  { name: 'Fastmail', hosts: ['*.fastmail.com', '*.messagingengine.com'], authservIds: ['*.messagingengine.com'] },
  /** Bridge listens on loopback, and so does many a Dovecot that strips nothing: see `receivedBy`. */
  { name: 'Proton', hosts: loopback, authservIds: ['mail.protonmail.ch'], receivedBy: '*.protonmail.ch' },
  {
    name: 'IONOS',
    hosts: ['com', 'de', 'co.uk', 'fr', 'es', 'it', 'at', 'mx', 'ca']
      .map((country) => `imap.ionos.${country}`)
      .concat(['imap.1und1.de', 'imap.1and1.com']),
    authservIds: ['kundenserver.de'],
  },
]

/** Whether a host name or authserv-id fits a pattern: the name itself, or `*.suffix` for all names under it. Case never counts. */
export const fits = (pattern: string, name: string): boolean => {
  const [wanted, given] = [pattern.toLowerCase(), name.toLowerCase()]
  return wanted.startsWith('*.') ? given.endsWith(wanted.slice(1)) : given === wanted
}

const providerOf = (imapHost: string): Provider | null =>
  providers.find((provider) => provider.hosts.some((pattern) => fits(pattern, imapHost))) ?? null

/**
 * Whose Authentication-Results are believed for an account. `setting` is `trust.authservIds`: `auto` takes the table
 * above, a list replaces it. `provider` is a name for people, or null.
 */
export const trustFor = (
  imapHost: string,
  setting: 'auto' | readonly string[],
): TrustedServers & { readonly provider: string | null } => {
  const provider = providerOf(imapHost)
  const name = provider?.name ?? null
  if (setting !== 'auto') return { authservIds: setting, withoutId: false, receivedBy: null, provider: name }
  return {
    authservIds: provider?.authservIds ?? [],
    withoutId: provider?.withoutId ?? false,
    receivedBy: provider?.receivedBy ?? null,
    provider: name,
  }
}

/** Whether the IMAP server is this very computer: a Bridge, or a Dovecot fed by whatever fetches the mail. */
export const isLoopback = (imapHost: string): boolean => loopback.includes(imapHost.toLowerCase())

/** Whether an account is Gmail's or Workspace's: it shows All Mail, and labels for mailboxes. */
export const isGmail = (imapHost: string): boolean => providerOf(imapHost)?.name === 'Gmail'

const filingHosts = ['smtp.gmail.com', 'smtp.googlemail.com', '*.office365.com', 'smtp-mail.outlook.com']
const bridgePort = 1025

/** Whether a submission server files what it sends in Sent by itself: Gmail, Microsoft, Proton Bridge. */
export const filesSentMail = ({ host, port }: { readonly host: string; readonly port: number }): boolean =>
  filingHosts.some((pattern) => fits(pattern, host)) || (port === bridgePort && isLoopback(host))
