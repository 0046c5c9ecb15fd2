import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuth } from '../src/core/settings.ts'
import { firstTokens, type Granted, type Tokens } from '../src/core/tokens.ts'
import { exit, LoginExpired, OperatorError } from '../src/errors.ts'
import { tokenFiles } from '../src/io/tokenFile.ts'
import { openTokenKeeper, type TokenKeeper } from '../src/tokenKeeper.ts'
import { silentLog } from './servers/imap-login.ts'

const minute = 60_000
let now = Date.UTC(2026, 10, 28, 12)
let folder = ''
let oauth: OAuth
/** Refresh tokens that were shown, in order. */
let shown: string[]
/** What the authorisation server says to each, beyond a new pair of tokens. */
let answer: (refreshToken: string) => Promise<Granted>
let hidden: Set<string>
const never = new AbortController().signal

const numbered = async (refreshToken: string): Promise<Granted> => {
  const number = Number(refreshToken.slice(1)) + 1
  return { accessToken: `a${number}`, refreshToken: `r${number}`, lifetime: 60 * minute }
}

const keeper = (): TokenKeeper =>
  openTokenKeeper({
    store: async () => tokenFiles,
    authorisation: async () => ({
      refresh: (refreshToken) => {
        shown.push(refreshToken)
        return answer(refreshToken)
      },
    }),
    hide: (secret) => hidden.add(secret),
    now: () => now,
    log: silentLog,
  })

const kept = (): Tokens | null => tokenFiles.read(oauth.tokenFile)
const login = (): void =>
  tokenFiles.write(
    oauth.tokenFile,
    firstTokens(oauth, { accessToken: 'a1', refreshToken: 'r1', lifetime: 60 * minute }, now),
  )

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-keeper-'))
  const tokenFile = join(folder, 'tokens/work.json')
  const issuer = 'https://login.example.org'
  oauth = { account: 'work', provider: 'other', issuer, scope: 'mail', clientId: 'c', clientSecret: null, tokenFile }
  shown = []
  hidden = new Set()
  answer = numbered
  login()
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('an access token', () => {
  it('is used until it is due, then renewed, then used again', async () => {
    const tokens = keeper()
    const seen: string[] = []
    for (const passed of [0, 54, 1, 54, 1]) {
      now += passed * minute
      seen.push(await tokens.accessToken(oauth, null, never))
    }
    expect(seen).toEqual(['a1', 'a1', 'a2', 'a2', 'a3'])
    expect(shown).toEqual(['r1', 'r2'])
    expect([...hidden].sort()).toEqual(['a1', 'a2', 'r1', 'r2'])
  })

  it('is renewed once, however many ask at the same time', async () => {
    now += 56 * minute
    const tokens = keeper()
    const asking = [1, 2, 3].map(() => tokens.accessToken(oauth, null, never))
    expect(await Promise.all(asking)).toEqual(['a2', 'a2', 'a2'])
    expect(shown).toEqual(['r1'])
  })

  it('is renewed once by two processes that ask at the same time', async () => {
    now += 56 * minute
    const asking = [keeper(), keeper()].map((tokens) => tokens.accessToken(oauth, null, never))
    expect(await Promise.all(asking)).toEqual(['a2', 'a2'])
    expect(shown).toEqual(['r1'])
  })

  it('that a server refused is renewed, although it is good still; once for all who were refused', async () => {
    const tokens = keeper()
    expect(await Promise.all([1, 2].map(() => tokens.accessToken(oauth, 'a1', never)))).toEqual(['a2', 'a2'])
    expect(await tokens.accessToken(oauth, 'a1', never)).toBe('a2')
    expect(shown).toEqual(['r1'])
  })

  it('is on the disk, with its refresh token, before anybody has it', async () => {
    await keeper().accessToken(oauth, 'a1', never)
    expect(kept()).toMatchObject({ accessToken: 'a2', refreshToken: 'r2', obtainedAt: now })
  })

  it("is nobody's while it cannot be written", async () => {
    answer = async (refreshToken) => {
      rmSync(join(folder, 'tokens'), { recursive: true })
      writeFileSync(join(folder, 'tokens'), 'no folder')
      return numbered(refreshToken)
    }
    await expect(keeper().accessToken(oauth, 'a1', never)).rejects.toMatchObject({ exitCode: 78 })
  })

  it('is used while it is good when the authorisation server is away, and not when it was refused', async () => {
    answer = async () => {
      throw new OperatorError(exit.unavailable, 'login.example.org cannot be reached')
    }
    now += 56 * minute
    expect(await keeper().accessToken(oauth, null, never)).toBe('a1')
    await expect(keeper().accessToken(oauth, 'a1', never)).rejects.toMatchObject({ exitCode: 69 })
    now += 4 * minute
    await expect(keeper().accessToken(oauth, null, never)).rejects.toMatchObject({ exitCode: 69 })
    expect(kept()).toMatchObject({ accessToken: 'a1', refreshToken: 'r1' })
  })

  it('is not waited for by who was stopped, and renewed all the same', async () => {
    let grant = (): void => {}
    const asked = new Promise<void>((fulfil) => {
      answer = (refreshToken) => {
        fulfil()
        return new Promise((granted) => {
          grant = () => granted(numbered(refreshToken))
        })
      }
    })
    const stop = new AbortController()
    const tokens = keeper()
    const stopped = tokens.accessToken(oauth, 'a1', stop.signal)
    const waiting = tokens.accessToken(oauth, 'a1', never)
    await asked
    stop.abort()
    await expect(stopped).rejects.toMatchObject({ exitCode: 75, message: 'the login was stopped' })
    grant()
    expect(await waiting).toBe('a2')
    expect(kept()).toMatchObject({ refreshToken: 'r2' })
  })
})

describe('a login', () => {
  const expired = async (): Promise<Granted> => {
    throw new LoginExpired('work', 'login.example.org takes the login no more: it has expired')
  }

  it('that has expired is told, with what to type; the tokens stay', async () => {
    answer = expired
    const error = await keeper()
      .accessToken(oauth, 'a1', never)
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(LoginExpired)
    expect(error).toMatchObject({ exitCode: 77, hints: ['type: have-we-met login work'] })
    expect(kept()).toMatchObject({ refreshToken: 'r1' })
  })

  it('that has expired is told before the last access token is', async () => {
    answer = expired
    now += 56 * minute
    await expect(keeper().accessToken(oauth, null, never)).rejects.toBeInstanceOf(LoginExpired)
  })

  it('that only seems to have expired was renewed by another process in the meantime', async () => {
    answer = async () => {
      const others = await numbered('r1')
      const tokens = kept()
      if (tokens !== null) tokenFiles.write(oauth.tokenFile, { ...tokens, ...others, refreshToken: 'r2' })
      return expired()
    }
    expect(await keeper().accessToken(oauth, 'a1', never)).toBe('a2')
    expect(shown).toEqual(['r1'])
  })

  it('that expired and was made anew counts at once', async () => {
    answer = expired
    const tokens = keeper()
    await expect(tokens.accessToken(oauth, 'a1', never)).rejects.toBeInstanceOf(LoginExpired)
    tokenFiles.write(
      oauth.tokenFile,
      firstTokens(oauth, { accessToken: 'b1', refreshToken: 's1', lifetime: null }, now),
    )
    expect(await tokens.accessToken(oauth, null, never)).toBe('b1')
  })

  it.each<[string, string, Partial<OAuth>]>([
    ['nobody has made', 'nobody has logged in for the account work yet', { tokenFile: '/nowhere/tokens/work.json' }],
    [
      'was made with another client',
      'the login of the account work was made with another client or issuer',
      { clientId: 'd' },
    ],
  ])('that %s is asked for', async (_, message, changes) => {
    await expect(keeper().accessToken({ ...oauth, ...changes }, null, never)).rejects.toMatchObject({
      exitCode: 77,
      message,
      hints: ['type: have-we-met login work'],
    })
    expect(shown).toEqual([])
  })
})

it('what is kept are the tokens and whose they are, and nothing else', async () => {
  await keeper().accessToken(oauth, 'a1', never)
  expect(Object.keys(JSON.parse(readFileSync(oauth.tokenFile, 'utf8')))).toEqual(
    'issuer clientId accessToken refreshToken obtainedAt expiresAt loggedInAt'.split(' '),
  )
})
