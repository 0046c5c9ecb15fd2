import { printable } from '../cli/columns.ts'
import { searchable } from '../core/initProposal.ts'
import type { Instant } from '../core/message.ts'
import { isGmail } from '../core/providers.ts'
import type { MailAccount, MailboxStatus, OpenMailbox, Parse } from '../ports.ts'
import { unlessRefused } from '../shelves.ts'
import type { InitDesk } from './initDesk.ts'
import { byDate, type LinkedInMail, newestMail } from './linkedInMail.ts'

/** A message of LinkedIn's, and where it lies. */
export interface Found extends LinkedInMail {
  readonly path: string
}

const mailIn = async (open: OpenMailbox, path: string, parse: Parse, now: Instant): Promise<readonly Found[]> => {
  const found: Found[] = []
  for await (const one of newestMail(open, parse, now)) found.push({ path, ...one })
  return found
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
  const mailboxes = searchable(all, isGmail(imapHost)).filter(({ status }) => status?.messages !== 0)
  const found: Found[] = []
  for (const [index, { path }] of mailboxes.entries()) {
    desk.prompts?.progress(`looking for mail from LinkedIn: ${index + 1} of ${mailboxes.length}, ${printable(path)}`)
    const read = () => mail.examine(path, (open) => mailIn(open, path, parse, desk.house.now()))
    const here = await unlessRefused(mail, read, (because) => {
      desk.prompts?.progress(null)
      desk.note(`${path} cannot be read: ${because}`)
    })
    found.push(...(here ?? []))
  }
  desk.prompts?.progress(null)
  return found.toSorted(byDate)
}
