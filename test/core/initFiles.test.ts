import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InitAnswers, InitChoices } from '../../src/core/initAnswers.ts'
import { configText, envText, envValue } from '../../src/core/initFiles.ts'
import { readSettings } from '../../src/io/settings.ts'

const answers: InitAnswers = {
  address: 'ada@example.org',
  name: 'Ada Example',
  imap: { host: 'imap.example.org', port: 993, security: 'tls', user: 'ada@example.org' },
  smtp: null,
  caFile: null,
  secret: { kind: 'env', password: 'secret' },
  aliases: [],
}
const choices: InitChoices = { mode: 'draft', mailboxes: 'auto', authservIds: 'auto' }

let cwd = ''
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'have-we-met-init-'))
  mkdirSync(join(cwd, 'config'))
  writeFileSync(join(cwd, 'ca.pem'), 'a certificate')
})
afterAll(() => rmSync(cwd, { recursive: true }))

const textOf = (given: InitAnswers): string => {
  const env = envText(given)
  if ('impossible' in env) throw new Error(env.impossible)
  return env.text
}

/** The account as the program reads it from what was written. */
const readBack = (given: InitAnswers, chosen: InitChoices = choices) => {
  writeFileSync(join(cwd, '.env'), textOf(given), { mode: 0o600 })
  writeFileSync(join(cwd, 'config/local.yaml'), configText(chosen))
  const options = { config: null, cwd, env: { HOME: '/home/ada' }, shipped: resolve('.'), logLevel: null }
  const [account] = readSettings({ ...options, accountRequired: true }).accounts
  if (account === undefined) throw new Error('no account was read')
  return account
}

const anything = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'\'"`#\\$ =nr\u00a0\u2028'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

describe('a value in .env', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['correct # horse', "'correct # horse'"],
    ['', "''"],
    ["it's", "`it's`"],
    ["'`", '"\'`"'],
    ["'`\\n", null],
    ['\'`"', null],
    ['two\nlines', null],
  ])('%j is written as %s', (value, expected) => {
    expect(envValue(value)).toBe(expected)
  })
})

describe('what init writes', () => {
  it('is read back as it was answered, a password of any characters too, or is known not to be writable', () => {
    fc.assert(
      fc.property(anything, (password) => {
        fc.pre(password !== '')
        const given: InitAnswers = { ...answers, secret: { kind: 'env', password } }
        if (envValue(password) === null) {
          expect(envText(given)).toEqual({ impossible: 'IMAP_PASSWORD' })
          return
        }
        expect(readBack(given).imap.credential).toEqual({
          kind: 'password',
          secret: { kind: 'value', value: password },
        })
      }),
      { numRuns: 300 },
    )
  })

  it('can hold every password without a control character that lacks one kind of quote', () => {
    fc.assert(
      fc.property(anything, (password) => {
        fc.pre(!/\p{Cc}/u.test(password) && !(password.includes("'") && password.includes('`')))
        expect(envValue(password)).not.toBeNull()
      }),
    )
  })

  it('names mailboxes and servers of any name', () => {
    const names = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(names, names, (mailboxes, authservIds) => {
        const account = readBack(answers, { mode: 'draft', mailboxes, authservIds })
        expect([account.mailboxes, account.trust.authservIds]).toEqual([mailboxes, authservIds])
      }),
    )
  })

  it.each<[string, Partial<InitAnswers>, object]>([
    [
      'a name with an apostrophe',
      { name: "Ada O'Example" },
      { from: { name: "Ada O'Example", address: 'ada@example.org' } },
    ],
    ['no name', { name: '' }, { from: { name: '', address: 'ada@example.org' } }],
    [
      'aliases',
      { aliases: ['a@example.com', '*@ada.example.org'] },
      { aliases: ['a@example.com', '*@ada.example.org'] },
    ],
    [
      'a password file',
      { secret: { kind: 'file', path: '/home/ada/my # secret', password: 'x' } },
      { imap: { credential: { kind: 'password', secret: { kind: 'file', path: '/home/ada/my # secret' } } } },
    ],
    [
      'a command',
      { secret: { kind: 'password-command', command: `sh -c 'pass show mail | head -1'` } },
      {
        imap: {
          credential: { kind: 'password', secret: { kind: 'command', command: `sh -c 'pass show mail | head -1'` } },
        },
      },
    ],
    [
      'an access token',
      { secret: { kind: 'access-token-command', command: 'token "ada"' } },
      { imap: { credential: { kind: 'access-token', command: 'token "ada"' } } },
    ],
    [
      'a server for sending with another user',
      { smtp: { host: 'smtp.example.org', port: 587, security: 'starttls', user: 'ada' } },
      { smtp: { host: 'smtp.example.org', port: 587, security: 'starttls', user: 'ada', caFile: null } },
    ],
  ])('%s', (_, given, expected) => {
    expect(readBack({ ...answers, ...given })).toMatchObject(expected)
  })

  it('trusts one certificate for both servers', () => {
    const smtp = { host: 'localhost', port: 1025, security: 'starttls', user: 'ada@example.org' } as const
    const caFile = join(cwd, 'ca.pem')
    expect(readBack({ ...answers, smtp, caFile })).toMatchObject({ imap: { caFile }, smtp: { caFile } })
    expect(textOf({ ...answers, caFile })).not.toContain('SMTP')
  })

  it('can send', () => {
    const smtp = { host: 'smtp.example.org', port: 465, security: 'tls', user: 'ada@example.org' } as const
    const written = { ...answers, smtp }
    expect(textOf(written)).not.toContain('SMTP_USER')
    expect(readBack(written, { ...choices, mode: 'send' })).toMatchObject({ mode: 'send', smtp })
  })

  it('is commented, and holds nothing that nobody asked for', () => {
    expect(
      textOf(answers),
    ).toBe(`# Your mail account, as have-we-met init asked for it. .env.example explains every variable there is.

# The server that keeps your mail, and the name you log in with.
IMAP_HOST=imap.example.org
IMAP_PORT=993
IMAP_SECURITY=tls
IMAP_USER=ada@example.org

# What logs you in; nobody else may read this file.
IMAP_PASSWORD=secret

# You, as your replies name you.
MAIL_FROM='Ada Example <ada@example.org>'
`)
    expect(
      configText(choices),
    ).toBe(`# What have-we-met shall do otherwise than by default. Every key there is stands with its default and a comment in
# config/have-we-met.yaml of the program; whether all is well here, have-we-met check says.

# Each reply waits in your Drafts mailbox. send would let those go out by themselves that may.
mode: draft
`)
  })
})
