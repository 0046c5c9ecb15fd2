/**
 * Loaded into the program under test (`node --import`): counts what it makes durable, notes each in the file of
 * TEST_WRITES, and sends the process TEST_SIGNAL (SIGKILL, when left out) right before or after the one that TEST_KILL names (`before:3`).
 */

import { appendFileSync } from 'node:fs'
import Database from 'libsql'

const [side, number] = (process.env.TEST_KILL ?? '').split(':')
let writes = 0

/** Nothing runs after a SIGKILL: the system ends the process before the call returns. */
const dieAt = (moment) => {
  if (side === moment && writes === Number(number)) process.kill(process.pid, process.env.TEST_SIGNAL ?? 'SIGKILL')
}

const note = (sql) => {
  if (process.env.TEST_WRITES)
    appendFileSync(process.env.TEST_WRITES, `${sql.trim().replace(/\s+/gu, ' ').slice(0, 60)}\n`)
}

const atWrite = (sql, write) => {
  writes += 1
  note(sql)
  dieAt('before')
  const result = write()
  dieAt('after')
  return result
}

const reads = /^\s*(?:SELECT|BEGIN|ROLLBACK|PRAGMA \w+$)/iu

/** What a transaction holds becomes durable with its COMMIT; what stands outside of one, by itself. */
const isDurable = (sql, { inTransaction }) => /\bCOMMIT\b/iu.test(sql) || (!inTransaction && !reads.test(sql))

const { exec, prepare } = Database.prototype

Database.prototype.exec = function (sql) {
  const run = () => exec.call(this, sql)
  return isDurable(sql, this) ? atWrite(sql, run) : run()
}

Database.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql)
  for (const name of ['all', 'get', 'run']) {
    const perform = statement[name]
    statement[name] = (...values) => {
      const run = () => perform.apply(statement, values)
      return isDurable(sql, this) ? atWrite(sql, run) : run()
    }
  }
  return statement
}
