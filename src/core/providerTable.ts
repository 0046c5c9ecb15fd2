import type { Security } from './settings.ts'

/** Whose Authentication-Results fields are believed for an account. */
export interface TrustedServers {
  /** authserv-ids (RFC 8601 §2.5), `*.suffix` allowed. */
  readonly authservIds: readonly string[]
  /** Whether the topmost field is believed without an authserv-id. */
  readonly withoutId: boolean
  /** Pattern of the host that must have written the topmost Received field, if there is one; null: any. */
  readonly receivedBy: string | null
}

/** Where a server listens. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly security: Security
}

/** Where the mail of an address is read and sent. */
export interface MailService {
  /** Domains of addresses; `yahoo.*` stands for the national ones. */
  readonly domains: readonly string[]
  /** Hosts that take mail for people's own domains (MX), `*.suffix` allowed. */
  readonly exchangers: readonly string[]
  readonly imap: Endpoint
  readonly smtp: Endpoint
}

/** How one sets up an account at a provider. */
export interface SetUp {
  /** What logs in: a password made for programs, or an OAuth2 access token. */
  readonly secret: 'password' | 'access-token'
  /** What that secret is, and where one gets it. */
  readonly advice: string
  /** The domain of the login's address where IMAP takes only what stands before its @; null: IMAP takes all of it. */
  readonly localPartOf: string | null
  /** Whether its certificate is signed by nobody else: then it is needed as a file. */
  readonly ownCertificate: boolean
  readonly services: readonly MailService[]
}

interface Provider extends Partial<TrustedServers> {
  readonly name: string
  /** IMAP hosts, `*.suffix` allowed. */
  readonly hosts: readonly string[]
  /** null: `init` asks for the servers. */
  readonly setUp: SetUp | null
}

/** The names by which a program finds the computer it runs on. */
export const loopback = ['127.0.0.1', 'localhost', '::1', '[::1]']

const tls = (host: string, port: number): Endpoint => ({ host, port, security: 'tls' })
const starttls = (host: string, port: number): Endpoint => ({ host, port, security: 'starttls' })

const byPassword = (advice: string, ...services: readonly MailService[]): SetUp => ({
  secret: 'password',
  advice,
  localPartOf: null,
  ownCertificate: false,
  services,
})

/**
 * Forms as publicly seen; an id belongs here only when the provider removes it from mail that comes in. Whoever is not
 * in the table is helped by DKIM verified here, or by `trust.authservIds`.
 */
export const providers: readonly Provider[] = [
  {
    name: 'Gmail',
    hosts: ['imap.gmail.com', 'imap.googlemail.com'],
    authservIds: ['mx.google.com'],
    setUp: byPassword(
      'Gmail takes an app password, not your own; make one at https://myaccount.google.com/apppasswords',
      {
        domains: ['gmail.com', 'googlemail.com'],
        exchangers: ['*.google.com', '*.googlemail.com'],
        imap: tls('imap.gmail.com', 993),
        smtp: tls('smtp.gmail.com', 465),
      },
    ),
  },
  {
    name: 'Microsoft',
    hosts: ['*.office365.com', '*.outlook.com', '*.office365.us', '*.outlook.cn'],
    withoutId: true,
    setUp: {
      ...byPassword(
        'Microsoft takes OAuth2 only: register a client of your own (docs/operations.md), set IMAP_OAUTH_PROVIDER=microsoft and IMAP_OAUTH_CLIENT_ID in .env, and type have-we-met login; or have a command print an access token with the scope IMAP.AccessAsUser.All',
        {
          domains: ['outlook.*', 'hotmail.*', 'live.*', 'msn.com'],
          exchangers: ['*.olc.protection.outlook.com'],
          imap: tls('outlook.office365.com', 993),
          smtp: starttls('smtp-mail.outlook.com', 587),
        },
        {
          domains: ['*.onmicrosoft.com'],
          exchangers: ['*.mail.protection.outlook.com'],
          imap: tls('outlook.office365.com', 993),
          smtp: starttls('smtp.office365.com', 587),
        },
      ),
      secret: 'access-token',
    },
  },
  {
    name: 'iCloud',
    hosts: ['*.mail.me.com', '*.mail.icloud.com'],
    authservIds: ['bimi', 'arc', 'dmarc', 'dkim-verifier', 'spf'].map((checker) => `${checker}.icloud.com`),
    setUp: {
      ...byPassword('iCloud takes an app-specific password; make one at https://account.apple.com', {
        domains: ['icloud.com', 'me.com', 'mac.com'],
        exchangers: ['*.mail.icloud.com'],
        imap: tls('imap.mail.me.com', 993),
        smtp: starttls('smtp.mail.me.com', 587),
      }),
      localPartOf: 'icloud.com',
    },
  },
  {
    name: 'Yahoo',
    hosts: ['*.mail.yahoo.com', '*.aol.com'],
    authservIds: ['*.yahoo.com'],
    setUp: byPassword('Yahoo and AOL take an app password; make one at https://login.yahoo.com/account/security', {
      domains: ['yahoo.*', 'ymail.com', 'rocketmail.com', 'aol.com'],
      exchangers: ['*.yahoodns.net'],
      imap: tls('imap.mail.yahoo.com', 993),
      smtp: tls('smtp.mail.yahoo.com', 465),
    }),
  },
  {
    name: 'Fastmail',
    hosts: ['*.fastmail.com', '*.messagingengine.com'],
    authservIds: ['*.messagingengine.com'],
    setUp: byPassword('Fastmail takes an app password; make one at https://app.fastmail.com/settings/security', {
      domains: ['fastmail.com', 'fastmail.fm'],
      exchangers: ['*.messagingengine.com'],
      imap: tls('imap.fastmail.com', 993),
      smtp: tls('smtp.fastmail.com', 465),
    }),
  },
  /** Bridge listens on loopback, and so does many a Dovecot that strips nothing: see `receivedBy`. */
  {
    name: 'Proton',
    hosts: loopback,
    authservIds: ['mail.protonmail.ch'],
    receivedBy: '*.protonmail.ch',
    setUp: {
      ...byPassword("Proton is read through Bridge on this computer, which shows a password of its own, not Proton's", {
        domains: ['proton.me', 'protonmail.com', 'pm.me', 'protonmail.ch'],
        exchangers: ['*.protonmail.ch'],
        imap: starttls('127.0.0.1', 1143),
        smtp: starttls('127.0.0.1', 1025),
      }),
      ownCertificate: true,
    },
  },
  {
    name: 'IONOS',
    hosts: ['com', 'de', 'co.uk', 'fr', 'es', 'it', 'at', 'mx', 'ca']
      .map((country) => `imap.ionos.${country}`)
      .concat(['imap.1und1.de', 'imap.1and1.com']),
    authservIds: ['kundenserver.de'],
    setUp: null,
  },
]
