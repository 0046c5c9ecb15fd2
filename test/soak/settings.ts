import type { Dovecot } from '../servers/dovecot.ts'
import type { OpenId } from '../servers/openid-provider.ts'
import { type AccountName, accounts, type Proxied } from './happenings.ts'

/** What the daemon's accounts are made of. */
export interface Servers {
  readonly dovecot: Dovecot
  readonly provider: OpenId
  /** The port of each proxy. */
  readonly ports: Readonly<Record<Proxied, number>>
}

export const userOf = (account: AccountName): string => `${account}@example.org`

/** The folder with templates of its own beside the settings. */
export const templates = ['ask-context', 'ask-context-brief'] as const

const gmail = ({ dovecot }: Servers, account: AccountName): string =>
  `host: imap.gmail.com, port: ${dovecot.imapsPort}, caFile: ${dovecot.caFile}, user: ${userOf(account)}`

const local = ({ ports }: Servers, account: Proxied): string =>
  `host: 127.0.0.1, port: ${ports[account]}, security: none, user: ${userOf(account)}`

const linesOf: Readonly<Record<AccountName, (servers: Servers) => string>> = {
  plain: (servers) => `    imap: {${gmail(servers, 'plain')}, passwordEnv: DOVECOT}
`,
  watched: (servers) => `    imap: {${local(servers, 'watched')}, passwordEnv: DOVECOT}
    trust: {authservIds: [mx.google.com]}
    watch: idle
`,
  token: (servers) => {
    const { issuer, scope, clientId } = servers.provider
    return `    imap: {${gmail(servers, 'token')}, oauth: {provider: other, issuer: '${issuer}', scope: ${scope}, clientId: ${clientId}}}
`
  },
  cut: (servers) => `    imap: {${local(servers, 'cut')}, passwordEnv: DOVECOT}
    trust: {authservIds: [mx.google.com]}
`,
}

/**
 * The daemon's settings. Late octets arrive within `settle`, and nobody's day is full.
 * @param template the one that all accounts use
 */
export const settingsText = (servers: Servers, template: (typeof templates)[number]): string => `schedule: "* * * * *"
policy: {maxPerPoll: 100, maxPerDay: 1000, settle: 3m}
reply: {template: ${template}}
accounts:
${accounts.map((name) => `  - name: ${name}\n${linesOf[name](servers)}`).join('')}`
