/** What befalls mailboxes on servers of another make: never a second draft, and none lost. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { asUser } from '../servers/imap-server.ts'
import type { OtherServer } from '../servers/other-server.ts'
import { type Account, invitationBy, makes, newAccount } from './account.ts'

/** Leaves no room for a draft, with a large message, whose UID is 2, and as many small ones as the server takes. */
const fill = (server: OtherServer, user: string): Promise<void> =>
  asUser(server, user, async (client) => {
    const small = `Subject: bulk\r\n\r\n${'x'.repeat(1000)}\r\n`
    await client.append('INBOX', small.repeat(800))
    while ((await client.append('INBOX', small).catch(() => false)) !== false);
  })

describe.each(makes)('on $name', ({ start, drafts, prefix }) => {
  let server: OtherServer
  let account: Account

  beforeAll(async () => {
    server = await start({ quota: 1000 })
  })

  afterAll(() => server?.stop())
  afterEach(() => account?.home.remove())

  it('over quota a draft has failed, and is there once there is space again', async () => {
    account = newAccount(server)
    const { user, poll, arrives, read } = account
    await poll()
    await arrives(invitationBy(0))
    await fill(server, user)
    expect((await poll()).lines).toMatchObject([{ delivery: { state: 'failed' } }, { summary: { failed: 1 } }])
    expect(await read(drafts)).toEqual([])
    await asUser(server, user, async (client) => {
      await client.mailboxOpen('INBOX')
      await client.messageDelete('2')
    })
    expect(await poll()).toMatchObject({ code: 0 })
    expect(await read(drafts)).toHaveLength(1)
  })

  it('a restart between polls changes nothing', async () => {
    account = newAccount(server)
    const { poll, arrives, read } = account
    await poll()
    await arrives(invitationBy(0))
    await server.restart()
    expect((await poll()).lines).toMatchObject([{ delivery: { state: 'drafted' } }, { summary: { replied: 1 } }])
    await server.restart()
    expect((await poll()).lines).toMatchObject([{ summary: { seen: 0 } }])
    expect(await read(drafts)).toHaveLength(1)
  })

  it('a mailbox that was made anew is read again, and nobody is answered twice', async () => {
    const mailbox = `${prefix}Networking`
    account = newAccount(server, { settings: `mailboxes: [${mailbox}]\n` })
    const { user, poll, arrives, read } = account
    const identity = (): Promise<unknown> =>
      asUser(server, user, (client) => client.status(mailbox, { uidValidity: true }))
    await asUser(server, user, (client) => client.mailboxCreate(mailbox))
    await poll()
    await arrives(invitationBy(0), mailbox)
    expect((await poll()).lines).toMatchObject([{ delivery: { state: 'drafted' } }, {}])
    const before = await identity()
    await asUser(server, user, (client) => client.mailboxDelete(mailbox))
    await arrives(invitationBy(0), mailbox)
    await arrives(invitationBy(1), mailbox)
    expect(await identity()).not.toEqual(before)
    expect((await poll()).lines.at(-1)).toMatchObject({ summary: { replied: 1 } })
    expect(await read(drafts)).toHaveLength(2)
  })
})
