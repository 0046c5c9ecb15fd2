/** A connection that breaks in the middle of APPEND, on servers of another make: never a second draft. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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

  it.each(moments)('a connection that breaks %s leaves no second draft', async (moment) => {
    const relay = await startCuttingRelay(server.imapPort, moment)
    account = newAccount(server, {
      settings: 'policy:\n  settle: 1s\n',
      environment: { IMAP_HOST: '127.0.0.1', IMAP_PORT: String(relay.port), IMAP_SECURITY: 'none' },
    })
    try {
      const { poll, arrives, read } = account
      await poll()
      await arrives(invitationBy(0))
      await poll()
      expect(relay.cuts()).toBe(1)
      for (const _ of ['once', 'twice']) {
        await poll()
        expect((await read(drafts)).length).toBeLessThanOrEqual(1)
      }
      if (moment === 'before the answer') expect(await read(drafts)).toHaveLength(1)
    } finally {
      await relay.stop()
    }
  })
})
