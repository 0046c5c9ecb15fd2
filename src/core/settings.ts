import type { Address } from './message.ts'

/** Where a secret is kept. It is read when it is needed, never stored, never logged. */
export type Secret =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }

export type Credential =
  | { readonly kind: 'password'; readonly secret: Secret }
  /** A command that prints an OAuth2 access token (XOAUTH2, OAUTHBEARER). */
  | { readonly kind: 'access-token'; readonly command: string }
  /** The user logs in once (have-we-met login); the tokens are kept and renewed here. */
  | { readonly kind: 'oauth'; readonly oauth: OAuth }

/** The user's own client at an authorisation server (RFC 6749). */
export interface OAuth {
  /** The account that it is for. */
  readonly account: string
  readonly provider: 'microsoft' | 'google' | 'other'
  /** The authorisation server (RFC 8414 §2). */
  readonly issuer: string
  /** Scopes with spaces between them (RFC 6749 §3.3). */
  readonly scope: string
  readonly clientId: string
  /** null: a public client (RFC 6749 §2.1). */
  readonly clientSecret: Secret | null
  /** Where the account's tokens are kept; absolute. */
  readonly tokenFile: string
}

export type Security = 'tls' | 'starttls' | 'none'

export interface Server {
  readonly host: string
  readonly port: number
  readonly security: Security
  readonly user: string
  readonly credential: Credential
  /** A PEM file with the certificate authority to trust besides the system's. */
  readonly caFile: string | null
}

export interface Policy {
  readonly maxAgeDays: number
  readonly maxPerPoll: number
  readonly maxPerDay: number
  readonly unverified: 'skip' | 'draft'
  readonly shortNotes: 'note' | 'none'
  readonly guestInvitations: boolean
  readonly ignore: {
    readonly names: readonly string[]
    readonly profiles: readonly string[]
    readonly headlines: readonly string[]
    readonly domains: readonly string[]
  }
  /** Milliseconds after a broken connection until an unchanged Drafts proves that nothing was stored. */
  readonly settle: number
}

export interface Trust {
  /** `auto`: the shipped table for the IMAP host; else authserv-ids (RFC 8601 §2.5), `*.suffix` allowed. */
  readonly authservIds: 'auto' | readonly string[]
  readonly verifyDkim: boolean
}

export interface ReplySettings {
  readonly template: string
  /** `auto`: the language of the notification; else a language tag. */
  readonly language: string
  /** Where there is no template in that language, or none is known. */
  readonly defaultLanguage: string
}

/** How the daemon tells that it is broken, and that it works again. */
export interface Notify {
  /** `inbox`: by a message in the user's own INBOX; `command`: by running one, which gets it on standard input. */
  readonly by: 'inbox' | 'command' | 'none'
  /** null unless `by` is `command`. */
  readonly command: string | null
  /** So many polls in a row that failed are worth telling. */
  readonly failedPolls: number
  /** So many milliseconds without a good poll are worth telling. */
  readonly silence: number
}

/** One account, every value settled: nothing inside is optional "just in case". */
export interface Account {
  readonly name: string
  readonly mode: 'draft' | 'send'
  readonly imap: Server
  /** Where `mode: send` submits (RFC 6409); null when no SMTP host is set. */
  readonly smtp: Server | null
  /** The user; `name` is '' when only an address is known. */
  readonly from: Address
  /** Further own addresses; `*@my.domain` allowed. */
  readonly aliases: readonly string[]
  readonly mailboxes: 'auto' | readonly string[]
  readonly schedule: string
  /** IANA time zone. */
  readonly timezone: string
  /** `idle`: besides, the server is asked to tell at once what comes in (RFC 2177). */
  readonly watch: 'schedule' | 'idle'
  readonly notify: Notify
  readonly policy: Policy
  readonly trust: Trust
  readonly reply: ReplySettings
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** What holds for every account that does not set its own; all that `explain` and `preview` need. */
export type Defaults = Pick<Account, 'policy' | 'trust' | 'reply' | 'timezone'>

export interface Settings {
  /** Empty only where the caller asked for settings without an account (`explain`, `preview`, `sanitize`). */
  readonly accounts: readonly Account[]
  readonly defaults: Defaults
  readonly stateDir: string
  readonly logLevel: LogLevel
  /** Folders that are searched in this order: the user's beside the config file, then the shipped one. */
  readonly templateFolders: readonly string[]
  readonly phraseFolders: readonly string[]
  /** Files that were read, for `check` and the log. */
  readonly sources: readonly string[]
}
