/** The built program's daily work on servers of another make than the one it grew up with. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { asUser } from '../servers/imap-server.ts'
import type { OtherServer } from '../servers/other-server.ts'
import { atGmail } from '../support/gmailHome.ts'
import { eml, multipart, withPart } from '../support/mail.ts'
import { type Account, invitationBy, makes, newAccount } from './account.ts'

const draftFlags = ['\\Draft', '\\Seen']

const answered = { kind: 'invitation', note: { kind: 'absent' }, decision: { kind: 'reply' } }

const noted = (): Buffer =>
  withPart(eml(multipart), 'text/html', (html) =>
    html.replace('<hr class="!w-6', '<div>Saw you on stage!</div><hr class="!w-6'),
  )

describe.each(makes)('on $name', ({ start, drafts, checked }) => {
  let server: OtherServer
  let account: Account

  beforeAll(async () => {
    server = await start()
  })

  afterAll(() => server?.stop())
  afterEach(() => account?.home.remove())

  /** An account whose first poll is over: what comes in from now on is answered. */
  const installed = async (): Promise<Account> => {
    account = newAccount(server)
    const { code, stderr, lines } = await account.poll()
    expect([code, stderr, lines]).toMatchObject([0, '', [{ summary: { seen: 0 } }]])
    return account
  }

  it('check says where drafts go, and finds nothing else to say', async () => {
    account = newAccount(server)
    await account.arrives(eml(multipart))
    const { code, stdout, stderr } = await account.home.run(['check'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(checked)
    expect(stdout).toContain('reads INBOX (1 messages)')
    expect(stdout.match(/^(?:note|problem).*$/gmu) ?? []).toEqual(checked.startsWith('note') ? [checked.trimEnd()] : [])
  })

  it('an invitation without a note gets one draft, once, and nothing else is touched', async () => {
    const { arrives, poll, read } = await installed()
    await arrives(eml(multipart))
    const { code, stderr, lines } = await poll()
    expect([code, stderr]).toEqual([0, ''])
    expect(lines).toMatchObject([
      { ...answered, delivery: { state: 'drafted', mailbox: drafts, uid: 1 } },
      { summary: { seen: 1, replied: 1 } },
    ])
    const written = await read(drafts)
    expect(written.map(({ flags }) => flags)).toEqual([draftFlags])
    expect(written[0]?.source).toContain('Subject: Re: ')
    expect(await poll()).toMatchObject({ code: 0, lines: [{ summary: { seen: 0 } }] })
    expect(await read(drafts)).toEqual(written)
    expect((await read('INBOX')).map(({ flags }) => flags)).toEqual([[]])
  })

  it('what had come before the first poll is never answered', async () => {
    account = newAccount(server)
    await account.arrives(invitationBy(0))
    expect(await account.poll()).toMatchObject({
      code: 0,
      lines: [{ decision: { kind: 'skip', reason: 'before-installation' } }, { summary: { skipped: 1 } }],
    })
    await account.arrives(invitationBy(1))
    expect((await account.poll()).lines).toMatchObject([answered, { summary: { seen: 1, replied: 1 } }])
    expect(await account.read(drafts)).toHaveLength(1)
  })

  it('among hundreds of other messages two invitations get a draft each, and one with a note none', async () => {
    const { address, user, poll, read } = await installed()
    const other = Buffer.from(`From: news@example.com\r\nTo: ${address}\r\nSubject: News\r\n\r\nHello\r\n`)
    const fromLinkedIn = [invitationBy(0), noted(), invitationBy(1)].map((message) => atGmail(message, address))
    await asUser(server, user, async (client) => {
      for (let n = 1; n <= 300; n += 1)
        await client.append('INBOX', (n % 100 === 0 && fromLinkedIn[n / 100 - 1]) || other)
    })
    expect((await poll()).lines).toMatchObject([
      answered,
      { note: { kind: 'present' }, decision: { kind: 'skip', reason: 'note-present' } },
      answered,
      { summary: { seen: 3, replied: 2, skipped: 1 } },
    ])
    expect((await read(drafts)).map(({ flags }) => flags)).toEqual([draftFlags, draftFlags])
    const inbox = await read('INBOX')
    expect(inbox).toHaveLength(300)
    expect(inbox.filter(({ flags }) => flags.length > 0)).toEqual([])
  })
})
