import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { environmentVariables } from '../../src/core/settingsEnvironment.ts'
import type { SettingsOptions } from '../../src/core/settingsReading.ts'
import { OperatorError } from '../../src/errors.ts'
import { readSettings, settingKeys } from '../../src/io/settings.ts'

const shipped = resolve('.')
const login = { IMAP_HOST: 'imap.example.org', IMAP_USER: 'ada@example.org', IMAP_PASSWORD: 'correct horse' }
let cwd = ''
let home = ''

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'have-we-met-settings-'))
  home = join(cwd, 'home')
})
afterEach(() => rmSync(cwd, { recursive: true }))

const write = (path: string, text: string, mode = 0o600): void => {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), text)
  chmodSync(join(cwd, path), mode)
}

const read = (env: Record<string, string> = {}, options: Partial<SettingsOptions> = {}) =>
  readSettings({
    config: null,
    cwd,
    env: { HOME: home, ...env },
    shipped,
    logLevel: null,
    accountRequired: true,
    ...options,
  })

const first = (env: Record<string, string> = {}, options: Partial<SettingsOptions> = {}) => {
  const [account] = read(env, options).accounts
  if (!account) throw new Error('there is no account')
  return account
}

/** What the user sees: the sentence, then one line a problem. */
const refusal = (env: Record<string, string> = {}, options: Partial<SettingsOptions> = {}): readonly string[] => {
  try {
    read(env, options)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    expect(error.exitCode).toBe(78)
    const problems = error.hints.map((hint) => hint.replaceAll(shipped, '<shipped>').replaceAll(cwd, '<cwd>'))
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    expect(error.message).toBe(`the settings have ${count}`)
    return problems
  }
  throw new Error('the settings were accepted')
}

describe('without any file but the shipped one', () => {
  it('takes every default from it and the account from the environment', () => {
    expect(read(login)).toEqual({
      accounts: [
        {
          name: 'default',
          mode: 'draft',
          schedule: '*/5 * * * *',
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          mailboxes: 'auto',
          imap: {
            host: 'imap.example.org',
            port: 993,
            security: 'tls',
            user: 'ada@example.org',
            credential: { kind: 'password', secret: { kind: 'value', value: 'correct horse' } },
            caFile: null,
          },
          smtp: null,
          from: { name: '', address: 'ada@example.org' },
          aliases: [],
          watch: 'schedule',
          notify: { by: 'inbox', command: null, failedPolls: 6, silence: 86_400_000 },
          policy: {
            maxAgeDays: 14,
            maxPerPoll: 10,
            maxPerDay: 25,
            unverified: 'skip',
            shortNotes: 'note',
            guestInvitations: false,
            ignore: { names: [], profiles: [], headlines: [], domains: [] },
            settle: 300_000,
          },
          trust: { authservIds: 'auto', verifyDkim: true },
          reply: { template: 'ask-context', language: 'auto', defaultLanguage: 'en' },
        },
      ],
      defaults: {
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        policy: expect.objectContaining({ maxAgeDays: 14 }),
        trust: { authservIds: 'auto', verifyDkim: true },
        reply: { template: 'ask-context', language: 'auto', defaultLanguage: 'en' },
      },
      stateDir: join(home, '.local/state/have-we-met'),
      logLevel: 'info',
      templateFolders: [join(shipped, 'templates')],
      phraseFolders: [join(shipped, 'config/phrases')],
      sources: [join(shipped, 'config/have-we-met.yaml')],
    })
  })

  it('says once what to type and what to fill in', () => {
    expect(refusal()).toEqual([
      'environment: IMAP_HOST, IMAP_USER and IMAP_PASSWORD are missing; type: have-we-met init',
    ])
  })

  it('does without an account where none is required, and takes one that is there', () => {
    expect(read({ IMAP_HOST: 'imap.example.org' }, { accountRequired: false }).accounts).toEqual([])
    expect(read(login, { accountRequired: false }).accounts).toHaveLength(1)
  })
})

describe('the account of the environment', () => {
  it.each([
    [{}, { port: 993, security: 'tls' }],
    [{ IMAP_SECURITY: 'starttls' }, { port: 143, security: 'starttls' }],
    [{ IMAP_PORT: '143' }, { port: 143, security: 'starttls' }],
    [
      { IMAP_PORT: '143', IMAP_SECURITY: 'tls' },
      { port: 143, security: 'tls' },
    ],
    [{ IMAP_PORT: '1993' }, { port: 1993, security: 'tls' }],
    [
      { IMAP_SECURITY: 'none', IMAP_HOST: 'localhost' },
      { port: 143, security: 'none' },
    ],
    [
      { IMAP_SECURITY: 'none', IMAP_HOST: '127.0.0.1', IMAP_PORT: '1143' },
      { port: 1143, security: 'none' },
    ],
    [
      { IMAP_SECURITY: 'none', IMAP_HOST: '::1' },
      { port: 143, security: 'none' },
    ],
  ])('connects as %o asks: %o', (env, expected) => {
    expect(first({ ...login, ...env }).imap).toMatchObject(expected)
  })

  it.each([
    [{ IMAP_PASSWORD_FILE: 'secret' }, { kind: 'password', secret: { kind: 'file', path: '<cwd>/secret' } }],
    [{ IMAP_PASSWORD_FILE: '~/secret' }, { kind: 'password', secret: { kind: 'file', path: '<cwd>/home/secret' } }],
    [{ IMAP_PASSWORD_COMMAND: 'pass x' }, { kind: 'password', secret: { kind: 'command', command: 'pass x' } }],
    [{ IMAP_ACCESS_TOKEN_COMMAND: 'token x' }, { kind: 'access-token', command: 'token x' }],
    [
      { IMAP_OAUTH_PROVIDER: 'microsoft', IMAP_OAUTH_CLIENT_ID: 'client' },
      {
        kind: 'oauth',
        oauth: {
          account: 'default',
          provider: 'microsoft',
          issuer: 'https://login.microsoftonline.com/common/v2.0',
          scope: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
          clientId: 'client',
          clientSecret: null,
          tokenFile: '<cwd>/home/.local/state/have-we-met/tokens/default.json',
        },
      },
    ],
    [
      {
        IMAP_OAUTH_PROVIDER: 'google',
        IMAP_OAUTH_CLIENT_ID: 'client',
        IMAP_OAUTH_CLIENT_SECRET: 'not so secret',
        STATE_DIR: 'state',
      },
      {
        kind: 'oauth',
        oauth: {
          account: 'default',
          provider: 'google',
          issuer: 'https://accounts.google.com',
          scope: 'https://mail.google.com/',
          clientId: 'client',
          clientSecret: { kind: 'value', value: 'not so secret' },
          tokenFile: '<cwd>/state/tokens/default.json',
        },
      },
    ],
    [
      {
        IMAP_OAUTH_PROVIDER: 'microsoft',
        IMAP_OAUTH_CLIENT_ID: 'client',
        IMAP_OAUTH_TENANT: 'example.org',
        IMAP_OAUTH_SCOPE: 'mail',
      },
      {
        kind: 'oauth',
        oauth: {
          account: 'default',
          provider: 'microsoft',
          issuer: 'https://login.microsoftonline.com/example.org/v2.0',
          scope: 'mail',
          clientId: 'client',
          clientSecret: null,
          tokenFile: '<cwd>/home/.local/state/have-we-met/tokens/default.json',
        },
      },
    ],
    [
      {
        IMAP_OAUTH_PROVIDER: 'other',
        IMAP_OAUTH_CLIENT_ID: 'client',
        IMAP_OAUTH_CLIENT_SECRET_FILE: 'client-secret',
        IMAP_OAUTH_ISSUER: 'http://127.0.0.1:8080',
        IMAP_OAUTH_SCOPE: 'openid offline_access',
      },
      {
        kind: 'oauth',
        oauth: {
          account: 'default',
          provider: 'other',
          issuer: 'http://127.0.0.1:8080',
          scope: 'openid offline_access',
          clientId: 'client',
          clientSecret: { kind: 'file', path: '<cwd>/client-secret' },
          tokenFile: '<cwd>/home/.local/state/have-we-met/tokens/default.json',
        },
      },
    ],
  ])('keeps the secret where %o says', (env, expected) => {
    const { credential } = first({ ...login, IMAP_PASSWORD: '', ...env }).imap
    expect(JSON.parse(JSON.stringify(credential).replaceAll(cwd, '<cwd>'))).toEqual(expected)
  })

  it('submits with the login for IMAP unless there is one of its own', () => {
    const imap = first(login).imap
    expect(first({ ...login, SMTP_HOST: 'smtp.example.org' }).smtp).toEqual({
      ...imap,
      host: 'smtp.example.org',
      port: 465,
    })
    const own = { SMTP_HOST: 'smtp.example.org', SMTP_PORT: '587', SMTP_USER: 'ada', SMTP_PASSWORD: 'battery' }
    expect(first({ ...login, ...own }).smtp).toMatchObject({
      port: 587,
      security: 'starttls',
      user: 'ada',
      credential: { kind: 'password', secret: { kind: 'value', value: 'battery' } },
    })
  })

  it('may be one that sends', () => {
    write('config/local.yaml', 'mode: send\n')
    expect(first({ ...login, SMTP_HOST: 'localhost', SMTP_SECURITY: 'none' })).toMatchObject({
      mode: 'send',
      smtp: { host: 'localhost', port: 587, security: 'none' },
    })
  })

  it('names the user and all own addresses', () => {
    const env = { MAIL_FROM: '"Ada, Countess" <ada@example.org>', MAIL_ALIASES: 'a.l@example.com, *@ada.example.org,' }
    const { from, aliases } = first({ ...login, ...env })
    expect(from).toEqual({ name: 'Ada, Countess', address: 'ada@example.org' })
    expect(aliases).toEqual(['a.l@example.com', '*@ada.example.org'])
    expect(first({ ...login, ...env, IMAP_USER: 'ada' }).from).toEqual(from)
  })

  it.each([
    [{ IMAP_HOST: 'imaps://imap.example.org' }, 'IMAP_HOST must be a bare host name, without scheme or port'],
    [{ IMAP_HOST: 'imap.example.org:993' }, 'IMAP_HOST must be a bare host name, without scheme or port'],
    [{ IMAP_PORT: 'imaps' }, 'IMAP_PORT must be a whole number from 1 to 65535, not "imaps"'],
    [{ IMAP_PORT: '70000' }, 'IMAP_PORT must be a whole number from 1 to 65535, not 70000'],
    [{ IMAP_SECURITY: 'ssl' }, 'IMAP_SECURITY must be tls or starttls or none, not "ssl"'],
    [{ IMAP_SECURITY: 'none' }, 'IMAP_SECURITY may be none only for localhost; use tls or starttls'],
    [
      { IMAP_SECURITY: 'none', IMAP_HOST: '127.0.0.1.example.org' },
      'IMAP_SECURITY may be none only for localhost; use tls or starttls',
    ],
    [{ IMAP_PASSWORD_FILE: 'x' }, 'IMAP_PASSWORD_FILE stands beside IMAP_PASSWORD; keep one of the two'],
    [
      { IMAP_OAUTH_PROVIDER: 'google', IMAP_OAUTH_CLIENT_ID: 'x' },
      'IMAP_OAUTH_PROVIDER stands beside IMAP_PASSWORD; keep one of the two',
    ],
    [{ IMAP_CA_FILE: 'ca.pem' }, 'IMAP_CA_FILE must be a file that can be read, not "ca.pem"'],
    [{ SMTP_PORT: '465' }, 'SMTP_HOST is missing'],
    [
      { SMTP_HOST: 'smtp.example.org', SMTP_SECURITY: 'none' },
      'SMTP_SECURITY may be none only for localhost; use tls or starttls',
    ],
    [{ MAIL_FROM: 'Ada' }, 'MAIL_FROM must be one address like "Your Name <you@example.org>"'],
    [{ IMAP_USER: 'ada' }, 'MAIL_FROM is missing and IMAP_USER is not an address; write "Your Name <you@example.org>"'],
    [{ MAIL_ALIASES: 'ada@example.com, ada' }, 'MAIL_ALIASES must be an address or *@domain, not "ada"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be debug, info, warn, error or silent, not "loud"'],
    [{ HOME: '' }, 'STATE_DIR is not set, nor is HOME; set one of them'],
  ])('is refused with %o', (env, expected) => {
    expect(refusal({ ...login, ...env })).toEqual([`environment: ${expected}`])
  })

  it.each([
    [{ IMAP_OAUTH_CLIENT_ID: 'x' }, ['IMAP_OAUTH_PROVIDER is missing; type: have-we-met init']],
    [{ IMAP_OAUTH_PROVIDER: 'google' }, ['IMAP_OAUTH_CLIENT_ID is missing; type: have-we-met init']],
    [
      { IMAP_OAUTH_PROVIDER: 'yahoo', IMAP_OAUTH_CLIENT_ID: 'x' },
      ['IMAP_OAUTH_PROVIDER must be microsoft or google or other, not "yahoo"'],
    ],
    [
      { IMAP_OAUTH_PROVIDER: 'other', IMAP_OAUTH_CLIENT_ID: 'x' },
      ['IMAP_OAUTH_ISSUER and IMAP_OAUTH_SCOPE are missing; type: have-we-met init'],
    ],
    [
      { IMAP_OAUTH_PROVIDER: 'google', IMAP_OAUTH_CLIENT_ID: 'x', IMAP_OAUTH_ISSUER: 'https://login.example.org' },
      ['IMAP_OAUTH_ISSUER is only for the provider other'],
    ],
    [
      { IMAP_OAUTH_PROVIDER: 'google', IMAP_OAUTH_CLIENT_ID: 'x', IMAP_OAUTH_TENANT: 'common' },
      ['IMAP_OAUTH_TENANT is only for the provider microsoft'],
    ],
    [
      { IMAP_OAUTH_PROVIDER: 'microsoft', IMAP_OAUTH_CLIENT_ID: 'x', IMAP_OAUTH_TENANT: 'a/../b' },
      ['IMAP_OAUTH_TENANT must be common, or the name or ID of a tenant, not "a/../b"'],
    ],
    [
      {
        IMAP_OAUTH_PROVIDER: 'google',
        IMAP_OAUTH_CLIENT_ID: 'x',
        IMAP_OAUTH_CLIENT_SECRET: 'hunter2',
        IMAP_OAUTH_CLIENT_SECRET_FILE: 'x',
      },
      ['IMAP_OAUTH_CLIENT_SECRET_FILE stands beside IMAP_OAUTH_CLIENT_SECRET; keep one of the two'],
    ],
  ])('that logs in by OAuth2 is refused with %o', (env, expected) => {
    expect(refusal({ ...login, IMAP_PASSWORD: '', ...env })).toEqual(expected.map((text) => `environment: ${text}`))
  })

  it.each([
    'http://login.example.org',
    'https://login.example.org/?tenant=x',
    'https://ada@login.example.org',
    'https://:hunter2@login.example.org',
    'login.example.org',
  ])('asks no authorisation server at %s', (issuer) => {
    const env = { IMAP_OAUTH_PROVIDER: 'other', IMAP_OAUTH_CLIENT_ID: 'x', IMAP_OAUTH_SCOPE: 'x' }
    expect(refusal({ ...login, IMAP_PASSWORD: '', ...env, IMAP_OAUTH_ISSUER: issuer })).toEqual([
      'environment: IMAP_OAUTH_ISSUER must be an address like https://login.example.org',
    ])
  })

  it('that logs in by OAuth2 sends with the same tokens', () => {
    const env = { IMAP_OAUTH_PROVIDER: 'google', IMAP_OAUTH_CLIENT_ID: 'x', SMTP_HOST: 'smtp.example.org' }
    const { imap, smtp } = first({ ...login, IMAP_PASSWORD: '', ...env })
    expect(smtp?.credential).toEqual(imap.credential)
  })

  it('trusts a certificate authority it can read', () => {
    write('ca.pem', 'a certificate')
    expect(first({ ...login, IMAP_CA_FILE: 'ca.pem' }).imap.caFile).toBe(join(cwd, 'ca.pem'))
  })
})

describe('.env', () => {
  const lines = ['IMAP_HOST=imap.example.org', 'IMAP_USER=ada@example.org', "IMAP_PASSWORD='correct # horse'"]

  it('gives the account; the environment wins', () => {
    write('.env', lines.join('\n'))
    const { user, host, credential } = first({ IMAP_HOST: 'imap.example.com' }).imap
    expect({ user, host, credential }).toEqual({
      user: 'ada@example.org',
      host: 'imap.example.com',
      credential: { kind: 'password', secret: { kind: 'value', value: 'correct # horse' } },
    })
    expect(read().sources).toEqual([join(shipped, 'config/have-we-met.yaml'), join(cwd, '.env')])
  })

  it('is looked for beside the config file when the working directory has none', () => {
    write('elsewhere/mine.yaml', 'policy: {maxPerDay: 3}')
    write('elsewhere/.env', lines.join('\n'))
    expect(first({}, { config: 'elsewhere/mine.yaml' }).imap.host).toBe('imap.example.org')
    write('.env', lines.join('\n').replace('.org', '.net'))
    expect(first({}, { config: 'elsewhere/mine.yaml' }).imap.host).toBe('imap.example.net')
  })

  it.each([
    [0o644, '.env: others may read or change it; type: chmod 600 .env'],
    [0o640, '.env: others may read or change it; type: chmod 600 .env'],
    [0o620, '.env: others may read or change it; type: chmod 600 .env'],
  ])('of mode %o is refused, even with nothing in it', (mode, expected) => {
    write('.env', '', mode)
    expect(refusal(login)).toEqual([expected])
  })

  it('may be readable where systemd keeps it', () => {
    write('.env', lines.join('\n'), 0o644)
    expect(first({ CREDENTIALS_DIRECTORY: `${cwd}/` }).imap.host).toBe('imap.example.org')
  })

  it.each([
    ['IMAP_HOST imap.example.org', 'is not NAME=value'],
    ['IMAP_HOST: imap.example.org', 'is not NAME=value'],
    ['hunter2', 'is not NAME=value'],
    ['IMAP_PASSWORD=abc#def', 'IMAP_PASSWORD holds a # that starts a comment; put the value in single quotes'],
    ['IMAP_PASSWORD=#abc', 'IMAP_PASSWORD holds a # that starts a comment; put the value in single quotes'],
    ['IMAP_PASSWORD="abc', 'the quote around IMAP_PASSWORD is not closed on its line'],
    ['IMAP_PASWORD=abc', 'IMAP_PASWORD is not a variable we know; did you mean IMAP_PASSWORD?'],
    ['SMTP_TIMEOUT_SECONDS=1', 'SMTP_TIMEOUT_SECONDS is not a variable we know'],
    ['MAIL_FORM=x', 'MAIL_FORM is not a variable we know; did you mean MAIL_FROM?'],
    ['IMAP_PORT=x', 'IMAP_PORT must be a whole number from 1 to 65535, not "x"'],
  ])('with the line %j is refused', (line, expected) => {
    write('.env', `# mine\n\n${line}`)
    expect(refusal(login)).toContain(`.env:3: ${expected}`)
  })

  it.each(['', '  # a comment', 'export FOO=bar', 'IMAP_PORT=993 # the usual', 'IMAP_PORT= # none', 'LOGLEVEL=x'])(
    'may hold the line %j',
    (line) => {
      write('.env', `${lines.join('\r\n')}\r\n${line}`)
      expect(first().imap.port).toBe(993)
    },
  )

  it('says what is missing in it', () => {
    write('.env', 'IMAP_HOST=imap.example.org\nIMAP_USER=\n')
    expect(refusal()).toEqual([
      '.env: IMAP_PASSWORD is missing; see <shipped>/.env.example',
      '.env:2: IMAP_USER is missing',
    ])
  })

  it('never shows a secret', () => {
    write('.env', "IMAP_PASSWORD=hunter2#\nhunter2\nIMAP_PASSWORD='hunter2\nIMAP_PASSWORDS=hunter2", 0o644)
    expect(refusal().join()).not.toContain('hunter2')
  })
})

describe('the config file', () => {
  it('is taken from the first of the usual places', () => {
    const places = ['home/.config/have-we-met/config.yaml', 'config/local.yaml']
    for (const [index, place] of places.entries()) {
      write(place, `policy: {maxPerDay: ${index + 1}}`)
      expect(first(login).policy).toMatchObject({ maxPerDay: index + 1, maxPerPoll: 10 })
    }
    write('xdg/have-we-met/config.yaml', 'policy: {maxPerDay: 7}')
    rmSync(join(cwd, 'config'), { recursive: true })
    expect(first({ ...login, XDG_CONFIG_HOME: join(cwd, 'xdg') }).policy.maxPerDay).toBe(7)
    expect(first({ ...login, XDG_CONFIG_HOME: 'xdg' }).policy.maxPerDay).toBe(1)
  })

  it('can be named, by --config before the variable', () => {
    write('config/local.yaml', 'policy: {maxPerDay: 1}')
    write('a.yaml', 'policy: {maxPerDay: 2}')
    write('home/b.yaml', 'policy: {maxPerDay: 3}')
    const env = { ...login, HAVE_WE_MET_CONFIG: '~/b.yaml' }
    expect(first(env).policy.maxPerDay).toBe(3)
    expect(first(env, { config: 'a.yaml' }).policy.maxPerDay).toBe(2)
    expect(refusal(env, { config: 'c.yaml' })).toEqual(['c.yaml: there is no such file'])
    expect(refusal({ ...login, HAVE_WE_MET_CONFIG: 'home' })).toEqual(['home: is a folder, not a file'])
  })

  it('is laid over the shipped one: maps key by key, lists as a whole, a key left empty not at all', () => {
    const text = 'policy:\n  ignore: {names: [Bo]}\n  maxPerDay:\ntrust:\nmailboxes: [INBOX]\ntimezone: Europe/Berlin\n'
    write('config/local.yaml', text)
    const { policy, mailboxes, trust, timezone } = first(login)
    expect(policy.ignore).toEqual({ names: ['Bo'], profiles: [], headlines: [], domains: [] })
    expect({ mailboxes, timezone, day: policy.maxPerDay, dkim: trust.verifyDkim }).toEqual({
      mailboxes: ['INBOX'],
      timezone: 'Europe/Berlin',
      day: 25,
      dkim: true,
    })
  })

  it.each(['', '# nothing yet\n', '---\n'])('may be empty: %j', (text) => {
    write('config/local.yaml', text)
    expect(first(login).policy.maxPerDay).toBe(25)
  })

  it('brings folders of templates and phrases, which come first', () => {
    write('config/local.yaml', '')
    write('config/templates/a.de.hbs', 'Hallo')
    expect(read(login).templateFolders).toEqual([join(cwd, 'config/templates'), join(shipped, 'templates')])
    expect(read(login).phraseFolders).toEqual([join(shipped, 'config/phrases')])
    const here = read({ ...login, STATE_DIR: 'x' }, { config: join(shipped, 'config/have-we-met.yaml') })
    expect(here.phraseFolders).toEqual([join(shipped, 'config/phrases')])
  })

  it.each([
    ['polcy: {}', '1: polcy is not a setting; did you mean policy?'],
    ['policy:\n  maxPerPol: 3', '2: policy.maxPerPol is not a setting; did you mean maxPerPoll?'],
    ['policy:\n  colour: {a: 1}', '2: policy.colour is not a setting'],
    ['# x\nimap: {host: a}', '2: imap is not a setting; it belongs to an account under accounts, or into .env'],
    ['aliass: []', '1: aliass is not a setting'],
    ['__proto__: {mode: send}', '1: __proto__ is not a setting'],
    ['mode: send', '1: mode: send needs a server to send by; set SMTP_HOST, or use mode: draft'],
    ['mode: drafts', '1: mode must be draft or send, not "drafts"'],
    ['schedule: "* * * * * *"', '1: schedule must be five cron fields like "*/5 * * * *", not "* * * * * *"'],
    ['schedule: 5', '1: schedule must be text'],
    ['schedule: ""', '1: schedule must not be empty'],
    ['timezone: Europe/Berln', '1: timezone must be system or a time zone like Europe/Berlin, not "Europe/Berln"'],
    ['mailboxes: INBOX', '1: mailboxes must be auto or a list, not "INBOX"'],
    ['mailboxes: []', '1: mailboxes must not be empty'],
    ['policy: 5', '1: policy must be a map: its own settings, indented below it'],
    ['policy:\n  maxPerPoll: 0', '2: policy.maxPerPoll must be a whole number from 1 to 1000, not 0'],
    ['policy:\n  maxPerPoll: many', '2: policy.maxPerPoll must be a whole number from 1 to 1000, not "many"'],
    ['policy:\n  maxAgeDays: 1.5', '2: policy.maxAgeDays must be a whole number from 1 to 3650, not 1.5'],
    ['policy:\n  settle: 300', '2: policy.settle must be text'],
    ['notify:\n  by: command', '2: notify.by: command needs a command to run; set notify.command'],
    ['notify:\n  command: mail', '2: notify.command is never run; set by: command, or leave it out'],
    ['notify:\n  silence: a day', '2: notify.silence must be a time like 30s, 5m or 1h, not "a day"'],
    ['watch: always', '1: watch must be schedule or idle, not "always"'],
    ['policy:\n  settle: soon', '2: policy.settle must be a time like 30s, 5m or 1h, not "soon"'],
    ['policy:\n  guestInvitations: yes', '2: policy.guestInvitations must be true or false, not "yes"'],
    ['policy:\n  ignore:\n    names: Bo', '3: policy.ignore.names must be a list, not "Bo"'],
    ['policy:\n  ignore:\n    names:\n      - Bo\n      - 7', '5: policy.ignore.names.1 must be text'],
    [
      'reply: {template: ../../etc/x}',
      '1: reply.template must be the name of a template, like ask-context, not "../../etc/x"',
    ],
    ['reply: {language: German}', '1: reply.language must be auto or a language like de or de-CH, not "German"'],
    ['- mode: draft', '1: must hold settings, like "mode: draft"'],
    ['schedule: */5 * * * *', '1:11: a value that starts with * needs quotes, like "*/5 * * * *"'],
    ['reply:\n\tlanguage: de', '2:1: indent with spaces, not with tabs'],
    ['mode: draft\nmode: draft', '2:1: map keys must be unique'],
    ['mode: "draft', '1:13: missing closing "quote'],
    ['mode: draft\n---\nmode: draft', '2:1: only one YAML document may stand in the file'],
    ['accounts: work', '1: accounts must be a list, not "work"'],
    ['accounts: [work]', '1: accounts.0 must be a map: name, imap, …, not "work"'],
  ])('%j is refused', (text, expected) => {
    write('config/local.yaml', text)
    expect(refusal(login)).toEqual([`config/local.yaml:${expected}`])
  })

  it('shows every problem at once, from top to bottom, those of .env after it', () => {
    write('config/local.yaml', 'trust: {verifyDkim: 1}\npolicy:\n  maxPerDay: x\n  settel: 5m\nmod: draft\n')
    write('.env', 'IMAP_HOST=imap.example.org\nIMAP_PORT=x\nIMAP_USR=ada\n')
    expect(refusal()).toEqual([
      'config/local.yaml:1: trust.verifyDkim must be true or false, not 1',
      'config/local.yaml:3: policy.maxPerDay must be a whole number from 1 to 1000, not "x"',
      'config/local.yaml:4: policy.settel is not a setting; did you mean settle?',
      'config/local.yaml:5: mod is not a setting; did you mean mode?',
      '.env: IMAP_USER and IMAP_PASSWORD are missing; see <shipped>/.env.example',
      '.env:2: IMAP_PORT must be a whole number from 1 to 65535, not "x"',
      '.env:3: IMAP_USR is not a variable we know; did you mean IMAP_USER?',
    ])
  })
})

describe('accounts', () => {
  const account = (name: string, more = '') =>
    `  - name: ${name}\n    imap:\n      host: imap.example.com\n      user: ada@example.com\n      passwordEnv: WORK_PASSWORD\n${more}`
  const env = { WORK_PASSWORD: 'staple' }

  it('each have what holds for all, and what is their own', () => {
    write(
      'config/local.yaml',
      `policy: {maxPerDay: 3}\naccounts:\n${account('work')}${account('home', '    policy: {maxPerPoll: 2}\n    smtp:\n    aliases: ["*@example.com"]\n')}`,
    )
    const [work, other] = read(env).accounts
    expect(work).toMatchObject({ name: 'work', policy: { maxPerDay: 3, maxPerPoll: 10 }, smtp: null })
    expect(other).toMatchObject({ name: 'home', policy: { maxPerDay: 3, maxPerPoll: 2 }, aliases: ['*@example.com'] })
    expect(work?.imap.credential).toEqual({ kind: 'password', secret: { kind: 'value', value: 'staple' } })
  })

  it('find their files beside the config file, and know the variables they name', () => {
    write('config/ca.pem', '')
    write('.env', 'IMAP_WORK_SECRET=staple\n')
    const text = account('work', '').replace('WORK_PASSWORD', 'IMAP_WORK_SECRET\n      caFile: ca.pem')
    write(
      'config/local.yaml',
      `accounts:\n${text}${account('b').replace('passwordEnv: WORK_PASSWORD', 'passwordFile: b')}`,
    )
    const [work, other] = read().accounts
    expect(work?.imap.caFile).toBe(join(cwd, 'config/ca.pem'))
    expect(other?.imap.credential).toMatchObject({ secret: { path: join(cwd, 'config/b') } })
  })

  it('replace the one of the environment', () => {
    write('config/local.yaml', `accounts:\n${account('work')}`)
    expect(read({ ...login, ...env }).accounts.map(({ name }) => name)).toEqual(['work'])
  })

  it.each([
    [
      '  - name: a',
      [
        '2: imap is missing; an account has a name, imap.host, imap.user and one of passwordEnv, passwordFile, passwordCommand, accessTokenCommand, oauth',
      ],
    ],
    [
      '  - imap: {host: h}',
      [
        '2: name, imap.user and imap.passwordEnv are missing; an account has a name, imap.host, imap.user and one of passwordEnv, passwordFile, passwordCommand, accessTokenCommand, oauth',
      ],
    ],
    [`${account('a')}${account('a')}`, ['7: another account has this name; names must differ']],
    [account('a b'), ['2: name must be one word of letters and digits, not "a b"']],
    [account('a').replace('WORK_', 'WRK_'), ['6: imap.passwordEnv names a variable that is not set']],
    [
      account('a', '      passwordFile: x\n'),
      ['7: imap.passwordFile stands beside imap.passwordEnv; keep one of the two'],
    ],
    [
      account('a', '      oauth: {provider: google, clientId: x}\n'),
      ['7: imap.oauth stands beside imap.passwordEnv; keep one of the two'],
    ],
    [
      account('a').replace('passwordEnv: WORK_PASSWORD', 'oauth: {provider: google, clientId: x, cliendSecretEnv: y}'),
      ['6: imap.oauth.cliendSecretEnv is not a setting; did you mean clientSecretEnv?'],
    ],
    [
      account('a').replace('passwordEnv: WORK_PASSWORD', 'oauth: {provider: google, clientSecretEnv: NOT_SET}'),
      [
        '6: imap.oauth.clientId is missing; an account has a name, imap.host, imap.user and one of passwordEnv, passwordFile, passwordCommand, accessTokenCommand, oauth',
        '6: imap.oauth.clientSecretEnv names a variable that is not set',
      ],
    ],
    [
      account('a', '    smtp: {host: h, oauth: {provider: google, clientId: x}}\n'),
      ['7: smtp.oauth belongs under imap: what is granted there sends, too'],
    ],
    [account('a', '      security: none\n'), ['7: imap.security may be none only for localhost; use tls or starttls']],
    [account('a', '      usr: x\n'), ['7: imap.usr is not a setting; did you mean user?']],
    [account('a', '    mode: send\n'), ['7: mode: send needs a server to send by; set smtp.host, or use mode: draft']],
    [
      account('a', '    smtp: {host: smtp.example.com, security: none}\n'),
      ['7: smtp.security may be none only for localhost; use tls or starttls'],
    ],
    [account('a', '    policy: {maxPerDy: 3}\n'), ['7: policy.maxPerDy is not a setting; did you mean maxPerDay?']],
    [account('a', '    smtp: {port: 465}\n'), ['7: smtp.host is missing']],
    [account('a', '    aliases: [ada]\n'), ['7: aliases.0 must be an address or *@domain, not "ada"']],
    [
      account('a').replace('ada@example.com', 'ada'),
      ['2: from is missing and imap.user is not an address; write "Your Name <you@example.org>"'],
    ],
  ])('are refused: %j', (text, expected) => {
    write('config/local.yaml', `accounts:\n${text}`)
    expect(refusal(env)).toEqual(expected.map((problem) => `config/local.yaml:${problem}`))
  })

  it('may send where they have a server to send by', () => {
    write('config/local.yaml', `mode: send\naccounts:\n${account('a', '    smtp: {host: smtp.example.com}\n')}`)
    expect(first(env)).toMatchObject({ mode: 'send', smtp: { host: 'smtp.example.com', port: 465, security: 'tls' } })
  })

  it('report what holds for all only once', () => {
    write('config/local.yaml', `mode: send\naccounts:\n${account('a')}${account('b')}`)
    expect(refusal(env)).toHaveLength(1)
  })
})

describe('the place of the ledger', () => {
  it.each([
    [{ STATE_DIR: 'state', STATE_DIRECTORY: '/var/lib/a' }, '<cwd>/state'],
    [{ STATE_DIR: '~/state' }, '<cwd>/home/state'],
    [{ STATE_DIRECTORY: '/var/lib/a:/var/lib/b', XDG_STATE_HOME: '/x' }, '/var/lib/a'],
    [{ XDG_STATE_HOME: '/x' }, '/x/have-we-met'],
    [{ XDG_STATE_HOME: 'x' }, '<cwd>/home/.local/state/have-we-met'],
  ])('with %o is %s', (env, expected) => {
    expect(read({ ...login, ...env }).stateDir.replace(cwd, '<cwd>')).toBe(expected)
  })
})

it('tells as much as --log-level says, else LOG_LEVEL', () => {
  expect(read({ ...login, LOG_LEVEL: 'warn' }).logLevel).toBe('warn')
  expect(read({ ...login, LOG_LEVEL: 'loud' }, { logLevel: 'debug' }).logLevel).toBe('debug')
})

describe('the shipped files', () => {
  const keysOf = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path === '' ? key : `${path}.${key}`))
      : [path]
  const config = readFileSync('config/have-we-met.yaml', 'utf8')
  const example = readFileSync('.env.example', 'utf8')

  it('hold every key of the config, and nothing else', () => {
    expect(keysOf(parse(config), '')).toEqual(settingKeys)
  })

  it('hold every variable, and nothing else', () => {
    expect([...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name).sort()).toEqual(
      [...environmentVariables].sort(),
    )
  })

  it('can be used once the samples in their comments are', () => {
    const sample = config.slice(config.indexOf('#     accounts:')).replace(/^accounts: \[\]$/m, '')
    write('mine.yaml', sample.replace(/^#( {5})?/gm, ''))
    expect(read({ WORK_PASSWORD: 'x' }, { config: 'mine.yaml' }).accounts).toMatchObject([
      { name: 'work', policy: { maxPerDay: 5 }, smtp: { host: 'smtp.example.com' } },
      { name: 'private', imap: { security: 'starttls' }, reply: { language: 'de' } },
      { name: 'office', imap: { credential: { kind: 'oauth', oauth: { provider: 'microsoft' } } } },
    ])
  })

  it('ask for the rest when .env.example is copied as it is', () => {
    write('.env', example)
    const lines = example.split('\n')
    expect(refusal()).toEqual(
      Object.keys(login).map((name) => `.env:${lines.indexOf(`${name}=`) + 1}: ${name} is missing`),
    )
  })
})
