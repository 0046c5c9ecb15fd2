/** The built daemon as a service manager runs it: several accounts, signals, faults, and what it says of itself. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openLedger } from '../../src/io/ledger.ts'
import { type Dovecot, endSessions, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { type ScriptedImap, say, silence, startScriptedImap } from '../servers/scripted-imap.ts'
import { type Daemon, startDaemon } from '../support/daemon.ts'
import { arrivesAtGmail, gmailHome } from '../support/gmailHome.ts'
import { card, eml, multipart } from '../support/mail.ts'
import { built, type Home, makeHome } from '../support/program.ts'

let dovecot: Dovecot
let home: Home
let daemon: Daemon | null = null
let server: ScriptedImap | null = null
let users = 0

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'] })
})

afterAll(() => dovecot?.stop())

afterEach(async () => {
  daemon?.signal('SIGKILL')
  await daemon?.ended
  daemon = null
  await server?.stop()
  server = null
  home?.remove()
})

const start = (environment: Readonly<Record<string, string>> = {}): Daemon => {
  daemon = startDaemon(home, environment)
  return daemon
}

const newUser = (): string => `rowan${++users}@example.org`

/** An entry under `accounts`, with more lines of settings. */
const accountText = (name: string, user: string, more = ''): string => `  - name: ${name}
    imap: {host: imap.gmail.com, port: ${dovecot.imapsPort}, user: ${user}, passwordEnv: DOVECOT, caFile: ${dovecot.caFile}}
${more}`

const scriptedText = (name: string, port: number): string => `  - name: ${name}
    imap: {host: 127.0.0.1, port: ${port}, security: none, user: ${name}@example.org, passwordEnv: OTHER}
`

const homeOf = (...accounts: readonly string[]): string => {
  home = makeHome({ DOVECOT: dovecot.password, OTHER: 'wrong', HAVE_WE_MET_CONFIG: 'settings.yaml' })
  return home.write('settings.yaml', `accounts:\n${accounts.join('')}`)
}

const eventsOf = ({ lines }: Daemon, account: string): readonly string[] =>
  lines.filter((line) => line.account === account).map(({ event }) => event)

describe('several accounts', () => {
  it('are answered each, while others are silent, refuse the login, or cannot be reached', async () => {
    server = await startScriptedImap({ answers: { 'UID SEARCH': silence, EXAMINE: silence } })
    const refusing = await startScriptedImap({ answers: { LOGIN: say('{tag} NO [AUTHENTICATIONFAILED] no') } })
    const [ada, bob] = [newUser(), newUser()]
    const silent = ['s1', 's2', 's3', 's4', 's5'].map((name) => scriptedText(name, server?.port ?? 0))
    homeOf(
      ...silent,
      scriptedText('refused', refusing.port),
      scriptedText('closed', 1),
      accountText('ada', ada),
      accountText('bob', bob),
    )
    await home.run(['poll', '--dry-run'], {
      HAVE_WE_MET_CONFIG: home.write('one.yaml', `accounts:\n${accountText('ada', ada)}`),
    })
    const first = start()
    for (const account of ['ada', 'bob']) await first.until('account-polled', { account })
    for (const user of [ada, bob]) await arrivesAtGmail(dovecot, user, eml(multipart))
    const before = first.lines.length
    first.signal('SIGHUP')
    for (const account of ['ada', 'bob']) await first.until('drafted', { account }, before)
    await first.until('account-rests', { account: 'refused' })
    await first.until('poll-failed', { account: 'closed', exitCode: 69 })
    expect(await readMailbox(dovecot, ada, 'Drafts')).toHaveLength(1)
    expect(await readMailbox(dovecot, bob, 'Drafts')).toHaveLength(1)
    expect(eventsOf(first, 's1')).not.toContain('account-polled')
    await refusing.stop()
  })

  it('of which one rests after a refused login ask its server once, and again when the secret is mended', async () => {
    server = await startScriptedImap({
      answers: { LOGIN: [say('{tag} NO [AUTHENTICATIONFAILED] no'), say('{tag} OK in')] },
    })
    home = makeHome({
      ...{ IMAP_HOST: '127.0.0.1', IMAP_PORT: String(server.port), IMAP_SECURITY: 'none' },
      ...{ IMAP_USER: 'ada@example.org', IMAP_PASSWORD: 'wrong' },
    })
    const resting = start()
    await resting.until('account-rests')
    expect(server.commands.filter((command) => command.startsWith('LOGIN'))).toHaveLength(1)
    const status = JSON.parse((await home.run(['status', '--json'])).stdout)
    expect(status.accounts[0]).toMatchObject({
      login: 'refused',
      failedPolls: 1,
      lastPoll: { exitCode: 77 },
      nextPoll: { rests: 'the login was refused; a new secret is tried at once' },
    })
    expect((await home.run(['status'])).stdout).toContain('the login was refused; a new secret is tried at once')
    expect((await home.run(['health'])).code).toBe(1)
    resting.signal('SIGHUP')
    await resting.until('account-polled')
    expect((await home.run(['status', '--json'])).stdout).toContain('"login":"ok"')
    expect((await home.run(['health'])).code).toBe(0)
  })
})

describe('with watch: idle the daemon', () => {
  it('answers what comes in at once, once a day or not, and goes on when the watch is lost', async () => {
    const ada = newUser()
    homeOf(accountText('ada', ada, '    watch: idle\n    schedule: "0 0 1 1 *"\n'))
    const running = start()
    await running.until('watch-ready')
    await arrivesAtGmail(dovecot, ada, eml(multipart))
    await running.until('drafted')
    const shown = JSON.parse((await home.run(['status', '--json'])).stdout)
    expect(shown.accounts[0]).toMatchObject({ watching: true, nextPoll: { rests: null } })
    const before = running.lines.length
    endSessions(dovecot, ada)
    await running.until('watch-lost', {}, before)
    await arrivesAtGmail(dovecot, ada, eml(card))
    await running.until('drafted', {}, before)
    expect(await readMailbox(dovecot, ada, 'Drafts')).toHaveLength(2)
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
  })
})

describe('an account that is broken', () => {
  const told = async (user: string): Promise<readonly (string | undefined)[]> =>
    (await readMailbox(dovecot, user, 'INBOX')).map(({ source }) => source.match(/^Subject: (.*)$/mu)?.[1])

  it('is told of once in the INBOX of another, and in its own when it works again', async () => {
    const [ada, bob] = [newUser(), newUser()]
    const whole = accountText('ada', ada)
    const file = homeOf(whole)
    await home.run(['poll'])
    writeFileSync(file, `notify: {failedPolls: 1}\naccounts:\n${scriptedText('bob', 1)}${whole}`)
    const running = start()
    await running.until('notice-told', { account: 'bob' })
    expect(await told(ada)).toEqual([expect.stringContaining('bob')])
    writeFileSync(file, `notify: {failedPolls: 1}\naccounts:\n${accountText('bob', bob)}${whole}`)
    const before = running.lines.length
    running.signal('SIGHUP')
    await running.until('notice-told', { account: 'bob' }, before)
    expect([(await told(ada)).length, (await told(bob)).length]).toEqual([1, 1])
    expect((await readMailbox(dovecot, bob, 'INBOX'))[0]?.flags).toEqual([])
  })

  it('is told of by a command, which gets the message on its standard input', async () => {
    homeOf(scriptedText('bob', 1))
    const file = join(home.directory, 'told.txt')
    home.write(
      'settings.yaml',
      `notify: {by: command, command: "sh -c 'cat > ${file}'", failedPolls: 1}\naccounts:\n${scriptedText('bob', 1)}`,
    )
    const running = start()
    await running.until('notice-told', { account: 'bob' })
    expect(readFileSync(file, 'utf8')).toMatch(/^have-we-met cannot read your mail \(bob@example\.org\)\n\n/u)
  })
})

describe('at SIGHUP the daemon', () => {
  it('goes on with the settings as they are written now', async () => {
    const [ada, bob] = [newUser(), newUser()]
    const file = homeOf(accountText('ada', ada))
    const running = start()
    await running.until('account-polled', { account: 'ada' })
    writeFileSync(file, `accounts:\n${accountText('bob', bob, '    reply: {template: ask-context-brief}\n')}`)
    running.signal('SIGHUP')
    await running.until('settings-read')
    await running.until('account-polled', { account: 'bob' })
    await arrivesAtGmail(dovecot, bob, eml(multipart))
    running.signal('SIGHUP')
    await running.until('drafted', { account: 'bob' })
    const [draft] = await readMailbox(dovecot, bob, 'Drafts')
    expect(draft?.source).toContain('Have we met?')
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
  })

  it.each([
    ['a key that is none', 'shedule: x\n', 'shedule'],
    ['text that is no YAML', 'mode: [\n', 'settings.yaml'],
    ['a template that is not there', 'reply: {template: nowhere}\n', 'nowhere'],
  ])('keeps what is good when it meets %s, and says so', async (_, edit, word) => {
    const ada = newUser()
    const file = homeOf(accountText('ada', ada))
    const running = start()
    await running.until('account-polled')
    writeFileSync(file, `${edit}accounts:\n${accountText('ada', ada)}`)
    running.signal('SIGHUP')
    const refused = await running.until('settings-refused')
    expect(JSON.stringify(refused)).toContain(word)
    await arrivesAtGmail(dovecot, ada, eml(card))
    writeFileSync(file, `accounts:\n${accountText('ada', ada)}`)
    running.signal('SIGHUP')
    await running.until('drafted')
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
  })

  it('reads them once more for a SIGHUP that comes while it still ends what it did with the former ones', async () => {
    server = await startScriptedImap({ answers: { 'UID SEARCH': silence } })
    const ada = newUser()
    const file = homeOf(scriptedText('silent', server.port))
    const running = start()
    await server.heard('UID SEARCH')
    running.signal('SIGHUP')
    await running.until('settings-read')
    writeFileSync(file, `accounts:\n${accountText('ada', ada)}`)
    running.signal('SIGHUP')
    await running.until('account-polled', { account: 'ada' })
    expect(running.lines.filter(({ event }) => event === 'settings-read').map(({ accounts }) => accounts)).toEqual([
      ['silent'],
      ['ada'],
    ])
    expect((await home.run(['health'])).code).toBe(0)
  })

  it('finds a folder of templates that was not there before', async () => {
    const ada = newUser()
    const file = homeOf(accountText('ada', ada))
    const running = start()
    await running.until('account-polled')
    mkdirSync(join(home.directory, 'templates'))
    writeFileSync(join(home.directory, 'templates', 'mine.en.hbs'), 'Do we know each other?\n')
    writeFileSync(file, `reply: {template: mine}\naccounts:\n${accountText('ada', ada)}`)
    await arrivesAtGmail(dovecot, ada, eml(card))
    running.signal('SIGHUP')
    await running.until('drafted')
    expect((await readMailbox(dovecot, ada, 'Drafts'))[0]?.source).toContain('Do we know each other?')
  })

  it('refuses phrases that cannot be used', async () => {
    homeOf(accountText('ada', newUser()))
    const running = start()
    await running.until('account-polled')
    mkdirSync(join(home.directory, 'phrases'))
    writeFileSync(join(home.directory, 'phrases', 'eo.yaml'), 'invitation: {}\n')
    running.signal('SIGHUP')
    expect(JSON.stringify(await running.until('settings-refused'))).toContain('eo.yaml')
  })

  it('that comes before it has begun does not end, but reads them once more', async () => {
    homeOf(accountText('ada', newUser()))
    const early = new URL('../support/earlyHangup.mjs', import.meta.url).href
    const running = start({ NODE_OPTIONS: `${home.environment.NODE_OPTIONS} --import=${early}` })
    await running.until('settings-read')
    await running.until('account-polled')
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
  })

  it('does not move to another ledger', async () => {
    const ada = newUser()
    const file = homeOf(accountText('ada', ada))
    Reflect.deleteProperty(home.environment, 'STATE_DIR')
    home.write('.env', `STATE_DIR=${join(home.directory, 'one')}\n`)
    const running = start()
    await running.until('account-polled')
    writeFileSync(join(home.directory, '.env'), `STATE_DIR=${join(home.directory, 'two')}\n`)
    writeFileSync(file, `accounts:\n${accountText('ada', ada)}`)
    running.signal('SIGHUP')
    expect(await running.until('settings-refused')).toMatchObject({ hints: ['restart have-we-met'] })
  })
})

describe('a daemon whose log nobody reads any more', () => {
  it('goes on, and ends when it is told to', async () => {
    server = await startScriptedImap()
    homeOf(scriptedText('ada', server.port))
    const program = spawn(process.execPath, [built, 'run'], {
      cwd: home.directory,
      env: home.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await server.heard('LOGOUT')
    program.stderr.destroy()
    program.kill('SIGHUP')
    await Promise.race([server.heard('LOGOUT', 2), once(program, 'exit')])
    expect(program.exitCode).toBeNull()
    program.kill('SIGTERM')
    expect(await once(program, 'exit')).toEqual([0, null])
  })
})

describe('a schedule that never comes', () => {
  it('is refused at the start, in words', async () => {
    homeOf(accountText('ada', newUser(), '    schedule: "0 0 31 2 *"\n'))
    expect(await home.run(['run'])).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/^have-we-met: the schedule "0 0 31 2 \*" is not valid/u),
    })
  })
})

describe('told to stop, the daemon', () => {
  it('gives a silent server up within its grace, and ends with 0', async () => {
    server = await startScriptedImap({ answers: { 'UID SEARCH': silence } })
    homeOf(scriptedText('silent', server.port))
    const running = start()
    await server.heard('UID SEARCH')
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
    expect(running.lines.map(({ event }) => event)).toEqual(['started', 'stopping', 'poll-abandoned', 'stopped'])
  })

  it('a second time ends at once', async () => {
    server = await startScriptedImap({ answers: { 'UID SEARCH': silence } })
    homeOf(scriptedText('silent', server.port))
    const running = start()
    await server.heard('UID SEARCH')
    running.signal('SIGTERM')
    await running.until('stopping')
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(143)
    expect(running.lines.map(({ event }) => event)).toEqual(['started', 'stopping'])
  })
})

describe('a daemon whose STATE_DIR cannot be looked into', () => {
  it('polls nothing meanwhile, says so, and goes on when it can', async () => {
    const ada = newUser()
    homeOf(accountText('ada', ada))
    const running = start()
    await running.until('account-polled')
    const [state, aside] = [join(home.directory, 'state'), join(home.directory, 'aside')]
    renameSync(state, aside)
    symlinkSync('state', state)
    let before = running.lines.length
    running.signal('SIGHUP')
    expect(await running.until('poll-failed', {}, before)).toMatchObject({ exitCode: 78, level: 'error' })
    rmSync(state)
    renameSync(aside, state)
    before = running.lines.length
    running.signal('SIGHUP')
    await running.until('account-polled', {}, before)
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
  })
})

describe('a fault of ours that nobody caught', () => {
  it.each([
    ['an exception', 'exception', 'nobody caught it'],
    ['a rejection', 'rejection', 'nobody waited for it'],
  ])('(%s) ends the daemon with 70, with one line in the log, and leaves a sound ledger', async (_, kind, word) => {
    const ada = newUser()
    homeOf(accountText('ada', ada))
    const crash = new URL('../support/crash.mjs', import.meta.url).href
    const running = start({ NODE_OPTIONS: `${home.environment.NODE_OPTIONS} --import=${crash}`, TEST_CRASH: kind })
    await running.until('account-polled')
    running.signal('SIGUSR2')
    expect((await running.ended).code).toBe(70)
    const last = running.lines.at(-1)
    expect(last).toMatchObject({ level: 'error', event: 'crashed' })
    expect(JSON.stringify(last)).toContain(word)
    expect(running.lines.map(({ event }) => event)).not.toContain('unreadable')
    expect((await home.run(['poll'])).code).toBe(0)
  })
})

describe('health', () => {
  it('is good while no three slots were missed, whatever their distance, and while paused', async () => {
    const ada = newUser()
    home = gmailHome(dovecot, ada, { HAVE_WE_MET_CONFIG: 'settings.yaml' })
    home.write('settings.yaml', 'schedule: "0 3 * * *"\n')
    expect((await home.run(['health'])).code).toBe(1)
    await home.run(['poll'])
    expect(await home.run(['health'])).toMatchObject({ code: 0, stderr: 'healthy\n' })
    const wrong = await home.run(['poll'], { IMAP_PASSWORD: 'wrong' })
    expect(wrong.code).toBe(77)
    expect((await home.run(['health'])).code).toBe(0)
    await home.run(['pause'])
    expect(await home.run(['health'])).toMatchObject({ code: 0, stderr: 'paused\n' })
  })

  it('is not good by a poll that is yet to come, as of a clock that ran ahead', async () => {
    home = gmailHome(dovecot, newUser())
    await home.run(['poll'])
    const ledger = openLedger(join(home.directory, 'state'))
    const ahead = Date.now() + 30 * 24 * 60 * 60 * 1000
    const good = { error: null, exitCode: null, hints: [], reached: true }
    ledger.recordPoll('default', { ...good, startedAt: ahead, endedAt: ahead })
    ledger.close()
    expect(await home.run(['health'])).toMatchObject({ code: 1, stderr: expect.stringContaining('yet to come') })
  })
})
