/**
 * `npm run soak`: the built daemon, on clocks that go fast, at a real server, while mail comes in and all sorts of things
 * break; ends with a table. Nothing lost, nothing twice, and no more memory or open handles at the end than at the start.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDovecot } from '../servers/install-dovecot.ts'
import { type Plan, readPlan, usage } from './arguments.ts'
import { soak } from './course.ts'
import { renderTold } from './table.ts'

const say = (text: string): void => void process.stderr.write(text)

const minutesOf = ({ milliseconds }: Plan): number => milliseconds / 60_000

/** 0 when all is well, 1 when something is wrong; then the log stays. */
const run = async (plan: Plan): Promise<0 | 1> => {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  ensureDovecot()
  say(`seed ${plan.seed}, ${minutesOf(plan)} min\n`)
  const file = join(tmpdir(), `have-we-met-soak.${plan.seed}.log`)
  const keep = (log: string): void => writeFileSync(file, log)
  try {
    const told = await soak(plan, { stop: interrupted.signal, say, keep })
    process.stdout.write(renderTold(told))
    if (told.verdict.because.length > 0) throw new Error('the soak was not passed')
    rmSync(file)
    return 0
  } catch (error) {
    const again = `npm run soak -- --seed ${plan.seed} --minutes ${minutesOf(plan)}`
    const because = error instanceof Error ? error.message : String(error)
    say(`soak: ${because}\n  the log of the daemon: ${file}\n  again: ${again}\n`)
    return 1
  }
}

const main = async (): Promise<number> => {
  const plan = readPlan(process.argv.slice(2), Date.now() >>> 0)
  if (plan !== 'help') return run(plan)
  process.stdout.write(usage)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  say(`soak: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exitCode = 64
}
