import { expect } from 'vitest'
import { fieldValues } from '../../src/core/message.ts'
import { parse } from '../../src/io/parse.ts'
import { cardFrom, type Inviter, textAndHtml } from '../demo/cards.ts'
import { type Fields, withFields } from '../demo/fields.ts'
import { type Account, newAccount } from '../otherServers/account.ts'
import { type Dovecot, startDovecot } from '../servers/dovecot.ts'
import { type Smtp, startSmtp } from '../servers/smtp.ts'
import { jsonLines } from '../support/program.ts'

/** Where the user's drafts lie, and where the user's client sends; both are asked without TLS. */
export interface Provider {
  readonly dovecot: Dovecot
  readonly smtp: Smtp
  stop(): Promise<void>
}

export const startProvider = async (options: { readonly drafts?: boolean } = {}): Promise<Provider> => {
  const [dovecot, smtp] = await Promise.all([startDovecot(options), startSmtp({ security: 'none' })])
  const stop = async (): Promise<void> => {
    await Promise.all([dovecot.stop(), smtp.stop()])
  }
  return { dovecot, smtp, stop }
}

export const relay = '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com'

/** Letters that mail has to encode, in the name and in the greeting. */
export const orjan: Inviter = {
  name: 'Ørjan Dvořák',
  vanity: 'orjan-dvorak-7e19c0b42',
  invitationId: '7360377120954937401',
  headline: 'Fartøy og kjøling | 冷凍船',
  location: 'Tromsø',
  work: 'Skipper from Example Rederi',
}

/** A name that tells no first name that one could greet by. */
export const sakura: Inviter = {
  name: '佐藤 さくら',
  vanity: 'sakura-sato-5b20d8f11',
  invitationId: '7360377120954937402',
  headline: '調達 | コールドチェーン',
  location: '大阪',
  work: 'Buyer from Example Foods',
}

const notification = '<863396117.6937777.1762243948131@lva1-app100614.prod.linkedin.com>'

const encodedWord = (words: string): string => `=?UTF-8?B?${Buffer.from(words).toString('base64')}?=`

/** Today's invitation without a note, under a subject of the test's own. */
export const invitationOf = (inviter: Inviter, subject: string, fields: Fields = {}): Buffer =>
  withFields(cardFrom(textAndHtml, inviter), {
    From: `${encodedWord(inviter.name)} <invitations@linkedin.com>`,
    Subject: encodedWord(subject),
    'Message-ID': notification,
    ...fields,
  })

/** A user whom the program serves, as far as its settings go. */
export const newUser = ({ dovecot }: Provider): Account =>
  newAccount({ ...dovecot, security: 'tls', port: dovecot.imapsPort, addUser: () => {} })

/** The invitation arrives, and the program leaves its reply in Drafts. */
export const leaveDraft = async (user: Account, invitation: Buffer): Promise<void> => {
  await user.arrives(invitation)
  const { stdout } = await user.home.run(['poll', '--since', '1d'])
  expect(stdout).toContain('1 seen, 1 draft')
}

export const userWithDraft = async (provider: Provider, invitation: Buffer): Promise<Account> => {
  const user = newUser(provider)
  await leaveDraft(user, invitation)
  return user
}

/** What the program says of the one invitation, after it has polled. */
export const stateAfterPoll = async ({ home, poll }: Account): Promise<unknown> => {
  expect((await poll()).code).toBe(0)
  const [told] = jsonLines((await home.run(['status', '--json'])).stdout)
  const { accounts } = told as { accounts: { entries: { state: string }[] }[] }
  return accounts[0]?.entries[0]?.state
}

/** Clients break lines as they like, and say so (RFC 3676) or not. */
export const words = (text: string): string => text.replace(/\s+/gu, ' ').trim()

/** Whoever reads one of these fields takes the message for a machine's, or learns which program was at work. */
const telling = /^(?:auto-submitted|precedence|x-(?!sender$).*)$/iu

/** What arrived of the user's draft, as its recipient sees it. */
export const arrived = async ({ smtp }: Provider, { user }: Account) => {
  const taken = smtp.messages.filter((one) => one.user === user)
  const message = await parse(taken[0]?.bytes ?? Buffer.alloc(0))
  return {
    messages: taken.length,
    envelope: taken[0]?.to,
    to: message.to.map(({ address }) => address),
    from: message.from,
    subject: message.subject,
    inReplyTo: fieldValues(message, 'In-Reply-To'),
    references: fieldValues(message, 'References'),
    telling: message.fields.map(({ name }) => name).filter((name) => telling.test(name)),
    text: words(message.text ?? ''),
    html: message.html,
  }
}

/** The same, when the user wrote this before the reply and sent it to this address, and the client did as it should. */
export const answer = (
  user: Account,
  to: string,
  subject: string,
  text: string,
): Awaited<ReturnType<typeof arrived>> => ({
  messages: 1,
  envelope: [to],
  to: [to],
  from: [{ name: 'Rowan Ashby', address: user.address }],
  subject,
  inReplyTo: [notification],
  references: [notification],
  telling: [],
  text,
  html: null,
})

/** The shipped template, filled in. */
export const reply = (greeting: string): string =>
  `${greeting}, Thank you for your invitation to connect on LinkedIn. I only connect with people I know; could you help me ` +
  'recall where we might have met? A line or two is plenty, and I would be glad to hear from you. Kind regards Rowan Ashby'
