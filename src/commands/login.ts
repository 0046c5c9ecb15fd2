import type { Command } from '../cli/arguments.ts'
import { printable } from '../cli/columns.ts'
import { loginLines } from '../cli/loginAdvice.ts'
import { usage } from '../cli/moments.ts'
import type { Account, OAuth } from '../core/settings.ts'
import { firstTokens, type Granted } from '../core/tokens.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { Authorisation } from '../oauthPort.ts'
import type { House } from './house.ts'
import { byBrowser } from './loginBrowser.ts'
import { waiting } from './loginWait.ts'

type LoginCommand = Extract<Command, { name: 'login' }>

/** `have-we-met login`: the user logs in at the provider, the tokens are kept, and the mail server is tried with them. */
export const loginCommand = async (command: LoginCommand, house: House): Promise<ExitCode> => {
  const account = accountFor(command.account, house.settings().accounts)
  const { credential, user, host } = account.imap
  if (credential.kind !== 'oauth')
    throw new OperatorError(exit.config, `the account ${account.name} does not log in by OAuth2`, loginLines(account))
  const { oauth } = credential
  if (command.device && oauth.provider === 'google')
    throw usage('Google gives no access to mail by --device', 'log in without it, on a computer with a browser')
  const authorisation = await house.authorisation(oauth, user)
  const granted = await (command.device ? byDevice(authorisation, house) : byBrowser(authorisation, oauth, house))
  await keep(oauth, granted, house)
  house.talk(`the tokens are kept in ${oauth.tokenFile}\nlogging in as ${user} at ${host}\n`)
  const mail = await house.connect(account, house.stop)
  await mail.close()
  house.out(`${house.style.good('ok')}    ${user} at ${host} is logged in\n`)
  return exit.ok
}

/** The one that is named; the only one needs no name. */
const accountFor = (name: string | null, accounts: readonly Account[]): Account => {
  const named = name === null ? accounts : accounts.filter((account) => account.name === name)
  const [only, another] = named
  if (only !== undefined && another === undefined) return only
  const names = accounts.map((account) => account.name).join(', ')
  throw usage(
    only === undefined ? `there is no account ${name}` : 'login takes the name of an account',
    `one of ${names}`,
  )
}

const keep = async (oauth: OAuth, granted: Granted, house: House): Promise<void> => {
  const { refreshToken } = granted
  if (refreshToken === null)
    throw new OperatorError(exit.config, 'the server grants access for now only: it gave no refresh token', [
      'add offline_access to IMAP_OAUTH_SCOPE (accounts: imap.oauth.scope), or ask for a client that may renew',
    ])
  const store = await house.tokenStore()
  await store.alone(oauth.tokenFile, async () => {
    store.write(oauth.tokenFile, firstTokens(oauth, { ...granted, refreshToken }, house.now()))
  })
}

const byDevice = async (authorisation: Authorisation, house: House): Promise<Granted> => {
  const login = await authorisation.byDevice()
  house.talk(`open    ${printable(login.address)}\ncode    ${house.talkStyle.bold(printable(login.code))}\n`)
  return waiting(login.granted(), login.lifetime, house)
}
