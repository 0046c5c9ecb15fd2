import { describe, expect, it } from 'vitest'
import type { Level } from '../../src/core/authenticity.ts'
import { recipientFor } from '../../src/core/recipient.ts'
import { invitation, messageOf } from '../support/signing.ts'

const own = ['rowan@example.org', '*@ashby.example']
const relay = '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com'
const levels: readonly Level[] = ['direct', 'signed', 'bound', 'unverified', 'failed']

const recipient = (fields: string, level: Level = 'direct') =>
  recipientFor(messageOf(fields + invitation()), { level, because: '', dnsUnavailable: false }, own)
const to = (replyTo: string, level?: Level) => recipient(`Reply-To: ${replyTo}\n`, level)

describe('a reply goes', () => {
  it.each([`Ingrid Solberg <${relay}>`, relay, `"Solberg, Ingrid" <${relay}>`, `Ingrid Solberg\r\n <${relay}>`])(
    "to LinkedIn's relay: %s",
    (value) => {
      expect(to(value)).toEqual({ kind: 'relay', address: relay })
    },
  )

  it.each(levels)("to LinkedIn's relay at level %s, for there it stays with LinkedIn", (level) => {
    expect(to(relay.toUpperCase(), level)).toEqual({ kind: 'relay', address: relay.toUpperCase() })
  })

  it.each([
    ['direct', 'inviter'],
    ['signed', 'inviter'],
    ['bound', 'inviter'],
    ['unverified', 'on-site'],
    ['failed', 'on-site'],
  ] as const)("to the inviter's own address at level %s: %s", (level, kind) => {
    expect(to('Ingrid <ingrid@example.com>', level)).toMatchObject(
      kind === 'inviter' ? { kind, address: 'ingrid@example.com' } : { kind },
    )
  })

  it.each([
    'norah@example.com',
    'noreplica@example.com',
    'owner@example.com',
    'bouncer@example.com',
    'arnoreply@example.com',
    'people-requests@example.com',
  ])('to people whose name only looks like a robot: %s', (value) => {
    expect(to(value).kind).toBe('inviter')
  })
})

describe('a reply stays on the site', () => {
  it('without a Reply-To: nobody reads invitations@linkedin.com', () => {
    expect(recipient('')).toEqual({ kind: 'on-site', because: 'LinkedIn gave no address to reply to' })
  })

  it.each([
    ['the null address', '<>', 'is the null address'],
    ['the null address with a name', 'Ingrid < >', 'is the null address'],
    ['nothing', '', 'is empty'],
    ['a comment alone', '(Ingrid)', 'is empty'],
    ['two addresses', 'a@example.com, b@example.com', 'names more than one mailbox'],
    ['two addresses in brackets', '<a@example.com> <b@example.com>', 'names more than one mailbox'],
    ['an address before the brackets', 'a@example.com <b@example.com>', 'names more than one mailbox'],
    ['a group', 'people: a@example.com;', 'is a group'],
    ['an empty group', 'people:;', 'is a group'],
    ['a route', '<@b.example:a@example.com>', 'is a group'],
    ['a comma inside the brackets', '<a@example.com,b@example.com>', 'names more than one mailbox'],
    ['a quoted local part', '<"a b"@example.com>', 'has a quoted local part'],
    ['a quoted comma', '"a,b"@example.com', 'has a quoted local part'],
    ['an IP literal', '<a@[192.0.2.1]>', 'has an IP address in the place of a domain'],
    ['an IPv6 literal', 'a@[IPv6:2001:db8::1]', 'has an IP address in the place of a domain'],
    ['a bare IP address', 'a@192.0.2.1', 'has an IP address in the place of a domain'],
    ['a control character', 'a\u0000@example.com', 'holds a control character'],
    ['a quoted string without end', '"Ingrid <a@example.com>', 'without end'],
    ['a Unicode domain', 'a@bücher.example', 'is no plain address'],
    ['a domain of one label', 'a@localhost', 'is no plain address'],
    ['a name alone', 'Ingrid', 'is no plain address'],
    ['LinkedIn itself', 'invitations@linkedin.com', 'reaches nobody'],
    ['LinkedIn in capitals', 'hit@LinkedIn.com', 'reaches nobody'],
    ['another subdomain of LinkedIn', 'm@bounce.linkedin.com', 'reaches nobody'],
    ['below the relay', `${relay.split('@')[0]}@x.reply.linkedin.com`, 'reaches nobody'],
    ['an unknown form of relay', 'inmail@reply.linkedin.com', 'no known form of relay'],
    ['a uuid with more behind it', `${relay.replace('@', '0@')}`, 'no known form of relay'],
    ['an own address', 'Rowan@example.org', 'of yours'],
    ['an own domain', 'any@ashby.example', 'of yours'],
    ...[
      'noreply',
      'no-reply',
      'No_Reply',
      'no.reply',
      'messages-noreply',
      'noreply-12',
      'noreply2',
      'do-not-reply',
      'donotreply',
      'dont.reply',
      'never-reply',
      'nobody',
      'bounce',
      'bounces',
      'postmaster',
      'MAILER-DAEMON',
    ].map((local) => ['an address that nobody reads', `${local}@example.com`, 'nobody reads']),
    ...[
      'owner-people',
      'people-request',
      'people-owner',
      'people-bounces',
      'people-unsubscribe',
      'listserv',
      'majordomo',
      'mailman',
      'people-bounces+rowan=example.org',
    ].map((local) => ['a list', `${local}@example.com`, 'mailing list']),
  ])('when Reply-To names %s: %s', (_, value = '', because = '') => {
    expect(to(value)).toEqual({ kind: 'on-site', because: expect.stringContaining(because) })
  })

  it('when Reply-To is where the list is posted to', () => {
    const fields = 'List-Post: <mailto:People@example.com>\nReply-To: people@example.com\n'
    expect(recipient(fields)).toMatchObject({ kind: 'on-site', because: 'its Reply-To is a mailing list' })
  })

  it.each(['unverified', 'failed'] as const)('when it names a person at level %s', (level) => {
    expect(to('Ingrid <ingrid@example.com>', level)).toEqual({
      kind: 'on-site',
      because: 'ingrid@example.com stands there, but nothing proves that LinkedIn wrote it',
    })
  })

  it('when there are two Reply-To fields', () => {
    const twice = recipient(`Reply-To: ${relay}\nReply-To: ${relay}\n`)
    expect(twice).toEqual({ kind: 'on-site', because: 'it has 2 Reply-To fields' })
  })
})
