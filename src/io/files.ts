import { accessSync, constants, lstatSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { exit, OperatorError } from '../errors.ts'
import type { Files } from '../initPort.ts'
import { drafting } from './drafting.ts'

const weather = ['ENOSPC', 'EDQUOT', 'EIO']

const refused = (path: string, cause: unknown): OperatorError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  if (weather.includes(code))
    return new OperatorError(
      exit.tryAgain,
      `${path} cannot be written: the disk is full`,
      [`look at its space: df -h ${dirname(path)}`],
      { cause },
    )
  const hints = [`look at owner and mode: ls -ld ${dirname(path)}`, 'or start init in a folder of your own']
  return new OperatorError(exit.config, `${path} cannot be written (${code})`, hints, { cause })
}

const explaining = <T>(path: string, run: () => T): T => {
  try {
    return run()
  } catch (error) {
    throw refused(path, error)
  }
}

const stands = (path: string): boolean =>
  explaining(path, () => {
    try {
      return lstatSync(path, { throwIfNoEntry: false }) !== undefined
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return false
      throw error
    }
  })

/** The nearest folder above that is there: what is missing below it can be made. */
const nearestFolder = (path: string): string => {
  const folder = dirname(path)
  return stands(folder) || folder === path ? folder : nearestFolder(folder)
}

const permit = (path: string): void =>
  explaining(path, () => {
    if (stands(path) && lstatSync(path).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
    accessSync(`${nearestFolder(path)}/.`, constants.W_OK | constants.X_OK)
  })

const write = (path: string, text: string, mode: number): void =>
  explaining(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 })
    drafting(path, text, mode, (draft) => renameSync(draft, path))
  })

/** The files that `init` writes, on the disk. */
export const files: Files = { stands, permit, write }
