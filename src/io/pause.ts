import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exit, OperatorError } from '../errors.ts'

const weather = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']
const mode = { directory: 0o700, file: 0o600 }

const fileIn = (stateDir: string): string => join(stateDir, 'paused')

const refused = (stateDir: string, cause: unknown): OperatorError => {
  const passing = cause instanceof Error && 'code' in cause && weather.includes(String(cause.code))
  return passing
    ? new OperatorError(
        exit.tryAgain,
        `${fileIn(stateDir)} cannot be written: the disk is full or read-only`,
        [`look at its space (df -h ${stateDir}) and how it is mounted`],
        { cause },
      )
    : new OperatorError(
        exit.config,
        `${fileIn(stateDir)} cannot be reached`,
        [`look at owner and mode (ls -ld ${stateDir} ${fileIn(stateDir)}) and at STATE_DIR`],
        { cause },
      )
}

const explaining = <T>(stateDir: string, run: () => T): T => {
  try {
    return run()
  } catch (error) {
    throw refused(stateDir, error)
  }
}

/**
 * Makes a running daemon stop scanning and writing; once paused, pausing again changes nothing.
 * @throws OperatorError 75 when the disk refuses, 78 when STATE_DIR does
 */
export const pause = (stateDir: string): void =>
  explaining(stateDir, () => {
    mkdirSync(stateDir, { recursive: true, mode: mode.directory })
    writeFileSync(fileIn(stateDir), '', { flag: 'a', mode: mode.file })
  })

/**
 * Lets it go on; nothing happens when it was not paused.
 * @throws OperatorError 75 when the disk refuses, 78 when STATE_DIR does
 */
export const resume = (stateDir: string): void => explaining(stateDir, () => rmSync(fileIn(stateDir), { force: true }))

/**
 * Whether it is paused. What cannot be looked at is an error, never "no": a pause must not end by itself.
 * @throws OperatorError 78 when STATE_DIR may not be looked into
 */
export const isPaused = (stateDir: string): boolean =>
  explaining(stateDir, () => statSync(fileIn(stateDir), { throwIfNoEntry: false }) !== undefined)
