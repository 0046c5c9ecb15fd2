import { setTimeout as delay } from 'node:timers/promises'
import { readMailbox } from '../servers/dovecot.ts'
import { act } from './acts.ts'
import type { Plan } from './arguments.ts'
import { accounts, type Happening, happeningsOf, type Planned, warmUp } from './happenings.ts'
import { deedsIn, faultsIn } from './log.ts'
import { measure, measureNow } from './measure.ts'
import { comeToRest, installed } from './rest.ts'
import { userOf } from './settings.ts'
import type { Told } from './table.ts'
import { type Draft, judge } from './verdict.ts'
import { haste, openWorld, type World } from './world.ts'

/** Who looks on. */
export interface Onlooker {
  /** Aborts when nothing more is to happen. */
  readonly stop: AbortSignal
  readonly say: (text: string) => void
  /** Given everything that the daemon said. */
  readonly keep: (log: string) => void
}

interface Course {
  readonly world: World
  readonly stop: AbortSignal
  readonly say: (text: string) => void
  readonly happened: Happening[]
  readonly begun: number
}

const progressEvery = 10_000

const tellProgress = ({ world, say, happened, begun }: Course): void => {
  const { polls, failedPolls } = deedsIn(world.daemon.lines)
  const { resident, handles } = measureNow(world.daemon.pid)
  const seconds = Math.round((performance.now() - begun) / 1000)
  say(
    `${seconds} s: ${happened.length} happenings, ${polls + failedPolls} polls, ${Math.round(resident / 1024 / 1024)} MiB, ${handles} handles\n`,
  )
}

/** One after the other; what is to happen while another takes its time happens right after it. */
const letHappen = async (course: Course, planned: readonly Planned[], until: number): Promise<void> => {
  const { world, stop, happened } = course
  let due = performance.now()
  for (const { after, happening } of planned) {
    due += after
    if (due > until || stop.aborted) return
    await delay(Math.max(0, due - performance.now()), null, { signal: stop }).catch(() => null)
    if (stop.aborted) return
    await act(world, happening)
    happened.push(happening)
  }
}

/** More than fit into the time. */
const enough = (milliseconds: number): number => Math.ceil(milliseconds / 500)

/** Milliseconds of calm before the process is measured. */
const calmFor = (milliseconds: number): number => Math.min(60_000, milliseconds / 20)

const draftsOf = async ({ dovecot }: World): Promise<readonly Draft[]> => {
  const found: Draft[] = []
  for (const account of accounts) {
    for (const { source } of await readMailbox(dovecot, userOf(account), 'Drafts')) {
      const unfolded = source.replace(/\r\n(?=[ \t])/gu, '')
      found.push({ account, answers: /^In-Reply-To:[ \t]*(.*?)\r$/imu.exec(unfolded)?.[1] ?? '' })
    }
  }
  return found
}

/** Whether it ends in order when it is told to, and was healthy before. */
const stopDaemon = async ({ home, daemon }: World): Promise<readonly string[]> => {
  const health = await home.run(['health'])
  daemon.signal('SIGTERM')
  const { code } = await daemon.ended
  return [
    ...(health.code === 0 ? [] : [`have-we-met health said: ${health.stderr.trim()}`]),
    ...(code === 0 ? [] : [`the daemon ended with ${code} when it was told to stop`]),
  ]
}

const runCourse = async (course: Course, { milliseconds, seed }: Plan): Promise<Told> => {
  const { world, happened, begun } = course
  const { daemon, provider } = world
  await installed(world)
  await letHappen(course, warmUp, Number.POSITIVE_INFINITY)
  const warm = await comeToRest(world)
  const calm = calmFor(milliseconds)
  const start = await measure(daemon.pid, calm)
  await letHappen(course, happeningsOf(seed, enough(milliseconds)), begun + milliseconds)
  const { status, unrest } = await comeToRest(world)
  const end = await measure(daemon.pid, calm)
  const lasted = performance.now() - begun
  const ending = await stopDaemon(world)
  const { lines } = daemon
  const unrests = [warm.unrest, unrest].filter((sentence) => sentence !== null)
  const faults = [...unrests, ...ending, ...faultsIn(lines)]
  const { left } = status
  const verdict = judge({ sent: world.delivered, drafts: await draftsOf(world), left, start, end, faults })
  const renewals = provider.grants.filter((grant) => grant === 'refresh_token 200').length
  return {
    ...{ lasted, haste, happened, deeds: deedsIn(lines), connections: world.connections(), renewals },
    ...{ start, end, verdict },
  }
}

/** Rejects when the daemon ends without having been told to. */
const untimely = async ({ ended, lines }: World['daemon']): Promise<never> => {
  const { code, stderr } = await ended
  if (lines.some(({ event }) => event === 'stopping')) return new Promise(() => {})
  throw new Error(`the daemon ended with ${code}: ${stderr.slice(-2000)}`)
}

/**
 * Lets everything happen to a daemon, and judges it.
 * @throws Error when the daemon ends by itself
 */
export const soak = async (plan: Plan, { stop, say, keep }: Onlooker): Promise<Told> => {
  const world = await openWorld()
  const over = new AbortController()
  const course: Course = {
    ...{ world, say, happened: [], begun: performance.now() },
    stop: AbortSignal.any([stop, over.signal]),
  }
  const progress = setInterval(tellProgress, progressEvery, course)
  try {
    return await Promise.race([runCourse(course, plan), untimely(world.daemon)])
  } finally {
    clearInterval(progress)
    over.abort()
    world.mending.clear()
    keep(world.daemon.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await world.leave()
  }
}
