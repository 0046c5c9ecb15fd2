import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Measure } from './verdict.ts'

/** The process as it stands now. */
export const measureNow = (pid: number): Measure => {
  const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { resident: Number(kibibytes) * 1024, handles: readdirSync(`/proc/${pid}/fd`).length }
}

const samples = 15
const between = 400

const middle = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

/**
 * The medians of some samples, over more than one poll of each account.
 * @param calm milliseconds for which nothing happens first, so that what was needed for a while is given back
 */
export const measure = async (pid: number, calm: number): Promise<Measure> => {
  await delay(calm)
  const taken: Measure[] = []
  for (let count = 0; count < samples; count += 1) {
    taken.push(measureNow(pid))
    await delay(between)
  }
  return {
    resident: middle(taken.map(({ resident }) => resident)),
    handles: middle(taken.map(({ handles }) => handles)),
  }
}
