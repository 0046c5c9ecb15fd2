/** What becomes of a draft in Roundcube: a browser, a webmail and two real servers. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ingrid } from '../demo/people.ts'
import type { Account } from '../otherServers/account.ts'
import { type Roundcube, startRoundcube } from '../servers/roundcube.ts'
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
import { logIn, phone, startBrowser, type Webmail } from './webmail.ts'

let provider: Provider
let roundcube: Roundcube
let browser: Browser
let user: Account
let webmail: Webmail

beforeAll(async () => {
  provider = await startProvider()
  roundcube = await startRoundcube(provider.dovecot, provider.smtp)
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  await roundcube?.stop()
  await provider?.stop()
})

afterEach(async () => {
  await webmail?.close()
  user?.home.remove()
})

const logInWithDraft = async (invitation: Buffer): Promise<void> => {
  user = await userWithDraft(provider, invitation)
  webmail = await logIn(browser, roundcube, user)
}

const onSite = invitationOf(ingrid, 'I want to connect')

/** How far what bears the draft, the page or the field, and whatever is in it reach beyond the screen. */
const overflow = (bearer: string): Promise<number> =>
  webmail.page.evaluate(`Math.max(...[...document.querySelectorAll('html, ${bearer}, ${bearer} *')].map((one) =>
    Math.max(one.scrollWidth - one.clientWidth, one.getBoundingClientRect().right - innerWidth) * (one.clientWidth && 1)))`)

describe('a draft in Roundcube', () => {
  it('with a recipient is opened, edited and sent, and its recipient gets an answer in the thread', async () => {
    await logInWithDraft(invitationOf(orjan, 'つながりたい 🌸', { 'Reply-To': relay }))
    const [row] = await webmail.drafts()
    expect(row).toMatch(new RegExp(`${relay}[^]*Re: つながりたい 🌸`, 'u'))
    const composer = await webmail.openDraft()
    const { to, subject, text } = await composer.shown()
    expect([to.replace(/, *$/u, ''), subject, words(text)]).toEqual([
      relay,
      'Re: つながりたい 🌸',
      reply('Hello Ørjan'),
    ])
    await composer.write('早安! ')
    await composer.send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, relay, 'Re: つながりたい 🌸', reply('早安! Hello Ørjan')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
    expect(await user.read('Drafts')).toEqual([])
  })

  it('for the site shows no recipient, and one cut from the line on leaves the message alone', async () => {
    await logInWithDraft(onSite)
    const composer = await webmail.openDraft()
    const { to, subject, text } = await composer.shown()
    expect([to, subject]).toEqual(['', 'Re: I want to connect'])
    expect(text.match(/^---- 8< ----.*$/gmu)).toHaveLength(1)
    await keepScreenshot('draft-in-roundcube', () => webmail.page.screenshot())
    await composer.cutFrom('---- 8< ----')
    expect(words((await composer.shown()).text)).toBe(reply('Hello Ingrid'))
    expect(await composer.refusal()).toContain('enter at least one recipient')
    await composer.address('ingrid@example.com')
    await composer.send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, 'ingrid@example.com', 'Re: I want to connect', reply('Hello Ingrid')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
  })

  it('can be read on a phone without moving it sideways', async () => {
    await logInWithDraft(onSite)
    await webmail.openDraft()
    await webmail.page.setViewportSize(phone)
    expect(await overflow('#composebody')).toBeLessThanOrEqual(0)
    await keepScreenshot('draft-on-a-phone', () => webmail.page.screenshot())
    const [draft] = await user.read('Drafts')
    await webmail.readDraft(draft?.uid ?? 0)
    expect(await overflow('#messagebody')).toBeLessThanOrEqual(0)
  })

  it('that is edited and saved is the user’s own, and one that is deleted is not made again', async () => {
    await logInWithDraft(onSite)
    const composer = await webmail.openDraft()
    await composer.write('Good morning! ')
    await composer.save()
    expect(await stateAfterPoll(user)).toBe('edited')
    await webmail.deleteDraft()
    expect(await stateAfterPoll(user)).toBe('removed')
    expect(await user.read('Drafts')).toEqual([])
  })
})
