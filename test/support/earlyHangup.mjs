/** Loaded into the program under test (`node --import`): SIGHUP comes while it makes its folder, before it has begun. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { mkdirSync } = fs

fs.mkdirSync = (...given) => {
  fs.mkdirSync = mkdirSync
  syncBuiltinESMExports()
  process.kill(process.pid, 'SIGHUP')
  return mkdirSync(...given)
}

syncBuiltinESMExports()
