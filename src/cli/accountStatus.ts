import type { PollRecord, Standing } from '../core/accountBook.ts'
import type { Instant } from '../core/message.ts'
import type { Credential } from '../core/settings.ts'
import type { Entry, State } from '../core/state.ts'
import { exit } from '../errors.ts'
import { moment } from './moments.ts'

/** What is known of one account, for `status`. */
export interface AccountStatus {
  readonly name: string
  readonly credential: Credential['kind']
  readonly installedAt: Instant | null
  readonly lastPoll: PollRecord | null
  readonly lastGoodPoll: PollRecord | null
  /** null: no daemon sees to the account. */
  readonly standing: Standing | null
  readonly entries: readonly Entry[]
}

/** What concerns all accounts. */
export interface Condition {
  readonly paused: boolean
  readonly brokenTemplates: readonly { readonly file: string; readonly sentence: string }[]
}

/** How the login of the last poll went; null where it came to none. A token that is refused has mostly expired. */
export const loginOf = ({ lastPoll, credential }: AccountStatus): 'ok' | 'refused' | 'token-expired' | null => {
  if (lastPoll === null) return null
  if (lastPoll.exitCode !== exit.loginRefused) return lastPoll.reached ? 'ok' : null
  return credential === 'password' ? 'refused' : 'token-expired'
}

/** What became of an entry, in a word. */
export const outcomeOf = (state: State): string => (state.kind === 'skipped' ? state.reason : state.kind)

/** How many entries came to what. */
export const countsOf = (entries: readonly Entry[]): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {}
  for (const { state } of entries) found[outcomeOf(state)] = (found[outcomeOf(state)] ?? 0) + 1
  return found
}

/** What the state says beyond its name. */
export const because = (state: State): string | null => {
  switch (state.kind) {
    case 'skipped':
    case 'uncertain':
      return state.because
    case 'failed':
      return `${state.error}; it is ${state.retryAt === null ? 'not tried again' : `tried again from ${moment(state.retryAt)} on`}`
    case 'drafted':
    case 'edited':
    case 'sent-by-you':
      return `in ${state.mailbox}`
    case 'sent':
      return state.response
    default:
      return null
  }
}
