import type { InitAnswers } from '../core/initAnswers.ts'
import { isLoopback } from '../core/settingsRules.ts'
import { exit, OperatorError } from '../errors.ts'
import type { Prompts } from '../initPort.ts'
import type { MailAccount } from '../ports.ts'
import type { InitDesk } from './initDesk.ts'
import { type Plan, rehearse } from './initPlan.ts'
import { askSecretAgain } from './initSecret.ts'
import { askCaFile, askServer } from './initServers.ts'

/** What the login proved right. */
export interface LoggedIn {
  readonly plan: Plan
  readonly mail: MailAccount
}

/** Asks what to do about a failure that the person may mend; where nobody is asked, or they give up, it is thrown on. */
const mended = async <T extends string>(
  error: unknown,
  desk: InitDesk,
  ways: readonly { readonly value: T; readonly label: string }[],
  likely: T,
): Promise<{ readonly prompts: Prompts; readonly way: T }> => {
  const { prompts, house } = desk
  if (!(error instanceof OperatorError) || prompts === null || house.stop.aborted) throw error
  desk.problem(error)
  const way = await prompts.choose<T | 'stop'>('What now?', [...ways, { value: 'stop', label: 'stop here' }], likely)
  if (way === 'stop') throw error
  return { prompts, way }
}

const ways = [
  { value: 'secret', label: 'give the password, or what prints it, again' },
  { value: 'server', label: 'change the server or the name' },
  { value: 'certificate', label: "give the server's certificate as a file" },
  { value: 'again', label: 'try again as it is' },
] as const

type Way = (typeof ways)[number]['value']

/** What most likely mends it. */
const likelyWay = (error: unknown, { imap }: InitAnswers): Way => {
  if (!(error instanceof OperatorError)) return 'again'
  if (error.exitCode === exit.loginRefused || error.exitCode === exit.config) return 'secret'
  if (/certificate .* signed/u.test(error.message)) return 'certificate'
  return isLoopback(imap.host) ? 'again' : 'server'
}

const changed = async (desk: InitDesk, prompts: Prompts, way: Way, answers: InitAnswers): Promise<InitAnswers> => {
  switch (way) {
    case 'secret':
      return { ...answers, secret: await askSecretAgain(desk, prompts, answers) }
    case 'server':
      return { ...answers, imap: await askServer(prompts, 'imap', answers.imap) }
    case 'certificate':
      return { ...answers, caFile: await askCaFile(desk, prompts, answers.caFile ?? '') }
    case 'again':
      return answers
  }
}

/** Logs in as it is planned; on a terminal, again and again with what is asked anew. */
export const logIn = async (desk: InitDesk, plan: Plan): Promise<LoggedIn> => {
  const { answers } = plan
  const { imap } = answers
  try {
    const { house, account } = await rehearse(desk, plan)
    desk.prompts?.progress(`logging in to ${imap.host}`)
    const mail = await house.connect(account, house.stop).finally(() => desk.prompts?.progress(null))
    desk.ok(`login: ${imap.user} at ${imap.host}:${imap.port} (${imap.security})`)
    return { plan, mail }
  } catch (error) {
    const { prompts, way } = await mended<Way>(error, desk, ways, likelyWay(error, answers))
    return logIn(desk, { ...plan, answers: await changed(desk, prompts, way, answers) })
  }
}

const sendingMended = async (error: unknown, desk: InitDesk, plan: Plan): Promise<Plan> => {
  const sendingWays = [
    { value: 'server', label: 'change the server or the name' },
    { value: 'draft', label: 'leave drafts in place of sending' },
  ] as const
  const { prompts, way } = await mended<'server' | 'draft'>(error, desk, sendingWays, 'server')
  const { answers, choices } = plan
  if (way === 'draft' || answers.smtp === null)
    return { ...plan, answers: { ...answers, smtp: null }, choices: { ...choices, mode: 'draft' } }
  return trySending(desk, { ...plan, answers: { ...answers, smtp: await askServer(prompts, 'smtp', answers.smtp) } })
}

/** Tries the login for sending, where one is planned. For drafts it is no need: what is wrong with it is said. */
export const trySending = async (desk: InitDesk, plan: Plan): Promise<Plan> => {
  const { smtp } = plan.answers
  if (smtp === null) return plan
  try {
    const { house, account } = await rehearse(desk, plan)
    await (await house.submission(account, house.stop)).verify()
    desk.ok(`sending: ${smtp.user} at ${smtp.host}:${smtp.port} (${smtp.security})`)
    return plan
  } catch (error) {
    if (plan.choices.mode === 'send') return sendingMended(error, desk, plan)
    if (!(error instanceof OperatorError) || desk.house.stop.aborted) throw error
    desk.note(`sending would fail, which drafts do not need: ${error.message}`, ...error.hints)
    return plan
  }
}
