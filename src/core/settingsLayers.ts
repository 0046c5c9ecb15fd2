import { secretKeys } from './settingsAccount.ts'
import { type VariableSource, variableAt } from './settingsEnvironment.ts'
import type { Origin, Path, Place } from './settingsWords.ts'

/** A config file in which the line of a setting can be found. */
export interface WrittenFile {
  /** As it is shown. */
  readonly file: string
  readonly lines: ReadonlyMap<string, number>
}

/** The key under which `lines` knows a setting. */
export const lineKey = (path: Path): string => JSON.stringify(path)

/** The line of a setting; where it does not stand in the file, of the innermost map that would hold it. */
const findLine = ({ lines }: WrittenFile, path: Path): { line: number; complete: boolean } => {
  const known = path.map((_, index) => lines.get(lineKey(path.slice(0, path.length - index))))
  return { line: known.find((line) => line !== undefined) ?? 1, complete: known[0] !== undefined }
}

const accountNeeds = `; an account has a name, imap.host, imap.user and one of ${secretKeys.join(', ')}`

/**
 * Settings that come from config files, the uppermost first.
 * @param account the way to the account in the first file, [] for the settings of all accounts
 */
export const fileOrigin = (files: readonly WrittenFile[], account: Path): Origin => ({
  place: (path) => {
    const ways = [account, []].flatMap((way) => files.map((file) => ({ ...findLine(file, [...way, ...path]), file })))
    const found = ways.find(({ complete }) => complete) ?? ways[0]
    return { file: found?.file.file ?? 'config', line: found?.line ?? null }
  },
  name: (path) => path.join('.') || 'the file',
  mend: ([first]) => (account.length > 0 && first !== 'smtp' ? accountNeeds : ''),
})

/** Where a variable was set, or would be. */
export const placeOf = (variable: string, { envFile, lines, set }: VariableSource): Place => {
  const line = lines.get(variable)
  if (envFile !== null && line !== undefined) return { file: envFile, line }
  return { file: set(variable) || envFile === null ? 'environment' : envFile, line: null }
}

/** The account of the environment; the settings that hold for all accounts still come from the files. */
export const variableOrigin = (source: VariableSource, files: Origin): Origin => ({
  place: (path) => {
    const variable = variableAt(path)
    return variable === null ? files.place(path) : placeOf(variable, source)
  },
  name: (path) => variableAt(path) ?? files.name(path),
  mend: (path) => {
    if (path[0] !== 'imap' || source.lines.has(variableAt(path) ?? '')) return ''
    const { envFile, example } = source
    return envFile === null ? '; type: have-we-met init' : `; see ${example}`
  },
})
