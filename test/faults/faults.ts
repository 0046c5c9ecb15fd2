/**
 * `npm run faults`: breaks the line, and kills the program, at random points of real polls against a real server, lets
 * it recover, and counts in the mailboxes: nothing twice, nothing lost.
 */
import { parseArgs } from 'node:util'
import { startDovecot } from '../servers/dovecot.ts'
import { ensureDovecot } from '../servers/install-dovecot.ts'
import { startSmtp } from '../servers/smtp.ts'
import { abreast } from './abreast.ts'
import { type Trial, trialsOf } from './choose.ts'
import { tryKill } from './kill.ts'
import { learn } from './known.ts'
import { tryLine } from './line.ts'
import type { Judged } from './place.ts'
import { isGood, renderLeft, renderTable, renderTried, type Tried } from './report.ts'
import { type Servers, trySend } from './sending.ts'

const usage = `Usage: npm run faults -- [--trials 100] [--seed N] [--jobs 4] [--replay SEED:INDEX | --replay TRIAL]

  --trials N        how many; 100 when left out
  --seed N          choose as an earlier run did; each run prints its own
  --jobs N          how many at a time; 4 when left out
  --replay S:I      trial I of seed S once more
  --replay TRIAL    a trial as it was printed, in JSON, once more
`

const options = {
  trials: { type: 'string' },
  seed: { type: 'string' },
  jobs: { type: 'string' },
  replay: { type: 'string' },
  help: { type: 'boolean' },
} as const

const numberOf = (name: string, written: string | undefined, otherwise: number): number => {
  const value = written === undefined ? otherwise : Number(written)
  if (Number.isSafeInteger(value)) return value
  throw new Error(`${name} ${written} is no whole number`)
}

interface Plan {
  readonly seed: number
  readonly trials: number
  readonly jobs: number
  /** One trial alone: its index in the seed, or itself. */
  readonly only: number | Trial | null
}

const planFrom = (values: { trials?: string; seed?: string; jobs?: string; replay?: string }): Plan => {
  const jobs = Math.max(1, numberOf('--jobs', values.jobs, 4))
  const seed = numberOf('--seed', values.seed, Date.now() | 0)
  const { replay } = values
  if (replay === undefined) return { seed, trials: numberOf('--trials', values.trials, 100), jobs, only: null }
  if (replay.startsWith('{')) return { seed, trials: 1, jobs, only: JSON.parse(replay) as Trial }
  const [from, index] = replay.split(':')
  const only = numberOf('--replay', index, Number.NaN)
  return { seed: numberOf('--replay', from, Number.NaN), trials: only + 1, jobs, only }
}

type Chosen = Omit<Tried, 'judged'>

const chosen = async ({ seed, trials, only }: Plan, servers: Servers): Promise<readonly Chosen[]> => {
  if (typeof only === 'object' && only !== null) return [{ index: null, trial: only }]
  const all = trialsOf(seed, trials, await learn(servers)).map((trial, index) => ({ index, trial }))
  return only === null ? all : all.slice(only)
}

const attempt = (trial: Trial, servers: Servers): Promise<Judged> => {
  if (trial.kind === 'send') return trySend(trial, servers)
  return trial.kind === 'kill' ? tryKill(trial, servers.dovecot) : tryLine(trial, servers.dovecot)
}

const say = (text: string): void => void process.stdout.write(text)

const showProgress = (done: number, all: number): void => {
  if (process.stderr.isTTY) process.stderr.write(done === all ? '\r\u001b[K' : `\r${done} of ${all} `)
}

const tryAll = async (plan: Plan, servers: Servers, stop: AbortSignal): Promise<readonly Tried[]> => {
  const trials = await chosen(plan, servers)
  const tried: Tried[] = []
  await abreast(plan.jobs, trials, async ({ index, trial }) => {
    if (stop.aborted) return
    const one = { index, trial, judged: await attempt(trial, servers) }
    tried.push(one)
    if (!isGood(one) || plan.only !== null) say(renderTried(one, plan.seed))
    showProgress(tried.length, trials.length)
  })
  return tried.sort((one, other) => (one.index ?? 0) - (other.index ?? 0))
}

const run = async (plan: Plan): Promise<number> => {
  process.stderr.write(`seed ${plan.seed}, ${plan.trials} trials\n`)
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  ensureDovecot()
  const servers = { dovecot: await startDovecot({ reuse: true }), smtp: await startSmtp({ security: 'none' }) }
  const begun = performance.now()
  try {
    const tried = await tryAll(plan, servers, interrupted.signal)
    const seconds = Math.round((performance.now() - begun) / 1000)
    if (plan.only === null) say(renderLeft(tried))
    say(`${renderTable(tried)}${seconds} s\n`)
    return tried.every(isGood) ? 0 : 1
  } finally {
    await servers.smtp.stop()
    await servers.dovecot.stop()
  }
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options })
  if (values.help) return process.stdout.write(usage) ? 0 : 0
  return run(planFrom(values))
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`faults: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exitCode = 64
}
