import type { ToldSecret } from '../cli/initOptions.ts'
import { usage } from '../cli/moments.ts'
import { type InitAnswers, type InitSecret, passwordFault, tidyPassword } from '../core/initAnswers.ts'
import { envValue } from '../core/initFiles.ts'
import type { KnownService } from '../core/mailService.ts'
import type { Prompts } from '../initPort.ts'
import { absolute, type InitDesk, required } from './initDesk.ts'

const passwordFile = '~/.config/have-we-met/password'

const notEmpty = (text: string): string | null => (text === '' ? 'must not be empty' : null)

const askPassword = async (prompts: Prompts, imapHost: string): Promise<string> =>
  tidyPassword(await prompts.secret('Password (what you type is not shown)', passwordFault), imapHost)

/** Whom is asked, and which server the secret is for. */
interface Asking {
  readonly desk: InitDesk
  readonly prompts: Prompts
  readonly imapHost: string
}

/** A file that is there holds the password already; one that is not gets it. */
const inFile = async (
  { desk, prompts, imapHost }: Asking,
  written: string,
  typed: string | null,
): Promise<InitSecret> => {
  const path = absolute(desk, written)
  if (typed !== null) return { kind: 'file', path, password: typed }
  return { kind: 'file', path, password: desk.files.stands(path) ? null : await askPassword(prompts, imapHost) }
}

const askFile = async (asking: Asking, typed: string | null): Promise<InitSecret> => {
  const path = await asking.prompts.text('The password file', { initial: passwordFile, fault: notEmpty })
  return inFile(asking, path, typed)
}

const askCommand = async (prompts: Prompts, kind: CommandKind, initial: string): Promise<InitSecret> => {
  const what = kind === 'password-command' ? 'the password on its first line' : 'the access token'
  return { kind, command: await prompts.text(`A command that prints ${what}`, { initial, fault: notEmpty }) }
}

type CommandKind = 'password-command' | 'access-token-command'

/** A password that no quotes of `.env` can hold has to stand in a file of its own. */
const inEnv = async (asking: Asking): Promise<InitSecret> => {
  const { desk, prompts, imapHost } = asking
  const password = await askPassword(prompts, imapHost)
  if (envValue(password) !== null) return { kind: 'env', password }
  desk.note('.env cannot hold this password, for the quotes in it; a file of its own can')
  return askFile(asking, password)
}

const askWay = async (asking: Asking): Promise<InitSecret> => {
  const { prompts } = asking
  const ways = [
    { value: 'env', label: 'in .env, which only you can read' },
    { value: 'file', label: 'in a password file of its own' },
    { value: 'command', label: 'nowhere: a command prints it (pass, a keyring, …)' },
  ] as const
  const way = await prompts.choose<'env' | 'file' | 'command'>('Where shall the password be kept?', ways, 'env')
  if (way === 'env') return inEnv(asking)
  return way === 'file' ? askFile(asking, null) : askCommand(prompts, 'password-command', '')
}

const told = async (desk: InitDesk, { kind, from }: ToldSecret, imapHost: string): Promise<InitSecret> => {
  if (kind !== 'password-file') return { kind, command: from }
  if (desk.prompts !== null) return inFile({ desk, prompts: desk.prompts, imapHost }, from, null)
  return { kind: 'file', path: absolute(desk, from), password: null }
}

const fromEnvironment = (given: string, imapHost: string): InitSecret => {
  const password = tidyPassword(given, imapHost)
  const fault = passwordFault(password) ?? (envValue(password) === null ? 'cannot stand in .env' : null)
  if (fault !== null) throw usage(`IMAP_PASSWORD ${fault}`, 'give --password-file or --password-command')
  return { kind: 'env', password }
}

/** Finds out how the secret is kept: from the command line, from $IMAP_PASSWORD, or by asking. */
export const findSecret = async (
  desk: InitDesk,
  service: KnownService | null,
  imapHost: string,
): Promise<InitSecret> => {
  const { secret } = desk.command
  const { IMAP_PASSWORD: password } = desk.house.start.env
  if (secret !== null) return told(desk, secret, imapHost)
  if (service?.secret === 'access-token')
    return required(desk, null, '--access-token-command is missing', (prompts) =>
      askCommand(prompts, 'access-token-command', ''),
    )
  if (password) return fromEnvironment(password, imapHost)
  return required(desk, null, 'the password is missing: set IMAP_PASSWORD, or give --password-file', (prompts) =>
    askWay({ desk, prompts, imapHost }),
  )
}

/** Asks anew for a secret that the server refused, kept as it was to be kept. */
export const askSecretAgain = async (
  desk: InitDesk,
  prompts: Prompts,
  { secret, imap }: Pick<InitAnswers, 'secret' | 'imap'>,
): Promise<InitSecret> => {
  if (secret.kind === 'env') return inEnv({ desk, prompts, imapHost: imap.host })
  if (secret.kind === 'file') return { ...secret, password: await askPassword(prompts, imap.host) }
  return askCommand(prompts, secret.kind, secret.command)
}
