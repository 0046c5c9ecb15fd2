import { type ExitCode, exit, OperatorError } from '../errors.ts'
import { canRetry } from '../requests.ts'
import { doOrRequest } from './doOrRequest.ts'
import type { House } from './house.ts'

/** `have-we-met retry ID`: has the next poll look again at a skipped message, or deliver what was left to the user. */
export const retryCommand = async (id: string, house: House): Promise<ExitCode> => {
  const reader = await house.reader()
  const entry = reader?.byId(id) ?? null
  reader?.close()
  if (entry === null)
    throw new OperatorError(exit.usage, `the ledger has no entry ${id}`, [
      'have-we-met status lists them, the ID first',
    ])
  const who = entry.inviter?.name ?? entry.kind
  if (!canRetry(entry))
    throw new OperatorError(
      exit.usage,
      `there is nothing to try again for ${who} (${id}): it is ${entry.state.kind}`,
      entry.state.kind === 'uncertain' ? ['the next polls look for it, and leave it to you when they cannot tell'] : [],
    )
  const when = await doOrRequest('retry', [id], house)
  const how =
    when === 'done'
      ? 'the next poll takes it up; have-we-met poll does it now'
      : 'the running daemon takes it up at its next poll'
  house.out(`${who} (${id}): ${how}\n`)
  return exit.ok
}
