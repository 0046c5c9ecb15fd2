import { leftBecause } from '../../src/core/doubt.ts'
import type { World } from './world.ts'

/** What `have-we-met status` tells, as far as a soak asks. */
export interface Status {
  /** Accounts with a reply under way. */
  readonly open: ReadonlySet<string>
  /** Account and msg-id of notifications whose draft lies in Drafts. */
  readonly drafted: ReadonlySet<string>
  /** Account and msg-id of all notifications that something came of, for good. */
  readonly settled: ReadonlySet<string>
  /** msg-ids of those whose reply is left to the user. */
  readonly left: ReadonlySet<string>
}

interface EntryJson {
  readonly messageId: string | null
  readonly state: string
  readonly because: string | null
}

interface StatusJson {
  readonly accounts: readonly { readonly name: string; readonly entries: readonly EntryJson[] }[]
}

const isLeft = ({ state, because }: EntryJson): boolean => state === 'uncertain' && because === leftBecause.append

const isOpen = (entry: EntryJson): boolean =>
  !isLeft(entry) && ['planned', 'appending', 'uncertain', 'failed'].includes(entry.state)

/** The parsed output of `status --json`. */
export const readStatus = ({ accounts }: StatusJson): Status => {
  const all = accounts.flatMap(({ name, entries }) => entries.map((entry) => ({ name, entry })))
  const keys = (kept: readonly (typeof all)[number][]): ReadonlySet<string> =>
    new Set(kept.map(({ name, entry }) => `${name} ${entry.messageId}`))
  return {
    open: new Set(all.filter(({ entry }) => isOpen(entry)).map(({ name }) => name)),
    drafted: keys(all.filter(({ entry }) => entry.state === 'drafted')),
    settled: keys(all.filter(({ entry }) => !isOpen(entry))),
    left: new Set(all.filter(({ entry }) => isLeft(entry)).map(({ entry }) => entry.messageId ?? '')),
  }
}

/** Asks the program. @throws Error when it does not answer */
export const statusOf = async ({ home }: World): Promise<Status> => {
  const { code, stdout, stderr } = await home.run(['status', '--json'])
  if (code !== 0) throw new Error(`have-we-met status ended with ${code}: ${stderr}`)
  return readStatus(JSON.parse(stdout) as StatusJson)
}
