/**
 * `npm run fuzz`: spoils real mail by its structure, for as long as it is told, and judges it the whole way from bytes to
 * draft. What it finds is made small and kept in test/fixtures/findings, where test/fuzz/findings.test.ts reads it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { anyBase } from './bases.ts'
import { mutated, mutations } from './mutations.ts'
import { faultsOf } from './oracle.ts'

const usage = `Usage: npm run fuzz -- [--seconds 60] [--seed N] [--path P]

  --seconds N   how long to look; 60 when left out
  --seed N      begin as an earlier run did; each run prints its own
  --path P      with --seed: that very mail of the run
`

const findings = fileURLToPath(new URL('../fixtures/findings/', import.meta.url))

/** Milliseconds after which a verdict comes too late: nothing that LinkedIn sends takes a tenth of it. */
const slow = 5_000

const options = {
  seconds: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
  help: { type: 'boolean' },
} as const

const numberOf = (name: string, written: string | undefined, otherwise: number): number => {
  const value = written === undefined ? otherwise : Number(written)
  if (Number.isSafeInteger(value)) return value
  throw new Error(`--${name} ${written} is no whole number`)
}

const faults = async (bytes: Buffer, answered: boolean): Promise<readonly string[]> => {
  const begun = performance.now()
  const found = await faultsOf(bytes, answered)
  return performance.now() - begun > slow ? [...found, 'the verdict took more than five seconds'] : found
}

const keep = (base: string, seed: number, bytes: Buffer): string => {
  mkdirSync(findings, { recursive: true })
  const file = `${findings}${base}.${seed >>> 0}.eml`
  writeFileSync(file, bytes)
  return file
}

const run = async (seconds: number, seed: number, path: string | undefined): Promise<number> => {
  process.stderr.write(`seed ${seed}, ${seconds} s\n`)
  let mails = 0
  const progress = setInterval(() => process.stderr.write(`${mails} mails\n`), 10_000)
  const property = fc.asyncProperty(anyBase(), mutations, async ({ bytes, answered }, steps) => {
    mails += 1
    const found = await faults(mutated(bytes, steps), answered)
    if (found.length > 0) throw new Error(found.join('; '))
  })
  const result = await fc.check(property, {
    seed,
    ...(path === undefined ? {} : { path }),
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
  })
  clearInterval(progress)
  process.stdout.write(`${mails} mails, ${result.failed ? 1 : 0} findings\n`)
  if (!result.failed || result.counterexample === null) return result.failed ? 1 : 0
  const [base, steps] = result.counterexample
  const file = keep(base.name, seed, mutated(base.bytes, steps))
  const because = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  process.stdout.write(
    `${because}\n${file}\nagain: npm run fuzz -- --seed ${seed} --path ${result.counterexamplePath}\n`,
  )
  return 1
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options })
  if (values.help) return process.stdout.write(usage) ? 0 : 0
  return run(numberOf('seconds', values.seconds, 60), numberOf('seed', values.seed, Date.now() | 0), values.path)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exitCode = 64
}
