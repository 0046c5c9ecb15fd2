/** The built program that sends, is asked to try again and to forget, against a real Dovecot and a real SMTP server. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { asUser } from '../servers/imap-server.ts'
import { type Smtp, startSmtp } from '../servers/smtp.ts'
import { arrivesAtGmail, gmailHome } from '../support/gmailHome.ts'
import { eml, multipart } from '../support/mail.ts'
import { type Home, jsonLines } from '../support/program.ts'

const relay = '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com'

let dovecot: Dovecot
let smtp: Smtp
let home: Home
let user: string
let users = 0

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'], reuse: true })
  smtp = await startSmtp()
})

afterAll(async () => {
  await smtp.stop()
  await dovecot.stop()
})

beforeEach(async () => {
  users += 1
  user = `sender${users}@example.org`
  home = gmailHome(dovecot, user, {
    ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp.port), SMTP_SECURITY: 'starttls', SMTP_PASSWORD: 'secret' },
    ...{ SMTP_CA_FILE: smtp.caFile ?? '', HAVE_WE_MET_CONFIG: 'send.yaml' },
  })
  home.write('send.yaml', 'mode: send\n')
  expect((await home.run(['poll'])).code).toBe(0)
})

afterEach(() => home.remove())

const arrives = (replyTo: string | null = relay): Promise<number> => {
  const field = replyTo === null ? '' : `Reply-To: ${replyTo}\n`
  return arrivesAtGmail(
    dovecot,
    user,
    eml(multipart)
      .toString()
      .replace(/^Subject: /mu, `${field}Subject: `),
  )
}

const taken = () => smtp.messages.filter(({ user: one }) => one === user)

const stateOf = async (): Promise<Record<string, unknown>> => {
  const [told] = jsonLines((await home.run(['status', '--json'])).stdout)
  const { accounts } = told as { accounts: { entries: Record<string, unknown>[] }[] }
  return accounts[0]?.entries[0] ?? {}
}

/** Each of these starts the program many times. */
const long = { timeout: 120_000 }

describe('mode: send', long, () => {
  it('sends one reply, says so, and leaves one copy in Sent', async () => {
    await arrives()
    const dry = await home.run(['poll', '--dry-run'])
    expect([dry.code, taken().length]).toEqual([0, 0])
    expect(dry.stdout).toContain('would be sent')
    const [message, summary] = jsonLines((await home.run(['poll', '--json'])).stdout)
    expect(message).toMatchObject({ decision: { kind: 'reply' }, delivery: { state: 'sent', mailbox: null } })
    expect(summary).toMatchObject({ summary: { replied: 1, failed: 0, uncertain: 0 } })
    expect(taken()).toMatchObject([{ from: user, to: [relay], encrypted: true }])
    expect(await stateOf()).toMatchObject({ state: 'sent', because: expect.stringMatching(/^250 /u) })
    for (let later = 0; later < 2; later += 1) await home.run(['poll'])
    const copies = await readMailbox(dovecot, user, 'Sent')
    expect(copies.map(({ source }) => source)).toEqual([taken()[0]?.bytes.toString()])
    expect(copies[0]?.flags).toEqual(['\\Seen'])
    expect([taken().length, (await readMailbox(dovecot, user, 'Drafts')).length]).toEqual([1, 0])
  })

  it('leaves a draft for somebody whom the user has written to, by a name that is not ASCII', async () => {
    const mail =
      'From: me <me@example.org>\r\nTo: =?utf-8?Q?Ingrid_Solberg?= <i@example.net>\r\nSubject: x\r\n\r\nx\r\n'
    await deliver(dovecot, user, 'Sent', Buffer.from(mail))
    await arrives()
    const { stdout } = await home.run(['poll'])
    expect(stdout).toMatch(/draft in Drafts: known-person: you have written to/u)
    expect([taken().length, (await readMailbox(dovecot, user, 'Drafts')).length]).toEqual([0, 1])
  })

  it('leaves an on-site draft when the relay refuses, and says why', async () => {
    smtp.behave({ rcpt: '550 5.7.1 sender not authorised' })
    await arrives()
    const { stdout } = await home.run(['poll'])
    smtp.behave({})
    expect(stdout.replace(/\s+/gu, ' ')).toContain('sender not authorised')
    const [draft] = await readMailbox(dovecot, user, 'Drafts')
    expect(draft?.source).not.toMatch(/^(?:To|Auto-Submitted):/mu)
    expect(draft?.flags).toEqual(['\\Draft', '\\Seen'])
  })

  it('ends with 77 when the login is refused, and sends when it is mended', async () => {
    await arrives()
    const refused = await home.run(['poll'], { SMTP_PASSWORD: 'not-the-one' })
    expect(refused.code).toBe(77)
    expect(refused.stderr).toContain('refused the login of')
    expect(refused.stdout + refused.stderr).not.toContain('not-the-one')
    expect(await stateOf()).toMatchObject({ state: 'failed' })
    await home.run(['retry', String((await stateOf()).id)])
    expect((await home.run(['poll'])).stdout).toMatch(/from an earlier poll: Ingrid Solberg: sent/u)
    expect(taken()).toHaveLength(1)
  })
})

describe('a person', long, () => {
  it('is told by status to have edited, sent, and forgotten, also beside a running daemon', async () => {
    await arrives(null)
    await home.run(['poll'])
    const [draft] = await readMailbox(dovecot, user, 'Drafts')
    await asUser(dovecot, user, async (client) => {
      await client.append('Drafts', (draft?.source ?? '').replace('Hello', 'Dear'), ['\\Draft', '\\Seen'])
      await client.mailboxOpen('Drafts')
      await client.messageDelete('1', { uid: true })
    })
    await home.run(['poll'])
    expect(await stateOf()).toMatchObject({ state: 'edited' })
    await asUser(dovecot, user, async (client) => {
      await client.mailboxOpen('Drafts')
      await client.messageMove('2', 'Sent', { uid: true })
    })
    await home.run(['poll'])
    expect(await stateOf()).toMatchObject({ state: 'sent-by-you', because: 'in Sent' })
    const daemon = home.start(['run'])
    await new Promise<void>((resolve) => {
      daemon.process.stderr?.on('data', (chunk) => String(chunk).includes('account-polled') && resolve())
    })
    const asked = await home.run(['forget', 'ingrid', 'solberg'])
    expect([asked.code, asked.stdout]).toEqual([
      0,
      'one entry about Ingrid Solberg: will be forgotten by the running daemon at its next poll\n',
    ])
    daemon.process.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    await home.run(['poll'])
    expect(await stateOf()).toMatchObject({ state: 'forgotten', inviter: null, messageId: null })
    const files = readdirSync(join(home.directory, 'state')).map((name) =>
      readFileSync(join(home.directory, 'state', name), 'latin1'),
    )
    expect(files.join('')).not.toMatch(/Solberg|90aa12c4/u)
  })

  it('that is not there is a matter of usage', async () => {
    const rows = [
      [['retry', 'nonesuch'], 'the ledger has no entry nonesuch'],
      [['forget', 'Nobody', 'Here'], 'the ledger knows nobody by Nobody Here'],
      [['retry'], 'retry takes one ID'],
      [['forget'], 'forget takes a name, a profile or an ID'],
    ] as const
    for (const [args, words] of rows) {
      const { code, stderr } = await home.run(args)
      expect([code, stderr]).toEqual([64, expect.stringContaining(words)])
    }
  })
})
