import { loopback, providers, type TrustedServers } from './providerTable.ts'

/** Whether a host name or authserv-id fits a pattern: the name itself, or `*.suffix` for all names under it. Case never counts. */
export const fits = (pattern: string, name: string): boolean => {
  const [wanted, given] = [pattern.toLowerCase(), name.toLowerCase()]
  return wanted.startsWith('*.') ? given.endsWith(wanted.slice(1)) : given === wanted
}

const providerOf = (imapHost: string) =>
  providers.find((provider) => provider.hosts.some((pattern) => fits(pattern, imapHost))) ?? null

/**
 * Whose Authentication-Results are believed for an account. `setting` is `trust.authservIds`: `auto` takes the table
 * of providers, a list replaces it. `provider` is a name for people, or null.
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
