import type { OAuth } from './core/settings.ts'
import { unlessStopped } from './core/stopping.ts'
import { areOf, isAlive, isDue, renewedTokens, type Tokens } from './core/tokens.ts'
import { exit, LoginExpired, OperatorError } from './errors.ts'
import type { Authorisation, TokenStore } from './oauthPort.ts'
import type { Clock, Log } from './ports.ts'

/** What keeping tokens needs of the outside. */
export interface Keeping {
  readonly store: () => Promise<TokenStore>
  readonly authorisation: (oauth: OAuth) => Promise<Pick<Authorisation, 'refresh'>>
  /** Has the log hide a secret from then on. */
  readonly hide: (secret: string) => void
  readonly now: Clock
  readonly log: Log
}

export interface TokenKeeper {
  /**
   * An access token that is good for minutes still. It is renewed before it expires, and when a server has refused it;
   * the new tokens are durable before anybody uses them. However many ask, there is one renewal at a time.
   * @param refused the token that a server did not take, or null
   * @param signal ends the waiting, not the renewal: its answer may hold a refresh token that is good once
   * @throws LoginExpired (77) when the user has to log in; OperatorError 69, 75, 78
   */
  accessToken(oauth: OAuth, refused: string | null, signal: AbortSignal): Promise<string>
}

const kept = (oauth: OAuth, store: TokenStore, hide: Keeping['hide']): Tokens => {
  const { account, tokenFile } = oauth
  const tokens = store.read(tokenFile)
  if (tokens === null) throw new LoginExpired(account, `nobody has logged in for the account ${account} yet`)
  hide(tokens.accessToken)
  hide(tokens.refreshToken)
  if (areOf(tokens, oauth)) return tokens
  throw new LoginExpired(account, `the login of the account ${account} was made with another client or issuer`)
}

/** Renews what the file holds, unless another process has done so. */
const renew = async (oauth: OAuth, former: Tokens, store: TokenStore, keeping: Keeping): Promise<Tokens> => {
  const { authorisation, hide, now, log } = keeping
  const fromFile = (): Tokens => kept(oauth, store, hide)
  const tokens = fromFile()
  if (tokens.accessToken !== former.accessToken && !isDue(tokens, now())) return tokens
  const door = await authorisation(oauth)
  try {
    const renewed = renewedTokens(tokens, await door.refresh(tokens.refreshToken), now())
    store.write(oauth.tokenFile, renewed)
    log.debug('token-renewed', { account: oauth.account })
    return renewed
  } catch (error) {
    if (!(error instanceof LoginExpired)) throw error
    const others = fromFile()
    if (others.refreshToken === tokens.refreshToken) throw error
    return others
  }
}

const isForUser = (error: unknown): boolean => error instanceof LoginExpired

/** Keeps the tokens of all accounts of this process. */
export const openTokenKeeper = (keeping: Keeping): TokenKeeper => {
  const { hide, now, log } = keeping
  return {
    accessToken: async (oauth, refused, signal) => {
      const store = await keeping.store()
      const tokens = kept(oauth, store, hide)
      const isRefused = tokens.accessToken === refused
      if (!isRefused && !isDue(tokens, now())) return tokens.accessToken
      try {
        const stopped = (): Error => new OperatorError(exit.tryAgain, 'the login was stopped')
        const renewal = store.alone(oauth.tokenFile, () => renew(oauth, tokens, store, keeping))
        return (await unlessStopped(signal, renewal, stopped)).accessToken
      } catch (error) {
        if (isRefused || isForUser(error) || signal.aborted || !isAlive(tokens, now())) throw error
        log.warn('token-not-renewed', { account: oauth.account, error })
        return tokens.accessToken
      }
    },
  }
}
