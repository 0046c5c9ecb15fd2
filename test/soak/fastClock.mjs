/**
 * Loaded into the program under test (`node --import`): since TEST_BEGAN (milliseconds of the epoch) its clocks and its timers
 * go TEST_HASTE times as fast as the world's, so that a day passes in two hours. What it waits for from others takes as long
 * as it takes.
 */
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { promisify } from 'node:util'

const haste = Number(process.env.TEST_HASTE)
const began = Number(process.env.TEST_BEGAN)
const RealDate = Date
const { uptime } = os
const { setTimeout: set, setInterval: repeat } = globalThis

const shown = () => Math.floor(began + (RealDate.now() - began) * haste)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, asked) => Reflect.construct(target, given.length === 0 ? [shown()] : given, asked),
  apply: (target) => new target(shown()).toString(),
  get: (target, key) => (key === 'now' ? shown : Reflect.get(target, key)),
})

os.uptime = () => uptime() + (shown() - RealDate.now()) / 1000
syncBuiltinESMExports()

const hastened =
  (timer) =>
  (run, milliseconds = 0, ...given) =>
    timer(run, milliseconds / haste, ...given)

globalThis.setTimeout = Object.assign(hastened(set), {
  [promisify.custom]: (milliseconds, value) => new Promise((resolve) => set(resolve, milliseconds / haste, value)),
})
globalThis.setInterval = hastened(repeat)
