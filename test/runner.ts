import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './reporter.ts'

interface Ending {
  readonly exitCode: number
  readonly outcome: Outcome
}

const nothing: Outcome = { passed: 0, failed: 0, skipped: [] }

const vitestProgram = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const reporter = fileURLToPath(new URL('./reporter.ts', import.meta.url))

/** Nothing but passes makes a run good: neither a run without tests, nor one that Vitest itself calls bad. */
const runVitest = async (args: readonly string[]): Promise<Ending> => {
  const command = [vitestProgram, 'run', '--reporter=default', `--reporter=${reporter}`, ...args]
  const vitest = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let outcome = nothing
  vitest.on('message', (message: Outcome) => {
    outcome = message
  })
  const [code] = await once(vitest, 'close')
  const isGood = code === 0 && outcome.passed > 0 && outcome.failed === 0
  return { exitCode: isGood ? 0 : code || 1, outcome }
}

const withoutServers = (error: unknown): Ending => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return { exitCode: 1, outcome: nothing }
}

const run = async (prepare: () => void, args: readonly string[]): Promise<Ending> => {
  try {
    prepare()
  } catch (error) {
    return withoutServers(error)
  }
  return runVitest(args)
}

/**
 * Sees to it that the servers are there, runs Vitest once, and ends the process with the line `N passed, N failed`.
 */
export const runTests = async (prepare: () => void, args: readonly string[]): Promise<void> => {
  const { exitCode, outcome } = await run(prepare, args)
  for (const name of outcome.skipped) process.stderr.write(`not run, which counts as failed: ${name}\n`)
  process.stdout.write(`${outcome.passed} passed, ${outcome.failed} failed\n`)
  process.exitCode = exitCode
}
