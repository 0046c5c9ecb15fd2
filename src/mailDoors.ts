import type { Login } from './core/login.ts'
import { isGmail } from './core/providers.ts'
import type { Account, Server } from './core/settings.ts'
import type { Environment } from './core/settingsAccount.ts'
import { exit, OperatorError } from './errors.ts'
import type { Log, MailAccount, MailboxStatus, Submission, WatchHooks } from './ports.ts'
import { mailboxesToScan } from './scan.ts'

const operationDeadline = 60_000
const largestMessage = 1024 * 1024

/** What a connection needs besides its account. */
export interface Connecting {
  readonly env: Environment
  readonly log: Log
  readonly secrets: Set<string>
  readonly signal: AbortSignal
}

/** Reads the secret anew for every connection, because it may rotate, and has the log hide it from then on. */
const loginFor = async ({ credential }: Server, { env, secrets }: Connecting): Promise<Login> => {
  const { readCredential } = await import('./io/secrets.ts')
  const login = await readCredential(credential, env)
  secrets.add(login.kind === 'password' ? login.password : login.accessToken)
  return login
}

/** The IMAP connection of an account, logged in. */
export const connectTo = async ({ imap }: Account, connecting: Connecting): Promise<MailAccount> => {
  const login = await loginFor(imap, connecting)
  const { log, signal } = connecting
  const { connect } = await import('./io/mailbox.ts')
  return connect(imap, login, { deadline: operationDeadline, maxBytes: largestMessage, log, signal })
}

/** Watches the mailboxes that a poll of the account scans, until the signal aborts or a connection is lost. */
export const watchFor = async (
  { imap, mailboxes }: Account,
  hooks: WatchHooks,
  connecting: Connecting,
): Promise<void> => {
  const login = await loginFor(imap, connecting)
  const { log, signal } = connecting
  const { watchMailboxes } = await import('./io/watch.ts')
  const choose = (all: readonly MailboxStatus[]): readonly string[] =>
    mailboxesToScan(all, mailboxes, isGmail(imap.host)).map(({ path }) => path)
  await watchMailboxes(imap, login, { ...hooks, choose, deadline: operationDeadline, log, signal })
}

/** The submission server of an account. @throws OperatorError 78 when it has none */
export const submitTo = async ({ name, smtp }: Account, connecting: Connecting): Promise<Submission> => {
  if (smtp === null) {
    const hints = ['set SMTP_HOST (accounts: smtp.host)']
    throw new OperatorError(exit.config, `the account ${name} has no server to send by`, hints)
  }
  const login = await loginFor(smtp, connecting)
  const { log, signal } = connecting
  const { openSubmission } = await import('./io/submission.ts')
  return openSubmission(smtp, login, { deadline: operationDeadline, log, signal })
}
