import type { Course, Plan, Planning } from './core/pollPlan.ts'
import { type Attempt, type PollControl, tellFailure } from './pollAttempt.ts'
import type { Clock, Log, SetTimer, Slots } from './ports.ts'

/** What the worker of an account is given. */
export interface WorkerOptions {
  readonly slots: Slots
  readonly poll: (control: PollControl) => Promise<void>
  /** Runs it when there is a place among the polls of all accounts; those that ail wait apart from those that are well. */
  readonly place: <T>(ailing: boolean, run: () => Promise<T>) => Promise<T>
  /** @throws OperatorError where it cannot be looked at: a pause must not end by itself, nor the program with it */
  readonly paused: () => boolean
  /** Changes when the secret of the account does; null where that cannot be told. */
  readonly secretMark: () => Promise<string | null>
  /** Told whenever there is a new plan; null: there is none any more. */
  readonly planned: (plan: Plan | null) => void
  /** Milliseconds after which a poll is abandoned: a silent socket must not stop the program (promise 7). */
  readonly deadline: number
  /** Told when it has passed. */
  readonly missed: (because: string) => void
  /** Milliseconds a running poll has after `stop` to finish the message in hand; 8000 unless told. */
  readonly grace?: number
  readonly stop: AbortSignal
  readonly log: Log
  readonly now: Clock
  /** From 0 to 1, by chance. */
  readonly chance: () => number
  readonly setTimer?: SetTimer
}

/** Mutable on purpose: where the worker stands. */
export interface Standing {
  plan: Plan
  course: Course
  startedAt: number | null
  /** The poll that has a place. */
  attempt: Attempt | null
  /** A poll that has a place or waits for one, until its successor is planned. */
  polling: Promise<void> | null
  pushed: boolean
  /** When polls that a push brought about began. */
  pushes: readonly number[]
  wasPaused: boolean
  /** Of the secret that was refused. */
  refusedMark: string | null
  cancelAlarm: () => void
}

/** What the next plan is made from, as things stand. */
export const planningOf = ({ startedAt }: Standing, { now, slots, chance }: WorkerOptions): Planning => ({
  now: now(),
  startedAt,
  nextSlot: slots.next,
  chance: chance(),
})

/** Whether the secret is another one than the one that was refused. */
export const isSecretChanged = async ({ refusedMark }: Standing, { secretMark }: WorkerOptions): Promise<boolean> => {
  const mark = await secretMark()
  return mark !== null && mark !== refusedMark
}

/** Whether polls are held; each change is told once. Where that cannot be looked at, none begins, and each slot says why. */
export const isPaused = (standing: Standing, { paused, log }: WorkerOptions): boolean => {
  let is: boolean
  try {
    is = paused()
  } catch (error) {
    tellFailure(log, error)
    return true
  }
  if (is !== standing.wasPaused) log.info(is ? 'poll-paused' : 'poll-resumed')
  standing.wasPaused = is
  return is
}
