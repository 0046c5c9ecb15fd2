import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppendRefused } from '../../src/core/appendRefused.ts'
import type { Server } from '../../src/core/settings.ts'
import { connect } from '../../src/io/mailbox.ts'
import type { MailAccount } from '../../src/ports.ts'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'

const notification = Buffer.from(
  'From: LinkedIn <invitations@linkedin.com>\r\nMessage-ID: <one@linkedin.com>\r\nSubject: Robin wants to connect\r\n\r\nhello\r\n',
)
const other = Buffer.from(
  'From: news@example.com\r\nMessage-ID: <two@example.com>\r\nIn-Reply-To: <one@linkedin.com>\r\nReferences: <zero@linkedin.com>\r\n <one@linkedin.com>\r\nSubject: news\r\n\r\nnews\r\n',
)
const big = Buffer.concat([notification, Buffer.alloc(5_000, 'x'), Buffer.from('\r\n')])
const arrival = new Date('2026-11-05T09:30:00Z')
const everything = { first: 1, last: 1_000 }

let dovecot: Dovecot

const tls = (parts: Partial<Server> = {}): Server =>
  loopback(dovecot.imapsPort, { security: 'tls', caFile: dovecot.caFile, ...parts })

const withAccount = async <T>(
  server: Server,
  use: (account: MailAccount) => Promise<T>,
  maxBytes = 1_000,
): Promise<T> => {
  const account = await connect(server, password, { deadline: 10_000, maxBytes, log: silentLog })
  try {
    return await use(account)
  } finally {
    await account.close()
  }
}

beforeAll(async () => {
  dovecot = await startDovecot({ quotaBytes: 20_000 })
  await deliver(dovecot, 'rowan', 'INBOX', notification, { internalDate: arrival })
  await deliver(dovecot, 'rowan', 'INBOX', other)
  await deliver(dovecot, 'rowan', 'INBOX', big)
})

afterAll(() => dovecot.stop())

describe('an account on a real server', () => {
  it('lists the mailboxes with their special use and status', async () => {
    const mailboxes = await withAccount(tls(), (account) => account.list())
    const inbox = mailboxes.find(({ path }) => path === 'INBOX')
    expect(inbox).toMatchObject({ specialUse: null, specialUseSource: null, selectable: true })
    expect(inbox?.status).toEqual({ messages: 3, uidNext: 4, uidValidity: expect.stringMatching(/^[1-9]\d*$/) })
    const drafts = mailboxes.find(({ path }) => path === 'Drafts')
    expect(drafts).toMatchObject({ specialUse: '\\Drafts', specialUseSource: 'server' })
  })

  it('tells UIDVALIDITY and UIDNEXT as of EXAMINE, and what the server can do', async () => {
    await withAccount(tls(), async (account) => {
      expect(account.capabilities.has('UIDPLUS')).toBe(true)
      expect(account.capabilities.has('IMAP4REV1')).toBe(true)
      await account.examine('INBOX', async ({ uidNext, uidValidity }) => {
        expect(uidNext).toBe(4)
        expect(uidValidity).toMatch(/^[1-9]\d*$/)
      })
    })
  })

  it.each([
    ['the whole mailbox', everything, undefined, [1, 3]],
    ['a part of it', { first: 2, last: 3 }, undefined, [3]],
    ['nothing above the last message, where n:* would give the last one', { first: 4, last: 1_000 }, undefined, []],
    ['nothing in an inverted range', { first: 3, last: 2 }, undefined, []],
    ['what came in since a moment', everything, arrival.getTime() + 3 * 86_400_000, [3]],
    ['a message of the same day', everything, arrival.getTime() + 3_600_000, [1, 3]],
  ])('searches %s', async (_, range, since, uids) => {
    const found = await withAccount(tls(), (account) => account.examine('INBOX', (inbox) => inbox.search(range, since)))
    expect(found).toEqual(uids)
  })

  it('fetches a message whole, with the moment it came in', async () => {
    const fetched = await withAccount(tls(), (account) => account.examine('INBOX', (inbox) => inbox.fetch(1)))
    expect(fetched).toMatchObject({ uid: 1, arrivedAt: arrival.getTime(), size: notification.length, complete: true })
    expect(Buffer.from(fetched?.bytes ?? []).equals(notification)).toBe(true)
  })

  it('fetches a message of exactly the cap whole', async () => {
    const read = (account: MailAccount) => account.examine('INBOX', (inbox) => inbox.fetch(1))
    const fetched = await withAccount(tls(), read, notification.length)
    expect(fetched?.complete).toBe(true)
  })

  it('fetches only the header of a message above the cap', async () => {
    const fetched = await withAccount(tls(), (account) => account.examine('INBOX', (inbox) => inbox.fetch(3)))
    expect(fetched).toMatchObject({ size: big.length, complete: false })
    expect(Buffer.from(fetched?.bytes ?? []).toString()).toMatch(/^From: LinkedIn.*wants to connect\r\n\r\n$/s)
  })

  it('gives null for a message that is gone', async () => {
    const fetched = await withAccount(tls(), (account) => account.examine('INBOX', (inbox) => inbox.fetch(99)))
    expect(fetched).toBeNull()
  })

  it('reads msg-ids from the envelopes', async () => {
    const found = await withAccount(tls(), (account) =>
      account.examine('INBOX', (inbox) => inbox.envelopes({ first: 1, last: 2 })),
    )
    expect(found).toEqual([
      { uid: 1, messageId: '<one@linkedin.com>', inReplyTo: [], references: [] },
      {
        ...{ uid: 2, messageId: '<two@example.com>', inReplyTo: ['<one@linkedin.com>'] },
        references: ['<zero@linkedin.com>', '<one@linkedin.com>'],
      },
    ])
  })

  it('changes nothing in the mailbox it reads', async () => {
    await deliver(dovecot, 'robin', 'INBOX', notification)
    await withAccount(tls({ user: 'robin' }), (account) =>
      account.examine('INBOX', async (inbox) => {
        await inbox.search(everything)
        await inbox.fetch(1)
        await inbox.envelopes(everything)
      }),
    )
    const [message] = await readMailbox(dovecot, 'robin', 'INBOX')
    expect(message?.flags).toEqual([])
    const sent = await dovecot.conversation('robin')
    expect(sent).toMatch(/ EXAMINE INBOX/)
    expect(sent).not.toMatch(/ (SELECT|STORE|IDLE|EXPUNGE|COMPRESS|ENABLE) /)
    expect(sent).not.toMatch(/BODY\[/)
  })

  it('leaves messages where they are that the user has marked as deleted', async () => {
    const auth = { user: 'noor', pass: dovecot.password }
    const client = new ImapFlow({ host: dovecot.host, port: dovecot.imapPort, doSTARTTLS: false, auth, logger: false })
    await client.connect()
    await client.append('INBOX', notification, ['\\Deleted'])
    await client.logout()
    await withAccount(tls({ user: 'noor' }), (account) => account.examine('INBOX', (inbox) => inbox.fetch(1)))
    expect(await readMailbox(dovecot, 'noor', 'INBOX')).toHaveLength(1)
  })

  it('looks afresh when the same mailbox is examined twice', async () => {
    await withAccount(tls({ user: 'sasha' }), async (account) => {
      const before = await account.examine('Drafts', async ({ uidNext }) => uidNext)
      await deliver(dovecot, 'sasha', 'Drafts', other)
      expect(await account.examine('Drafts', async ({ uidNext }) => uidNext)).toBe(before + 1)
    })
  })

  it('appends a draft with its flags, byte for byte, and gives its UID', async () => {
    const appended = await withAccount(tls({ user: 'kim' }), async (account) => {
      await account.examine('Drafts', (drafts) => drafts.envelopes(everything))
      return account.append('Drafts', other, 'draft')
    })
    const [draft, ...more] = await readMailbox(dovecot, 'kim', 'Drafts')
    expect(more).toEqual([])
    expect(draft).toMatchObject({ flags: ['\\Draft', '\\Seen'], source: other.toString() })
    expect(appended).toEqual({ kind: 'stored', uidValidity: expect.stringMatching(/^\d+$/), uid: draft?.uid })
    expect(await dovecot.conversation('kim')).toMatch(/ APPEND Drafts \(\\Draft \\Seen\) [{~]/)
  })

  it.each([
    ['over quota', 'Drafts', Buffer.alloc(30_000, 'x'), 'OVERQUOTA'],
    ['without its mailbox', 'Nowhere', other, 'TRYCREATE'],
  ])('tells an APPEND that was refused: %s', async (_, path, bytes, code) => {
    const failure = await withAccount(tls({ user: 'alex' }), (account) =>
      account.append(path, bytes, 'draft').catch((error: unknown) => error),
    )
    expect(failure).toBeInstanceOf(AppendRefused)
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/^127\.0\.0\.1 refused the draft: \w/) })
  })

  it('refuses to examine a mailbox that does not exist with code 78', async () => {
    const attempt = withAccount(tls(), (account) => account.examine('Nowhere', async () => {}))
    await expect(attempt).rejects.toMatchObject({
      exitCode: 78,
      message: '127.0.0.1 refused EXAMINE of "Nowhere": there is no such mailbox',
    })
  })

  it('logs in after STARTTLS', async () => {
    const server = loopback(dovecot.imapPort, { security: 'starttls', caFile: dovecot.caFile })
    expect(await withAccount(server, (account) => account.list())).not.toEqual([])
    expect(dovecot.log()).toMatch(/user=<rowan>.* TLS,/)
  })
})
