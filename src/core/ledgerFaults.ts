/** How a fault of the ledger's file ends: sysexits 75 (try again later) or 78 (settings), a sentence and a hint. */
export interface LedgerFault {
  readonly exitCode: 75 | 78
  readonly sentence: string
  readonly hint: string
}

type Explain = (file: string, stateDir: string) => LedgerFault

const full: Explain = (_, stateDir) => ({
  exitCode: 75,
  sentence: `the disk with ${stateDir} is full`,
  hint: `free some space (df -h ${stateDir}); what was entered before is safe`,
})

const failing: Explain = (_, stateDir) => ({
  exitCode: 75,
  sentence: `the disk with ${stateDir} is full or failing`,
  hint: `look at its space (df -h ${stateDir}) and at the log of the system`,
})

const readOnly: Explain = (file) => ({
  exitCode: 75,
  sentence: `${file} is on a disk that can only be read`,
  hint: 'mount it for writing, or set STATE_DIR to a place that can be written',
})

const busy: Explain = (_, stateDir) => ({
  exitCode: 75,
  sentence: `another program is using ${stateDir}`,
  hint: 'wait until it has finished, or stop it first',
})

/** Not a ledger, or one whose pages or rows cannot be read. */
export const damagedLedger = (file: string): LedgerFault => ({
  exitCode: 78,
  sentence: `${file} is damaged or was not written by have-we-met`,
  hint: `restore it from a backup, or move it aside to start anew: mv ${file} ${file}.damaged`,
})

const barred: Explain = (file, stateDir) => ({
  exitCode: 78,
  sentence: `${file} cannot be opened`,
  hint: `look at owner and mode (ls -ld ${stateDir} ${file}) and at STATE_DIR`,
})

/** Primary result codes of SQLite (numbers), errno names of the file system, and the error of JSON.parse. */
const faults = new Map<number | string, Explain>([
  [13, full],
  ['ENOSPC', full],
  ['EDQUOT', full],
  [10, failing],
  ['EIO', failing],
  ['EFBIG', failing],
  [8, readOnly],
  ['EROFS', readOnly],
  [5, busy],
  [6, busy],
  [11, damagedLedger],
  [26, damagedLedger],
  ['SyntaxError', damagedLedger],
  [3, barred],
  [14, barred],
  ['EACCES', barred],
  ['EPERM', barred],
  ['ENOENT', barred],
  ['ENOTDIR', barred],
  ['EISDIR', barred],
  ['EEXIST', barred],
  ['ELOOP', barred],
])

/** The fault behind a code; null where it is no fault of file or disk, so one of ours. */
export const ledgerFault = (code: number | string, file: string, stateDir: string): LedgerFault | null =>
  faults.get(code)?.(file, stateDir) ?? null

/** The fault of a second writer; pid 0 where the first has not told its own. */
export const otherWriter = (pid: number, stateDir: string): LedgerFault => ({
  exitCode: 75,
  sentence: `another have-we-met${pid === 0 ? '' : ` (pid ${pid})`} is using ${stateDir}`,
  hint: `wait until it has finished, or stop it${pid === 0 ? '' : `: kill ${pid}`}`,
})

/** The fault of a ledger whose version is above the one this program knows. */
export const newerLedger = (file: string, version: number, known: number): LedgerFault => ({
  exitCode: 78,
  sentence: `${file} was written by a newer have-we-met (ledger version ${version}; this one knows ${known})`,
  hint: 'update have-we-met',
})
