/** What becomes of a draft in Alpine, in a terminal, between two real servers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../otherServers/account.ts'
import { asUser } from '../servers/imap-server.ts'
import {
  answer,
  arrived,
  invitationOf,
  leaveDraft,
  newUser,
  orjan,
  type Provider,
  relay,
  reply,
  sakura,
  startProvider,
  stateAfterPoll,
} from './account.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let provider: Provider
let user: Account
let terminal: Terminal

beforeAll(async () => {
  // A Drafts mailbox that the server makes by itself could not be deleted, which Alpine does.
  provider = await startProvider({ drafts: false })
})

afterAll(() => provider?.stop())

afterEach(() => {
  terminal?.close()
  user?.home.remove()
})

const settings = ({ dovecot, smtp }: Provider, { user }: Account): string => {
  const account = `{127.0.0.1:${dovecot.imapPort}/user=${user}/notls}`
  return `personal-name=Rowan Ashby
user-domain=example.org
smtp-server=127.0.0.1:${smtp.port}/user=${user}/notls
inbox-path=${account}INBOX
folder-collections=Mail ${account}[]
postponed-folder=${account}Drafts
default-fcc=${account}Sent
feature-list=disable-password-file-saving
last-version-used=9.99
`
}

const giveDraft = async (invitation: Buffer): Promise<void> => {
  user = newUser(provider)
  await asUser(provider.dovecot, user.user, (client) => client.mailboxCreate('Drafts'))
  await leaveDraft(user, invitation)
}

const giveSecret = async (): Promise<void> => {
  await terminal.shows(/ENTER PASSWORD/u)
  terminal.type('secret')
  terminal.press('Enter')
}

/** Continues the only draft, and gives what the composer shows. */
const recall = async (): Promise<string> => {
  terminal = openTerminal('alpine -p $HOME/pinerc', { files: { pinerc: settings(provider, user) } })
  await giveSecret()
  await terminal.shows(/Folder: INBOX +1 Message/u)
  terminal.press('c')
  await terminal.shows(/Continue postponed composition/u)
  terminal.press('y')
  return terminal.shows(/^Subject : Re:/mu)
}

const send = async (): Promise<void> => {
  terminal.press('C-x')
  await terminal.shows(/Send message\?/u)
  terminal.press('y')
  await giveSecret()
  await expect.poll(async () => (await arrived(provider, user)).messages, { timeout: 60_000 }).toBe(1)
  terminal.press('q')
  await terminal.shows(/Really quit/u)
  terminal.press('y')
  await terminal.ended()
}

describe('a draft in Alpine', () => {
  it('with a recipient is recalled, edited and sent, and its recipient gets an answer in the thread', async () => {
    await giveDraft(invitationOf(orjan, 'つながりたい 🌸', { 'Reply-To': relay }))
    expect(await recall()).toMatch(new RegExp(`^To +: ${relay}\\n[^]*^Subject : Re: つながりたい 🌸\\n`, 'mu'))
    terminal.press('Down')
    terminal.type('Sent')
    await terminal.shows(/^Fcc +: Sent$/mu)
    terminal.press('Down', 'Down', 'Down')
    terminal.type('早安! ')
    await terminal.shows(/^早安! Hello Ørjan,$/mu)
    await send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, relay, 'Re: つながりたい 🌸', reply('早安! Hello Ørjan')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
  })

  it('for the site shows no recipient, and one cut from the line on leaves the message alone', async () => {
    await giveDraft(invitationOf(sakura, 'I want to connect'))
    expect(await recall()).toMatch(/^To +:\s*\n/mu)
    terminal.press('C-x')
    await terminal.shows(/Send message\?/u)
    terminal.press('y')
    await terminal.shows(/No recipients specified/u)
    terminal.type('sakura@example.com')
    terminal.press('Down', 'Down', 'Down', 'Down', 'Down', 'C-w')
    await terminal.shows(/Search:/u)
    terminal.type('8<')
    terminal.press('Enter', 'C-a', 'C-^', 'C-w', 'C-v', 'C-k')
    await terminal.shows(/^Rowan Ashby\s+\^G/mu)
    await send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, 'sakura@example.com', 'Re: I want to connect', reply('Hello')),
    )
  })

  it('that was the last takes Drafts along and leaves no copy: it counts as removed, and Drafts is made again', async () => {
    await giveDraft(invitationOf(orjan, 'I want to connect', { 'Reply-To': relay }))
    await recall()
    await send()
    expect(await stateAfterPoll(user)).toBe('removed')
    expect(await user.read('Drafts')).toEqual([])
  })
})
