/**
 * `npm test`: sees to it that Dovecot is there, runs every test once, and ends with the line `N passed, N failed`.
 * What follows `npm test --` goes to Vitest; coverage is measured, and asked for, only when all tests run.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './reporter.ts'
import { ensureDovecot } from './servers/install-dovecot.ts'

interface Ending {
  readonly exitCode: number
  readonly outcome: Outcome
}

const nothing: Outcome = { passed: 0, failed: 0, skipped: [] }

const vitestProgram = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const reporter = fileURLToPath(new URL('./reporter.ts', import.meta.url))

/** Nothing but passes makes a run good: neither a run without tests, nor one that Vitest itself calls bad. */
const runVitest = async (args: readonly string[]): Promise<Ending> => {
  const coverage = args.length === 0 ? ['--coverage'] : []
  const command = [vitestProgram, 'run', '--reporter=default', `--reporter=${reporter}`, ...coverage, ...args]
  const vitest = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let outcome = nothing
  vitest.on('message', (message: Outcome) => {
    outcome = message
  })
  const [code] = await once(vitest, 'close')
  const isGood = code === 0 && outcome.passed > 0 && outcome.failed === 0
  return { exitCode: isGood ? 0 : code || 1, outcome }
}

const withoutDovecot = (error: unknown): Ending => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return { exitCode: 1, outcome: nothing }
}

const run = async (args: readonly string[]): Promise<Ending> => {
  try {
    ensureDovecot()
  } catch (error) {
    return withoutDovecot(error)
  }
  return runVitest(args)
}

const { exitCode, outcome } = await run(process.argv.slice(2))
for (const name of outcome.skipped) process.stderr.write(`not run, which counts as failed: ${name}\n`)
process.stdout.write(`${outcome.passed} passed, ${outcome.failed} failed\n`)
process.exitCode = exitCode
