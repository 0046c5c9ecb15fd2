import { accountVariablesIn } from '../core/settingsEnvironment.ts'
import { exit, Interrupted, OperatorError } from '../errors.ts'
import type { InitDesk } from './initDesk.ts'
import { type Places, type Plan, shown, textsOf } from './initPlan.ts'

const standing = ({ files }: InitDesk, paths: readonly string[]): readonly string[] => paths.filter(files.stands)

/**
 * Asks before anything else whether files may be replaced: answers that may not be written would be a waste of time.
 * @throws OperatorError 78 where nobody is asked and nothing was said of it
 */
export const askToReplace = async (desk: InitDesk, { env, config }: Places): Promise<void> => {
  const there = standing(desk, [env, config]).map((path) => shown(desk, path))
  if (there.length === 0 || desk.command.overwrite) return
  const names = there.join(' and ')
  if (desk.prompts === null)
    throw new OperatorError(exit.config, `${names} would be replaced`, ['add --overwrite, or move what is there away'])
  if (!(await desk.prompts.confirm(`Replace ${names} when all is answered?`, false))) throw new Interrupted()
}

/** Writes the files, after one more question, and says what comes next. `.env` is last: without it nothing starts. */
export const writeAll = async (desk: InitDesk, plan: Plan): Promise<void> => {
  const { secret } = plan.answers
  const password =
    secret.kind === 'file' && secret.password !== null ? ([[secret.path, `${secret.password}\n`]] as const) : []
  const texts = [...password, ...[...textsOf(plan)].toReversed()]
  const names = texts.map(([path]) => `${shown(desk, path)}${desk.files.stands(path) ? ' (replaced)' : ''}`).join(', ')
  if (desk.prompts !== null && !(await desk.prompts.confirm(`Write ${names}?`, true))) throw new Interrupted()
  for (const [path, text] of texts) desk.files.write(path, text, path === plan.places.config ? 0o644 : 0o600)
  desk.ok(`written: ${names}`)
  sayNextSteps(desk, plan)
}

const sayNextSteps = (desk: InitDesk, { answers }: Plan): void => {
  const { env, config } = desk.house.start
  const winning = accountVariablesIn(env).filter((name) => answers.secret.kind !== 'env' || name !== 'IMAP_PASSWORD')
  if (winning.length > 0) desk.note(`${winning.join(', ')} of the environment will win over .env`, 'unset them')
  const given = config === null ? '' : ` --config ${config}`
  desk.house.talk(
    [
      '',
      'Now:',
      `  have-we-met check${given}             is everything in order?`,
      `  have-we-met poll --dry-run${given}    what it would do at this moment; leaves nothing`,
      `  have-we-met run${given}               keeps at it; invitations from now on get a draft`,
      '',
    ].join('\n'),
  )
}
