import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Invocation } from './cli/arguments.ts'
import { isColoured, styleFor } from './cli/style.ts'
import type { House } from './commands/house.ts'
import type { Login } from './core/login.ts'
import type { Account, LogLevel, Server, Settings } from './core/settings.ts'
import { exit, OperatorError } from './errors.ts'
import type { Log, MailAccount, Submission } from './ports.ts'

/** What the process is given from outside. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly stop: AbortSignal
}

/** The folder that holds templates, config and package.json: the one above src and above dist. */
const packageFolder = fileURLToPath(new URL('..', import.meta.url))

export const packageVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

const operationDeadline = 60_000
const largestMessage = 1024 * 1024

/**
 * Every door of the house, each opened when it is first used: `--help` loads no mail library, `explain` no database.
 * The npm packages behind the doors are known to src/io alone.
 */
export const openHouse = async (invocation: Invocation, around: Surroundings): Promise<House> => {
  const settings = await settingsDoors(invocation, around)
  const secrets = new Set<string>()
  const log = await logFor(invocation, settings.settingsWithoutAccount, around, secrets)
  return {
    ...settings,
    ...dataDoors(settings.settingsWithoutAccount, invocation.command.name === 'run' ? log : undefined),
    ...(await stateDoors(settings.settings)),
    ...messageDoors(),
    ...scheduleDoors,
    connect: (account, signal) => connectTo(account, { env: around.env, log, secrets, signal }),
    submission: (account, signal) => submitTo(account, { env: around.env, log, secrets, signal }),
    now: Date.now,
    uptime: () => uptime() * 1000,
    log,
    style: styleFor(around.stdout, around.env),
    out: (text) => void around.stdout.write(text),
    talk: (text) => void around.stderr.write(text),
    version: packageVersion(),
    stop: around.stop,
  }
}

const settingsDoors = async (
  { config, logLevel }: Invocation,
  { cwd, env }: Surroundings,
): Promise<Pick<House, 'settings' | 'settingsWithoutAccount'>> => {
  const { readSettings } = await import('./io/settings.ts')
  const read = (accountRequired: boolean): Settings =>
    readSettings({ config, cwd, env, shipped: packageFolder, logLevel, accountRequired })
  return { settings: once(() => read(true)), settingsWithoutAccount: once(() => read(false)) }
}

/**
 * The templates are opened once, so that a daemon keeps the last good one of each.
 * @param log where a daemon tells of broken ones; other commands report them themselves
 */
const dataDoors = (settings: () => Settings, log: Log | undefined): Pick<House, 'phrases' | 'templates'> => ({
  phrases: async () => (await import('./io/phrases.ts')).readPhrases(settings().phraseFolders),
  templates: once(async () => (await import('./io/templates.ts')).openTemplates(settings().templateFolders, { log })),
})

const stateDoors = async (
  settings: () => Settings,
): Promise<Pick<House, 'ledger' | 'rehearsal' | 'reader' | 'request' | 'pause'>> => {
  const { pause, resume, isPaused } = await import('./io/pause.ts')
  const stateDir = (): string => settings().stateDir
  return {
    ledger: async () => (await import('./io/ledger.ts')).openLedger(stateDir()),
    rehearsal: async () => (await import('./io/ledger.ts')).openRehearsal(stateDir()),
    reader: async () => (await import('./io/ledger.ts')).openLedgerReader(stateDir()),
    request: async (kind, subject) => (await import('./io/ledger.ts')).leaveRequest(stateDir(), kind, subject),
    pause: { set: () => pause(stateDir()), clear: () => resume(stateDir()), is: () => isPaused(stateDir()) },
  }
}

const messageDoors = (): Pick<House, 'parse' | 'encode' | 'verify' | 'readMessages' | 'sanitize'> => ({
  parse: once(async () =>
    (await import('./io/parseApart.ts')).parseApart(new URL('io/parseWorker.js', import.meta.url)),
  ),
  encode: async () => (await import('./io/encode.ts')).encode,
  verify: async () => (await import('./io/signatures.ts')).verifySignatures(),
  readMessages: async function* (path) {
    yield* (await import('./io/archive.ts')).readMessages(path)
  },
  sanitize: async (bytes, phrases) => (await import('./io/sanitize.ts')).sanitize(bytes, phrases),
})

const scheduleDoors: Pick<House, 'schedule' | 'interval'> = {
  schedule: async ({ schedule: expression, timezone }, onFire) =>
    (await import('./io/schedule.ts')).schedule({ expression, timezone, onFire }),
  interval: async ({ schedule: expression, timezone }) =>
    (await import('./io/schedule.ts')).intervalOf(expression, timezone),
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** A daemon tells what it does; a command that prints a table tells only what went wrong, unless it is asked to. */
const levelFor = (invocation: Invocation, settings: () => Settings): LogLevel => {
  if (invocation.logLevel !== null) return invocation.logLevel
  const { logLevel } = settings()
  return logLevel === 'info' && invocation.command.name !== 'run' ? 'warn' : logLevel
}

const logFor = async (
  invocation: Invocation,
  settings: () => Settings,
  { stderr, env }: Surroundings,
  secrets: ReadonlySet<string>,
): Promise<Log> => {
  const { openLog } = await import('./io/log.ts')
  const open = (level: LogLevel): Log =>
    openLog({
      level,
      stream: stderr,
      terminal: stderr.isTTY === true,
      color: isColoured(stderr, env),
      secrets: () => [...secrets],
    })
  const log = once(() => open(levelFor(invocation, settings)))
  return {
    debug: (event, details) => log().debug(event, details),
    info: (event, details) => log().info(event, details),
    warn: (event, details) => log().warn(event, details),
    error: (event, details) => log().error(event, details),
  }
}

interface Connecting {
  readonly env: Surroundings['env']
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

const connectTo = async ({ imap }: Account, connecting: Connecting): Promise<MailAccount> => {
  const login = await loginFor(imap, connecting)
  const { log, signal } = connecting
  const { connect } = await import('./io/mailbox.ts')
  return connect(imap, login, { deadline: operationDeadline, maxBytes: largestMessage, log, signal })
}

const submitTo = async ({ name, smtp }: Account, connecting: Connecting): Promise<Submission> => {
  if (smtp === null) {
    const hints = ['set SMTP_HOST (accounts: smtp.host)']
    throw new OperatorError(exit.config, `the account ${name} has no server to send by`, hints)
  }
  const login = await loginFor(smtp, connecting)
  const { log, signal } = connecting
  const { openSubmission } = await import('./io/submission.ts')
  return openSubmission(smtp, login, { deadline: operationDeadline, log, signal })
}
