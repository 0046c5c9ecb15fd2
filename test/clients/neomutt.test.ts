/** What becomes of a draft in NeoMutt, in a terminal, between two real servers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../otherServers/account.ts'
import {
  answer,
  arrived,
  invitationOf,
  orjan,
  type Provider,
  relay,
  reply,
  sakura,
  startProvider,
  stateAfterPoll,
  userWithDraft,
} from './account.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let provider: Provider
let user: Account
let terminal: Terminal

beforeAll(async () => {
  provider = await startProvider()
})

afterAll(() => provider?.stop())

afterEach(() => {
  terminal?.close()
  user?.home.remove()
})

const settings = ({ dovecot, smtp }: Provider, { user, address }: Account): string => `
set imap_user = ${user}
set imap_pass = secret
set folder = imap://127.0.0.1:${dovecot.imapPort}/
set spoolfile = +INBOX
set postponed = +Drafts
set record = +Sent
set smtp_url = smtp://${user}@127.0.0.1:${smtp.port}
set smtp_pass = secret
set smtp_authenticators = plain
set ssl_starttls = no
set ssl_force_tls = no
set from = "Rowan Ashby <${address}>"
set charset = utf-8
set tmpdir = $HOME
set editor = "sh $HOME/editor %s"
set wait_key = no
unset confirmappend
`

/** Stands for the user's editor: does one thing, shows that it did, and goes at the end of a line. */
const editor = (script: string): string => `sed -i '${script}' "$1" && echo edited && read -r key\n`

/** Recalls the only draft, which NeoMutt gives to the editor first. Gives what the composer then shows. */
const recallAndEdit = async (script: string): Promise<string> => {
  const files = { neomuttrc: settings(provider, user), editor: editor(script) }
  terminal = openTerminal('neomutt -F $HOME/neomuttrc -p', { files })
  await terminal.shows(/^edited$/mu)
  terminal.press('C-j')
  return terminal.shows(/Subject: Re:/u)
}

const send = async (): Promise<void> => {
  terminal.press('y')
  await terminal.ended()
}

describe('a draft in NeoMutt', () => {
  it('with a recipient is recalled, edited and sent, and its recipient gets an answer in the thread', async () => {
    user = await userWithDraft(provider, invitationOf(orjan, 'つながりたい 🌸', { 'Reply-To': relay }))
    const composer = await recallAndEdit('1s/^/早安! /')
    expect(composer).toMatch(new RegExp(`To: ${relay}\\n[^]*Subject: Re: つながりたい 🌸\\n`, 'u'))
    await send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, relay, 'Re: つながりたい 🌸', reply('早安! Hello Ørjan')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
    expect(await user.read('Drafts')).toEqual([])
  })

  it('for the site shows no recipient, and one cut from the line on leaves the message alone', async () => {
    user = await userWithDraft(provider, invitationOf(sakura, 'I want to connect'))
    expect(await recallAndEdit('/^---- 8< ----/,$d')).toMatch(/ To:\s*\n/u)
    terminal.press('y')
    await terminal.shows(/No recipients/u)
    terminal.press('t')
    await terminal.shows(/^To: *$/mu)
    terminal.type('sakura@example.com')
    terminal.press('Enter')
    await terminal.shows(/ To: sakura@example\.com\n/u)
    await send()
    expect(await arrived(provider, user)).toEqual(
      answer(user, 'sakura@example.com', 'Re: I want to connect', reply('Hello')),
    )
    expect(await stateAfterPoll(user)).toBe('sent-by-you')
  })
})
