import type { Command } from '../cli/arguments.ts'
import { renderPreview } from '../cli/previewReport.ts'
import { inviterVariables, variablesFor } from '../core/compose.ts'
import type { Notification } from '../core/kinds.ts'
import type { Instant } from '../core/message.ts'
import { readNotification } from '../core/notification.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { Templates, TemplateVariables } from '../ports.ts'
import type { House } from './house.ts'

type PreviewCommand = Extract<Command, { name: 'preview' }>

/** `have-we-met preview`: templates filled in with a sample, or with the invitation in a saved message. */
export const previewCommand = async (command: PreviewCommand, house: House): Promise<ExitCode> => {
  const { accounts, defaults } = house.settingsWithoutAccount()
  const templates = await house.templates()
  const { reply, timezone } = accounts[0] ?? defaults
  const subject = command.message === null ? sample(house.now()) : await invitationIn(command.message, house)
  const wanted = reply.language === 'auto' ? subject.language : reply.language
  for (const { name, language } of chosen(command, templates, reply.template, wanted)) {
    const { inviter, date } = subject
    const ownName = accounts[0]?.from.name || sampleName
    const variables = variablesFor(inviter, { date, language, ownName, recipientKind: 'on-site', timezone })
    house.out(renderPreview(templates.render(name, language, variables), house.style))
  }
  return exit.ok
}

interface Subject {
  readonly inviter: TemplateVariables['inviter']
  readonly date: Instant | null
  readonly language: string | null
}

const sampleName = 'Rowan Ashby'

const sample = (now: Instant): Subject => ({
  inviter: {
    name: 'Ingrid Solberg',
    firstName: 'Ingrid',
    headline: 'Procurement Lead | Cold chain | Oslo',
    profile: 'https://www.linkedin.com/in/ingrid-solberg-90aa12c4',
  },
  date: now,
  language: null,
})

const invitationIn = async (file: string, house: House): Promise<Subject> => {
  const parse = await house.parse()
  const phrases = await house.phrases()
  for await (const { bytes } of house.readMessages(file)) {
    const message = await parse(bytes)
    const notification = readNotification(message, phrases)
    return {
      inviter: inviterVariables(withInviter(notification, file)),
      date: message.date,
      language: notification.language,
    }
  }
  throw new OperatorError(exit.malformedInput, `${file} holds no message`)
}

const withInviter = (notification: Notification, file: string): Notification => {
  if (notification.inviter !== null) return notification
  throw new OperatorError(exit.malformedInput, `nobody invites in ${file}: ${notification.because}`, [
    `have-we-met explain ${file} shows how it is read`,
  ])
}

/** `--all`: every template in every language; else one template, in one language or the one a reply would have. */
const chosen = (
  command: PreviewCommand,
  templates: Templates,
  usual: string,
  wanted: string | null,
): readonly { readonly name: string; readonly language: string | null }[] =>
  command.all
    ? templates.all.filter(({ language }) => command.language === null || command.language === language)
    : [{ name: command.template ?? usual, language: command.language ?? wanted }]
