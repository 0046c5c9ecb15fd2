import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { reading, writing } from '../core/ledgerBook.ts'
import { damagedLedger, newerLedger } from '../core/ledgerFaults.ts'
import { ledgerCopy, ledgerSchema, ledgerUpgrades, ledgerVersion } from '../core/ledgerSchema.ts'
import { write } from '../core/ledgerStatements.ts'
import type { Ledger, LedgerReader } from '../ledgerPort.ts'
import { exists, explaining, openStore, operatorError, provide, type Store, takeWriterLock } from './sqlite.ts'

const memory = ':memory:'

const pragma = (store: Store, name: string): unknown =>
  store.rows<Record<string, unknown>>({ sql: `SELECT * FROM pragma_${name}`, values: [] })[0]?.[name]

const versionOf = (store: Store, file: string): number => {
  const version = Number(pragma(store, 'user_version'))
  if (version > ledgerVersion) throw operatorError(newerLedger(file, version, ledgerVersion))
  return version
}

const upgrade = (store: Store, file: string): void => {
  for (let version = versionOf(store, file); version < ledgerVersion; version = versionOf(store, file)) {
    const { tables, rows } = ledgerUpgrades[version] ?? { tables: ledgerSchema, rows: '' }
    store.transaction(() => store.exec(tables + rows))
  }
}

/** What is deleted is overwritten with zeros: a person who is forgotten stays in no free page. */
const layOut = (store: Store, file: string): Store => {
  store.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  if (pragma(store, 'quick_check') !== 'ok') throw operatorError(damagedLedger(file))
  upgrade(store, file)
  return store
}

const openWritable = (file: string): Store => {
  explaining(file, () => provide(file))
  return layOut(openStore(file, file), file)
}

const ledgerFile = (stateDir: string): string => join(resolve(stateDir), 'ledger.db')
const readOnlyUri = (file: string): string => `${pathToFileURL(file).href}?mode=ro`

interface Readable {
  readonly store: Store
  readonly version: number
}

/** null when there is no ledger, or one that has not been laid out yet. */
const openReadable = (file: string): Readable | null => {
  if (!explaining(file, () => exists(file))) return null
  const store = openStore(readOnlyUri(file), file)
  const version = versionOf(store, file)
  if (version > 0) return { store, version }
  store.close()
  return null
}

const ledgerOf = (store: Store, close: () => void): Ledger => {
  const { forget, ...rest } = writing(store)
  return {
    ...reading(store),
    ...rest,
    forget: (id, at) => {
      forget(id, at)
      // Until a checkpoint the log still holds what was forgotten.
      store.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    close,
  }
}

const inMemory = (original: { readonly file: string; readonly version: number } | null): Ledger => {
  const store = layOut(openStore(memory, original?.file ?? memory), memory)
  if (original !== null) {
    store.rows({ sql: 'ATTACH ? AS original', values: [readOnlyUri(original.file)] })
    store.exec(`BEGIN; ${ledgerCopy(original.version)} COMMIT; DETACH original`)
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
      lock.release()
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * The ledger of STATE_DIR, read beside a running writer too; null when there is none yet. One of an older version is
 * read as the next writer will find it.
 * @throws OperatorError as `openLedger`
 */
export const openLedgerReader = (stateDir: string): LedgerReader | null => {
  const readable = openReadable(ledgerFile(stateDir))
  if (readable === null) return null
  const { store, version } = readable
  if (version === ledgerVersion) return { ...reading(store), close: store.close }
  store.close()
  return inMemory({ file: ledgerFile(stateDir), version })
}

/**
 * A copy of the ledger in memory, or an empty one, for a dry run: written like the real one, and lost with `close`.
 * @throws OperatorError as `openLedger`
 */
export const openRehearsal = (stateDir: string): Ledger => {
  const readable = openReadable(ledgerFile(stateDir))
  readable?.store.close()
  return inMemory(readable && { file: ledgerFile(stateDir), version: readable.version })
}

/**
 * Leaves a request for the process that holds the ledger: it does it at its next poll.
 * @throws OperatorError as `openLedger`
 */
export const leaveRequest = (stateDir: string, kind: 'retry' | 'forget', subject: string): void => {
  const file = ledgerFile(stateDir)
  const store = openStore(file, file)
  try {
    versionOf(store, file)
    store.rows(write.request(kind, subject))
  } finally {
    store.close()
  }
}
