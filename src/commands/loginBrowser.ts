import { printable } from '../cli/columns.ts'
import type { OAuth } from '../core/settings.ts'
import { unlessStopped } from '../core/stopping.ts'
import type { Granted } from '../core/tokens.ts'
import { exit, OperatorError } from '../errors.ts'
import type { Authorisation, BrowserLogin, Loopback, TypedLines } from '../oauthPort.ts'
import type { House } from './house.ts'
import { waiting } from './loginWait.ts'

/** As long as a code for another device is usually good for. */
const time = 15 * 60_000

/** Microsoft knows the computer itself by this name alone, and then any port of it. */
const hostFor = ({ provider }: OAuth): string => (provider === 'microsoft' ? 'localhost' : '127.0.0.1')

/** The address of a browser that could not reach this computer, copied from there. */
const pasted = async (lines: TypedLines, state: string, house: House): Promise<URL> => {
  for (;;) {
    const line = (await lines.next()).trim()
    const address = URL.canParse(line) ? new URL(line) : null
    if (address?.searchParams.get('state') === state) return address
    if (line !== '') house.talk('that is not the address of the page that the login ended with\n')
  }
}

const comesBack = (login: BrowserLogin, loopback: Loopback, lines: TypedLines | null, house: House): Promise<URL> => {
  const overdue = AbortSignal.timeout(time)
  const ended = (): Error =>
    house.stop.aborted
      ? new OperatorError(exit.interrupted, 'nobody was logged in')
      : new OperatorError(exit.loginRefused, 'nobody logged in in time', ['have-we-met login asks again'])
  const ways = [loopback.redirected(login.state), ...(lines === null ? [] : [pasted(lines, login.state, house)])]
  return unlessStopped(AbortSignal.any([house.stop, overdue]), Promise.race(ways), ended)
}

/** The user logs in in a browser: one of this computer comes back by itself, of another one the address is pasted. */
export const byBrowser = async (authorisation: Authorisation, oauth: OAuth, house: House): Promise<Granted> => {
  const loopback = await house.loopback()
  const lines = await house.typedLines()
  try {
    const login = await authorisation.byBrowser(`http://${hostFor(oauth)}:${loopback.port}/`)
    const elsewhere = [
      ...(lines === null ? [] : ['paste here the address of the page that cannot be found at the end']),
      ...(oauth.provider === 'google' ? [] : ['use --device']),
    ]
    const advice = elsewhere.length === 0 ? '' : ` (on another one: ${elsewhere.join(', or ')})`
    house.talk(`open in a browser on this computer${advice}:\n\n${printable(login.address)}\n\n`)
    return await login.granted(await waiting(comesBack(login, loopback, lines, house), time, house))
  } finally {
    loopback.close()
    lines?.close()
  }
}
