/** The built program as a user starts it, against a real server and against everything that can be wrong. */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { help } from '../../src/cli/help.ts'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { asUser } from '../servers/imap-server.ts'
import { silence, startScriptedImap } from '../servers/scripted-imap.ts'
import { startSmtp } from '../servers/smtp.ts'
import { cardIn, chromes } from '../support/chrome.ts'
import { arrivesAtGmail, gmailHome } from '../support/gmailHome.ts'
import { card, eml, multipart, tsv } from '../support/mail.ts'
import { type Home, jsonLines, makeHome } from '../support/program.ts'
import { marks } from '../support/signing.ts'

const sample = (name: string): string => fileURLToPath(new URL(`../fixtures/mail/${name}.eml`, import.meta.url))

let dovecot: Dovecot
let home: Home
let users = 0

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'] })
})

afterAll(() => dovecot?.stop())
afterEach(() => home?.remove())

const newHome = (environment: Record<string, string> = {}, server = dovecot): string => {
  const user = `rowan${++users}@example.org`
  home = gmailHome(server, user, environment)
  return user
}

const arrives = (user: string, name = multipart): Promise<number> => arrivesAtGmail(dovecot, user, eml(name))

describe('help and version', () => {
  it('need no settings, and say the same each time', async () => {
    home = makeHome()
    expect(await home.run(['--help'])).toEqual({ code: 0, stdout: help, stderr: '' })
    expect((await home.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u)
    expect(await home.run(['frobnicate'])).toMatchObject({
      code: 64,
      stdout: '',
      stderr: 'have-we-met: there is no command frobnicate\n  have-we-met --help lists commands and options\n',
    })
  })
})

describe('explain', () => {
  it('reads every sample without account, ledger or network, every rule of it', async () => {
    home = makeHome({ TEST_DNS: 'EAI_AGAIN' })
    const expected = tsv('expect.tsv')
    const { code, stdout } = await home.run([
      'explain',
      '--json',
      ...expected.map(({ file = '' }) => sample(file.replace('.eml', ''))),
    ])
    const lines = jsonLines(stdout)
    expect(code).toBe(0)
    expect(lines.map(({ kind, layout }) => [kind, layout ?? ''])).toEqual(
      expected.map(({ kind, layout }) => [kind, layout]),
    )
    const keys =
      'messageId mailbox uid kind template layout inviter invitationId language note authenticity recipient decision rules reply delivery'
    for (const line of lines) expect(Object.keys(line).join(' ')).toBe(keys)
  })

  it('shows the reply that a trusted message would get, and why another gets none', async () => {
    home = makeHome()
    const trusting = home.write('settings.yaml', 'trust:\n  authservIds: [mx.google.com]\n')
    const marked = home.write('marked.eml', `${marks('01-gmail').trimEnd()}\n${eml(card)}`)
    const { stdout } = await home.run(['explain', marked, '--config', trusting])
    expect(stdout).toContain('would be answered')
    expect(stdout).toContain('Hello Petra,')
    expect(stdout).toContain('Sending     stays a draft: there is no address to send it to\n')
    const relay = 'Reply-To: 0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com'
    const answerable = home.write('answerable.eml', `${relay}\n${marks('01-gmail').trimEnd()}\n${eml(card)}`)
    const sent = await home.run(['explain', answerable, '--config', trusting])
    expect(sent.stdout).toContain('Sending     could be sent by itself\n')
    const late = await home.run(['explain', marked, '--config', trusting, '--at', '2026-11-24'])
    expect(late.stdout).toContain('skip: too-old')
    expect(late.stdout).toContain('Sending     nothing: there is no reply\n')
  })

  it.each([
    ['no-such.eml', 66, 'no-such.eml'],
    ['picture.png', 65, 'picture.png'],
  ])('says what is wrong with %s', async (name, code, word) => {
    home = makeHome()
    writeFileSync(join(home.directory, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]))
    const ended = await home.run(['explain', name])
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(word)
    expect(ended.stderr).not.toContain('at ')
  })
})

describe('an account', () => {
  it('is polled, told of, healthy, paused and resumed', async () => {
    const user = newHome()
    expect((await home.run(['health'])).code).toBe(1)
    await home.run(['poll'])
    await arrives(user)
    const polled = await home.run(['poll'])
    expect(polled).toMatchObject({ code: 0 })
    expect(polled.stdout).toContain('draft in Drafts')
    expect(polled.stdout).toContain('1 seen, 1 draft, 0 skipped')
    const status = JSON.parse((await home.run(['status', '--json'])).stdout)
    expect(status).toMatchObject({
      paused: false,
      accounts: [{ counts: { drafted: 1 }, entries: [{ state: 'drafted', inviter: { name: 'Ingrid Solberg' } }] }],
    })
    expect((await home.run(['status'])).stdout).toContain('Ingrid Solberg')
    expect((await home.run(['health'])).code).toBe(0)
    await home.run(['pause'])
    await arrives(user, card)
    expect((await home.run(['poll'])).stdout).toBe('')
    await home.run(['resume'])
    expect((await home.run(['poll'])).stdout).toContain('1 seen, 1 draft')
    expect(await readMailbox(dovecot, user, 'Drafts')).toHaveLength(2)
  })

  it('gets no draft by a dry run, which shows the reply and remembers nothing', async () => {
    const user = newHome()
    await home.run(['poll'])
    await arrives(user)
    const rehearsed = await home.run(['poll', '--dry-run'])
    expect(rehearsed.stdout).toContain('would leave a draft')
    expect(rehearsed.stdout).toContain('Hello Ingrid,')
    expect(await readMailbox(dovecot, user, 'Drafts')).toEqual([])
    expect((await home.run(['poll', '--dry-run', '--json'])).stdout).toContain('"state":"none"')
    expect((await home.run(['poll'])).stdout).toContain('1 draft')
  })

  it('is checked, and told what to do about trust', async () => {
    const user = newHome({ TEST_DNS: 'ENOTFOUND' })
    const todays = (fields: string, edit = (text: string) => text): Buffer =>
      Buffer.from(edit(`${fields}\r\n${eml(multipart)}`).replace(/^Date: .*$/mu, `Date: ${new Date().toUTCString()}`))
    const said = 'Authentication-Results: mx.example.org; dmarc=pass header.from=linkedin.com'
    await deliver(dovecot, user, 'INBOX', todays(said))
    const helpless = await home.run(['check'])
    expect(helpless.stdout).toContain('Gmail left no Authentication-Results that help')
    expect(helpless.stdout).not.toContain('authservIds')
    await deliver(dovecot, user, 'INBOX', todays(`${said}; spf=pass smtp.mailfrom=m@bounce.linkedin.com`))
    const news = (text: string): string => text.replace('invitations@linkedin.com', 'news@e.linkedin.com')
    await deliver(dovecot, user, 'INBOX', todays('X-Marketing: yes', news))
    const { code, stdout } = await home.run(['check'])
    expect(code).toBe(0)
    expect(stdout).toContain('drafts go to Drafts')
    expect(stdout).toContain('its Authentication-Results would make it direct')
    expect(stdout).toContain('trust: { authservIds: [mx.google.com, mx.example.org] }')
    expect(stdout).toContain('nothing shows that mx.example.org is your mail server')
    expect(stdout).toContain('LinkedIn writes to rowan@example.org, which is none of your addresses')
  })

  it('is checked for sending, where it sends', async () => {
    const smtp = await startSmtp()
    const sending = { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp.port), SMTP_SECURITY: 'starttls' }
    newHome({ ...sending, SMTP_USER: 'ada', SMTP_CA_FILE: smtp.caFile ?? '', HAVE_WE_MET_CONFIG: 'send.yaml' })
    home.write('send.yaml', 'mode: send\n')
    try {
      const good = await home.run(['check'])
      expect(good.stdout).toContain(`ok       sending: ada at 127.0.0.1:${smtp.port} (starttls)\n`)
      expect(good.code).toBe(0)
      const refused = await home.run(['check'], { SMTP_PASSWORD: 'not-the-one' })
      expect(refused.stdout).toContain('problem  127.0.0.1 refused the login of ada\n')
      expect(refused.stdout).not.toContain('not-the-one')
      expect(refused.code).toBe(77)
      const closed = await home.run(['check'], { SMTP_PORT: '1' })
      expect(closed.stdout).toContain('problem  127.0.0.1 refused the connection on port 1\n')
      expect(closed.code).toBe(69)
      const drafting = await home.run(['check'], { HAVE_WE_MET_CONFIG: '' })
      expect(drafting.stdout).not.toContain('sending:')
      expect(smtp.messages).toEqual([])
    } finally {
      await smtp.stop()
    }
  })

  it('whose mailbox is not there is told so once, and nothing that was not looked at', async () => {
    newHome({ HAVE_WE_MET_CONFIG: 'settings.yaml' })
    home.write('settings.yaml', 'mailboxes: [Nowhere]\n')
    const { code, stdout } = await home.run(['check'])
    expect(code).toBe(78)
    expect(stdout.match(/there is no mailbox Nowhere/gu)).toHaveLength(1)
    expect(stdout).not.toContain('no mail from LinkedIn')
    expect(stdout).toContain('one problem')
  })

  it('sets no \\Seen and opens with EXAMINE only', async () => {
    const user = newHome()
    await home.run(['poll'])
    await arrives(user)
    await home.run(['poll'])
    const said = await dovecot.conversation(user)
    expect(said).toContain('EXAMINE')
    expect(said).not.toMatch(/\bSELECT\b|\bSTORE\b|BODY\[/u)
  })
})

describe('the daemon', () => {
  it('polls at once, ends on SIGTERM with 0, and says one line an event', async () => {
    const user = newHome()
    await home.run(['poll'])
    await arrives(user)
    const { code, stderr } = await home.runUntil(['run'], 'account-polled')
    expect(code).toBe(0)
    const events = jsonLines(stderr).map(({ event }) => event)
    expect(events).toContain('drafted')
    expect(events.at(-1)).toBe('stopped')
    expect(stderr).not.toContain(dovecot.password)
    expect(await readMailbox(dovecot, user, 'Drafts')).toHaveLength(1)
  })

  it('keeps a second one away, and names itself', async () => {
    newHome()
    const { process: daemon, ended } = home.start(['run'])
    await once(daemon.stderr ?? daemon, 'data')
    const second = await home.run(['poll'])
    daemon.kill('SIGTERM')
    await ended
    expect(second.code).toBe(75)
    expect(second.stderr).toContain(`pid ${daemon.pid}`)
  })
})

describe('a poll that is told to stop', () => {
  it('while the server is silent gives the server up, loses nothing, and says so', async () => {
    const silent = await startScriptedImap({ answers: { 'UID SEARCH': silence } })
    const login = { IMAP_HOST: '127.0.0.1', IMAP_PORT: String(silent.port), IMAP_SECURITY: 'none' }
    home = makeHome({ ...login, IMAP_USER: 'rowan@example.org', IMAP_PASSWORD: 'secret' })
    const { process: program, ended } = home.start(['poll'])
    await silent.heard('UID SEARCH')
    program.kill('SIGTERM')
    const { code, stderr } = await ended
    expect([code, stderr]).toEqual([75, expect.stringContaining('was closed: the poll was stopped')])
    await silent.stop()
  })
})

describe('what is wrong ends with one sentence, a hint and its code:', () => {
  it.each([
    ['a wrong password', { IMAP_PASSWORD: 'not-the-one' }, 77, 'refused the login'],
    ['a closed port', { IMAP_PORT: '1' }, 69, 'port 1'],
    ['a certificate nobody knows', { IMAP_CA_FILE: '' }, 69, 'certificate'],
    ['a host that is not in the certificate', { IMAP_HOST: 'imap.fastmail.com' }, 69, 'is for another host'],
    ['no settings at all', { IMAP_HOST: '', IMAP_USER: '', IMAP_PASSWORD: '' }, 78, 'IMAP_HOST'],
    ['sending without a server', { HAVE_WE_MET_CONFIG: 'send.yaml' }, 78, 'set SMTP_HOST, or use mode: draft'],
    ['two misspelt keys', { HAVE_WE_MET_CONFIG: 'wrong.yaml' }, 78, 'wrong.yaml:3'],
    ['a template with an unknown variable', { HAVE_WE_MET_CONFIG: 'own/settings.yaml' }, 78, 'ask-context.en.hbs:2'],
  ])('%s', async (_, environment, code, words) => {
    newHome(environment)
    home.write('send.yaml', 'mode: send\n')
    home.write('wrong.yaml', 'policy:\n  maxPerPol: 3\nmod: draft\n')
    mkdirSync(join(home.directory, 'own/templates'), { recursive: true })
    home.write('own/settings.yaml', 'mode: draft\n')
    home.write('own/templates/ask-context.en.hbs', 'Hello\n{{inviter.nmae}}\n')
    const ended = await home.run(['poll'])
    expect(ended.stderr).toContain(words)
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(/^(?:reading .*\n)?have-we-met: .*\n {2}\S/u)
    expect(ended.stderr).not.toMatch(/^\s+at /mu)
    expect(ended.stderr).not.toContain('not-the-one')
  })

  it('an account without Drafts', async () => {
    const bare = await startDovecot({ hostnames: ['imap.gmail.com'], drafts: false })
    try {
      newHome({}, bare)
      expect(await home.run(['poll'])).toMatchObject({
        code: 78,
        stderr: expect.stringContaining('has no Drafts mailbox'),
      })
    } finally {
      await bare.stop()
    }
  })

  it('but not one whose Drafts a mail client deletes when it is empty', async () => {
    const bare = await startDovecot({ hostnames: ['imap.gmail.com'], drafts: false })
    try {
      const user = newHome({}, bare)
      await asUser(bare, user, (client) => client.mailboxCreate('Drafts'))
      await home.run(['poll'])
      await arrivesAtGmail(bare, user, eml(multipart))
      expect((await home.run(['poll'])).stdout).toContain('draft in Drafts')
      await asUser(bare, user, (client) => client.mailboxDelete('Drafts'))
      expect((await home.run(['poll', '--dry-run'])).code).toBe(78)
      expect(await home.run(['poll'])).toMatchObject({ code: 0 })
      await asUser(bare, user, (client) => client.mailboxDelete('Drafts'))
      await arrivesAtGmail(bare, user, eml(card))
      expect(await home.run(['poll'])).toMatchObject({ code: 0, stdout: expect.stringContaining('draft in Drafts') })
      expect(await readMailbox(bare, user, 'Drafts')).toHaveLength(1)
      expect(JSON.parse((await home.run(['status', '--json'])).stdout).accounts[0].counts).toEqual({
        removed: 1,
        drafted: 1,
      })
    } finally {
      await bare.stop()
    }
  })

  it('a full mailbox: the draft is refused, kept, and named', async () => {
    const todays = (user: string): Buffer =>
      Buffer.from(
        `${marks('01-gmail').trimEnd()}\n${eml(multipart)}`
          .replace(/^Date: .*$/mu, `Date: ${new Date().toUTCString()}`)
          .replace(/^To: .*$/mu, `To: <${user}>`)
          .replace(/\r?\n/gu, '\r\n'),
      )
    const room = todays('rowan00@example.org').length + 200
    const full = await startDovecot({ hostnames: ['imap.gmail.com'], quotaBytes: room })
    try {
      const user = newHome({}, full)
      await home.run(['poll'])
      await deliver(full, user, 'INBOX', todays(user))
      const refused = await home.run(['poll'])
      expect(refused.code).toBe(75)
      expect(refused.stdout).toContain('1 failed')
      expect(await readMailbox(full, user, 'Drafts')).toEqual([])
      expect(JSON.parse((await home.run(['status', '--json'])).stdout).accounts[0].counts).toEqual({ failed: 1 })
    } finally {
      await full.stop()
    }
  })

  it('a ledger of a newer version, and one that is none', async () => {
    newHome()
    mkdirSync(join(home.directory, 'state'), { recursive: true })
    home.write('state/ledger.db', 'this is no database, but it is long enough to be read as one'.repeat(20))
    const ended = await home.run(['poll'])
    expect(ended.code).toBe(78)
    expect(ended.stderr).toContain('ledger.db')
  })
})

describe('sanitize', () => {
  it('gives a message that reads the same and names nobody of it', async () => {
    home = makeHome()
    const { code, stdout } = await home.run(['sanitize', sample(multipart)])
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/Ingrid|Solberg|rowan@/u)
    const clean = home.write('clean.eml', stdout)
    const [before, after] = [
      await home.run(['explain', '--json', sample(multipart)]),
      await home.run(['explain', '--json', clean]),
    ]
    const read = (text: string) =>
      jsonLines(text).map(({ kind, layout, note, language }) => ({ kind, layout, note, language }))
    expect(read(after.stdout)).toEqual(read(before.stdout))
  })
})

describe('preview', () => {
  const ownTemplates = (files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(home.directory, 'config/templates'), { recursive: true })
    home.write('config/local.yaml', '# nothing else\n')
    for (const [name, text] of Object.entries(files)) home.write(`config/templates/${name}.hbs`, text)
  }

  it('shows a reply with three samples, one in a language, and one with a real notification', async () => {
    home = makeHome()
    const { stdout } = await home.run(['preview'])
    expect(stdout.match(/^ask-context, en, with .*$/gmu)).toEqual([
      'ask-context, en, with everything known',
      'ask-context, en, with a name alone known',
      'ask-context, en, with what a stranger may write',
    ])
    expect((await home.run(['preview', '--language', 'de'])).stdout).toContain('Guten Tag Ingrid')
    expect((await home.run(['preview', 'ask-context-brief', '--language', 'pt-BR'])).stdout).toContain('Olá, Ingrid,')
    expect((await home.run(['preview', '--message', sample(card)])).stdout).toContain('Hello Petra,')
    expect(await home.run(['preview', 'nothing'])).toMatchObject({ code: 78 })
    expect(await home.run(['preview', '--message', sample('2025-05_en_message')])).toMatchObject({ code: 65 })
  })

  it('writes all of a reply in the language of the notification, with what it tells, signed as LinkedIn knows you', async () => {
    newHome({ MAIL_FROM: 'petra@example.com' })
    ownTemplates({
      'ask-context.de': 'Hallo {{inviter.name}}, {{fallback commonConnections "keine"}} Kontakte\n{{ownName}}',
    })
    const [german] = chromes.filter(({ language }) => language === 'de')
    if (german === undefined) throw new Error('there is no German chrome')
    const message = home.write(
      'german.eml',
      `${marks('01-gmail').trimEnd()}\n${cardIn(german)
        .toString()
        .replace(/^To: .*$/mu, 'To: Zelda Owner <petra@example.com>')}`,
    )
    const { reply } = JSON.parse((await home.run(['explain', '--json', message])).stdout)
    expect(reply.language).toBe('de')
    expect(reply.text).toMatch(/^Hallo Petra Lindqvist, \d+ Kontakte\nZelda Owner\n/u)
    expect(reply.text).toContain('---- 8< ---- nur für Sie')
    const { stdout } = await home.run(['preview', '--message', message])
    expect(stdout).toContain(reply.text.split('\n').slice(0, 2).join('\n'))
  })

  it('tries all templates with all samples in one table, and says what is wrong', async () => {
    home = makeHome()
    const shipped = await home.run(['preview', '--all'])
    expect(shipped.code).toBe(0)
    expect(shipped.stdout).toMatch(/^TEMPLATE +LANGUAGE +FULL +SPARSE +HOSTILE\n/u)
    expect(shipped.stdout.split('\n').filter((line) => /(?: +(?:ok|empty)){3}$/u.test(line))).toHaveLength(19)
    ownTemplates({
      'ask-context.de': 'Guten Tag {{inviter.firstNme}}',
      'hollow.en': 'Hello {{#if inviter.firstName}}{{inviter.firstName}}{{/if}},',
    })
    const own = await home.run(['preview', '--all'])
    expect(own.code).toBe(78)
    expect(own.stdout).toMatch(/^ask-context +de +broken +broken +broken$/mu)
    expect(own.stdout).toMatch(/^hollow +en +ok +gap +ok$/mu)
    expect(own.stdout).toContain('hollow, en leaves a gap where a value is missing: "Hello ,"')
    expect(own.stdout).toContain(
      'config/templates/ask-context.de.hbs:1:13: there is no variable inviter.firstNme\n  write {{inviter.firstName}}',
    )
    expect((await home.run(['preview', '--all', '--language', 'ja'])).stdout.match(/ ja /gu)).toHaveLength(3)
    expect((await home.run(['preview', '--all', '--language', 'pt-BR'])).stdout).toMatch(/^ask-context +pt +ok/mu)
    expect(await home.run(['preview', '--language', 'de_CH'])).toMatchObject({ code: 64 })
    expect((await home.run(['preview', '--all', '--message', sample(card)])).stdout).toMatch(/ LANGUAGE +MESSAGE\n/u)
  })

  it('is what check runs, and status tells of broken templates too', async () => {
    newHome()
    expect((await home.run(['check'])).stdout).toMatch(/^ok +templates: 19 render with full, sparse, hostile data$/mu)
    ownTemplates({ 'curt.fr': '{{falback ownName "x"}}', 'hollow.en': 'Dear {{fallback ownName ""}},' })
    const { stdout, code } = await home.run(['check'])
    expect(code).toBe(78)
    expect(stdout).toMatch(/^problem +\S*curt\.fr\.hbs:1:1: there is no helper falback\n +write \{\{fallback /mu)
    expect(stdout).toMatch(/^note +hollow, en leaves a gap where a value is missing: "Dear ,"$/mu)
    expect((await home.run(['status'])).stdout).toContain('curt.fr.hbs:1:1: there is no helper falback')
    expect(JSON.parse((await home.run(['status', '--json'])).stdout).brokenTemplates).toEqual([
      { file: expect.stringMatching(/curt\.fr\.hbs$/u), error: expect.stringContaining('there is no helper falback') },
    ])
    expect((await home.run(['poll'])).code).toBe(0)
    ownTemplates({ 'curt.fr': 'Bonjour', 'ask-context.en': '{{x}}' })
    expect((await home.run(['check'])).stdout).toMatch(/^problem .*ask-context\.en\.hbs:1:3: [\s\S]*\none problem\n$/mu)
    expect((await home.run(['poll'])).code).toBe(78)
  })
})
