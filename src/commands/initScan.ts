import { printable } from '../cli/columns.ts'
import { domainOf } from '../core/addrSpec.ts'
import { searchable } from '../core/initProposal.ts'
import { day, type Message } from '../core/message.ts'
import { isGmail } from '../core/providers.ts'
import { OperatorError } from '../errors.ts'
import type { MailAccount, MailboxStatus, OpenMailbox, Parse } from '../ports.ts'
import type { InitDesk } from './initDesk.ts'

/** A message of LinkedIn's, and where it lies. */
export interface Found {
  readonly path: string
  readonly message: Message
  readonly bytes: Uint8Array
}

/** How far back is looked, and how many of a mailbox: enough to show what would have been answered. */
export const lookBack = { days: 90, perMailbox: 20 }

const newestIn = async (open: OpenMailbox, path: string, parse: Parse, since: number): Promise<readonly Found[]> => {
  if (open.uidNext <= 1) return []
  const uids = await open.search({ first: 1, last: open.uidNext - 1 }, since)
  const found: Found[] = []
  for (const uid of uids.slice(-lookBack.perMailbox)) {
    const fetched = await open.fetch(uid)
    if (fetched === null) continue
    const message = await parse(fetched.bytes)
    if (message.from.some(({ address }) => domainOf(address) === 'linkedin.com'))
      found.push({ path, message, bytes: fetched.bytes })
  }
  return found
}

/** One that cannot be read must not keep the others from being looked into. */
const ifReadable = async (
  desk: InitDesk,
  mail: MailAccount,
  path: string,
  read: () => Promise<readonly Found[]>,
): Promise<readonly Found[]> => {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof OperatorError) || !mail.alive()) throw error
    desk.prompts?.progress(null)
    desk.note(`${path} cannot be read: ${error.message}`)
    return []
  }
}

/**
 * Looks for LinkedIn's mail of the last 90 days, the newest first. Read with EXAMINE, so that looking changes nothing;
 * a copy in a second mailbox counts there, too.
 */
export const findMail = async (
  desk: InitDesk,
  mail: MailAccount,
  all: readonly MailboxStatus[],
  imapHost: string,
): Promise<readonly Found[]> => {
  const parse = await desk.house.parse()
  const since = desk.house.now() - lookBack.days * day
  const mailboxes = searchable(all, isGmail(imapHost)).filter(({ status }) => status?.messages !== 0)
  const found: Found[] = []
  for (const [index, { path }] of mailboxes.entries()) {
    desk.prompts?.progress(`looking for mail from LinkedIn: ${index + 1} of ${mailboxes.length}, ${printable(path)}`)
    const read = () => mail.examine(path, (open) => newestIn(open, path, parse, since))
    found.push(...(await ifReadable(desk, mail, path, read)))
  }
  desk.prompts?.progress(null)
  return found.toSorted((one, other) => (other.message.date ?? 0) - (one.message.date ?? 0))
}
