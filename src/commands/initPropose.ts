import type { Grounds } from '../assess.ts'
import { printable } from '../cli/columns.ts'
import { trustInWords } from '../cli/trustAdvice.ts'
import { isAddrSpec } from '../core/addrSpec.ts'
import type { Authenticity } from '../core/authenticity.ts'
import { mailboxesFor } from '../core/initProposal.ts'
import { readNotification } from '../core/notification.ts'
import { isOwn } from '../core/ownAddress.ts'
import { isGmail } from '../core/providers.ts'
import type { Account } from '../core/settings.ts'
import type { TrustAdvice } from '../core/trustAdvice.ts'
import type { MailboxStatus } from '../ports.ts'
import { mailboxesToScan } from '../scan.ts'
import type { InitDesk } from './initDesk.ts'
import { type Plan, rehearse } from './initPlan.ts'
import type { Found } from './initScan.ts'
import { trustIn } from './linkedInMail.ts'
import { groundsFor, ownAddresses } from './pollAccount.ts'

/** Whether a proposal is taken: as the person says, and where nobody is asked, with --yes. */
const agreed = ({ prompts, command }: InitDesk, message: string, usual: boolean): Promise<boolean> =>
  prompts === null ? Promise.resolve(usual && command.yes) : prompts.confirm(message, usual)

const isInvitation = ({ message }: Found, { phrases }: Grounds): boolean =>
  readNotification(message, phrases).kind === 'invitation'

/** The invitations among what was found, the newest first; a copy in a second mailbox is the same one. */
export const invitationsIn = (found: readonly Found[], grounds: Grounds): readonly Found[] => {
  const ids = found.map(({ message }) => message.messageId)
  return found.filter(
    (one, index) =>
      isInvitation(one, grounds) && (one.message.messageId === null || ids.indexOf(one.message.messageId) === index),
  )
}

const chooseMailboxes = async (
  desk: InitDesk,
  plan: Plan,
  all: readonly MailboxStatus[],
  found: readonly Found[],
  grounds: Grounds,
): Promise<Plan> => {
  const auto = mailboxesToScan(all, 'auto', isGmail(plan.answers.imap.host)).map(({ path }) => path)
  const telling = found.map((one) => ({ path: one.path, invites: isInvitation(one, grounds) }))
  const mailboxes = mailboxesFor(auto, telling)
  if (mailboxes === 'auto') return plan
  const names = mailboxes.join(', ')
  desk.note(`LinkedIn's mail lies in ${[...new Set(telling.map(({ path }) => path))].join(', ')}`)
  if (await agreed(desk, `Read ${printable(names)}?`, true)) return { ...plan, choices: { ...plan.choices, mailboxes } }
  desk.note(`only ${auto.join(', ')} is read`, `set mailboxes: [${names}] to read all of them`)
  return plan
}

type Proposal = Extract<TrustAdvice, { kind: 'trust' }>

const askTrust = async (desk: InitDesk, { authservIds, doubt, pattern, written }: Proposal) => {
  const [first = ''] = written
  if (desk.prompts === null) return desk.command.yes && doubt === null ? authservIds : 'auto'
  const ways = [
    { value: 'these', label: `trust ${written.join(', ')}` },
    ...(pattern === null ? [] : [{ value: 'pattern', label: `trust ${pattern}, all servers of that name` } as const]),
    { value: 'none', label: 'leave it' },
  ] as const
  const message = 'Are these marks of your own mail server?'
  const way = await desk.prompts.choose<'these' | 'pattern' | 'none'>(message, ways, doubt === null ? 'these' : 'none')
  if (way === 'none') return 'auto'
  return authservIds.map((id) => (way === 'pattern' && id === first && pattern !== null ? pattern : id))
}

const chooseTrust = async (desk: InitDesk, plan: Plan, newest: Found): Promise<Plan> => {
  const { house, account } = await rehearse(desk, plan)
  const { authenticity, advice, provider } = await trustIn(newest, account, await groundsFor(account, house))
  const sentence = `trust: LinkedIn's mail is ${authenticity.level}: ${authenticity.because}`
  if (advice === null) {
    desk.ok(sentence)
    return plan
  }
  desk.note(sentence, ...trustInWords(advice, provider))
  if (advice.kind !== 'trust') return plan
  return { ...plan, choices: { ...plan.choices, authservIds: await askTrust(desk, advice) } }
}

const isTrusted = ({ level }: Authenticity): boolean => level !== 'failed' && level !== 'unverified'

/** Who stands alone in To of mail that is LinkedIn's beyond doubt, and is none of the addresses we know. */
const strangersIn = async (
  found: readonly Found[],
  account: Account,
  grounds: Grounds,
): Promise<ReadonlySet<string>> => {
  const strangers = new Set<string>()
  for (const one of found) {
    const [only, ...more] = one.message.to
    if (only === undefined || more.length > 0 || isOwn(only.address, ownAddresses(account))) continue
    if (isAddrSpec(only.address) && isTrusted((await trustIn(one, account, grounds)).authenticity))
      strangers.add(only.address.toLowerCase())
  }
  return strangers
}

const chooseAliases = async (desk: InitDesk, plan: Plan, invitations: readonly Found[]): Promise<Plan> => {
  const { house, account } = await rehearse(desk, plan)
  const aliases: string[] = []
  for (const stranger of await strangersIn(invitations, account, await groundsFor(account, house))) {
    if (await agreed(desk, `LinkedIn writes to ${stranger}. Is that you?`, true)) aliases.push(stranger)
    else desk.note(`LinkedIn writes to ${stranger}, which is none of your addresses`, 'if it is you, set MAIL_ALIASES')
  }
  return { ...plan, answers: { ...plan.answers, aliases } }
}

/** Proposes, from the mail that was found, which mailboxes to read, whose marks to trust, and further own addresses. */
export const propose = async (
  desk: InitDesk,
  plan: Plan,
  all: readonly MailboxStatus[],
  found: readonly Found[],
): Promise<Plan> => {
  const { house, account } = await rehearse(desk, plan)
  const grounds = await groundsFor(account, house)
  const invitations = invitationsIn(found, grounds)
  const [newest] = invitations.length > 0 ? invitations : found
  if (newest === undefined) return plan
  const placed = await chooseMailboxes(desk, plan, all, found, grounds)
  const trusting = await chooseTrust(desk, placed, newest)
  return chooseAliases(desk, trusting, invitations)
}
