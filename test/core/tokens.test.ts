import { describe, expect, it } from 'vitest'
import type { OAuth } from '../../src/core/settings.ts'
import { areOf, firstTokens, isAlive, isDue, renewedTokens, tokensIn, tokensText } from '../../src/core/tokens.ts'

const minute = 60_000
const noon = Date.UTC(2026, 10, 28, 12)
const oauth: OAuth = {
  account: 'default',
  provider: 'other',
  issuer: 'https://login.example.org',
  scope: 'mail',
  clientId: 'client',
  clientSecret: null,
  tokenFile: '/state/tokens/default.json',
}
const tokens = firstTokens(oauth, { accessToken: 'a1', refreshToken: 'r1', lifetime: 60 * minute }, noon)

describe('an access token', () => {
  it.each([
    ['of an hour', 60, 54, false],
    ['of an hour', 60, 55, true],
    ['of a day', 1440, 1434, false],
    ['of a day', 1440, 1435, true],
    ['of four minutes', 4, 2.9, false],
    ['of four minutes', 4, 3, true],
  ])('%s (%i minutes) is renewed in good time: after %d minutes %s', (_, lifetime, passed, due) => {
    const short = renewedTokens(tokens, { accessToken: 'a', refreshToken: null, lifetime: lifetime * minute }, noon)
    expect(isDue(short, noon + passed * minute)).toBe(due)
  })

  it('is good until it expires', () => {
    expect(isAlive(tokens, noon + 60 * minute - 1)).toBe(true)
    expect(isAlive(tokens, noon + 60 * minute)).toBe(false)
  })

  it('of unknown lifetime is used until it is refused', () => {
    const endless = renewedTokens(tokens, { accessToken: 'a', refreshToken: null, lifetime: null }, noon)
    expect([isDue(endless, noon * 2), isAlive(endless, noon * 2)]).toEqual([false, true])
  })
})

describe('renewed tokens', () => {
  const later = noon + 50 * minute

  it('take the place of the former, who logged in stays', () => {
    const granted = { accessToken: 'a2', refreshToken: 'r2', lifetime: 30 * minute }
    expect(renewedTokens(tokens, granted, later)).toEqual({
      issuer: 'https://login.example.org',
      clientId: 'client',
      accessToken: 'a2',
      refreshToken: 'r2',
      obtainedAt: later,
      expiresAt: later + 30 * minute,
      loggedInAt: noon,
    })
  })

  it('keep a refresh token that is not rotated', () => {
    const granted = { accessToken: 'a2', refreshToken: null, lifetime: null }
    expect(renewedTokens(tokens, granted, later)).toMatchObject({ accessToken: 'a2', refreshToken: 'r1' })
  })
})

it.each([
  ['client', { clientId: 'another' }],
  ['issuer', { issuer: 'https://login.example.com' }],
])('tokens of another %s are of no use', (_, changes) => {
  expect([areOf(tokens, oauth), areOf(tokens, { ...oauth, ...changes })]).toEqual([true, false])
})

describe('a token file', () => {
  it('is read as it was written', () => {
    expect(tokensIn(tokensText(tokens))).toEqual(tokens)
    const endless = { ...tokens, expiresAt: null }
    expect(tokensIn(tokensText(endless))).toEqual(endless)
  })

  it.each([
    ['cut off', tokensText(tokens).slice(0, -5)],
    ['empty', ''],
    ['no map', '[]'],
    ...Object.keys(tokens).flatMap((key): [string, string][] => [
      [`without ${key}`, JSON.stringify({ ...tokens, [key]: undefined })],
      [`with a list for ${key}`, JSON.stringify({ ...tokens, [key]: [] })],
    ]),
  ])('that is %s holds no tokens', (_, text) => {
    expect(tokensIn(text)).toBeNull()
  })
})
