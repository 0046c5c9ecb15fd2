import { setAlarm, setTimer } from './alarm.ts'
import {
  courseAfter,
  freshCourse,
  isFree,
  type Plan,
  type PollVerdict,
  planAfter,
  pushPlan,
  slotPlan,
} from './core/pollPlan.ts'
import { pushesPerMinute } from './core/pushes.ts'
import { aborted } from './core/stopping.ts'
import { startPoll } from './pollAttempt.ts'
import { isPaused, isSecretChanged, planningOf, type Standing, type WorkerOptions } from './workerStanding.ts'

/** Polls one account. */
export interface Worker {
  /** New mail was pushed: polls at once, unless the account has to wait after a failure. */
  readonly push: () => void
  /** Resolves when `stop` was aborted and the last poll has ended or was abandoned. */
  readonly ended: Promise<void>
}

/** Milliseconds that the message in hand has to be finished in when the program is told to stop. */
export const defaultGrace = 8_000

/** Later than this, a poll was slept through. */
const slept = 2 * 60_000

const adopt = (plan: Plan, standing: Standing, options: WorkerOptions): void => {
  const { log, planned } = options
  standing.plan = plan
  const details = { because: plan.because, nextPollAt: new Date(plan.at).toISOString() }
  if (plan.because === 'login-refused') log.error('account-rests', details)
  else log[isFree(plan) ? 'debug' : 'info']('poll-planned', details)
  planned(plan)
  arm(standing, options)
}

/** While an account rests, each slot of its schedule is a look at whether its secret is another one by now. */
const arm = (standing: Standing, options: WorkerOptions): void => {
  const { now, slots, stop } = options
  const { at, because } = standing.plan
  standing.cancelAlarm()
  if (stop.aborted) return
  const next = because === 'login-refused' ? Math.min(at, slots.next(now())) : at
  standing.cancelAlarm = setAlarm(next, () => void ring(standing, options), now, options.setTimer)
}

const ring = async (standing: Standing, options: WorkerOptions): Promise<void> => {
  const { plan } = standing
  const { now, log } = options
  const early = plan.at - now()
  if (early <= 0) {
    if (early < -slept) log.info('poll-late', { milliseconds: -early })
    return due(standing, options)
  }
  if (plan.because === 'login-refused' && (await isSecretChanged(standing, options))) return due(standing, options)
  // Before its time, the alarm rings when the clock was set back, and for an account that rests.
  if (isFree(plan)) adopt(slotPlan(planningOf(standing, options)), standing, options)
  else if (early > plan.wait) adopt({ ...plan, at: now() + plan.wait }, standing, options)
  else arm(standing, options)
}

const due = (standing: Standing, options: WorkerOptions): void => {
  if (options.stop.aborted || standing.polling !== null) return
  if (isPaused(standing, options)) adopt(slotPlan(planningOf(standing, options)), standing, options)
  else standing.polling = pollOnce(standing, options)
}

const pollOnce = async (standing: Standing, options: WorkerOptions): Promise<void> => {
  const { now, stop, place } = options
  const end = await place(standing.course.failures > 0, async () => {
    if (stop.aborted) return null
    if (standing.plan.because === 'pushed') standing.pushes = [...standing.pushes, now()].slice(-pushesPerMinute)
    standing.pushed = false
    standing.startedAt = now()
    standing.attempt = startPoll(options)
    return standing.attempt.end
  })
  standing.attempt = null
  if (end !== null) await planNext(end, standing, options)
  standing.polling = null
}

const planNext = async (end: PollVerdict, standing: Standing, options: WorkerOptions): Promise<void> => {
  standing.course = courseAfter(standing.course, end, options.now())
  if (end.kind === 'login-refused') standing.refusedMark = await options.secretMark()
  if (options.stop.aborted) return
  const next =
    standing.pushed && end.kind === 'good'
      ? pushPlan(standing.pushes, options.now())
      : planAfter(end, standing.course, planningOf(standing, options))
  adopt(next, standing, options)
}

const push = (standing: Standing, options: WorkerOptions): void => {
  if (options.stop.aborted) return
  if (standing.polling !== null) standing.pushed = true
  else if (isFree(standing.plan)) {
    const sooner = pushPlan(standing.pushes, options.now())
    if (sooner.at < standing.plan.at) adopt(sooner, standing, options)
  }
}

const finish = async (standing: Standing, options: WorkerOptions): Promise<void> => {
  standing.cancelAlarm()
  const { attempt } = standing
  const late = () => attempt?.abandon('it did not end when it was told to')
  const cancel = (options.setTimer ?? setTimer)(late, options.grace ?? defaultGrace)
  await standing.polling
  cancel()
  options.planned(null)
}

/**
 * Polls an account at once, then as the schedule says, one poll at a time, until `stop` aborts; then no poll begins, a
 * running one is told through `stopping` and, after the grace, through `abort`. After a failure it waits, longer each time, and
 * as long as the server asks for; after a refused login it rests until the secret is another one. A slot that was missed,
 * by a long poll or a computer that slept, is caught up once. Times are in milliseconds.
 *
 * Events, besides those of `startPoll`: `poll-paused` and `poll-resumed` (info: once per change), `poll-late` (info: it was
 * slept through), `poll-planned` (debug; info when it waits after a failure), `account-rests` (error).
 */
export const openWorker = (options: WorkerOptions): Worker => {
  const standing: Standing = {
    plan: { at: options.now(), because: 'schedule', wait: 0 },
    course: freshCourse,
    startedAt: null,
    attempt: null,
    polling: null,
    pushed: false,
    pushes: [],
    wasPaused: false,
    refusedMark: null,
    cancelAlarm: () => {},
  }
  due(standing, options)
  return {
    push: () => push(standing, options),
    ended: aborted(options.stop).then(() => finish(standing, options)),
  }
}
