import { reasonInWords } from '../core/decision.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Account } from '../core/settings.ts'
import type { Ledger } from '../ledgerPort.ts'
import type { PollControl } from '../pollAttempt.ts'
import type { House } from './house.ts'
import { pollAccount } from './pollAccount.ts'

/**
 * Polls an account for the daemon, whose log tells every message it looks at.
 * Events: `message-read` and `account-polled` (info), `layout-unknown` and `note-unclear` (warn).
 * @throws OperatorError as `pollAccount` does, and what kept replies from being sent
 */
export const pollAndTell = async (
  account: Account,
  house: House,
  ledger: Ledger,
  control: PollControl,
): Promise<void> => {
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
    stopping: () => control.stopping() || house.pause.is(),
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
  trust: authenticity.level,
  decision: decision.kind,
  reason: decision.reason,
  delivery: delivery.state,
})
