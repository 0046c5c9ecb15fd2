import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exit, OperatorError } from '../errors.ts'

/** A file of the template folders: what it holds, or why it cannot be read. */
export interface TemplateFile {
  readonly content: string | OperatorError
  /** Its folder's place among the folders, 0 for the one that counts most. */
  readonly rank: number
}

/** The files by their paths. */
export type TemplateFiles = ReadonlyMap<string, TemplateFile>

const unusable = (path: string, what: string, cause?: unknown): OperatorError =>
  new OperatorError(exit.config, `${path} ${what}`, [`look at it: ls -l ${path}`], { cause })

/** Octets; a reply is a few hundred. */
const largest = 65_536

/** The value, or the error that says which path could not be read. */
const read = <T>(path: string, action: () => T): T | OperatorError => {
  try {
    return action()
  } catch (cause) {
    return unusable(path, 'cannot be read', cause)
  }
}

/** A pipe, or a device, would be waited for without end. */
const contentOf = (file: string): string | OperatorError => {
  const stat = statSync(file)
  if (!stat.isFile()) return unusable(file, 'is no file')
  if (stat.size > largest) return unusable(file, `is larger than ${largest / 1024} KiB, which is no reply`)
  return readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
}

/** A folder that is not there holds nothing; one that cannot be read may hold anything. */
const entriesIn = (folder: string): readonly string[] =>
  lstatSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder).sort()

const filesIn = (folder: string, rank: number): readonly (readonly [string, TemplateFile])[] => {
  const entries = read(folder, () => entriesIn(folder))
  if (entries instanceof OperatorError) return [[folder, { content: entries, rank }]]
  return entries
    .filter((entry) => entry.endsWith('.hbs') && !entry.startsWith('.'))
    .map((entry) => join(folder, entry))
    .map((file) => [file, { content: read(file, () => contentOf(file)), rank }])
}

/** Milliseconds. An editor that saves by renaming takes the file away before the new one stands there. */
const renaming = 2000

const changedAt = (folder: string): number => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0

/**
 * Reads the folders anew at each call; a folder that is not there holds nothing. A file that vanished within the last two
 * seconds is kept as it was: it may be in the middle of being saved. The files of a folder that cannot be read any more
 * are kept as long as that lasts.
 * @param now milliseconds since 1970
 */
export const templateFilesIn = (folders: readonly string[], now: () => number): (() => TemplateFiles) => {
  let before: TemplateFiles = new Map()
  const missedAt = new Map<string, number>()
  const isKept = (file: string): boolean => {
    const missed = missedAt.get(file) ?? now()
    missedAt.set(file, missed)
    return [missed, changedAt(dirname(file))].every((at) => Math.abs(now() - at) < renaming)
  }
  return () => {
    const found: TemplateFiles = new Map(folders.flatMap(filesIn))
    for (const file of found.keys()) missedAt.delete(file)
    const missing = [...before].filter(([file]) => !found.has(file) && (found.has(dirname(file)) || isKept(file)))
    before = new Map([...found, ...missing])
    return before
  }
}
