import { moment } from '../cli/statusReport.ts'
import type { Account } from '../core/settings.ts'
import { type ExitCode, exit } from '../errors.ts'
import type { LedgerReader } from '../ledgerPort.ts'
import type { House } from './house.ts'

/** `have-we-met health`: 0 while every account has a good poll younger than three intervals of its schedule, else 1. */
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

const ailment = async (account: Account, reader: LedgerReader | null, house: House): Promise<string | null> => {
  const good = reader?.lastGoodPoll(account.name) ?? null
  if (good === null) return `${account.name}: no good poll yet`
  const age = house.now() - good.endedAt
  return age <= 3 * (await house.interval(account))
    ? null
    : `${account.name}: the last good poll was at ${moment(good.endedAt)}`
}
