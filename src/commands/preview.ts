import { assess, factsOfReply } from '../assess.ts'
import type { Command } from '../cli/arguments.ts'
import { renderPreview, renderTrials } from '../cli/previewReport.ts'
import { languagesWanted } from '../core/compose.ts'
import type { Notification } from '../core/kinds.ts'
import { isLanguage } from '../core/languageTag.ts'
import { pickTemplate, templateKey } from '../core/templateFile.ts'
import { type Sample, samplesFor } from '../core/templateSamples.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { Templates } from '../ports.ts'
import type { House } from './house.ts'
import { groundsOf } from './pollAccount.ts'
import { tryTemplates } from './templateTrial.ts'

type PreviewCommand = Extract<Command, { name: 'preview' }>

/** A sample, and the language of the notification where it is a real one. */
interface Subject extends Sample {
  readonly language: string | null
}

/** `have-we-met preview`: templates filled in with samples, or with the invitation in a saved message. */
export const previewCommand = async (command: PreviewCommand, house: House): Promise<ExitCode> => {
  if (command.language !== null && !isLanguage(command.language))
    throw new OperatorError(exit.usage, `--language ${command.language} is no language`, ['write it like de or pt-BR'])
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

/** With `--language` the template of each name that a reply in it would have. */
const previewAll = (
  language: string | null,
  templates: Templates,
  subjects: readonly Subject[],
  house: House,
): ExitCode => {
  const trials = tryTemplates(templates, subjects)
  const byKey = new Map(trials.map((trial) => [templateKey(trial), trial]))
  const names = [...new Set(trials.map(({ name }) => name))]
  const serving = (tag: string) => names.flatMap((name) => pickTemplate(byKey, name, [tag]) ?? [])
  const broken = templates.broken()
  house.out(renderTrials(subjects, language === null ? trials : serving(language), broken, house.style))
  return broken.length > 0 ? exit.config : exit.ok
}

const someName = 'Rowan Ashby'

/** What templates are tried with, as far as it is the user's: name and time zone. */
export const samplesOf = (house: House): readonly Sample[] => {
  const { accounts, defaults } = house.settingsWithoutAccount()
  const { timezone } = accounts[0] ?? defaults
  return samplesFor({ ownName: accounts[0]?.from.name || someName, timezone, now: house.now() })
}

const subjectsOf = async ({ message }: PreviewCommand, house: House): Promise<readonly Subject[]> =>
  message === null
    ? samplesOf(house).map((sample) => ({ ...sample, language: null }))
    : [await invitationIn(message, house)]

/** Read and judged as `explain` does, so that the reply is signed and addressed as it would be. */
const invitationIn = async (file: string, house: House): Promise<Subject> => {
  const { accounts, defaults } = house.settingsWithoutAccount()
  const account = accounts[0] ?? null
  const grounds = await groundsOf(account, account ?? defaults, false, house)
  const parse = await house.parse()
  for await (const { bytes } of house.readMessages(file)) {
    const message = await parse(bytes)
    const assessed = await assess(message, bytes, grounds, house.now(), () => null)
    const { language } = withInviter(assessed.notification, file)
    const facts = factsOfReply(message, assessed, grounds)
    const signed = account === null ? { ...facts, ownName: someName } : facts
    return { name: 'message', meaning: `with ${file}`, language, facts: signed }
  }
  throw new OperatorError(exit.malformedInput, `${file} holds no message`)
}

const withInviter = (notification: Notification, file: string): Notification => {
  if (notification.inviter !== null) return notification
  throw new OperatorError(exit.malformedInput, `nobody invites in ${file}: ${notification.because}`, [
    `have-we-met explain ${file} shows how it is read`,
  ])
}
