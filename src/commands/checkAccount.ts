import { moment } from '../cli/moments.ts'
import { trustInWords } from '../cli/trustAdvice.ts'
import type { Instant } from '../core/message.ts'
import { isOwn } from '../core/ownAddress.ts'
import { isGmail } from '../core/providers.ts'
import type { Account, Server } from '../core/settings.ts'
import type { MailAccount, MailboxStatus, OpenMailbox, Parse } from '../ports.ts'
import { draftsOf, mailboxesToScan } from '../scan.ts'
import type { Notebook } from './check.ts'
import type { House } from './house.ts'
import { byDate, type LinkedInMail, lookBack, newestMail, trustIn } from './linkedInMail.ts'
import { groundsFor, ownAddresses } from './pollAccount.ts'

/**
 * Tries one account: login, Drafts, the mailboxes to scan, what the server can, whether LinkedIn's mail is trusted, and
 * where replies are sent the login for that.
 */
export const checkMailAccount = async (account: Account, house: House, notebook: Notebook): Promise<void> => {
  await checkReading(account, house, notebook)
  if (account.mode === 'send' && account.smtp !== null) await checkSending(account, account.smtp, house, notebook)
}

const checkSending = async (account: Account, smtp: Server, house: House, notebook: Notebook): Promise<void> => {
  const tried = await notebook.attempt(async () => {
    const submission = await house.submission(account, new AbortController().signal)
    await submission.verify()
    return true
  })
  if (tried) notebook.ok(`sending: ${smtp.user} at ${smtp.host}:${smtp.port} (${smtp.security})`)
}

const checkReading = async (account: Account, house: House, notebook: Notebook): Promise<void> => {
  const { host, user, port } = account.imap
  const mail = await notebook.attempt(() => house.connect(account, new AbortController().signal))
  if (mail === null) return
  try {
    notebook.ok(`login: ${user} at ${host}:${port} (${account.imap.security})`)
    const all = await notebook.attempt(() => mail.list())
    if (all === null) return
    const scanned = await checkMailboxes(account, mail, all, notebook)
    if (scanned !== null) await checkNewest(account, mail, scanned, house, notebook)
  } finally {
    await mail.close()
  }
}

/** Says where drafts go and what is read; gives the mailboxes to scan, or null when that was a problem. */
const checkMailboxes = async (
  account: Account,
  mail: MailAccount,
  all: readonly MailboxStatus[],
  notebook: Notebook,
): Promise<readonly MailboxStatus[] | null> => {
  const drafts = await notebook.attempt(() => draftsOf(all, account.imap.host))
  if (drafts?.specialUseSource === 'server') notebook.ok(`drafts go to ${drafts.path}`)
  else if (drafts) notebook.note(`drafts go to ${drafts.path}, known by its name: the server marks no \\Drafts`)
  const scanned = await notebook.attempt(() => mailboxesToScan(all, account.mailboxes, isGmail(account.imap.host)))
  if (scanned)
    notebook.ok(
      `reads ${scanned.map(({ path, status }) => `${path} (${status?.messages ?? '?'} messages)`).join(', ')}`,
    )
  if (!mail.capabilities.has('UIDPLUS')) {
    notebook.note('the server has no UIDPLUS: a draft is found again by its Message-ID, not by its UID')
  }
  return scanned
}

const newestOf = async (open: OpenMailbox, parse: Parse, now: Instant): Promise<LinkedInMail | null> => {
  for await (const newest of newestMail(open, parse, now)) return newest
  return null
}

/** The newest mail from LinkedIn, of the last 90 days, in the mailboxes that are scanned; none, or one. */
const newestIn = async (
  mail: MailAccount,
  scanned: readonly MailboxStatus[],
  house: House,
): Promise<readonly LinkedInMail[]> => {
  const parse = await house.parse()
  const candidates: LinkedInMail[] = []
  for (const { path } of scanned) {
    const newest = await mail.examine(path, (open) => newestOf(open, parse, house.now()))
    if (newest !== null) candidates.push(newest)
  }
  return candidates.sort(byDate).slice(0, 1)
}

const checkNewest = async (
  account: Account,
  mail: MailAccount,
  scanned: readonly MailboxStatus[],
  house: House,
  notebook: Notebook,
): Promise<void> => {
  const found = await notebook.attempt(() => newestIn(mail, scanned, house))
  if (found === null) return
  const [newest] = found
  if (newest === undefined) {
    notebook.note(
      `no mail from LinkedIn in the last ${lookBack.days} days, so trust could not be tried`,
      'is another mailbox where a filter puts it? Set mailboxes; does LinkedIn mail this address at all?',
    )
    return
  }
  await checkTrust(account, newest, house, notebook)
  const to = newest.message.to.map(({ address }) => address)
  if (to.some((address) => isOwn(address, ownAddresses(account))))
    notebook.ok(`LinkedIn writes to ${to.join(', ')}, which is you`)
  else
    notebook.note(
      `LinkedIn writes to ${to.join(', ')}, which is none of your addresses`,
      'if it is you, add it to MAIL_ALIASES (accounts: aliases)',
    )
}

/** How the newest mail from LinkedIn is trusted, and what to set where it is not. */
const checkTrust = async (account: Account, newest: LinkedInMail, house: House, notebook: Notebook): Promise<void> => {
  const { date } = newest.message
  const when = date === null ? '' : ` of ${moment(date)}`
  const { authenticity, advice, provider } = await trustIn(newest, account, await groundsFor(account, house))
  const sentence = `trust: LinkedIn's mail${when} is ${authenticity.level}: ${authenticity.because}`
  if (advice === null) notebook.ok(sentence)
  else notebook.note(sentence, ...trustInWords(advice, provider))
}
