import type { Environment } from './settingsAccount.ts'

const isAbsolute = (path: string | undefined): path is string => path?.startsWith('/') === true

/** An absolute path without `.`, `..` and doubled slashes. */
const tidy = (path: string): string => {
  const way: string[] = []
  for (const step of path.split('/')) {
    if (step === '..') way.pop()
    else if (step !== '' && step !== '.') way.push(step)
  }
  return `/${way.join('/')}`
}

/** A written path as an absolute one: `~` is the home directory, anything relative starts at `base`. */
export const expandPath = (written: string, base: string, env: Environment): string => {
  if (isAbsolute(env.HOME) && /^~(\/|$)/.test(written)) return tidy(`${env.HOME}${written.slice(1)}`)
  return tidy(isAbsolute(written) ? written : `${base}/${written}`)
}

/** The folder an absolute path stands in. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** A path as a person at `cwd` would write it. */
export const shownPath = (path: string, cwd: string): string =>
  path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path

/** An XDG base directory. A relative one is to be ignored (XDG Base Directory Specification 0.8). */
const xdgFolder = (variable: string, fallback: string, env: Environment): string[] => {
  const given = env[variable]
  if (isAbsolute(given)) return [given]
  return isAbsolute(env.HOME) ? [`${env.HOME}/${fallback}`] : []
}

/** The config file somebody named, by --config or $HAVE_WE_MET_CONFIG: it must exist. null when nobody did. */
export const namedConfig = (config: string | null, cwd: string, env: Environment): string | null => {
  const written = config ?? env.HAVE_WE_MET_CONFIG
  return written ? expandPath(written, cwd, env) : null
}

/** Where a config file is looked for when none is named; the first that exists counts. */
export const usualConfigs = (cwd: string, env: Environment): readonly string[] => [
  tidy(`${cwd}/config/local.yaml`),
  ...xdgFolder('XDG_CONFIG_HOME', '.config', env).map((folder) => `${folder}/have-we-met/config.yaml`),
  '/etc/have-we-met/config.yaml',
]

/** Where the ledger lives: STATE_DIR, systemd's first StateDirectory=, or the XDG state home; null without any. */
export const stateDirOf = (cwd: string, env: Environment): string | null => {
  if (env.STATE_DIR) return expandPath(env.STATE_DIR, cwd, env)
  const systemd = env.STATE_DIRECTORY?.split(':')[0]
  if (isAbsolute(systemd)) return tidy(systemd)
  const [folder] = xdgFolder('XDG_STATE_HOME', '.local/state', env)
  return folder === undefined ? null : tidy(`${folder}/have-we-met`)
}

/**
 * Whether a secret file lets the group or others read or change it. Files that systemd (LoadCredential=) or a
 * container runtime handed over are theirs to guard: those are often of mode 0444 inside a closed folder.
 * @param path absolute, without `..`
 * @param mode as stat(2) gives it
 */
export const isExposed = (path: string, mode: number, env: Environment): boolean => {
  const guarded = ['/run/secrets', env.CREDENTIALS_DIRECTORY].filter(isAbsolute)
  return (mode & 0o066) !== 0 && !guarded.some((folder) => path.startsWith(`${folder.replace(/\/+$/, '')}/`))
}
