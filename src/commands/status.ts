import type { AccountStatus } from '../cli/accountStatus.ts'
import { statusJson } from '../cli/statusJson.ts'
import { renderStatus } from '../cli/statusReport.ts'
import type { Account } from '../core/settings.ts'
import { type ExitCode, exit } from '../errors.ts'
import type { LedgerReader } from '../ledgerPort.ts'
import type { House } from './house.ts'

/** `have-we-met status`: reads beside a running daemon; works before the first poll too. */
export const statusCommand = async ({ json }: { readonly json: boolean }, house: House): Promise<ExitCode> => {
  const { accounts } = house.settings()
  const reader = await house.reader()
  try {
    const told = accounts.map((account) => statusOf(account, reader))
    const condition = { paused: house.pause.is(), brokenTemplates: (await house.templates()).broken() }
    house.out(json ? statusJson(told, condition) : renderStatus(told, condition, house.now(), house.style))
    return exit.ok
  } finally {
    reader?.close()
  }
}

const statusOf = ({ name, imap }: Account, reader: LedgerReader | null): AccountStatus => ({
  name,
  credential: imap.credential.kind,
  installedAt: reader?.installedAt(name) ?? null,
  lastPoll: reader?.lastPoll(name) ?? null,
  lastGoodPoll: reader?.lastGoodPoll(name) ?? null,
  standing: reader?.standing(name) ?? null,
  entries: reader?.entries(name) ?? [],
})
