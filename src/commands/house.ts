import type { Style } from '../cli/style.ts'
import type { Phrases } from '../core/phrases.ts'
import type { Account, OAuth, Settings } from '../core/settings.ts'
import type { Environment } from '../core/settingsAccount.ts'
import type { Files, Prompts } from '../initPort.ts'
import type { Ledger, LedgerReader } from '../ledgerPort.ts'
import type { Authorisation, Loopback, TokenStore, TypedLines } from '../oauthPort.ts'
import type {
  Clock,
  Encode,
  EncodeNotice,
  Log,
  MailAccount,
  NoticeCommand,
  Parse,
  Slots,
  Submission,
  Templates,
  UptimeClock,
  VerifySignatures,
  WatchHooks,
} from '../ports.ts'

/** Every door a command may go through. main opens them, each only when it is used; tests bring their own. */
export interface House {
  /** @throws OperatorError 78 when no account is set up, or anything in the settings is wrong */
  readonly settings: () => Settings
  /** The same, content without an account. */
  readonly settingsWithoutAccount: () => Settings
  readonly phrases: () => Promise<readonly Phrases[]>
  readonly templates: () => Promise<Templates>
  readonly connect: (account: Account, signal: AbortSignal) => Promise<MailAccount>
  /**
   * Watches the mailboxes of an account for new mail; resolves when the signal aborts.
   * @throws IdleNotOffered, and what `connect` throws; also when a connection that watches is lost
   */
  readonly watch: (account: Account, hooks: WatchHooks, signal: AbortSignal) => Promise<void>
  /** The submission server of an account that has one; nothing is opened yet. */
  readonly submission: (account: Account, signal: AbortSignal) => Promise<Submission>
  /** The authorisation server of an account; `user` is who shall log in there. Ends with 130 when the program is stopped. */
  readonly authorisation: (oauth: OAuth, user: string) => Promise<Authorisation>
  readonly loopback: () => Promise<Loopback>
  /** null where there is no terminal. */
  readonly typedLines: () => Promise<TypedLines | null>
  readonly tokenStore: () => Promise<TokenStore>
  /**
   * Another one after a secret that an account keeps in a file was changed, or somebody logged in; null where nobody can
   * know. Waking an account that rests after a refused login is what it is for.
   */
  readonly credentialMark: (account: Account) => Promise<string | null>
  /** The one writer. */
  readonly ledger: () => Promise<Ledger>
  /** A copy that may be written to and is thrown away: the ledger of a dry run. */
  readonly rehearsal: () => Promise<Ledger>
  /** null where nothing was polled yet. */
  readonly reader: () => Promise<LedgerReader | null>
  /** Leaves a request for the process that holds the ledger. */
  readonly request: (kind: 'retry' | 'forget', subject: string) => Promise<void>
  readonly parse: () => Promise<Parse>
  readonly encode: () => Promise<Encode>
  readonly encodeNotice: () => Promise<EncodeNotice>
  readonly noticeCommand: () => Promise<NoticeCommand>
  readonly verify: () => Promise<VerifySignatures>
  readonly pause: { readonly set: () => void; readonly clear: () => void; readonly is: () => boolean }
  readonly readMessages: (path: string) => AsyncIterable<{ readonly source: string; readonly bytes: Uint8Array }>
  readonly sanitize: (bytes: Uint8Array, phrases: readonly Phrases[]) => Promise<Uint8Array>
  /** When an account is to be polled. @throws OperatorError 78 for a schedule that is none */
  readonly slots: (account: Account) => Promise<Slots>
  /** Places for so many polls at a time; one that takes longer than `patience` (milliseconds) goes on without. */
  readonly places: (count: number, patience: number) => Promise<<T>(run: () => Promise<T>) => Promise<T>>
  /** This house with settings, phrases and templates as they are written now. @throws OperatorError 78 */
  readonly reread: () => Promise<House>
  /** Called at every SIGHUP, as daemons know it; none of them ends the program then. */
  readonly onHangup: (run: () => void) => void
  /** Called when a fault of ours ends the program, before it ends. */
  readonly lastWords: (run: (error: unknown) => void) => void
  /** A number from 0 to 1, by chance. */
  readonly chance: () => number
  /** Where the program was started, with which environment and --config. */
  readonly start: { readonly cwd: string; readonly env: Environment; readonly config: string | null }
  /** null where there is no terminal to ask on. */
  readonly prompts: () => Promise<Prompts | null>
  readonly files: () => Promise<Files>
  /** The hosts that take mail for a domain, the preferred ones first; none where that cannot be found out. */
  readonly exchangers: (domain: string) => Promise<readonly string[]>
  /** This house as it will be once these files are written, path to text, and nothing else tells of an account. */
  readonly asIf: (drafts: ReadonlyMap<string, string>) => Promise<House>
  readonly now: Clock
  readonly uptime: UptimeClock
  readonly log: Log
  /** For what goes to standard output. */
  readonly style: Style
  /** For what goes to standard error. */
  readonly talkStyle: Style
  /** Data, on standard output. */
  readonly out: (text: string | Uint8Array) => void
  /** Talk, on standard error. */
  readonly talk: (text: string) => void
  readonly version: string
  /** Aborted by the first SIGTERM or SIGINT. */
  readonly stop: AbortSignal
}
