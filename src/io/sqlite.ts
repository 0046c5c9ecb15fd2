import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'
import { type EntryColumns, entryOf } from '../core/entryRows.ts'
import type { Tables } from '../core/ledgerBook.ts'
import { type LedgerFault, ledgerFault, otherWriter } from '../core/ledgerFaults.ts'
import type { Statement } from '../core/ledgerStatements.ts'
import { LedgerInUse, OperatorError } from '../errors.ts'

/** One connection. Faults of file and disk come out of every call as OperatorErrors that name the file. */
export interface Store extends Tables {
  readonly exec: (sql: string) => void
  readonly close: () => void
}

/** How long to wait for locks that others hold for moments only, in milliseconds. */
const patience = { ledger: 5000, writerLock: 250 }

const codeOf = (error: unknown): number | string => {
  if (error instanceof Database.SqliteError) return (error.rawCode ?? 0) & 0xff
  if (error instanceof SyntaxError) return 'SyntaxError'
  if (!(error instanceof Error)) return ''
  // libsql tells why an open failed in the message only.
  const failedOpen = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message)
  return failedOpen ? Number(failedOpen[1]) & 0xff : 'code' in error ? String(error.code) : ''
}

/** A fault as an error that names the file. */
export const operatorError = ({ exitCode, sentence, hint }: LedgerFault, cause?: unknown): OperatorError =>
  new OperatorError(exitCode, sentence, [hint], { cause })

/** Runs what touches a file; its faults come out as OperatorErrors. */
export const explaining = <T>(file: string, run: () => T): T => {
  try {
    return run()
  } catch (error) {
    const fault = ledgerFault(codeOf(error), file, dirname(file))
    throw fault ? operatorError(fault, error) : error
  }
}

const inTransaction = (db: Database.Database, run: () => void): void => {
  db.exec('BEGIN IMMEDIATE')
  try {
    run()
    db.exec('COMMIT')
  } catch (error) {
    // On a full disk SQLite has often rolled back already; a second ROLLBACK would hide the reason.
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/**
 * Opens a database. `path` is what SQLite opens, `file` what people are told.
 * @throws OperatorError 75 or 78, as every call of the Store does
 */
export const openStore = (path: string, file: string): Store => {
  const db = explaining(file, () => new Database(path, { timeout: patience.ledger }))
  const prepared = new Map<string, Database.Statement>()
  const rows = <Row>({ sql, values }: Statement): Row[] => {
    // libsql answers a statement that was prepared before the connection was closed, writes and all.
    if (!db.open) throw new Error(`${file} is closed`)
    // Prepared once and kept: libsql frees a statement only when it is collected as garbage.
    const statement = prepared.get(sql) ?? db.prepare(sql)
    prepared.set(sql, statement)
    return statement.all(values) as Row[]
  }
  return {
    rows: (statement) => explaining(file, () => rows(statement)),
    entries: (statement) => explaining(file, () => rows<EntryColumns>(statement).map(entryOf)),
    transaction: (run) => explaining(file, () => inTransaction(db, run)),
    exec: (sql) => explaining(file, () => db.exec(sql)),
    close: () => {
      prepared.clear()
      if (db.open) db.close()
    },
  }
}

const pidIn = (lock: Database.Database): number => Number(lock.prepare('PRAGMA user_version').pluck().all()[0])

/** Leaves a write transaction open, after the own pid was committed: the lock of the system dies with the process. */
const claim = (lock: Database.Database): void => {
  lock.exec('BEGIN IMMEDIATE')
  if (pidIn(lock) === process.pid) return
  lock.exec(`PRAGMA user_version = ${process.pid}; COMMIT`)
  claim(lock)
}

const releaseLock = (lock: Database.Database): void => {
  // libsql gives a closed connection's locks back only with its last statement: end the transaction by hand.
  if (lock.open && lock.inTransaction) lock.exec('ROLLBACK')
  if (lock.open) lock.close()
}

const inUse = ({ exitCode, sentence, hint }: LedgerFault, cause: unknown): LedgerInUse =>
  new LedgerInUse(exitCode, sentence, [hint], { cause })

const claimed = (lock: Database.Database, stateDir: string): Database.Database => {
  try {
    claim(lock)
    return lock
  } catch (error) {
    const cause = codeOf(error) === 5 ? inUse(otherWriter(pidIn(lock), stateDir), error) : error
    releaseLock(lock)
    throw cause
  }
}

export const exists = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined

/**
 * Makes the file when there is none, for the owner alone.
 * Never opens a file that is there: closing it would drop the locks this process holds on it (POSIX fcntl).
 */
export const provide = (file: string): void => {
  if (!exists(file)) closeSync(openSync(file, 'a', 0o600))
  accessSync(file, constants.R_OK | constants.W_OK)
}

/**
 * The lock of the one writer, until it is given back or the process dies.
 * @throws OperatorError 75 that names the process which holds it
 */
export const takeWriterLock = (file: string): { readonly release: () => void } =>
  explaining(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    provide(file)
    const lock = claimed(new Database(file, { timeout: patience.writerLock }), dirname(file))
    return { release: () => releaseLock(lock) }
  })
