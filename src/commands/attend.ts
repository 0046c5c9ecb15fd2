import { setTimer } from '../alarm.ts'
import type { PollEnd, Standing } from '../core/accountBook.ts'
import type { Instant } from '../core/message.ts'
import type { Plan, PlanReason } from '../core/pollPlan.ts'
import type { Account } from '../core/settings.ts'
import { exit } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import type { Log } from '../ports.ts'
import { keepWatch, type WatchKeeper } from '../watchKeeper.ts'
import { openWorker, type Worker } from '../worker.ts'
import type { WorkerOptions } from '../workerStanding.ts'
import { openBulletin } from './bulletin.ts'
import { entering } from './entering.ts'
import type { House } from './house.ts'
import { pollAndTell } from './toldPoll.ts'

/** A poll that has not ended by then hangs: it is abandoned and its connections are closed. */
const pollDeadline = 10 * 60 * 1000

/** What all accounts share. */
export interface Common {
  readonly ledger: Ledger
  readonly place: WorkerOptions['place']
  /** Tells of the troubles of an account; never rejects. */
  readonly tell: (account: Account) => Promise<void>
  readonly stop: AbortSignal
}

/**
 * Sets a worker to an account, a watch besides where that is wanted, and sees that its troubles are told; resolves when all
 * have ended.
 */
export const attend = async (account: Account, house: House, common: Common): Promise<void> => {
  const { ledger, place, tell, stop } = common
  const own = { ...house, log: logOf(account, house.log) }
  const slots = await house.slots(account)
  const view = { watching: false }
  const bulletin = openBulletin(() => tell(account), stop)
  const worker: Worker = openWorker({
    slots,
    poll: async (control) => {
      await pollAndTell(account, own, ledger, control)
      watch?.again()
    },
    missed: (because) => entering(own, () => ledger.recordPoll(account.name, missedPoll(because, own.now()))),
    place,
    paused: house.pause.is,
    secretMark: () => house.credentialMark(account).catch(() => null),
    planned: (plan) => {
      entering(own, () => ledger.stand(account.name, standingOf(plan, own.now(), view.watching)))
      bulletin.look()
    },
    deadline: pollDeadline,
    stop,
    log: own.log,
    now: house.now,
    chance: house.chance,
  })
  const watch = account.watch === 'idle' ? watchOver(account, own, stop, worker.push, view) : null
  await Promise.all([worker.ended, watch?.ended, bulletin.ended])
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

/** For `status`, which asks the ledger. */
const standingOf = (plan: Plan | null, at: Instant, watching: boolean): Standing | null =>
  plan && { at, nextPollAt: plan.at, restsBecause: rests[plan.because] ?? null, watching }

const missedPoll = (error: string, at: Instant): PollEnd => ({
  startedAt: at - pollDeadline,
  endedAt: at,
  ...{ error, exitCode: exit.tryAgain, hints: [], reached: false },
})

/** Each line says which account it is about. */
const logOf = ({ name }: Account, log: Log): Log => {
  const about =
    (level: keyof Log): Log[keyof Log] =>
    (event, details) =>
      log[level](event, { account: name, ...details })
  return { debug: about('debug'), info: about('info'), warn: about('warn'), error: about('error') }
}
