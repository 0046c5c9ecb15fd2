import type { Command } from '../cli/arguments.ts'
import { renderPreview, renderTrials } from '../cli/previewReport.ts'
import { inviterVariables, languagesWanted } from '../core/compose.ts'
import type { Notification } from '../core/kinds.ts'
import { readNotification } from '../core/notification.ts'
import { type Sample, samplesFor } from '../core/templateSamples.ts'
import type { ReplyFacts } from '../core/templateVariables.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { Templates } from '../ports.ts'
import type { House } from './house.ts'
import { tryTemplates } from './templateTrial.ts'

type PreviewCommand = Extract<Command, { name: 'preview' }>

/** A sample, and the language of the notification where it is a real one. */
interface Subject extends Sample {
  readonly language: string | null
}

/** `have-we-met preview`: templates filled in with samples, or with the invitation in a saved message. */
export const previewCommand = async (command: PreviewCommand, house: House): Promise<ExitCode> => {
  const templates = await house.templates()
  const subjects = await subjectsOf(command, house)
  return command.all
    ? previewAll(command.language, templates, subjects, house)
    : previewOne(command, templates, subjects, house)
}

const previewOne = (
  { template, language }: PreviewCommand,
  templates: Templates,
  subjects: readonly Subject[],
  house: House,
): ExitCode => {
  const { accounts, defaults } = house.settingsWithoutAccount()
  const { reply } = accounts[0] ?? defaults
  for (const subject of subjects) {
    const wanted = languagesWanted({ ...reply, language: language ?? reply.language }, subject.language)
    const rendered = templates.render(template ?? reply.template, wanted, subject.facts)
    house.out(renderPreview(rendered, subject.meaning, house.style))
  }
  return exit.ok
}

const previewAll = (
  language: string | null,
  templates: Templates,
  subjects: readonly Subject[],
  house: House,
): ExitCode => {
  const trials = tryTemplates(templates, subjects).filter((trial) => language === null || trial.language === language)
  const broken = templates.broken()
  house.out(renderTrials(subjects, trials, broken, house.style))
  return broken.length > 0 ? exit.config : exit.ok
}

/** What templates are tried with where there is no account to tell the user's name and time zone. */
export const samplesOf = (house: House): readonly Sample[] => {
  const { accounts, defaults } = house.settingsWithoutAccount()
  const { timezone } = accounts[0] ?? defaults
  return samplesFor({ ownName: ownNameIn(house), timezone, now: house.now() })
}

const ownNameIn = (house: House): string => house.settingsWithoutAccount().accounts[0]?.from.name || 'Rowan Ashby'

const subjectsOf = async ({ message }: PreviewCommand, house: House): Promise<readonly Subject[]> => {
  const samples = samplesOf(house)
  if (message === null) return samples.map((sample) => ({ ...sample, language: null }))
  const [{ facts }] = samples as readonly [Sample]
  return [await invitationIn(message, facts, house)]
}

const invitationIn = async (file: string, own: ReplyFacts, house: House): Promise<Subject> => {
  const parse = await house.parse()
  const phrases = await house.phrases()
  for await (const { bytes } of house.readMessages(file)) {
    const message = await parse(bytes)
    const notification = withInviter(readNotification(message, phrases), file)
    const { commonConnections, language } = notification
    const facts = { ...own, inviter: inviterVariables(notification), invitedAt: message.date, commonConnections }
    return { name: 'message', meaning: `with ${file}`, language, facts }
  }
  throw new OperatorError(exit.malformedInput, `${file} holds no message`)
}

const withInviter = (notification: Notification, file: string): Notification => {
  if (notification.inviter !== null) return notification
  throw new OperatorError(exit.malformedInput, `nobody invites in ${file}: ${notification.because}`, [
    `have-we-met explain ${file} shows how it is read`,
  ])
}
