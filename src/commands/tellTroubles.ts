import type { Account } from '../core/settings.ts'
import { OperatorError } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import type { Patience } from '../noticeDelivery.ts'
import { openNoticing } from '../noticing.ts'
import type { House } from './house.ts'

/**
 * How the daemon tells of the troubles of one of these accounts, to be called after each poll of it and at least once an
 * hour. It remembers when it was called last, so that there is one for the life of the daemon.
 */
export const troubleTeller = (
  accounts: readonly Account[],
  house: House,
  ledger: Ledger,
  patience?: Patience,
): ((account: Account) => Promise<void>) =>
  openNoticing({ ...house, accounts, ledger, paused: () => isHeld(house) }, patience).tell

/** What cannot be looked at holds the notices as it holds the polls; the log of those says why. */
const isHeld = ({ pause }: House): boolean => {
  try {
    return pause.is()
  } catch (error) {
    if (error instanceof OperatorError) return true
    throw error
  }
}
