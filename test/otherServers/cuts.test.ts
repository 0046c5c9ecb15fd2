/** A connection that breaks in the middle of APPEND, on servers of another make: one draft in the end, and never two. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { asUser } from '../servers/imap-server.ts'
import type { OtherServer } from '../servers/other-server.ts'
import { type Account, invitationBy, makes, newAccount } from './account.ts'
import { type Moment, startCuttingRelay } from './cuttingRelay.ts'

const moments: readonly Moment[] = ['within the literal', 'after the literal', 'before the answer']

describe.each(makes)('on $name', ({ start, drafts }) => {
  let server: OtherServer
  let account: Account

  beforeAll(async () => {
    server = await start()
  })

  afterAll(() => server?.stop())
  afterEach(() => account?.home.remove())

  it.each(moments)('a connection that breaks %s leaves one draft', async (moment) => {
    const relay = await startCuttingRelay(server.imapPort, moment)
    account = newAccount(server, {
      settings: 'policy:\n  settle: 1s\n',
      environment: { IMAP_HOST: '127.0.0.1', IMAP_PORT: String(relay.port), IMAP_SECURITY: 'none' },
    })
    try {
      const { user, poll, arrives, read } = account
      // Courier gives a mailbox its UIDVALIDITY when a client first selects it; until then each look sees another.
      await asUser(server, user, (client) => client.mailboxOpen(drafts))
      await poll()
      await arrives(invitationBy(0))
      await poll()
      expect(relay.cuts()).toBe(1)
      const counts = [(await read(drafts)).length]
      // As long as policy.settle has not passed, it stays open whether the draft is there.
      for (let polls = 0; polls < 10 && counts.at(-1) === 0; polls += 1) {
        await poll()
        counts.push((await read(drafts)).length)
      }
      await poll()
      expect(Math.max(...counts)).toBe(1)
      expect(await read(drafts)).toHaveLength(1)
    } finally {
      await relay.stop()
    }
  })
})
