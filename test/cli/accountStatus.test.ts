import { describe, expect, it } from 'vitest'
import { type AccountStatus, loginOf } from '../../src/cli/accountStatus.ts'
import { exit } from '../../src/errors.ts'

const good = { startedAt: 0, endedAt: 1, error: null, exitCode: null, hints: [], reached: true, failures: 0 }
const failed = { ...good, error: 'it failed', failures: 1 }

const loginAfter = (lastPoll: AccountStatus['lastPoll'], credential: AccountStatus['credential'] = 'password') =>
  loginOf({ name: 'ada', credential, installedAt: 0, lastPoll, lastGoodPoll: null, standing: null, entries: [] })

describe('of the login, status says', () => {
  it.each([
    ['that it is good after a good poll', good, 'ok'],
    ['that it is good when something else failed once the mailboxes were read', { ...failed, exitCode: 75 }, 'ok'],
    ['nothing when the server was not reached', { ...failed, exitCode: exit.unavailable, reached: false }, null],
    ['that it was refused', { ...failed, exitCode: exit.loginRefused, reached: false }, 'refused'],
    ['nothing before the first poll', null, null],
  ])('%s', (_, poll, login) => {
    expect(loginAfter(poll)).toBe(login)
  })

  it('that the token has expired, where it was one', () => {
    const refused = { ...failed, exitCode: exit.loginRefused, reached: false }
    expect([loginAfter(refused, 'oauth'), loginAfter(refused, 'access-token')]).toEqual([
      'token-expired',
      'token-expired',
    ])
  })
})
