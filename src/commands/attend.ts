import { setTimer } from '../alarm.ts'
import type { Plan, PlanReason } from '../core/pollPlan.ts'
import type { Account } from '../core/settings.ts'
import { OperatorError } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import type { Log } from '../ports.ts'
import { keepWatch, type WatchKeeper } from '../watchKeeper.ts'
import { openWorker, type Worker } from '../worker.ts'
import type { WorkerOptions } from '../workerStanding.ts'
import type { House } from './house.ts'
import { pollAndTell } from './toldPoll.ts'

/** A poll that has not ended by then hangs: it is abandoned and its connections are closed. */
const pollDeadline = 10 * 60 * 1000

/** What all accounts share. */
export interface Common {
  readonly ledger: Ledger
  readonly place: WorkerOptions['place']
  readonly stop: AbortSignal
}

/** Sets a worker to an account, and a watch besides where that is wanted; resolves when both have ended. */
export const attend = async (account: Account, house: House, common: Common): Promise<void> => {
  const { ledger, place, stop } = common
  const own = { ...house, log: logOf(account, house.log) }
  const slots = await house.slots(account)
  const view = { watching: false }
  const worker: Worker = openWorker({
    slots,
    poll: async (control) => {
      await pollAndTell(account, own, ledger, control)
      watch?.again()
    },
    place,
    paused: house.pause.is,
    secretMark: () => house.credentialMark(account).catch(() => null),
    planned: (plan) => enterPlan(plan, account, own, ledger, view.watching),
    deadline: pollDeadline,
    stop,
    log: own.log,
    now: house.now,
    chance: house.chance,
  })
  const watch = account.watch === 'idle' ? watchOver(account, own, stop, worker.push, view) : null
  await Promise.all([worker.ended, watch?.ended])
}

const watchOver = (
  account: Account,
  { watch, log, chance }: House,
  stop: AbortSignal,
  onNews: () => void,
  view: { watching: boolean },
): WatchKeeper =>
  keepWatch({
    account: account.name,
    watch: async ({ ready, news }, signal) => {
      const readied = (): void => {
        view.watching = true
        ready()
      }
      await watch(account, { ready: readied, news }, signal).finally(() => {
        view.watching = false
      })
    },
    ...{ onNews, stop, log, setTimer, chance },
  })

/** Why the schedule does not count, for `status`. */
const rests: Readonly<Partial<Record<PlanReason, string>>> = {
  retry: 'the last poll failed',
  throttled: 'the server asks to slow down',
  'login-refused': 'the login was refused; a new secret is tried at once',
}

/** For `status`, which asks the ledger. What the disk refuses is told, and keeps nobody from polling. */
const enterPlan = (
  plan: Plan | null,
  { name }: Account,
  { log, now }: House,
  ledger: Ledger,
  watching: boolean,
): void => {
  try {
    const restsBecause = plan && (rests[plan.because] ?? null)
    ledger.stand(name, plan && { at: now(), nextPollAt: plan.at, restsBecause, watching })
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    log.warn('plan-not-entered', { sentence: error.message, hints: error.hints })
  }
}

/** Each line says which account it is about. */
const logOf = ({ name }: Account, log: Log): Log => {
  const about =
    (level: keyof Log): Log[keyof Log] =>
    (event, details) =>
      log[level](event, { account: name, ...details })
  return { debug: about('debug'), info: about('info'), warn: about('warn'), error: about('error') }
}
