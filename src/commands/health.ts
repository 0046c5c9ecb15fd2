import { moment } from '../cli/moments.ts'
import type { Account } from '../core/settings.ts'
import { thirdSlot } from '../core/slots.ts'
import { type ExitCode, exit } from '../errors.ts'
import type { LedgerReader } from '../ledgerPort.ts'
import type { House } from './house.ts'

/** `have-we-met health`: 0 while no account has missed three slots of its schedule since its last good poll, else 1. */
export const healthCommand = async (house: House): Promise<ExitCode | 1> => {
  const { accounts } = house.settings()
  if (house.pause.is()) {
    house.talk('paused\n')
    return exit.ok
  }
  const reader = await house.reader()
  try {
    const lines = await Promise.all(accounts.map((account) => ailment(account, reader, house)))
    const ailments = lines.filter((line) => line !== null)
    house.talk(ailments.length === 0 ? 'healthy\n' : ailments.map((line) => `${line}\n`).join(''))
    return ailments.length === 0 ? exit.ok : 1
  } finally {
    reader?.close()
  }
}

/** A poll may begin a little late, by chance, and takes its time. */
const allowance = 2 * 60_000

const ailment = async (account: Account, reader: LedgerReader | null, house: House): Promise<string | null> => {
  const good = reader?.lastGoodPoll(account.name) ?? null
  if (good === null) return `${account.name}: no good poll yet`
  const { next } = await house.slots(account)
  const now = house.now()
  if (now > thirdSlot(next, good.startedAt) + allowance)
    return `${account.name}: the last good poll was at ${moment(good.endedAt)}`
  // A poll of a clock that ran ahead would count as recent until then, be the daemon dead or not.
  return good.endedAt <= now + allowance
    ? null
    : `${account.name}: the last good poll is of ${moment(good.endedAt)}, which is yet to come`
}
