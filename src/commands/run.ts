import { reasonInWords } from '../core/decision.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Account } from '../core/settings.ts'
import { type ExitCode, exit } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import { type PollControl, runWorker } from '../worker.ts'
import type { House } from './house.ts'
import { pollAccount } from './pollAccount.ts'

/** A poll that has not ended by then hangs: it is abandoned and its connections are closed. */
const pollDeadline = 10 * 60 * 1000

/** `have-we-met run`: polls at once and then on the schedule, until SIGTERM or SIGINT. */
export const runCommand = async (house: House): Promise<ExitCode> => {
  const { accounts, stateDir } = house.settings()
  const ledger = await house.ledger()
  try {
    house.log.info('started', { version: house.version, accounts: accounts.map(({ name }) => name), stateDir })
    const fires = await firesOf(accounts, house)
    await runWorker({
      fires,
      poll: (control) => pollAll(accounts, house, ledger, control),
      paused: house.pause.is,
      deadline: pollDeadline,
      stop: house.stop,
      log: house.log,
      now: house.now,
    })
    house.log.info('stopped')
    return exit.ok
  } finally {
    ledger.close()
  }
}

type Fires = (onFire: () => void) => { stop(): void }

/** One timer for each schedule that is set; accounts that share one are polled together. */
const firesOf = async (accounts: readonly Account[], house: House): Promise<Fires> => {
  const different = [
    ...new Map(accounts.map((account) => [`${account.schedule} ${account.timezone}`, account])).values(),
  ]
  const listeners = new Set<() => void>()
  const timers = await Promise.all(
    different.map((account) =>
      house.schedule(account, () => {
        for (const fire of listeners) fire()
      }),
    ),
  )
  return (onFire) => {
    listeners.add(onFire)
    return {
      stop: () => {
        for (const timer of timers) timer.stop()
      },
    }
  }
}

/** Every account in its turn; the first error is thrown when all have had theirs, so that the log names it. */
const pollAll = async (
  accounts: readonly Account[],
  house: House,
  ledger: Ledger,
  control: PollControl,
): Promise<void> => {
  const errors: unknown[] = []
  for (const account of accounts) {
    if (control.stopping() || control.abort.aborted) break
    await pollAndTell(account, house, ledger, control).catch((error: unknown) => {
      house.log.warn('account-failed', { account: account.name, error })
      errors.push(error)
    })
  }
  if (errors.length > 0) throw errors[0]
}

const pollAndTell = async (account: Account, house: House, ledger: Ledger, control: PollControl): Promise<void> => {
  const report = (outcome: Outcome): void => {
    house.log.info('message-read', lineOf(account, outcome))
    const { decision } = outcome
    const because = reasonInWords(outcome)
    if (decision.reason === 'unrecognised') house.log.warn('layout-unknown', doubtful(account, outcome, because))
    if (decision.reason === 'note-unknown') house.log.warn('note-unclear', doubtful(account, outcome, because))
  }
  const { summary, trouble } = await pollAccount(account, house, {
    ledger,
    since: null,
    dryRun: false,
    report,
    stopping: control.stopping,
    abort: control.abort,
  })
  house.log.info('account-polled', { account: account.name, ...summary })
  if (trouble !== null) throw trouble
}

/** LinkedIn changes its mail: the user must hear of it by the first poll that meets a new form. */
const doubtful = (account: Account, { uid, mailbox, notification }: Outcome, because: string) => ({
  account: account.name,
  mailbox,
  uid,
  template: notification.template,
  because,
  hint: 'save the message and run have-we-met explain and have-we-met sanitize on it',
})

const lineOf = (account: Account, { uid, mailbox, notification, authenticity, decision, delivery }: Outcome) => ({
  account: account.name,
  mailbox,
  uid,
  kind: notification.kind,
  inviter: notification.inviter?.name ?? null,
  level: authenticity.level,
  decision: decision.kind,
  reason: decision.reason,
  delivery: delivery.state,
})
