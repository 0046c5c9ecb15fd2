import type { InitAnswers, InitChoices } from '../core/initAnswers.ts'
import { configText, envText } from '../core/initFiles.ts'
import type { Account } from '../core/settings.ts'
import { folderOf, namedConfig, shownPath } from '../core/settingsPaths.ts'
import { exit, OperatorError } from '../errors.ts'
import type { House } from './house.ts'
import type { InitDesk } from './initDesk.ts'

/** Where `init` writes; absolute. */
export interface Places {
  readonly env: string
  readonly config: string
}

/** Everything that was answered and chosen so far. */
export interface Plan {
  readonly places: Places
  readonly answers: InitAnswers
  readonly choices: InitChoices
}

/** A path as the person at this desk would write it. */
export const shown = ({ house }: InitDesk, path: string): string => shownPath(path, house.start.cwd)

/**
 * The files that will be found again: `.env` of the working directory and its config/local.yaml, or the named config
 * file and the `.env` beside it.
 * @throws OperatorError 78 where they cannot be written, or another `.env` would be read in their place
 */
export const placesOf = (desk: InitDesk): Places => {
  const { cwd, env, config } = desk.house.start
  const named = namedConfig(config, cwd, env)
  const places =
    named === null
      ? { env: `${cwd}/.env`, config: `${cwd}/config/local.yaml` }
      : { env: `${folderOf(named)}/.env`, config: named }
  if (places.env !== `${cwd}/.env` && desk.files.stands(`${cwd}/.env`))
    throw new OperatorError(exit.config, `.env of this directory would be read in place of ${places.env}`, [
      'move it, or start init in another directory',
    ])
  desk.files.permit(places.env)
  desk.files.permit(places.config)
  return places
}

/**
 * The texts of the files, by path.
 * @throws OperatorError 78 where an answer cannot be written
 */
export const textsOf = ({ places, answers, choices }: Plan): ReadonlyMap<string, string> => {
  const env = envText(answers)
  if ('impossible' in env)
    throw new OperatorError(exit.config, `.env cannot hold this value of ${env.impossible}`, [
      'it has quotes of every kind, or control characters',
    ])
  return new Map([
    [places.env, env.text],
    [places.config, configText(choices)],
  ])
}

/** The house as it will be, and its account: read from the very texts that are going to be written. */
export interface Rehearsal {
  readonly house: House
  readonly account: Account
}

/** A password file that is not there yet cannot be read from. */
const withSecret = (account: Account, { secret }: InitAnswers): Account => {
  if (secret.kind !== 'file' || secret.password === null) return account
  const credential = { kind: 'password', secret: { kind: 'value', value: secret.password } } as const
  return {
    ...account,
    imap: { ...account.imap, credential },
    smtp: account.smtp === null ? null : { ...account.smtp, credential },
  }
}

/** @throws OperatorError 78 where the texts are no good settings */
export const rehearse = async (desk: InitDesk, plan: Plan): Promise<Rehearsal> => {
  const house = await desk.house.asIf(textsOf(plan))
  const [account] = house.settings().accounts
  if (account === undefined) throw new Error('the settings of init have no account')
  return { house, account: withSecret(account, plan.answers) }
}
