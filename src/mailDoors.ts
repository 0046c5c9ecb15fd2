import type { House } from './commands/house.ts'
import { type Login, secretOf } from './core/login.ts'
import { isGmail } from './core/providers.ts'
import type { Account, Credential, OAuth, Server } from './core/settings.ts'
import type { Environment } from './core/settingsAccount.ts'
import { exit, OperatorError } from './errors.ts'
import type { Authorisation } from './oauthPort.ts'
import type { Log, MailAccount, MailboxStatus, Submission, WatchHooks } from './ports.ts'
import { mailboxesToScan } from './scan.ts'
import { openTokenKeeper, type TokenKeeper } from './tokenKeeper.ts'

const operationDeadline = 60_000
const largestMessage = 1024 * 1024
/** Tokens are renewed each hour, for years: those of long ago are good for nothing, and each costs time at each line. */
const mostSecrets = 1000

/** What a connection needs besides its account. */
interface Connecting {
  readonly env: Environment
  readonly log: Log
  /** Has the log hide a secret from then on. */
  readonly hide: (secret: string) => void
  readonly signal: AbortSignal
  readonly tokens: TokenKeeper
}

/** The authorisation server of an account. */
const authorisationOf = async (
  oauth: OAuth,
  { env, hide, signal, user }: Pick<Connecting, 'env' | 'hide' | 'signal'> & { readonly user: string },
): Promise<Authorisation> => {
  const { readClientSecret } = await import('./io/secrets.ts')
  const clientSecret = await readClientSecret(oauth, env)
  if (clientSecret !== null) hide(clientSecret)
  const { openAuthorisation } = await import('./io/oauth.ts')
  return openAuthorisation(oauth, { clientSecret, user, signal, hide })
}

const read = async (
  credential: Credential,
  refused: Login | null,
  { env, tokens, signal }: Connecting,
): Promise<Login> => {
  if (credential.kind === 'oauth') {
    const former = refused === null ? null : secretOf(refused)
    return { kind: 'oauth', accessToken: await tokens.accessToken(credential.oauth, former, signal) }
  }
  const { readCredential } = await import('./io/secrets.ts')
  return readCredential(credential, env)
}

/** Reads the secret anew for every connection, because it may rotate, and has the log hide it from then on. */
const loginFor = async ({ credential }: Server, connecting: Connecting, refused: Login | null): Promise<Login> => {
  const login = await read(credential, refused, connecting)
  connecting.hide(secretOf(login))
  return login
}

const isRefusal = (error: unknown): boolean => error instanceof OperatorError && error.exitCode === exit.loginRefused

/**
 * Tries with the login that there is. A refused one may have been replaced in the meantime, or be a token of short life:
 * then once more with the fresh one. The same secret is not shown twice, because servers count what they refuse. Why
 * tokens cannot be renewed is told in place of the refusal: it is what has to be mended, or waited for.
 */
const loggedIn = async <T>(
  server: Server,
  connecting: Connecting,
  login: Login,
  attempt: (login: Login) => Promise<T>,
): Promise<T> => {
  try {
    return await attempt(login)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const fresh = await loginFor(server, connecting, login).catch((cause: unknown) => {
      throw server.credential.kind === 'oauth' ? cause : error
    })
    if (secretOf(fresh) === secretOf(login)) throw error
    connecting.log.debug('login-tried-again', { host: server.host })
    return attempt(fresh)
  }
}

/** The IMAP connection of an account, logged in. */
const connectTo = async ({ imap }: Account, connecting: Connecting): Promise<MailAccount> => {
  const login = await loginFor(imap, connecting, null)
  const { log, signal } = connecting
  const { connect } = await import('./io/mailbox.ts')
  const options = { deadline: operationDeadline, maxBytes: largestMessage, log, signal }
  return loggedIn(imap, connecting, login, (shown) => connect(imap, shown, options))
}

/** Watches the mailboxes that a poll of the account scans, until the signal aborts or a connection is lost. */
const watchFor = async ({ imap, mailboxes }: Account, hooks: WatchHooks, connecting: Connecting): Promise<void> => {
  const login = await loginFor(imap, connecting, null)
  const { log, signal } = connecting
  const { watchMailboxes } = await import('./io/watch.ts')
  const choose = (all: readonly MailboxStatus[]): readonly string[] =>
    mailboxesToScan(all, mailboxes, isGmail(imap.host)).map(({ path }) => path)
  await watchMailboxes(imap, login, { ...hooks, choose, deadline: operationDeadline, log, signal })
}

/** The submission server of an account. @throws OperatorError 78 when it has none */
const submitTo = async ({ name, smtp }: Account, connecting: Connecting): Promise<Submission> => {
  if (smtp === null) {
    const hints = ['set SMTP_HOST (accounts: smtp.host)']
    throw new OperatorError(exit.config, `the account ${name} has no server to send by`, hints)
  }
  const login = await loginFor(smtp, connecting, null)
  const { log, signal } = connecting
  const { openSubmission } = await import('./io/submission.ts')
  const open = (shown: Login): Submission => openSubmission(smtp, shown, { deadline: operationDeadline, log, signal })
  return {
    // A refused login (77) comes before the first byte of the message: trying again sends nothing twice.
    submit: (envelope, bytes) => loggedIn(smtp, connecting, login, (shown) => open(shown).submit(envelope, bytes)),
    verify: () => loggedIn(smtp, connecting, login, (shown) => open(shown).verify()),
  }
}

/** Keeps the newest secrets in the set that the log hides. */
const hidingIn =
  (secrets: Set<string>) =>
  (secret: string): void => {
    secrets.delete(secret)
    secrets.add(secret)
    const [oldest] = secrets
    if (secrets.size > mostSecrets && oldest !== undefined) secrets.delete(oldest)
  }

/**
 * What logs in to mail servers, and asks authorisation servers. A renewal is not stopped half-way.
 * @param secrets what the log hides
 */
export const mailDoors = (
  { env, stop }: { readonly env: Environment; readonly stop: AbortSignal },
  log: Log,
  secrets: Set<string>,
): Pick<House, 'connect' | 'watch' | 'submission' | 'authorisation' | 'loopback' | 'tokenStore' | 'credentialMark'> => {
  const hide = hidingIn(secrets)
  const tokenStore: House['tokenStore'] = async () => (await import('./io/tokenFile.ts')).tokenFiles
  const tokens = openTokenKeeper({
    store: tokenStore,
    authorisation: (oauth) => authorisationOf(oauth, { env, hide, signal: new AbortController().signal, user: '' }),
    hide,
    now: Date.now,
    log,
  })
  const connecting = (signal: AbortSignal): Connecting => ({ env, log, hide, signal, tokens })
  return {
    connect: (account, signal) => connectTo(account, connecting(signal)),
    watch: (account, hooks, signal) => watchFor(account, hooks, connecting(signal)),
    submission: (account, signal) => submitTo(account, connecting(signal)),
    authorisation: (oauth, user) => authorisationOf(oauth, { env, hide, signal: stop, user }),
    loopback: async () => (await import('./io/loopback.ts')).openLoopback(),
    tokenStore,
    credentialMark: async ({ imap, smtp }) => {
      const { credentialMark } = await import('./io/secrets.ts')
      return credentialMark([imap.credential, ...(smtp === null ? [] : [smtp.credential])])
    },
  }
}
