import { writeSync } from 'node:fs'
import { OperatorError } from '../../../src/errors.ts'
import { openLedger } from '../../../src/io/ledger.ts'
import { entryOfUid } from './ledgerEntry.ts'

/**
 * A second process for the ledger's tests: `fill STATE_DIR` enters entries of 8 kB until it is killed or an error ends
 * it, and says the uid of each once `enter` has returned; `open STATE_DIR` opens and stays open. Run by root it first
 * becomes nobody where `--unprivileged` is given, because root passes every permission.
 */
const [command, stateDir = '', ...options] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)

const fill = (): void => {
  const ledger = openLedger(stateDir)
  for (let uid = 1; uid <= 500; uid++) {
    ledger.enter(entryOfUid(uid, { state: { kind: 'planned' }, frozen: new Uint8Array(8192).fill(uid) }))
    say(String(uid))
  }
  say('end')
}

const stay = (): void => {
  openLedger(stateDir)
  say('open')
  process.stdin.resume()
}

if (options.includes('--unprivileged') && process.geteuid?.() === 0) {
  process.setegid?.(65534)
  process.seteuid?.(65534)
}
try {
  if (command === 'fill') fill()
  else stay()
} catch (error) {
  say(error instanceof OperatorError ? `${error.exitCode} ${error.message}` : `fault ${String(error)}`)
  process.exitCode = 1
}
