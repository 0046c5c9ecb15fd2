import { reasonInWords } from '../core/decision.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Plan, PlanReason } from '../core/pollPlan.ts'
import type { Account } from '../core/settings.ts'
import { OperatorError } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import type { PollControl } from '../pollAttempt.ts'
import type { Log } from '../ports.ts'
import { openWorker } from '../worker.ts'
import type { House } from './house.ts'
import { pollAccount } from './pollAccount.ts'

/** A poll that has not ended by then hangs: it is abandoned and its connections are closed. */
const pollDeadline = 10 * 60 * 1000

/** So many accounts are polled at a time, and of those whose polls fail so many besides. */
const places = { well: 6, ailing: 2 }

/** A poll that takes longer lets another one begin: it mostly waits for its server. */
const patience = 2_000

/** The workers of all accounts, under one reading of the settings. */
export interface Crew {
  readonly stop: () => void
  /** Resolves when every worker has ended. */
  readonly ended: Promise<void>
}

/** Sets a worker to each account. */
export const openCrew = async (house: House, ledger: Ledger): Promise<Crew> => {
  const controller = new AbortController()
  const stop = AbortSignal.any([house.stop, controller.signal])
  const well = await house.places(places.well, patience)
  const ailing = await house.places(places.ailing, patience)
  const { accounts } = house.settings()
  const slots = await Promise.all(accounts.map(house.slots))
  const workers = accounts.flatMap((account, index) => {
    const own = { ...house, log: logOf(account, house.log) }
    const slotsOfIt = slots[index]
    if (slotsOfIt === undefined) return []
    return openWorker({
      slots: slotsOfIt,
      poll: (control) => pollAndTell(account, own, ledger, control),
      place: (isAiling, run) => (isAiling ? ailing(run) : well(run)),
      paused: house.pause.is,
      secretMark: async () => null,
      planned: (plan) => enterPlan(plan, account, own, ledger),
      deadline: pollDeadline,
      stop,
      log: own.log,
      now: house.now,
      chance: house.chance,
    })
  })
  return { stop: () => controller.abort(), ended: Promise.all(workers.map(({ ended }) => ended)).then(() => {}) }
}

/** Why the schedule does not count, for `status`. */
const rests: Readonly<Partial<Record<PlanReason, string>>> = {
  retry: 'the last poll failed',
  throttled: 'the server asks to slow down',
  'login-refused': 'the login was refused; a new secret is tried at once',
}

/** For `status`, which asks the ledger. What the disk refuses is told, and keeps nobody from polling. */
const enterPlan = (plan: Plan | null, { name }: Account, { log, now }: House, ledger: Ledger): void => {
  try {
    const standing = plan && {
      at: now(),
      nextPollAt: plan.at,
      restsBecause: rests[plan.because] ?? null,
      watching: false,
    }
    ledger.stand(name, standing)
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
const pollAndTell = async (account: Account, house: House, ledger: Ledger, control: PollControl): Promise<void> => {
  const report = (outcome: Outcome): void => {
    house.log.info('message-read', lineOf(outcome))
    const { decision } = outcome
    const because = reasonInWords(outcome)
    if (decision.reason === 'unrecognised') house.log.warn('layout-unknown', doubtful(outcome, because))
    if (decision.reason === 'note-unknown') house.log.warn('note-unclear', doubtful(outcome, because))
  }
  const { summary, trouble } = await pollAccount(account, house, {
    ledger,
    since: null,
    dryRun: false,
    report,
    stopping: control.stopping,
    abort: control.abort,
  })
  house.log.info('account-polled', { ...summary })
  if (trouble !== null) throw trouble
}

/** LinkedIn changes its mail: the user must hear of it by the first poll that meets a new form. */
const doubtful = ({ uid, mailbox, notification }: Outcome, because: string) => ({
  mailbox,
  uid,
  template: notification.template,
  because,
  hint: 'save the message and run have-we-met explain and have-we-met sanitize on it',
})

const lineOf = ({ uid, mailbox, notification, authenticity, decision, delivery }: Outcome) => ({
  mailbox,
  uid,
  kind: notification.kind,
  inviter: notification.inviter?.name ?? null,
  level: authenticity.level,
  decision: decision.kind,
  reason: decision.reason,
  delivery: delivery.state,
})
