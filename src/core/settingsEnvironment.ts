import type { LogLevel } from './settings.ts'
import { type Environment, secretKeys } from './settingsAccount.ts'
import { oauthVariables } from './settingsOAuth.ts'
import { type Path, type Problem, suggestion } from './settingsWords.ts'

const serverVariables = (prefix: 'IMAP' | 'SMTP', server: string): [string, readonly [string, string]][] => [
  [`${prefix}_HOST`, [server, 'host']],
  [`${prefix}_PORT`, [server, 'port']],
  [`${prefix}_SECURITY`, [server, 'security']],
  [`${prefix}_USER`, [server, 'user']],
  [`${prefix}_PASSWORD`, [server, 'passwordEnv']],
  [`${prefix}_PASSWORD_FILE`, [server, 'passwordFile']],
  [`${prefix}_PASSWORD_COMMAND`, [server, 'passwordCommand']],
  [`${prefix}_ACCESS_TOKEN_COMMAND`, [server, 'accessTokenCommand']],
  [`${prefix}_CA_FILE`, [server, 'caFile']],
]

/** Each variable that describes the one account, and where its value stands in a written account. */
const accountVariables: ReadonlyMap<string, Path> = new Map<string, Path>([
  ...serverVariables('IMAP', 'imap'),
  ...oauthVariables,
  ...serverVariables('SMTP', 'smtp'),
  ['MAIL_FROM', ['from']],
  ['MAIL_ALIASES', ['aliases']],
])

/** An environment without what it says of the one account. */
export const withoutAccount = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([variable]) => !accountVariables.has(variable)))

/** The variables of an environment that describe the one account, and win over `.env`. */
export const accountVariablesIn = (env: Environment): readonly string[] =>
  [...accountVariables.keys()].filter((variable) => env[variable] !== undefined)

/** Every environment variable there is, in the order of `.env.example`. */
export const environmentVariables: readonly string[] = [
  ...accountVariables.keys(),
  'STATE_DIR',
  'LOG_LEVEL',
  'HAVE_WE_MET_CONFIG',
]

/** A variable as the value it stands for: ports are numbers, aliases a list, a secret is known by its variable's name. */
const meaningOf = (variable: string, text: string): unknown => {
  if (/_(?:PASSWORD|CLIENT_SECRET)$/.test(variable)) return variable
  if (variable.endsWith('_PORT') && /^\d{1,6}$/.test(text)) return Number(text)
  if (variable !== 'MAIL_ALIASES') return text
  return text
    .split(',')
    .map((alias) => alias.trim())
    .filter(Boolean)
}

/** What the variables say of the map at a path, without the maps in it. */
const mapIn = (env: Environment, path: Path): Record<string, unknown> =>
  Object.fromEntries(
    [...accountVariables].flatMap(([variable, way]) => {
      const text = env[variable]
      const isThere = way.length === path.length + 1 && path.every((step, index) => way[index] === step)
      return isThere && text ? [[way.at(-1), meaningOf(variable, text)]] : []
    }),
  )

const serverIn = (env: Environment, server: string): Record<string, unknown> => {
  const oauth = mapIn(env, [server, 'oauth'])
  return { ...mapIn(env, [server]), ...(Object.keys(oauth).length > 0 && { oauth }) }
}

/** The one account most people have, in the shape of an entry under `accounts`. An empty variable counts as not set. */
export const environmentAccount = (env: Environment): Record<string, unknown> => {
  const smtp = serverIn(env, 'smtp')
  return {
    name: 'default',
    imap: serverIn(env, 'imap'),
    ...(Object.keys(smtp).length > 0 && { smtp }),
    ...(env.MAIL_FROM && { from: env.MAIL_FROM }),
    ...(env.MAIL_ALIASES && { aliases: meaningOf('MAIL_ALIASES', env.MAIL_ALIASES) }),
  }
}

/** Whether the variables are enough to log in with. */
export const describesAccount = (env: Environment): boolean => {
  const imap = serverIn(env, 'imap')
  return Boolean(imap.host && imap.user && secretKeys.some((key) => imap[key]))
}

const isWithin = (way: Path, path: Path): boolean => way.every((step, index) => path[index] === step)

/**
 * The variable that gave the value at a path of `environmentAccount`; for a map within a server the first that is in it.
 * null where there is none.
 */
export const variableAt = (path: Path): string | null => {
  const all = [...accountVariables]
  const found =
    all.find(([, way]) => isWithin(way, path)) ?? all.find(([, way]) => path.length > 1 && isWithin(path, way))
  return found?.[0] ?? null
}

/** One line of a `.env` file: what dotenv read in it. */
export interface EnvLine {
  readonly line: number
  readonly text: string
  readonly entries: readonly (readonly [string, string])[]
}

/** A `.env` file read line by line, so that each problem has its line; values of several lines are none we need. */
export interface EnvFile {
  /** As it is shown. */
  readonly file: string
  readonly path: string
  readonly lines: readonly EnvLine[]
}

/**
 * Splits a `.env` file and has each line read.
 * @param parse dotenv's parse: the names and values of a text
 */
export const envLines = (text: string, parse: (line: string) => Readonly<Record<string, string>>): EnvLine[] =>
  text
    .split(/\r\n?|\n/)
    .map((line, index) => ({ line: index + 1, text: line, entries: Object.entries(parse(line)) }))
    .filter((line) => !/^\s*(#|$)/.test(line.text))

/** The variables of a `.env` file under those of the environment, which win even when they are empty. */
export const mergedEnvironment = (file: EnvFile | null, given: Environment): Environment => ({
  ...Object.fromEntries(file?.lines.flatMap(({ entries }) => entries) ?? []),
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
})

/** Where variables were set: those that stand in `.env` and are not overruled by the environment have a line. */
export interface VariableSource {
  /** As it is shown; null where there is none. */
  readonly envFile: string | null
  readonly lines: ReadonlyMap<string, number>
  readonly set: (variable: string) => boolean
  /** The sample to copy, as it is shown. */
  readonly example: string
}

/** Where each variable was set, for the problems. */
export const variableSource = (file: EnvFile | null, given: Environment, example: string): VariableSource => ({
  envFile: file?.file ?? null,
  lines: new Map(
    file?.lines.flatMap(({ line, entries }) =>
      entries.flatMap(([name]): [string, number][] => (given[name] === undefined ? [[name, line]] : [])),
    ),
  ),
  set: (variable) => given[variable] !== undefined,
  example,
})

const isAssignment = (text: string): boolean => /^\s*(export\s+)?[\w.-]+\s*=/.test(text)

/** dotenv takes `#` for a comment even inside a word: a password cut short at it would be refused by the server. */
const isCutShort = (text: string): boolean => /^[^=]*=(?!\s*['"`])([^#]*[^#\s])?#/.test(text)

/** dotenv leaves a quote that is not closed in the value; one that stands within other quotes belongs there. */
const isUnclosed = (text: string, value: string): boolean => {
  const quote = /^[^=]*=\s*(['"`])/.exec(text)?.[1]
  return quote !== undefined && value.startsWith(quote) && (value.length < 2 || !value.endsWith(quote))
}

const problemIn = ({ text, entries }: EnvLine, known: readonly string[]): string | null => {
  const [name, value] = entries[0] ?? []
  if (name === undefined || value === undefined || !isAssignment(text)) return 'is not NAME=value'
  if (isUnclosed(text, value)) return `the quote around ${name} is not closed on its line`
  if (isCutShort(text)) return `${name} holds a # that starts a comment; put the value in single quotes`
  if (!/^(IMAP|SMTP|MAIL)_/.test(name) || known.includes(name)) return null
  return `${name} is not a variable we know${suggestion(name, environmentVariables)}`
}

/**
 * What is wrong in a `.env` file, line by line; never a word of a value, it may be a secret.
 * @param named further variables, those that `passwordEnv` and `clientSecretEnv` name
 */
export const envProblems = ({ file, lines }: EnvFile, named: readonly string[]): Problem[] => {
  const known = [...environmentVariables, ...named]
  return lines.flatMap((line) => {
    const text = problemIn(line, known)
    return text === null ? [] : [{ file, line: line.line, text }]
  })
}

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** LOG_LEVEL, `info` without it; null when it is none. */
export const logLevelOf = (env: Environment): LogLevel | null =>
  logLevels.find((level) => level === (env.LOG_LEVEL || 'info')) ?? null
