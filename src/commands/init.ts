import type { InitCommand } from '../cli/initOptions.ts'
import { addressFault, type InitAnswers, type InitChoices, nameFault } from '../core/initAnswers.ts'
import { type ExitCode, exit, Interrupted, OperatorError } from '../errors.ts'
import type { MailAccount, MailboxStatus } from '../ports.ts'
import { draftsOf } from '../scan.ts'
import type { House } from './house.ts'
import { type InitDesk, openDesk, optional, required } from './initDesk.ts'
import { showHindsight } from './initHindsight.ts'
import { type Places, type Plan, placesOf } from './initPlan.ts'
import { propose } from './initPropose.ts'
import { type Found, findMail } from './initScan.ts'
import { findSecret } from './initSecret.ts'
import { findServers } from './initServers.ts'
import { logIn, trySending } from './initTry.ts'
import { askToReplace, writeAll } from './initWrite.ts'

/**
 * `have-we-met init`: asks, tries the login, looks for LinkedIn's mail, proposes, shows what would have been answered,
 * and writes `.env` and the config file. Until then nothing is written, and in the account nothing ever.
 */
export const initCommand = async (command: InitCommand, house: House): Promise<ExitCode> => {
  const desk = await openDesk(command, house)
  try {
    await setUp(desk)
    return exit.ok
  } catch (error) {
    throw house.stop.aborted && error instanceof OperatorError ? new Interrupted() : error
  }
}

const setUp = async (desk: InitDesk): Promise<void> => {
  const places = placesOf(desk)
  await askToReplace(desk, places)
  const asked = await askAll(desk, places)
  const { plan, mail } = await logIn(desk, asked)
  const { all, found } = await look(desk, plan, mail)
  const settled = await propose(desk, await trySending(desk, plan), all, found)
  await showHindsight(desk, settled, found)
  await writeAll(desk, settled)
}

const askAll = async (desk: InitDesk, places: Places): Promise<Plan> => {
  const { command } = desk
  const address = await required(desk, command.address, '--address is missing', (prompts) =>
    prompts.text('Your mail address, at which LinkedIn writes to you', { initial: '', fault: addressFault }),
  )
  const name = await optional(desk, command.fromName, '', (prompts) =>
    prompts.text('Your name, as your replies shall show it', { initial: '', fault: nameFault }),
  )
  const modes = [
    { value: 'draft', label: 'leave each reply in Drafts, for you to send' },
    { value: 'send', label: 'send those by itself that may be, leave the others in Drafts' },
  ] as const
  const mode = await optional(desk, command.mode, 'draft', (prompts) =>
    prompts.choose<'draft' | 'send'>('What shall it do?', modes, 'draft'),
  )
  const { service, imap, smtp, caFile } = await findServers(desk, address, mode)
  const secret = await findSecret(desk, service, imap.host)
  const answers: InitAnswers = { address, name, imap, smtp, caFile, secret, aliases: [] }
  const choices: InitChoices = { mode, mailboxes: 'auto', authservIds: 'auto' }
  return { places, answers, choices }
}

interface Looked {
  readonly all: readonly MailboxStatus[]
  readonly found: readonly Found[]
}

/** Everything that is needed of the account, in one go: no connection stays open while a question is. */
const look = async (desk: InitDesk, { answers }: Plan, mail: MailAccount): Promise<Looked> => {
  try {
    const all = await mail.list()
    const drafts = draftsOf(all, answers.imap.host)
    const sent = all.find(({ specialUse }) => specialUse === '\\Sent')
    desk.ok(`drafts go to ${drafts.path}${sent === undefined ? '' : `; what you send lies in ${sent.path}`}`)
    return { all, found: await findMail(desk, mail, all, answers.imap.host) }
  } finally {
    await mail.close()
  }
}
