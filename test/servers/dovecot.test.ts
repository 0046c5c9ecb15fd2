import { readFileSync } from 'node:fs'
import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, type DovecotOptions, deliver, readMailbox, startDovecot } from './dovecot.ts'

const message = Buffer.from('From: ada@example.org\r\nSubject: hello\r\n\r\nGood morning.\r\n')

interface Login {
  readonly user?: string
  readonly host?: string
  readonly password?: string
  readonly trusted?: string
}

const login = async (dovecot: Dovecot, { user = 'ada', host = 'localhost', password, trusted }: Login = {}) => {
  const client = new ImapFlow({
    host: dovecot.host,
    servername: host,
    port: dovecot.imapsPort,
    secure: true,
    auth: { user, pass: password ?? dovecot.password },
    tls: { ca: readFileSync(trusted ?? dovecot.caFile) },
    logger: false,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

describe('the Dovecot of the tests', () => {
  let dovecot: Dovecot

  beforeAll(async () => {
    dovecot = await startDovecot({ hostnames: ['imap.example.org'] })
  })

  afterAll(() => dovecot.stop())

  it.each(['localhost', 'imap.example.org'])('proves by its certificate that it is %s', async (host) => {
    const client = await login(dovecot, { host })
    expect(client.usable).toBe(true)
    await client.logout()
  })

  it('is not taken for another host', async () => {
    await expect(login(dovecot, { host: 'imap.example.com' })).rejects.toThrow(/altnames/)
  })

  it('offers STARTTLS on its clear port', async () => {
    const client = new ImapFlow({
      host: dovecot.host,
      servername: 'localhost',
      port: dovecot.imapPort,
      secure: false,
      doSTARTTLS: true,
      auth: { user: 'ada', pass: dovecot.password },
      tls: { ca: readFileSync(dovecot.caFile) },
      logger: false,
    })
    await client.connect()
    expect(client.secureConnection).toBe(true)
    await client.logout()
  })

  it('refuses another password', async () => {
    await expect(login(dovecot, { password: 'wrong' })).rejects.toMatchObject({ authenticationFailed: true })
  })

  it.each([
    ['Drafts', '\\Drafts'],
    ['Sent', '\\Sent'],
    ['Junk', '\\Junk'],
    ['Trash', '\\Trash'],
    ['Archive', '\\Archive'],
  ])('has a mailbox %s with the special use %s', async (path, specialUse) => {
    const client = await login(dovecot)
    const mailboxes = await client.list()
    await client.logout()
    expect(mailboxes).toContainEqual(expect.objectContaining({ path, specialUse, specialUseSource: 'extension' }))
  })

  it('keeps what is delivered, with its flags and its date', async () => {
    const internalDate = new Date('2026-01-02T03:04:05Z')
    const first = await deliver(dovecot, 'grace', 'INBOX', message, { seen: true, internalDate })
    const second = await deliver(dovecot, 'grace', 'INBOX', message)
    expect(await readMailbox(dovecot, 'grace', 'INBOX')).toEqual([
      { uid: first, flags: ['\\Seen'], source: message.toString() },
      { uid: second, flags: [], source: message.toString() },
    ])
  })

  it('takes a message for a mailbox that does not exist yet', async () => {
    await deliver(dovecot, 'grace', 'Invitations/Old', message)
    expect(await readMailbox(dovecot, 'grace', 'Invitations/Old')).toHaveLength(1)
  })

  it('shows an empty mailbox as empty', async () => {
    expect(await readMailbox(dovecot, 'grace', 'Sent')).toEqual([])
  })

  it('tells what one user sent, not what others or the helpers did', async () => {
    await deliver(dovecot, 'alan', 'INBOX', message)
    for (const user of ['alan', 'edsger']) {
      const client = await login(dovecot, { user })
      await client.mailboxOpen(user === 'alan' ? 'INBOX' : 'Sent', { readOnly: true })
      await client.logout()
    }
    const conversation = await dovecot.conversation('alan')
    expect(conversation).toMatch(/^\S+ EXAMINE INBOX\b/m)
    expect(conversation).not.toMatch(/APPEND|SELECT|EXAMINE Sent|\d{10}\.\d{6}/)
  })

  it('keeps its ports and mailboxes through a restart', async () => {
    const before = dovecot.pid
    await deliver(dovecot, 'barbara', 'INBOX', message)
    await dovecot.restart()
    expect(dovecot.pid).not.toBe(before)
    expect(await readMailbox(dovecot, 'barbara', 'INBOX')).toHaveLength(1)
  })
})

describe('a Dovecot started', () => {
  const started: Dovecot[] = []

  const start = async (options: DovecotOptions): Promise<Dovecot> => {
    const dovecot = await startDovecot(options)
    started.push(dovecot)
    return dovecot
  }

  afterEach(async () => {
    await Promise.all(started.splice(0).map((dovecot) => dovecot.stop()))
  })

  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['unknown-authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)('with the certificate %s is refused with %s', async (certificate, code) => {
    const dovecot = await start({ certificate })
    await expect(login(dovecot)).rejects.toMatchObject({ code })
  })

  it('beside another one has an authority of its own', async () => {
    const [one, other] = await Promise.all([start({}), start({})])
    await expect(login(one, { trusted: other.caFile })).rejects.toMatchObject({
      code: expect.stringMatching(/VERIFY|SELF_SIGNED|SIGNATURE/),
    })
  })

  it('without Drafts has no mailbox for drafts', async () => {
    const client = await login(await start({ drafts: false }))
    const paths = (await client.list()).map(({ path }) => path)
    await client.logout()
    expect(paths).toContain('Sent')
    expect(paths).not.toContain('Drafts')
  })

  it('with a quota refuses what does not fit', async () => {
    const dovecot = await start({ quotaBytes: 1000 })
    await deliver(dovecot, 'ada', 'INBOX', message)
    await expect(deliver(dovecot, 'ada', 'INBOX', Buffer.alloc(2000, 'x'))).rejects.toMatchObject({
      serverResponseCode: 'OVERQUOTA',
    })
  })

  it('and stopped leaves neither process nor port nor directory', async () => {
    const dovecot = await startDovecot()
    const { pid, directory } = dovecot
    await dovecot.stop()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(() => readFileSync(`${directory}/dovecot.conf`)).toThrow('ENOENT')
    await expect(login({ ...dovecot, caFile: '/dev/null' })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
