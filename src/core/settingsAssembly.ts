import type { Account, Defaults } from './settings.ts'
import { type Environment, settleAccount, type WrittenAccount } from './settingsAccount.ts'
import { describesAccount, environmentAccount, type VariableSource } from './settingsEnvironment.ts'
import { fileOrigin, variableOrigin, type WrittenFile } from './settingsLayers.ts'
import { secretVariables } from './settingsOAuth.ts'
import { expandPath, stateDirOf } from './settingsPaths.ts'
import { isRaw, overlay, type Raw } from './settingsRaw.ts'
import { describe, type Issue, type Origin, type Path, type Problem } from './settingsWords.ts'

/** What an account's values are checked against. */
export interface AccountContext {
  readonly env: Environment
  /** A written path as an absolute one. */
  readonly absolute: (path: string) => string
  /** A setting in the words of whoever wrote it. */
  readonly name: Origin['name']
}

/** The schema, as the door to its library offers it. */
export interface Checks {
  /** `defaults` is null when there are issues. */
  settings(raw: Raw): { readonly defaults: Defaults | null; readonly issues: readonly Issue[] }
  /** `account` is null when there are issues. */
  account(
    raw: Raw,
    context: AccountContext,
  ): { readonly account: WrittenAccount | null; readonly issues: readonly Issue[] }
  /** The names valid in the map at a path of the settings, or of an account. */
  knownAt(within: 'settings' | 'account', path: Path): readonly string[]
}

export interface ConfigFile extends WrittenFile {
  /** Absolute. */
  readonly path: string
  readonly folder: string
  readonly value: Raw
}

/** Everything that was read: config files, uppermost first and the shipped one last, and variables. */
export interface Read {
  readonly files: readonly ConfigFile[]
  readonly variables: VariableSource
  readonly env: Environment
  readonly cwd: string
  /** Without it, an environment that describes no account gives none, and is no problem. */
  readonly accountRequired: boolean
}

export interface Assembled {
  readonly accounts: readonly Account[]
  readonly defaults: Defaults | null
  readonly problems: readonly Problem[]
}

interface Draft {
  readonly raw: unknown
  readonly origin: Origin
  readonly base: string
}

/** The accounts that are listed; without any, the one of the environment; none where the list is no list. */
const draftsOf = (listed: unknown, { files, variables, env, cwd, accountRequired }: Read): Draft[] => {
  const origin = fileOrigin(files, [])
  if (listed === null || listed === undefined || (Array.isArray(listed) && listed.length === 0)) {
    if (!accountRequired && !describesAccount(env)) return []
    return [{ raw: environmentAccount(env), origin: variableOrigin(variables, origin), base: cwd }]
  }
  const base = files[0]?.folder ?? cwd
  return Array.isArray(listed)
    ? listed.map((raw, index) => ({ raw, origin: fileOrigin(files, ['accounts', index]), base }))
    : []
}

type Settled = Pick<Assembled, 'accounts' | 'problems'>

const settle = ({ raw, origin, base }: Draft, common: Raw, { env, cwd }: Read, checks: Checks): Settled => {
  if (!isRaw(raw)) return { accounts: [], problems: [] }
  const absolute = (path: string) => expandPath(path, base, env)
  const { account, issues } = checks.account(overlay(common, raw), { env, absolute, name: origin.name })
  return {
    accounts: account ? [settleAccount(account, env, stateDirOf(cwd, env) ?? '')] : [],
    problems: describe(issues, origin, (path) => checks.knownAt('account', path)),
  }
}

/** The ledger keeps what became of an account under its name: two of one name would share it. */
const doubles = (drafts: readonly Draft[]): Problem[] => {
  const names = drafts.map(({ raw }) => (isRaw(raw) ? raw.name : undefined))
  return drafts.flatMap(({ origin }, index) =>
    names[index] !== undefined && names.indexOf(names[index]) < index
      ? [{ ...origin.place(['name']), text: 'another account has this name; names must differ' }]
      : [],
  )
}

const without = (raw: Raw, isUnwanted: (key: string) => boolean): Raw =>
  Object.fromEntries(Object.entries(raw).filter(([key]) => !isUnwanted(key)))

/** Lays the files over each other, checks the result and settles every account; all problems are found in one go. */
export const assemble = (read: Read, checks: Checks): Assembled => {
  const all = read.files.reduceRight<Raw>((below, { value }) => overlay(below, value), {})
  const known = checks.knownAt('settings', [])
  const common = without(all, (key) => key === 'accounts' || !known.includes(key))
  const drafts = draftsOf(all.accounts, read)
  const settled = drafts.map((draft) => settle(draft, common, read, checks))
  const { defaults, issues } = checks.settings(all)
  return {
    accounts: settled.flatMap(({ accounts }) => accounts),
    defaults,
    problems: [
      ...describe(issues, fileOrigin(read.files, []), (path) => checks.knownAt('settings', path)),
      ...settled.flatMap(({ problems }) => problems),
      ...doubles(drafts),
    ],
  }
}

/** The variables that hold secrets by the wish of `passwordEnv` or `clientSecretEnv` in a listed account. */
export const namedVariables = (value: Raw): string[] =>
  (Array.isArray(value.accounts) ? value.accounts : []).flatMap((account: unknown) =>
    ['imap', 'smtp'].flatMap((key) => secretVariables(isRaw(account) ? account[key] : undefined)),
  )
