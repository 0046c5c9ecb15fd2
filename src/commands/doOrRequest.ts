import type { Request } from '../core/ledgerBook.ts'
import { LedgerInUse } from '../errors.ts'
import { fulfil } from '../requests.ts'
import type { House } from './house.ts'

/**
 * Changes the ledger at once where no other process holds it; else leaves a request for each of these entries, so that
 * nobody has to stop a daemon, and that it does to these and no others what was asked for.
 * @returns when it is done, in words
 */
export const doOrRequest = async (
  kind: Request['kind'],
  ids: readonly string[],
  house: House,
): Promise<'done' | 'requested'> => {
  try {
    const ledger = await house.ledger()
    try {
      for (const id of ids) fulfil(kind, id, ledger, house.now())
    } finally {
      ledger.close()
    }
    return 'done'
  } catch (error) {
    if (!(error instanceof LedgerInUse)) throw error
    for (const id of ids) await house.request(kind, id)
    return 'requested'
  }
}
