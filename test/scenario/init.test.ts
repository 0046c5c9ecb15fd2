/** `init`, answered by options as scripts do, and on a terminal as people do; against real servers. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { silence, startScriptedImap } from '../servers/scripted-imap.ts'
import { type Smtp, startSmtp } from '../servers/smtp.ts'
import { arrivesAtGmail, atGmail } from '../support/gmailHome.ts'
import { card, eml, multipart } from '../support/mail.ts'
import { type Ended, type Home, makeHome } from '../support/program.ts'
import { keys, openTerminal } from '../support/terminal.ts'

let dovecot: Dovecot
let home: Home
let user = ''
let users = 0

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com', 'imap.example.org'] })
})
afterAll(() => dovecot?.stop())
afterEach(() => home?.remove())

const newHome = (environment: Record<string, string> = {}): void => {
  user = `rowan${++users}@example.org`
  home = makeHome({ TEST_DNS: 'ENOTFOUND', ...environment })
}

/** The options of an account on the test's server, which plays this host. */
const server = (host = 'imap.gmail.com'): readonly string[] => [
  ...['--imap-host', host, '--imap-port', String(dovecot.imapsPort)],
  ...['--ca-file', dovecot.caFile],
]

const answers = (host?: string): readonly string[] => ['--address', user, '--name', 'Rowan Ashby', ...server(host)]

const password = { IMAP_PASSWORD: 'secret' }

const init = (args: readonly string[], environment: Record<string, string> = password): Promise<Ended> =>
  home.run(['init', ...args], environment)

const read = (name: string): string => readFileSync(join(home.directory, name), 'utf8')
const modeOf = (name: string): string => (statSync(join(home.directory, name)).mode & 0o777).toString(8)
const written = (): readonly string[] =>
  readdirSync(home.directory)
    .filter((name) => name !== 'state')
    .sort()

/** Mail of today as a server of one's own has it in store, marked with a name. */
const marked = (authservId: string, to: string, name = multipart): Buffer =>
  Buffer.from(
    `Authentication-Results: ${authservId}; dmarc=pass header.from=linkedin.com; spf=pass smtp.mailfrom=m@bounce.linkedin.com\n${eml(name)}`
      .replace(/^Date: .*$/mu, `Date: ${new Date().toUTCString()}`)
      .replace(/^To: .*$/mu, `To: Rowan Ashby <${to}>`)
      .replace(/\r?\n/gu, '\r\n'),
  )

describe('init, answered by options,', () => {
  it('writes settings that work, shows what would have been answered, and changes nothing in the account', async () => {
    newHome()
    await arrivesAtGmail(dovecot, user, eml(multipart))
    await arrivesAtGmail(dovecot, user, eml(card))
    const { code, stdout, stderr } = await init(answers())
    expect([code, stderr]).toEqual([0, expect.stringContaining(`login: ${user} at imap.gmail.com`)])
    expect(stdout).toMatch(/Ingrid Solberg +none +would have left a draft\n/u)
    expect(stdout).toMatch(/Petra Lindqvist +none +would have left a draft\n/u)
    expect(stdout.match(/I only connect with people I know/gu)).toHaveLength(1)
    expect(stderr).toContain('drafts go to Drafts; what you send lies in Sent')
    expect(stderr).toContain("LinkedIn's mail is direct")
    expect([modeOf('.env'), modeOf('config/local.yaml')]).toEqual(['600', '644'])
    expect(read('config/local.yaml')).toMatch(/^mode: draft$/mu)
    expect(await dovecot.conversation(user)).not.toMatch(/\bSELECT\b|\bSTORE\b|\bAPPEND\b|BODY\[/u)
    expect((await readMailbox(dovecot, user, 'INBOX')).flatMap(({ flags }) => flags)).toEqual([])
    const checked = await home.run(['check'])
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('everything is in order')])
    const polled = await home.run(['poll', '--dry-run', '--since', '1d'])
    expect([polled.code, polled.stdout]).toEqual([0, expect.stringContaining('2 seen, 2 replies to give')])
    expect(polled.stdout).toContain('Rowan Ashby')
  })

  it.each([
    ['in a password file', 'IMAP_PASSWORD_FILE', ['--password-file', 'my secret']],
    ['nowhere, for a command prints it', 'IMAP_PASSWORD_COMMAND', ['--password-command', "sh -c 'echo secret'"]],
  ])('keeps the secret %s', async (_, variable, options) => {
    newHome()
    home.write('my secret', 'secret\n')
    const { code, stderr } = await init([...answers(), ...options], {})
    expect([code, stderr]).toEqual([0, expect.stringContaining('there is nothing to show')])
    expect(read('.env')).toContain(`${variable}=`)
    expect(read('.env')).not.toMatch(/^IMAP_PASSWORD=/mu)
    expect((await home.run(['check'])).stdout).toContain('everything is in order')
  })

  it('proposes mailboxes, a server to trust and an alias, and takes them with --yes alone', async () => {
    newHome()
    const other = 'rowan.ashby@example.com'
    await deliver(dovecot, user, 'Networking', marked('mx.example.org', other))
    await deliver(dovecot, user, 'Junk', marked('mx.example.org', other, card))
    const cautious = await init(answers('imap.example.org'))
    expect(cautious.stderr).toContain("LinkedIn's mail lies in Networking")
    expect(cautious.stderr).toContain('set mailboxes: [INBOX, Networking]')
    expect(cautious.stderr).toContain('trust: { authservIds: [mx.example.org] }')
    expect(cautious.stdout).toMatch(/Ingrid Solberg +none +unverified/u)
    expect(cautious.stdout).not.toContain('Petra')
    expect(read('config/local.yaml')).not.toContain('mailboxes:')
    expect(read('config/local.yaml')).not.toContain('trust:')
    expect(read('.env')).not.toContain('MAIL_ALIASES')
    const taken = await init([...answers('imap.example.org'), '--yes', '--overwrite'])
    expect(taken.stdout).toMatch(/Ingrid Solberg +none +would have left a draft/u)
    expect(read('config/local.yaml')).toContain('mailboxes: ["INBOX", "Networking"]')
    expect(read('config/local.yaml')).toContain('  authservIds: ["mx.example.org"]')
    expect(read('.env')).toContain(`MAIL_ALIASES=${other}\n`)
    expect((await home.run(['poll', '--dry-run', '--since', '1d'])).stdout).toContain('1 reply to give')
  })

  it('judges what was found by the settings as they will be, each invitation once', async () => {
    newHome()
    const elsewhere = atGmail(eml(multipart), 'rowan.ashby@example.com')
    await deliver(dovecot, user, 'INBOX', elsewhere)
    await deliver(dovecot, user, 'Networking', elsewhere)
    const { stdout, stderr } = await init(answers())
    expect(stdout.match(/Ingrid Solberg/gu)).toHaveLength(1)
    expect(stdout).toMatch(/Ingrid Solberg +none +not-addressed-to-you: /u)
    expect(stderr).toContain('LinkedIn writes to rowan.ashby@example.com, which is none of your addresses')
  })

  it('takes no server at its word that may be anybody, nor an address of mail that is not trusted', async () => {
    newHome()
    await deliver(dovecot, user, 'INBOX', marked('mx.stranger.test', 'rowan.ashby@example.com'))
    const { code, stderr } = await init([...answers('imap.example.org'), '--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain('nothing shows that mx.stranger.test is your mail server')
    expect(read('config/local.yaml')).not.toContain('stranger')
    expect(read('.env')).not.toContain('MAIL_ALIASES')
  })

  it.each([
    ['a wrong password', [], { IMAP_PASSWORD: 'not-the-one' }, 77, 'refused the login'],
    ['a closed port', ['--imap-port', '1'], password, 69, 'refused the connection on port 1'],
    ['a password file that is not there', ['--password-file', 'nowhere'], {}, 78, 'nowhere cannot be read'],
    ['a command that fails', ['--password-command', 'false'], {}, 78, 'ended with exit status 1'],
    ['a certificate file that is not there', ['--ca-file', 'nowhere.pem'], password, 78, 'IMAP_CA_FILE must be a file'],
    [
      'sending that is refused',
      ['--mode', 'send', '--smtp-host', '127.0.0.1', '--smtp-port', '1'],
      password,
      69,
      'port 1',
    ],
  ])('writes nothing after %s', async (_, options, environment, code, words) => {
    newHome()
    const ended = await init([...answers(), ...options], environment)
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(words)])
    expect(ended.stderr).not.toContain('not-the-one')
    expect(written()).toEqual([])
  })

  it.each([
    ['--address is missing', []],
    ['the password is missing: set IMAP_PASSWORD, or give --password-file', ['--address', 'ada@gmail.com']],
    ['--access-token-command is missing', ['--address', 'ada@hotmail.com']],
    ['--provider is missing: nothing shows who keeps the mail of example.org', ['--address', 'ada@example.org']],
    ['--user is missing', ['--address', 'ada@example.org', '--provider', 'iCloud']],
    [
      '--smtp-host is missing: mode send needs a server to send by',
      ['--address', 'ada@example.org', '--imap-host', 'imap.example.org', '--mode', 'send'],
    ],
  ])('ends with 64 and "%s" where nobody can be asked', async (sentence, options) => {
    newHome()
    const ended = await init(options, {})
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([
      64,
      '',
      expect.stringContaining(`have-we-met: ${sentence}\n`),
    ])
    expect(written()).toEqual([])
  })

  it.each<[string, string, Record<string, string>, readonly string[], string]>([
    ['its domain', 'ada@gmail.com', {}, [], 'imap.gmail.com:993 (tls), Gmail'],
    [
      'its MX',
      'ada@example.org',
      { TEST_MX: 'mx.example.org,in1-smtp.messagingengine.com' },
      [],
      'imap.fastmail.com:993 (tls), Fastmail',
    ],
    ['name', 'ada@example.org', {}, ['--provider', 'proton'], '127.0.0.1:1143 (starttls), Proton'],
  ])('knows the provider by %s, and says what secret it takes', async (_, address, environment, options, words) => {
    newHome(environment)
    const { stderr } = await init(['--address', address, ...options], {})
    expect(stderr).toContain(`mail of ${address}: ${words}\nnote     ${words.split(' ').at(-1)} `)
  })

  it('logs in by another name than the address, where it is told one', async () => {
    newHome()
    const { stderr } = await init([...answers(), '--user', 'rowan'])
    expect(stderr).toContain('login: rowan at')
    expect(read('.env')).toContain(`MAIL_FROM='Rowan Ashby <${user}>'`)
  })

  it('replaces nothing unless it is told to, be it a link to nowhere', async () => {
    newHome()
    home.write('.env', 'STATE_DIR=mine\n')
    mkdirSync(join(home.directory, 'config'))
    symlinkSync('/nowhere', join(home.directory, 'config/local.yaml'))
    const refused = await init(answers())
    expect([refused.code, refused.stderr]).toEqual([
      78,
      expect.stringContaining('.env and config/local.yaml would be replaced'),
    ])
    expect(read('.env')).toBe('STATE_DIR=mine\n')
    expect(await init([...answers(), '--yes'])).toMatchObject({ code: 78 })
    const { code, stderr } = await init([...answers(), '--overwrite'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('config/local.yaml (replaced), .env (replaced)')])
    expect(read('config/local.yaml')).toContain('mode: draft')
    expect(written()).toEqual(['.env', 'config'])
  })

  it('does not trip over broken settings that it is to replace, with modes that others could read', async () => {
    newHome()
    home.write('.env', 'IMAP_PASSWROD=x\nMAIL_FROM=nobody\n')
    chmodSync(join(home.directory, '.env'), 0o644)
    expect((await init([...answers(), '--overwrite'])).code).toBe(0)
    expect(modeOf('.env')).toBe('600')
  })

  it('writes the config file that is named, and .env beside it, unless another would be read', async () => {
    newHome()
    expect((await init([...answers(), '--config', 'mine/settings.yaml'])).code).toBe(0)
    expect([modeOf('mine/.env'), existsSync(join(home.directory, '.env'))]).toEqual(['600', false])
    expect((await home.run(['check', '--config', 'mine/settings.yaml'])).code).toBe(0)
    home.write('.env', '')
    const shadowed = await init([...answers(), '--config', 'mine/settings.yaml', '--overwrite'])
    expect([shadowed.code, shadowed.stderr]).toEqual([78, expect.stringContaining('would be read in place of')])
  })

  it('says before it asks anything that it cannot write where it is', async () => {
    newHome()
    writeFileSync(join(home.directory, 'config'), 'no folder')
    const { code, stderr } = await init(answers())
    expect([code, stderr]).toEqual([78, expect.stringContaining('config/local.yaml cannot be written')])
    expect(stderr).not.toContain('login')
  })

  it('says what of the environment will win over .env', async () => {
    newHome()
    const { code, stderr } = await init(answers(), { ...password, IMAP_HOST: 'imap.example.com' })
    expect([code, stderr]).toEqual([0, expect.stringContaining('IMAP_HOST of the environment will win over .env')])
    expect(read('.env')).toContain('IMAP_HOST=imap.gmail.com')
  })

  it('says nothing of the password, whatever it is asked to log', async () => {
    newHome()
    const { code, stdout, stderr } = await init([...answers(), '--log-level', 'debug'])
    expect(code).toBe(0)
    expect(`${stdout}${stderr}`).not.toMatch(/secret|c2VjcmV0/u)
  })
})

describe('init and sending', () => {
  let smtp: Smtp

  beforeAll(async () => {
    smtp = await startSmtp({ security: 'none' })
  })
  afterAll(() => smtp?.stop())

  const sending = (): readonly string[] => [
    ...['--smtp-host', '127.0.0.1', '--smtp-port', String(smtp.port), '--smtp-security', 'none'],
  ]

  it('tries the login, writes it, and sends nothing', async () => {
    newHome()
    const { code, stderr } = await init([...answers(), '--mode', 'send', ...sending()])
    expect([code, stderr]).toEqual([0, expect.stringContaining(`sending: ${user} at 127.0.0.1:${smtp.port} (none)`)])
    expect(read('config/local.yaml')).toMatch(/^mode: send$/mu)
    expect((await home.run(['check'])).stdout).toContain(`sending: ${user} at`)
    expect(smtp.messages).toEqual([])
  })

  it('is no condition for drafts', async () => {
    newHome()
    const { code, stderr } = await init([...answers(), '--smtp-host', '127.0.0.1', '--smtp-port', '1'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('sending would fail, which drafts do not need')])
  })
})

describe('init on a terminal', () => {
  it('asks, shows no password, asks again for one that is refused, and writes when it may', async () => {
    newHome()
    await arrivesAtGmail(dovecot, user, eml(multipart))
    const terminal = openTerminal(home, ['init', ...server()])
    await terminal.answers('Your mail address', `rowan${keys.enter}`)
    await terminal.answers('must be one address', `${user.slice('rowan'.length)}${keys.enter}`)
    await terminal.answers('Your name', `Rowan Ashby${keys.enter}`)
    await terminal.answers('What shall it do?', keys.enter)
    await terminal.answers('Where shall the password be kept?', keys.enter)
    await terminal.answers('is not shown', `mistyped${keys.enter}`)
    await terminal.answers('What now?', keys.enter)
    await terminal.answers('is not shown', `secret${keys.enter}`)
    await terminal.shows('would have left a draft')
    await terminal.answers('Write config/local.yaml, .env?', keys.enter)
    const { code, shown } = await terminal.ended
    expect(code).toBe(0)
    expect(shown).toContain(`refused the login of ${user}`)
    expect(shown).not.toMatch(/mistyped|secret/u)
    expect(read('.env')).toContain('IMAP_PASSWORD=secret\n')
    expect((await home.run(['check'])).code).toBe(0)
  })

  it('keeps the password in a file of its own, asks what to trust, and who one is', async () => {
    newHome()
    await deliver(dovecot, user, 'Networking', marked('mx1.example.org', 'rowan.ashby@example.com'))
    const terminal = openTerminal(home, ['init', ...answers('imap.example.org'), '--mode', 'draft'])
    await terminal.answers('Where shall the password be kept?', `${keys.down}${keys.enter}`)
    await terminal.answers('The password file', keys.enter)
    await terminal.answers('is not shown', `secret${keys.enter}`)
    await terminal.answers('Read INBOX, Networking?', keys.enter)
    await terminal.answers('of your own mail server?', `${keys.down}${keys.enter}`)
    await terminal.answers('rowan.ashby@example.com. Is that you?', keys.enter)
    await terminal.answers('Write .config/have-we-met/password, config/local.yaml, .env?', keys.enter)
    expect((await terminal.ended).code).toBe(0)
    expect([modeOf('.config/have-we-met/password'), modeOf('.config/have-we-met')]).toEqual(['600', '700'])
    expect(read('config/local.yaml')).toContain('authservIds: ["*.example.org"]')
    expect(read('.env')).toContain('MAIL_ALIASES=rowan.ashby@example.com')
    expect(read('.env')).not.toContain('secret')
    expect((await home.run(['poll', '--dry-run', '--since', '1d'])).stdout).toContain('1 reply to give')
  })

  it('asks for the certificate of a server that nobody vouches for', async () => {
    newHome()
    const args = ['--address', user, '--name', '', '--mode', 'draft', '--password-command', 'echo secret']
    const terminal = openTerminal(home, ['init', ...args, ...server().slice(0, 4)])
    await terminal.shows('signed by an authority this computer does not trust')
    await terminal.answers('What now?', keys.enter)
    await terminal.answers('Bridge exports it', `no${keys.enter}`)
    await terminal.answers('there is no such file', `${keys.backspace.repeat(2)}${dovecot.caFile}${keys.enter}`)
    await terminal.answers('Write config/local.yaml, .env?', keys.enter)
    expect((await terminal.ended).code).toBe(0)
    expect(read('.env')).toContain(`IMAP_CA_FILE=${dovecot.caFile}\n`)
  })

  it('is left with Ctrl-C while a server is silent', async () => {
    newHome()
    const silent = await startScriptedImap({ answers: { 'UID SEARCH': silence } })
    const args = ['--address', user, '--name', '', '--mode', 'draft', '--password-command', 'echo secret']
    const at = ['--imap-host', '127.0.0.1', '--imap-port', String(silent.port), '--imap-security', 'none']
    const terminal = openTerminal(home, ['init', ...args, ...at])
    await silent.heard('UID SEARCH')
    terminal.types(keys.controlC)
    const { code, shown } = await terminal.ended
    expect([code, shown]).toEqual([130, expect.stringContaining('nothing was written')])
    expect(written()).toEqual([])
    await silent.stop()
  })

  it('goes another way about the server, and about sending, when it is not there', async () => {
    newHome()
    const smtp = ['--mode', 'send', '--smtp-host', '127.0.0.1', '--smtp-port', '1']
    const args = ['init', ...answers(), '--imap-port', '1', ...smtp, '--password-command', 'echo secret']
    const terminal = openTerminal(home, args)
    await terminal.answers('What now?', keys.enter)
    await terminal.answers('IMAP server', keys.enter)
    await terminal.answers('IMAP port', `${keys.backspace}${dovecot.imapPort}${keys.enter}`)
    await terminal.answers(`Security on port ${dovecot.imapPort}`, `${keys.down}${keys.enter}`)
    await terminal.answers('The name you log in with', keys.enter)
    await terminal.shows('login: ')
    await terminal.answers('What now?', `${keys.down}${keys.enter}`)
    await terminal.answers('Write config/local.yaml, .env?', keys.enter)
    expect((await terminal.ended).code).toBe(0)
    expect(read('config/local.yaml')).toContain('mode: draft')
    expect(read('.env')).toContain('IMAP_SECURITY=starttls\n')
    expect(read('.env')).not.toContain('SMTP')
  })

  it('asks whose mail it is where nothing shows it', async () => {
    newHome()
    const terminal = openTerminal(home, ['init', '--address', user, '--name', '', '--mode', 'draft'])
    await terminal.answers('Who keeps your mail?', keys.enter)
    await terminal.shows('IMAP server')
    await terminal.answers('imap.example.org', keys.escape)
    expect((await terminal.ended).code).toBe(130)
  })

  it.each([
    ['Ctrl-C', keys.controlC],
    ['Escape', keys.escape],
    ['no', `n`],
  ])('writes nothing when it is left with %s at the last question', async (_, left) => {
    newHome()
    const terminal = openTerminal(home, ['init', ...answers(), '--mode', 'draft', '--password-command', 'echo secret'])
    await terminal.answers('Write config/local.yaml, .env?', left)
    const { code, shown } = await terminal.ended
    expect([code, shown]).toEqual([130, expect.stringContaining('nothing was written')])
    expect(written()).toEqual([])
  })

  it('asks before anything else whether what is there may be replaced', async () => {
    newHome()
    home.write('.env', 'STATE_DIR=mine\n')
    const terminal = openTerminal(home, ['init'])
    await terminal.answers('Replace .env when all is answered?', keys.enter)
    expect((await terminal.ended).code).toBe(130)
    expect(read('.env')).toBe('STATE_DIR=mine\n')
  })
})
