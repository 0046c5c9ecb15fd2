import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'libsql'
import { type EntryColumns, entryOf, ledgerCopy, ledgerSchema, ledgerVersion } from '../core/entryRows.ts'
import { reading, type Tables, writing } from '../core/ledgerBook.ts'
import { damagedLedger, type LedgerFault, ledgerFault, newerLedger, otherWriter } from '../core/ledgerFaults.ts'
import type { Statement } from '../core/ledgerStatements.ts'
import { OperatorError } from '../errors.ts'
import type { Ledger, LedgerReader } from '../ports.ts'

/** One connection. Faults of file and disk come out of every call as OperatorErrors that name the file. */
interface Store extends Tables {
  readonly exec: (sql: string) => void
  readonly close: () => void
}

const memory = ':memory:'

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

const operatorError = ({ exitCode, sentence, hint }: LedgerFault, cause?: unknown): OperatorError =>
  new OperatorError(exitCode, sentence, [hint], { cause })

const explaining = <T>(file: string, run: () => T): T => {
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

/** `path` is what SQLite opens, `file` what people are told. */
const openStore = (path: string, file: string): Store => {
  const db = explaining(file, () => new Database(path, { timeout: patience.ledger }))
  const prepared = new Map<string, Database.Statement>()
  const rows = <Row>({ sql, values }: Statement): Row[] => {
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

const claimed = (lock: Database.Database, stateDir: string): Database.Database => {
  try {
    claim(lock)
    return lock
  } catch (error) {
    const cause = codeOf(error) === 5 ? operatorError(otherWriter(pidIn(lock), stateDir), error) : error
    releaseLock(lock)
    throw cause
  }
}

const exists = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined

/** Never opens a file that is there: closing it would drop the locks this process holds on it (POSIX fcntl). */
const provide = (file: string): void => {
  if (!exists(file)) closeSync(openSync(file, 'a', 0o600))
  accessSync(file, constants.R_OK | constants.W_OK)
}

const takeWriterLock = (file: string): Database.Database =>
  explaining(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    provide(file)
    return claimed(new Database(file, { timeout: patience.writerLock }), dirname(file))
  })

const pragma = (store: Store, name: string): unknown =>
  store.rows<Record<string, unknown>>({ sql: `SELECT * FROM pragma_${name}`, values: [] })[0]?.[name]

const versionOf = (store: Store, file: string): number => {
  const version = Number(pragma(store, 'user_version'))
  if (version > ledgerVersion) throw operatorError(newerLedger(file, version, ledgerVersion))
  return version
}

const layOut = (store: Store, file: string): Store => {
  store.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  if (pragma(store, 'quick_check') !== 'ok') throw operatorError(damagedLedger(file))
  if (versionOf(store, file) === 0) store.transaction(() => store.exec(ledgerSchema))
  return store
}

const openWritable = (file: string): Store => {
  explaining(file, () => provide(file))
  return layOut(openStore(file, file), file)
}

const ledgerFile = (stateDir: string): string => join(resolve(stateDir), 'ledger.db')
const readOnlyUri = (file: string): string => `${pathToFileURL(file).href}?mode=ro`

/** null when there is no ledger, or one that has not been laid out yet. */
const openReadable = (file: string): Store | null => {
  if (!explaining(file, () => exists(file))) return null
  const store = openStore(readOnlyUri(file), file)
  if (versionOf(store, file) > 0) return store
  store.close()
  return null
}

const ledgerOf = (store: Store, close: () => void): Ledger => ({ ...reading(store), ...writing(store), close })

const inMemory = (copyOf: string | null): Ledger => {
  const store = layOut(openStore(memory, copyOf ?? memory), memory)
  if (copyOf !== null) {
    store.rows({ sql: 'ATTACH ? AS original', values: [readOnlyUri(copyOf)] })
    store.exec(`BEGIN; ${ledgerCopy} COMMIT; DETACH original`)
  }
  return ledgerOf(store, store.close)
}

/**
 * The ledger of STATE_DIR, made when there is none, or one in memory for `:memory:`. The one writer.
 * @throws OperatorError 75 when another process writes or the disk refuses, 78 when the ledger cannot be used
 */
export const openLedger = (stateDir: string): Ledger => {
  if (stateDir === memory) return inMemory(null)
  const lock = takeWriterLock(join(resolve(stateDir), 'writer.lock'))
  try {
    const store = openWritable(ledgerFile(stateDir))
    return ledgerOf(store, () => {
      store.close()
      releaseLock(lock)
    })
  } catch (error) {
    releaseLock(lock)
    throw error
  }
}

/**
 * The ledger of STATE_DIR, read beside a running writer too; null when there is none yet.
 * @throws OperatorError as `openLedger`
 */
export const openLedgerReader = (stateDir: string): LedgerReader | null => {
  const store = openReadable(ledgerFile(stateDir))
  return store && { ...reading(store), close: store.close }
}

/**
 * A copy of the ledger in memory, or an empty one, for a dry run: written like the real one, and lost with `close`.
 * @throws OperatorError as `openLedger`
 */
export const openRehearsal = (stateDir: string): Ledger => {
  const real = openReadable(ledgerFile(stateDir))
  real?.close()
  return inMemory(real && ledgerFile(stateDir))
}
