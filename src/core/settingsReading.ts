import type { LogLevel, Settings } from './settings.ts'
import type { Environment } from './settingsAccount.ts'
import { assemble, type Checks, type ConfigFile, namedVariables } from './settingsAssembly.ts'
import {
  type EnvFile,
  envLines,
  envProblems,
  logLevelOf,
  mergedEnvironment,
  type VariableSource,
  variableSource,
} from './settingsEnvironment.ts'
import { placeOf } from './settingsLayers.ts'
import { expandPath, folderOf, isExposed, namedConfig, shownPath, stateDirOf, usualConfigs } from './settingsPaths.ts'
import { isRaw } from './settingsRaw.ts'
import { type Problem, problemLines, shown } from './settingsWords.ts'

export interface SettingsOptions {
  /** --config, or null to look in the usual places. */
  readonly config: string | null
  readonly cwd: string
  readonly env: Environment
  /** The root folder of the package, which holds config/ and templates/. */
  readonly shipped: string
  /** --log-level, which wins over LOG_LEVEL; or null. */
  readonly logLevel: LogLevel | null
  /** false for what needs no account: then there may be none. */
  readonly accountRequired: boolean
}

/** A parsed YAML text: its value and the lines of its keys, or what is wrong with it. */
export interface ParsedYaml {
  readonly value: unknown
  readonly lines: ReadonlyMap<string, number>
  readonly problems: readonly Problem[]
}

/** What the settings need of the outside. */
export interface Sources {
  exists(path: string): boolean
  /** The text and the mode (stat(2)) of a file; what keeps it from being read is `trouble`. */
  read(path: string): { readonly text: string; readonly mode: number; readonly trouble: string | null }
  yaml(text: string, file: string): ParsedYaml
  dotenv(line: string): Readonly<Record<string, string>>
}

interface Found<T> {
  readonly found: T | null
  readonly problems: readonly Problem[]
}

const readConfig = (path: string, cwd: string, sources: Sources): Found<ConfigFile> => {
  const file = shownPath(path, cwd)
  const { text, trouble } = sources.read(path)
  if (trouble !== null) return { found: null, problems: [{ file, line: null, text: trouble }] }
  const { value, lines, problems } = sources.yaml(text, file)
  if (problems.length > 0) return { found: null, problems }
  const settings = value ?? {}
  if (isRaw(settings)) return { found: { file, folder: folderOf(path), path, lines, value: settings }, problems }
  return { found: null, problems: [{ file, line: 1, text: 'must hold settings, like "mode: draft"' }] }
}

/** A `.env` file is a secret file, whatever stands in it today. */
const readEnvFile = (folder: string, { cwd, env }: SettingsOptions, sources: Sources): Found<EnvFile> => {
  const path = `${folder}/.env`
  if (!sources.exists(path)) return { found: null, problems: [] }
  const file = shownPath(path, cwd)
  const { text, mode, trouble } = sources.read(path)
  const chmod = `others may read or change it; type: chmod 600 ${file}`
  const said = trouble ?? (isExposed(path, mode, env) ? chmod : null)
  return {
    found: { file, path, lines: envLines(text, sources.dotenv) },
    problems: said === null ? [] : [{ file, line: null, text: said }],
  }
}

interface Everything {
  readonly configs: readonly ConfigFile[]
  readonly envFile: EnvFile | null
  readonly env: Environment
  readonly problems: readonly Problem[]
  /** Whether every config file could be read: without one, accounts may only seem to be missing. */
  readonly whole: boolean
}

const readEverything = (options: SettingsOptions, sources: Sources): Everything => {
  const { config, cwd, shipped } = options
  const near = readEnvFile(cwd, options, sources)
  const early = mergedEnvironment(near.found, options.env)
  const path = namedConfig(config, cwd, early) ?? usualConfigs(cwd, early).find(sources.exists) ?? null
  const beside = near.found || path === null ? near : readEnvFile(folderOf(path), options, sources)
  const paths = [...(path === null ? [] : [path]), expandPath('config/have-we-met.yaml', shipped, {})]
  const configs = paths.map((each) => readConfig(each, cwd, sources))
  const named = configs.flatMap(({ found }) => (found ? namedVariables(found.value) : []))
  return {
    configs: configs.flatMap(({ found }) => found ?? []),
    envFile: beside.found,
    env: mergedEnvironment(beside.found, options.env),
    problems: [
      ...configs.flatMap(({ problems }) => problems),
      ...beside.problems,
      ...(beside.found ? envProblems(beside.found, named) : []),
    ],
    whole: configs.every(({ found }) => found !== null),
  }
}

/** The user's folder beside the config file wins over the shipped one. */
const folders = (name: string, shipped: string, { configs }: Everything, sources: Sources): readonly string[] => {
  const beside = configs.slice(0, -1).map(({ folder }) => `${folder}/${name}`)
  return [...new Set([...beside.filter(sources.exists), shipped])]
}

/** What holds for the process, not for an account: where the ledger lives and how much is told. */
const processProblems = ({ logLevel }: SettingsOptions, cwd: string, env: Environment, variables: VariableSource) => {
  const problems: Problem[] = []
  if (logLevel === null && logLevelOf(env) === null) {
    const text = `LOG_LEVEL must be debug, info, warn, error or silent, not ${shown(env.LOG_LEVEL)}`
    problems.push({ ...placeOf('LOG_LEVEL', variables), text })
  }
  if (stateDirOf(cwd, env) === null)
    problems.push({ ...placeOf('STATE_DIR', variables), text: 'STATE_DIR is not set, nor is HOME; set one of them' })
  return problems
}

export type Gathered =
  | { readonly settings: Settings; readonly problems: null }
  | { readonly settings: null; readonly problems: readonly string[] }

/** Reads, lays together and checks all settings: either settings, or every problem at once, one line each. */
export const gatherSettings = (options: SettingsOptions, sources: Sources, checks: Checks): Gathered => {
  const { cwd, accountRequired } = options
  const everything = readEverything(options, sources)
  const { configs, envFile, env } = everything
  if (!everything.whole) return { settings: null, problems: problemLines(everything.problems) }
  const shipped = (path: string) => expandPath(path, options.shipped, {})
  const variables = variableSource(envFile, options.env, shownPath(shipped('.env.example'), cwd))
  const { accounts, defaults, problems } = assemble({ files: configs, variables, env, cwd, accountRequired }, checks)
  const further = processProblems(options, cwd, env, variables)
  const all = [...problems, ...everything.problems, ...further]
  if (all.length > 0 || defaults === null) return { settings: null, problems: problemLines(all) }
  return {
    settings: {
      accounts,
      defaults,
      stateDir: stateDirOf(cwd, env) ?? '',
      logLevel: options.logLevel ?? logLevelOf(env) ?? 'info',
      templateFolders: folders('templates', shipped('templates'), everything, sources),
      phraseFolders: folders('phrases', shipped('config/phrases'), everything, sources),
      sources: [...configs.map(({ path }) => path).toReversed(), ...(envFile ? [envFile.path] : [])],
    },
    problems: null,
  }
}
