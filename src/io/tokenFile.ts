import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isExposed } from '../core/settingsPaths.ts'
import { fileTrouble } from '../core/settingsWords.ts'
import { type Tokens, tokensIn, tokensText } from '../core/tokens.ts'
import { exit, OperatorError } from '../errors.ts'
import type { TokenStore } from '../oauthPort.ts'
import { drafting, synced } from './drafting.ts'

const weather = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']
const mode = { folder: 0o700, file: 0o600 }

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

/** No cause: that of a write could hold what was written. */
const refused = (path: string, error: unknown): OperatorError => {
  const code = codeOf(error)
  if (weather.includes(code))
    return new OperatorError(exit.tryAgain, `${path} cannot be written: the disk is full or read-only`, [
      `look at its space (df -h ${dirname(path)}) and how it is mounted`,
    ])
  return new OperatorError(exit.config, `${path} cannot be written (${code})`, [
    `look at owner and mode: ls -ld ${dirname(path)}`,
  ])
}

const explaining = <T>(path: string, run: () => T): T => {
  try {
    return run()
  } catch (error) {
    throw refused(path, error)
  }
}

const openFolder = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: mode.folder })
  chmodSync(dirname(path), mode.folder)
}

/** Makes something of a draft of the file, or nothing. */
const withDraft = (path: string, text: string, use: (draft: string) => void): void =>
  explaining(path, () => {
    openFolder(path)
    drafting(path, text, mode.file, use)
  })

const write = (path: string, tokens: Tokens): void =>
  withDraft(path, tokensText(tokens), (draft) => {
    renameSync(draft, path)
    synced(dirname(path), 'r', mode.folder)
  })

const read = (path: string): Tokens | null => {
  let text: string
  let found: number
  try {
    found = statSync(path).mode
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return null
    throw new OperatorError(exit.config, `the token file ${path} cannot be read`, [`${path}: ${fileTrouble(code)}`])
  }
  if (!isExposed(path, found, {})) return tokensIn(text)
  throw new OperatorError(exit.config, `others may read or change the token file ${path}`, [`type: chmod 600 ${path}`])
}

/** Nobody needs a lock for as long as this: another computer cannot be asked, and numbers of processes come again. */
const longest = 120_000
const pause = 100
const held = new Set<string>()

const isDead = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Whether whoever took the lock was killed. In a container, whoever is started again has the number of the dead. */
const isLeft = (lock: string): boolean => {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (since === undefined) return false
  if (Math.abs(Date.now() - since) > longest) return true
  const [host, pid] = readFileSync(lock, 'utf8').split(' ')
  if (host !== hostname() || pid === undefined) return false
  return Number(pid) === process.pid ? !held.has(lock) : isDead(Number(pid))
}

const taken = (lock: string): boolean => {
  try {
    synced(lock, 'wx', mode.file, (file) => writeFileSync(file, `${hostname()} ${process.pid}`))
    held.add(lock)
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    removedIfLeft(lock)
    return false
  }
}

const removedIfLeft = (lock: string): void => {
  try {
    if (isLeft(lock)) rmSync(lock, { force: true })
  } catch (error) {
    // Whoever held it has removed it in the meantime.
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

/** A lock that cannot be removed is left: what was done counts more. */
const released = (lock: string): void => {
  held.delete(lock)
  try {
    rmSync(lock, { force: true })
  } catch {
    // Whoever comes next waits until it is old.
  }
}

/** As much as a renewal writes is written first: a full disk must not cost a refresh token that is good once. */
const alone = async <T>(path: string, run: () => Promise<T>): Promise<T> => {
  const lock = `${path}.lock`
  withDraft(path, ' '.repeat(16_384), () => {})
  while (!explaining(path, () => taken(lock))) await delay(pause)
  try {
    return await run()
  } finally {
    released(lock)
  }
}

/** Files of mode 0600 in a folder of mode 0700, whole or as they were. */
export const tokenFiles: TokenStore = { read, write, alone }
