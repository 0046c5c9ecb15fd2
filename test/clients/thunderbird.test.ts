/** What becomes of a draft in Thunderbird, between two real servers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ingrid } from '../demo/people.ts'
import type { Account } from '../otherServers/account.ts'
import {
  answer,
  arrived,
  invitationOf,
  orjan,
  type Provider,
  relay,
  reply,
  startProvider,
  stateAfterPoll,
  userWithDraft,
  words,
} from './account.ts'
import { keepScreenshot } from './screenshots.ts'
import { startThunderbird, type Thunderbird } from './thunderbird.ts'

let provider: Provider
let user: Account
let thunderbird: Thunderbird

beforeAll(async () => {
  provider = await startProvider()
})

afterAll(() => provider?.stop())

afterEach(async () => {
  await thunderbird?.close()
  user?.home.remove()
})

const startWithDraft = async (invitation: Buffer): Promise<void> => {
  user = await userWithDraft(provider, invitation)
  thunderbird = await startThunderbird(provider, user)
}

describe('a draft in Thunderbird', () => {
  it('with a recipient is opened, edited and sent, and its recipient gets an answer in the thread', async () => {
    await startWithDraft(invitationOf(orjan, 'つながりたい 🌸', { 'Reply-To': relay }))
    const { to, subject, text } = await thunderbird.openDraft()
    expect([to, subject, words(text)]).toEqual([[relay], 'Re: つながりたい 🌸', reply('Hello Ørjan')])
    await thunderbird.write('早安! ')
    await thunderbird.send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, relay, 'Re: つながりたい 🌸', reply('早安! Hello Ørjan')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
  })

  it('for the site shows no recipient, and one cut from the line on leaves the message alone', async () => {
    await startWithDraft(invitationOf(ingrid, 'I want to connect'))
    expect(await thunderbird.openDraft()).toMatchObject({ to: [], subject: 'Re: I want to connect' })
    await keepScreenshot('draft-in-thunderbird', () => thunderbird.screenshot())
    expect(words(await thunderbird.cutFrom('---- 8< ----'))).toBe(reply('Hello Ingrid'))
    await thunderbird.address('ingrid@example.com')
    await thunderbird.send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, 'ingrid@example.com', 'Re: I want to connect', reply('Hello Ingrid')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
  })
})
