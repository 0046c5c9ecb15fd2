import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Invocation } from './cli/arguments.ts'
import { isColoured, styleFor } from './cli/style.ts'
import type { House } from './commands/house.ts'
import type { LogLevel, Settings } from './core/settings.ts'
import { withoutAccount } from './core/settingsEnvironment.ts'
import { daemonDoors } from './daemonDoors.ts'
import { mailDoors } from './mailDoors.ts'
import type { Log } from './ports.ts'

/** What the process is given from outside. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly stop: AbortSignal
  readonly onHangup: (run: () => void) => void
  readonly lastWords: (run: (error: unknown) => void) => void
}

/** The folder that holds templates, config and package.json: the one above src and above dist. */
const packageFolder = fileURLToPath(new URL('..', import.meta.url))

export const packageVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

type Drafts = ReadonlyMap<string, string>

/**
 * Every door of the house, each opened when it is first used: `--help` loads no mail library, `explain` no database.
 * The npm packages behind the doors are known to src/io alone.
 * @param drafts files that the settings are read from as if they were written, path to text
 */
export const openHouse = async (
  invocation: Invocation,
  around: Surroundings,
  drafts: Drafts = new Map(),
): Promise<House> => {
  const settings = await settingsDoors(invocation, around, drafts)
  const secrets = new Set<string>()
  const log = await logFor(invocation, settings.settingsWithoutAccount, around, secrets)
  const house: House = {
    ...settings,
    ...dataDoors(settings.settingsWithoutAccount, invocation.command.name === 'run' ? log : undefined),
    ...(await stateDoors(settings.settings)),
    ...messageDoors(),
    ...daemonDoors(around.env),
    ...setUpDoors(invocation, around),
    ...mailDoors(around, log, secrets),
    reread: () => reread(house, invocation, around),
    onHangup: around.onHangup,
    lastWords: around.lastWords,
    now: Date.now,
    chance: Math.random,
    uptime: () => uptime() * 1000,
    log,
    style: styleFor(around.stdout, around.env),
    talkStyle: styleFor(around.stderr, around.env),
    out: (text) => void around.stdout.write(text),
    talk: (text) => void around.stderr.write(text),
    version: packageVersion(),
    stop: around.stop,
  }
  return house
}

/** Templates of the same folders stay, because an edited one counts at once, and of a broken one the last good one is kept. */
const reread = async (house: House, invocation: Invocation, around: Surroundings): Promise<House> => {
  const doors = await settingsDoors(invocation, around, new Map())
  const { phrases, templates } = dataDoors(doors.settings, house.log)
  const isSame = String(doors.settings().templateFolders) === String(house.settings().templateFolders)
  const next: House = {
    ...house,
    ...doors,
    phrases,
    templates: isSame ? house.templates : templates,
    reread: () => reread(next, invocation, around),
  }
  return next
}

const settingsDoors = async (
  { config, logLevel }: Invocation,
  { cwd, env }: Surroundings,
  drafts: Drafts,
): Promise<Pick<House, 'settings' | 'settingsWithoutAccount'>> => {
  const { readSettings } = await import('./io/settings.ts')
  const read = (accountRequired: boolean): Settings =>
    readSettings({ config, cwd, env, shipped: packageFolder, logLevel, accountRequired }, drafts)
  return { settings: once(() => read(true)), settingsWithoutAccount: once(() => read(false)) }
}

/**
 * Phrases are read and templates opened once, so that a daemon keeps the last good ones.
 * @param log where a daemon tells of broken ones; other commands report them themselves
 */
const dataDoors = (settings: () => Settings, log: Log | undefined): Pick<House, 'phrases' | 'templates'> => ({
  phrases: once(async () => (await import('./io/phrases.ts')).readPhrases(settings().phraseFolders)),
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

/** What the settings and the environment say of an account now does not count: `init` makes them. */
const setUpDoors = (
  invocation: Invocation,
  around: Surroundings,
): Pick<House, 'start' | 'prompts' | 'typedLines' | 'files' | 'exchangers' | 'asIf'> => ({
  start: { cwd: around.cwd, env: around.env, config: invocation.config },
  prompts: async () => {
    const { stdin, stderr } = around
    if (!stdin.isTTY || !stderr.isTTY) return null
    return (await import('./io/prompts.ts')).openPrompts(stdin, stderr)
  },
  typedLines: async () =>
    around.stdin.isTTY ? (await import('./io/typedLines.ts')).openTypedLines(around.stdin) : null,
  files: async () => (await import('./io/files.ts')).files,
  exchangers: async (domain) => (await import('./io/exchangers.ts')).exchangersOf(domain),
  asIf: (drafts) => openHouse(invocation, { ...around, env: withoutAccount(around.env) }, drafts),
})

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
