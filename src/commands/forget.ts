import type { Entry } from '../core/state.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import { entriesAbout } from '../requests.ts'
import { doOrRequest } from './doOrRequest.ts'
import type { House } from './house.ts'

/**
 * `have-we-met forget PERSON`: removes what the ledger holds of a person. What stays is a digest of each message, so that
 * none of them is ever answered again.
 */
export const forgetCommand = async (person: string, house: House): Promise<ExitCode> => {
  const reader = await house.reader()
  const entries = reader === null ? [] : entriesAbout(person, reader)
  reader?.close()
  if (entries.length === 0)
    throw new OperatorError(exit.usage, `the ledger knows nobody by ${person}`, [
      'have-we-met status lists people by their whole names; a profile (https://www.linkedin.com/in/…) or an ID will do, too',
    ])
  mustBeOne(person, entries)
  const ids = entries.map(({ id }) => id)
  const when = await doOrRequest('forget', ids, house)
  const count = entries.length === 1 ? 'one entry' : `${entries.length} entries`
  const how = when === 'done' ? 'forgotten' : 'will be forgotten by the running daemon at its next poll'
  house.out(`${count} about ${entries[0]?.inviter?.name ?? person}: ${how}\n`)
  return exit.ok
}

/** Two people of one name are told apart by their profiles. */
const mustBeOne = (person: string, entries: readonly Entry[]): void => {
  const profiles = [...new Set(entries.flatMap(({ inviter }) => inviter?.profile ?? []))]
  if (profiles.length > 1)
    throw new OperatorError(exit.usage, `there are ${profiles.length} people named ${person}`, [
      `say which one: ${profiles.join(', ')}`,
    ])
}
