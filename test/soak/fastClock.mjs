/**
 * Loaded into the program under test (`node --import`): its clock and its timers go TEST_HASTE times as fast as the world's, so
 * that a day passes in minutes. What it waits for from others takes as long as it takes.
 */
const haste = Number(process.env.TEST_HASTE ?? 1)
const began = Date.now()
const { now } = Date
const { setTimeout: set, setInterval: repeat } = globalThis

const shown = () => Math.floor(began + (now() - began) * haste)

globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(shown())
    else super(...given)
  }

  static now() {
    return shown()
  }
}

const hastened =
  (timer) =>
  (run, milliseconds = 0, ...given) =>
    timer(run, milliseconds / haste, ...given)

globalThis.setTimeout = Object.assign(hastened(set), { [Symbol.for('nodejs.util.promisify.custom')]: undefined })
globalThis.setInterval = hastened(repeat)
