/**
 * What forgers, lists, bounces and forwarders make of a genuine invitation, as real bytes through parser, verification
 * and rules. Each row is silence with its reason, or the draft that the facts allow.
 */
import { describe, expect, it } from 'vitest'
import { becauseOf, judge, type Mailbox, verdictOf } from '../support/judge.ts'
import { eml } from '../support/mail.ts'
import { invitation, linkedInSigns, marks, type Signing, signed } from '../support/signing.ts'

const genuine = invitation()
const relay = 'Reply-To: Ingrid Solberg <0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com>\n'
const eve = 'Reply-To: eve@evil.test\n'
const type = /^Content-Type:.*\n.*\n/m.exec(genuine)?.[0] ?? ''

/** Fields on top of the message, as the last server, or a replayer, puts them. */
const above = (fields: string, raw = genuine) => `${fields.trimEnd()}\n${raw}`
const gmail = (raw: string) => above(marks('01-gmail'), raw)
/** The signed message forwarded by way of another server: the signature holds, SPF does not. */
const replayed = (raw: string) => above(marks('11-forwarded'), raw)
const from = (value: string, raw = genuine) => raw.replace(/^From:.*$/m, `From: ${value}`)
const to = (value: string, raw = genuine) => raw.replace(/^To:.*$/m, `To: ${value}`)
const within = (field: string, raw = genuine) => raw.replace(/^Subject:/m, `${field.trimEnd()}\nSubject:`)

/** As the marks of provider one to six, with verdicts of the sender's choice. */
const stamp = (id: string, results: string) => `Authentication-Results: ${id === '' ? '' : `${id}; `}${results}\n`
const allPass =
  'dkim=pass header.d=linkedin.com header.i=@linkedin.com; spf=pass smtp.mailfrom=m-abc@bounce.linkedin.com; dmarc=pass header.from=linkedin.com'
const allFail = 'dkim=none; spf=fail smtp.mailfrom=x@evil.test; dmarc=fail (p=reject) header.from=linkedin.com'

type Row = readonly [name: string, raw: string | Promise<string>, verdict: string, level: string, because: string]

const holds = async ([, raw, verdict, level, because]: Row, mailbox: Mailbox = {}): Promise<void> => {
  const assessed = await judge(await raw, mailbox)
  expect([verdictOf(assessed), assessed.authenticity.level]).toEqual([verdict, level])
  expect(becauseOf(assessed)).toContain(because)
}

/** A mailbox of a server of one's own, where nothing is trusted but a signature verified here. */
const selfHosted: Mailbox = { host: 'mail.example.org' }

it.each<Row>([
  ['at Gmail', gmail(genuine), 'reply', 'direct', 'straight from LinkedIn'],
  ['with a relay to reply to', gmail(above(relay)), 'reply', 'direct', 'straight from LinkedIn'],
  ['forwarded from another own mailbox', replayed(genuine), 'reply', 'bound', 'its way here'],
])('the genuine invitation is answered %s', (...row) => holds(row))

describe('a replay of the signed message', () => {
  it.each<Row>([
    ['as it was', signed(genuine), 'reply', 'bound', 'signed it'],
    ['with an added Reply-To', signed(genuine).then((raw) => above(eve, raw)), 'reply', 'bound', 'nor its Reply-To'],
    [
      'with a Reply-To that LinkedIn did not sign, replaced',
      signed(within(relay)).then((raw) => raw.replace(/^Reply-To:.*$/m, eve.trimEnd())),
      'reply',
      'bound',
      'nor its Reply-To',
    ],
    [
      'with a Reply-To that LinkedIn signed, replaced',
      signed(within(relay), { fields: `${linkedInSigns}:Reply-To` }).then((raw) =>
        raw.replace(/^Reply-To:.*$/m, eve.trimEnd()),
      ),
      'unverified',
      'unverified',
      'does not fit',
    ],
    [
      'with a second Reply-To on top',
      signed(within(relay)).then((raw) => above(eve, raw)),
      'forged',
      'failed',
      '2 Reply-To',
    ],
    [
      'with a second Reply-To below',
      signed(within(relay)).then((raw) => within(eve, raw)),
      'forged',
      'failed',
      '2 Reply-To',
    ],
    [
      'with a second From on top',
      signed(genuine).then((raw) => above('From: x@evil.test', raw)),
      'forged',
      'failed',
      '2 From',
    ],
    [
      'with a second To on top',
      signed(genuine).then((raw) => above('To: rowan@example.org', raw)),
      'forged',
      'failed',
      '2 To',
    ],
    [
      'with another template on top, which the signature does not see',
      signed(genuine).then((raw) => above('X-LinkedIn-Template: M2M_Invitation', raw)),
      'forged',
      'failed',
      '2 X-LinkedIn-Template',
    ],
    [
      'with another Content-Type on top, which shows another body',
      signed(genuine).then((raw) => above(type.replace('alternative', 'mixed'), raw)),
      'forged',
      'failed',
      '2 Content-Type',
    ],
    [
      'with another body',
      signed(genuine).then((raw) => raw.replaceAll('Procurement', 'Promotion')),
      'unverified',
      'unverified',
      'does not fit',
    ],
    ['to someone else', signed(to('Eve <eve@evil.test>')), 'not-addressed-to-you', 'bound', 'eve@evil.test'],
    [
      'with To put right',
      signed(to('Eve <eve@evil.test>')).then((raw) => to('rowan@example.org', raw)),
      'unverified',
      'unverified',
      'does not fit',
    ],
    ['a month later', signed(genuine.replace('04 Nov 2025', '04 Oct 2025')), 'too-old', 'bound', 'policy.maxAgeDays'],
  ])('%s', (...row) => holds(row, selfHosted))

  it('sends nothing to the address that was put in: at most a draft shows it', async () => {
    const { recipient, onlyDraft } = await judge(above(eve, await signed(genuine)), selfHosted)
    expect(recipient).toEqual({ kind: 'inviter', address: 'eve@evil.test' })
    expect(onlyDraft).toEqual(['its level is bound; only direct and signed are proof enough to send'])
  })
})

describe('a signature that is worth nothing', () => {
  const resigned = (signing: Signing) => signed(genuine, signing)

  it.each<Row>([
    ['limits the body with l=', resigned({ bodyLength: 200 }), 'unverified', 'unverified', 'does not fit'],
    ['has expired', resigned({ expires: new Date(Date.UTC(2025, 10, 5)) }), 'unverified', 'unverified', 'does not fit'],
    ['rests on SHA-1', resigned({ algorithm: 'rsa-sha1' }), 'unverified', 'unverified', 'does not fit'],
    ['leaves From out', resigned({ fields: 'To:Subject:Date' }), 'unverified', 'unverified', 'does not fit'],
    ['is of evil.test', resigned({ domain: 'evil.test' }), 'unverified', 'unverified', 'no trusted server'],
    [
      'is of a sending host of LinkedIn',
      resigned({ domain: 'mailb.linkedin.com' }),
      'unverified',
      'unverified',
      'no trusted',
    ],
    ['is of a look-alike', resigned({ domain: 'linkedln.com' }), 'unverified', 'unverified', 'no trusted'],
    ['is not there', genuine, 'unverified', 'unverified', 'no trusted server and no signature'],
  ])('%s', (...row) => holds(row, selfHosted))

  it('is a draft where the user asked for one, which is never sent', async () => {
    const assessed = await judge(genuine, { ...selfHosted, policy: { unverified: 'draft' } })
    expect(verdictOf(assessed)).toBe('reply')
    expect(assessed.onlyDraft.join()).toContain('level is unverified')
  })
})

describe('a From that is not LinkedIn’s', () => {
  it.each([
    ['stands above a genuine one', above('From: Eve <x@evil.test>'), '2 From fields'],
    ['stands below a genuine one', within('From: Eve <x@evil.test>'), '2 From fields'],
    ['follows an address in brackets', from('<invitations@linkedin.com> <x@evil.test>'), 'more than one mailbox'],
    ['precedes an address in brackets', from('<x@evil.test> <invitations@linkedin.com>'), 'more than one mailbox'],
    ['follows an address without brackets', from('invitations@linkedin.com <x@evil.test>'), 'more than one mailbox'],
    ['is one of a list', from('invitations@linkedin.com, x@evil.test'), 'more than one mailbox'],
    ['is a group', from('LinkedIn: invitations@linkedin.com;'), 'its From is a group'],
    ['is a group round brackets', from('LinkedIn: <invitations@linkedin.com>, <x@evil.test>;'), 'its From is a group'],
    ['is a route', from('<@linkedin.com:x@evil.test>'), 'its From is a group'],
    ['is at linkedln.com', from('LinkedIn <invitations@linkedln.com>'), 'at linkedln.com, not'],
    [
      'is at linkedin.com.evil.test',
      from('LinkedIn <invitations@linkedin.com.evil.test>'),
      'at linkedin.com.evil.test',
    ],
    ['is at linkedin.co', from('LinkedIn <invitations@linkedin.co>'), 'at linkedin.co, not'],
    ['is at a subdomain made of dashes', from('LinkedIn <invitations@mail-linkedin.com>'), 'at mail-linkedin.com'],
    ['is at a Punycode look-alike', from('LinkedIn <invitations@xn--lnkedin-q4a.com>'), 'at xn--lnkedin-q4a.com'],
    ['is at a Unicode look-alike', from('LinkedIn <invitations@lınkedin.com>'), 'no plain address'],
    ['is at a Cyrillic look-alike', from('LinkedIn <invitations@linkеdin.com>'), 'no plain address'],
    ['ends with a dot', from('LinkedIn <invitations@linkedin.com.>'), 'no plain address'],
    ['has linkedin.com in its name alone', from('"Ingrid via linkedin.com" <x@evil.test>'), 'at evil.test'],
    ['has the address for a name', from('"invitations@linkedin.com" <x@evil.test>'), 'at evil.test'],
    [
      'has the address for an encoded name',
      from('=?utf-8?Q?invitations=40linkedin=2Ecom?= <x@evil.test>'),
      'at evil.test',
    ],
    ['is called LinkedIn', from('LinkedIn <no-reply@evil.test>'), 'at evil.test'],
    ['hides behind a comment', from('invitations@linkedin.com (<x@evil.test>'), 'without end'],
    ['is in a comment', from('(invitations@linkedin.com) x@evil.test'), 'at evil.test'],
    ['has an IP address for a domain', from('LinkedIn <invitations@[192.0.2.1]>'), 'an IP address'],
    ['has the domain in its local part', from('LinkedIn <"invitations@linkedin.com"@evil.test>'), 'quoted local part'],
    ['holds a control character', from('LinkedIn <invitations@linkedin.com\u0007>'), 'control character'],
    ['is the marketing host', from('LinkedIn <news@e.linkedin.com>'), 'at e.linkedin.com'],
    ['is missing', genuine.replace(/^From:.*\n/m, ''), 'no From field'],
  ])('%s', async (name, raw, because) => {
    await holds([name, gmail(raw), 'forged', 'failed', because])
    await holds([name, raw, 'forged', 'failed', because], selfHosted)
  })

  it.each([
    ['copied template fields', from('LinkedIn <invite@evil.test>')],
    [
      'the sender and the trace of LinkedIn besides',
      above(
        'Sender: m-abc@bounce.linkedin.com\nReceived: from maila-fe.linkedin.com (maila-fe.linkedin.com [108.174.3.171]) by mx.google.com',
        from('LinkedIn <invite@evil.test>'),
      ),
    ],
  ])('stays evil.test’s, though it passes every check there, with %s', (name, raw) => {
    const evil = stamp(
      'mx.google.com',
      'dkim=pass header.i=@evil.test; spf=pass smtp.mailfrom=x@evil.test; dmarc=pass header.from=evil.test',
    )
    return holds([name, above(evil, raw), 'forged', 'failed', 'its From is at evil.test'])
  })
})

describe('a Reply-To that LinkedIn would not write makes the message forged', () => {
  it.each([
    ['a group', 'Reply-To: all: a@example.com, b@example.com;', 'its Reply-To is a group'],
    ['an empty group', 'Reply-To: nobody:;', 'its Reply-To is a group'],
    ['two addresses', 'Reply-To: a@example.com, eve@evil.test', 'more than one mailbox'],
    ['two addresses in brackets', 'Reply-To: <a@example.com> <eve@evil.test>', 'more than one mailbox'],
    ['nobody', 'Reply-To: <>', 'the null address'],
    ['a quoted local part', 'Reply-To: <"a,eve@evil.test,"@example.com>', 'quoted local part'],
    ['an IP literal', 'Reply-To: <eve@[IPv6:2001:db8::1]>', 'an IP address'],
  ])('%s', (name, field, because) => holds([name, gmail(within(field)), 'forged', 'failed', because]))
})

describe('forged Authentication-Results', () => {
  const places: readonly (readonly [string, string, string])[] = [
    ['Gmail', 'imap.gmail.com', 'mx.google.com'],
    ['iCloud', 'imap.mail.me.com', 'dmarc.icloud.com'],
    ['Yahoo', 'imap.mail.yahoo.com', 'atlas-production.v2-mail-prod1-gq1.omega.yahoo.com'],
    ['Fastmail', 'imap.fastmail.com', 'mx3.messagingengine.com'],
    ['Proton', '127.0.0.1', 'mail.protonmail.ch'],
    ['IONOS', 'imap.ionos.de', 'kundenserver.de'],
    ['Microsoft', 'outlook.office365.com', ''],
  ]
  const named = places.filter(([, , id]) => id !== '')

  it.each(places)('lie below the true one at %s', (name, host, id) =>
    holds([name, above(stamp(id, allFail) + stamp(id, allPass)), 'forged', 'failed', 'dmarc=fail'], { host }),
  )

  it.each(named)('lie above the true one, in its own name, at %s', (name, host, id) =>
    holds([name, above(stamp(id, allPass) + stamp(id, allFail)), 'forged', 'failed', 'dmarc=fail'], { host }),
  )

  it.each(places)('of a stranger lie above the true one at %s', (name, host, id) =>
    holds(
      [name, above(stamp('mx.evil.test', allPass) + stamp(id, allPass)), 'unverified', 'unverified', 'no trusted'],
      { host },
    ),
  )

  it.each(places)('of a stranger lie below the true one at %s', (name, host, id) => {
    const fields = stamp(id, 'dkim=none') + stamp('mx.evil.test', allPass)
    return holds([name, above(fields), 'unverified', 'unverified', 'no trusted'], { host })
  })

  it.each(places)('of another provider, and none of one’s own, at %s', async (name, host, id) => {
    const others = places.filter(([, , other]) => other !== id)
    for (const [, , other] of others)
      await holds([name, above(stamp(other, allPass)), 'unverified', 'unverified', 'no trusted'], { host })
  })

  it.each(places)('in the copies that count for nothing, at %s', (name, host, id) => {
    const copies = [
      `ARC-${stamp('i=1', `${id}; ${allPass}`)}`,
      `X-MS-Exchange-${stamp(id, allPass)}`,
      `X-${stamp(id, allPass)}`,
      stamp(id, allPass).replace(':', '-Original:'),
    ]
    return holds([name, above(copies.join('')), 'unverified', 'unverified', 'no trusted'], { host })
  })

  it.each([
    [
      'for another domain',
      'dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=x@evil.test; dmarc=pass header.from=evil.test',
    ],
    [
      'of dkim for evil.test, with From at linkedin.com',
      'dkim=pass header.d=evil.test; dmarc=pass header.from=linkedin.com',
    ],
    ['of spf for evil.test', 'spf=pass smtp.mailfrom=x@evil.test; dmarc=pass header.from=linkedin.com'],
    ['for a look-alike', 'dkim=pass header.d=linkedin.com.evil.test; spf=pass smtp.mailfrom=x@linkedin.com.evil.test'],
    [
      'that a sender wrote into a comment',
      'spf=pass (x@evil.test; dkim=pass header.d=linkedin.com) smtp.mailfrom=x@evil.test',
    ],
  ])('are no pass %s', (name, results) =>
    holds([name, above(stamp('mx.google.com', results)), 'unverified', 'unverified', 'no trusted']),
  )

  it.each([
    [
      'its DMARC fails',
      'dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=x@evil.test; dmarc=fail header.from=linkedin.com',
    ],
    ['nothing passes', allFail],
  ])('do not save a message when %s', (name, results) =>
    holds([
      name,
      above(stamp('mx.google.com', results) + stamp('mx.evil.test', allPass)),
      'forged',
      'failed',
      'dmarc=fail',
    ]),
  )
})

describe('mail that carries a genuine invitation', () => {
  const [, body = ''] = genuine.split(/\n\n([\s\S]*)/)
  const letter = (fields: string) =>
    `${fields.trimEnd()}\nTo: Rowan Ashby <rowan@example.org>\nDate: Tue, 04 Nov 2025 09:00:00 +0000\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\n`
  const inline = (fields: string) => `${letter(fields)}${type}\n${body}`
  const attached = (fields: string, kind = 'multipart/mixed') =>
    `${letter(fields)}Content-Type: ${kind}; boundary="outer"\n\n--outer\nContent-Type: text/plain\n\nWhat do you make of this?\n--outer\nContent-Type: message/rfc822\n\n${genuine}\n--outer--\n`
  const person = 'From: Clara Barlowe <clara@example.com>\nSubject: Fwd: I want to connect'

  it.each<Row>([
    ['inline, from a person', inline(person), 'forged', 'failed', 'its From is at example.com'],
    ['attached, from a person', attached(person), 'other', 'failed', 'not from linkedin.com'],
    [
      'inline, in a newsletter',
      inline('From: News <news@example.com>\nSubject: How invitations look\nList-Id: <news.example.com>'),
      'forged',
      'failed',
      'its From is at example.com',
    ],
    [
      'in a bounce',
      attached(
        'Return-Path: <>\nFrom: MAILER-DAEMON@example.com\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied',
        'multipart/report; report-type=delivery-status',
      ),
      'other',
      'failed',
      'not from linkedin.com',
    ],
    [
      'in a bounce that quotes it inline',
      inline('Return-Path: <>\nFrom: MAILER-DAEMON@example.com\nSubject: Returned mail'),
      'forged',
      'failed',
      'its From is at example.com',
    ],
    [
      'in an automatic reply',
      inline('From: Clara Barlowe <clara@example.com>\nSubject: Re: I want to connect\nAuto-Submitted: auto-replied'),
      'forged',
      'failed',
      'its From is at example.com',
    ],
    [
      'attached, in LinkedIn’s name and unsigned',
      attached('From: LinkedIn <invitations@linkedin.com>\nSubject: I want to connect'),
      'unrecognised',
      'unverified',
      'no link to accept',
    ],
  ])('%s', (...row) => holds(row, { ...selfHosted, authservIds: ['mail.example.org'] }))
})

describe('an invitation that was not written to the user', () => {
  const straight = (raw: string) => gmail(raw)

  it.each<Row>([
    ['is to someone else', straight(to('Eve <eve@example.com>')), 'not-addressed-to-you', 'direct', 'eve@example.com'],
    [
      'has the user in Cc alone',
      straight(within('Cc: rowan@example.org', to('Eve <eve@example.com>'))),
      'not-addressed-to-you',
      'direct',
      'eve@example.com',
    ],
    [
      'has the user in the name of To alone',
      straight(to('"rowan@example.org" <eve@example.com>')),
      'not-addressed-to-you',
      'direct',
      'eve',
    ],
    [
      'is to a look-alike of the user',
      straight(to('rowan@example.org.evil.test')),
      'not-addressed-to-you',
      'direct',
      'evil',
    ],
    [
      'is to undisclosed recipients',
      straight(to('undisclosed-recipients:;')),
      'not-addressed-to-you',
      'direct',
      'nobody',
    ],
    [
      'came over a list that names itself',
      straight(within('List-Id: <people.example.com>')),
      'list-mail',
      'direct',
      'List-Id',
    ],
    [
      'came over a list that is posted to',
      straight(within('List-Post: <mailto:people@example.com>')),
      'list-mail',
      'direct',
      'List-Post',
    ],
    [
      'came over a list that took posts from nobody',
      straight(within('List-Post: NO')),
      'list-mail',
      'direct',
      'List-Post',
    ],
  ])('%s', (...row) => holds(row))

  it('is one although others stand beside the user', () =>
    holds(['', gmail(within('Cc: eve@example.com')), 'reply', 'direct', 'straight from LinkedIn']))
})

it('an invitation whose sender set a Reply-To of one’s own is answered on the site', async () => {
  const { recipient } = await judge(gmail(within('Reply-To: Rowan <rowan@example.org>')))
  expect(recipient).toEqual({ kind: 'on-site', because: 'its Reply-To is an address of yours' })
})

it('the same holds for the html of the other samples, signed by nobody', async () => {
  for (const name of ['2025_en_invite-no-note_card', '2016-05_en_invite-no-note_2', '2011-09_en_invite-no-note']) {
    expect((await judge(eml(name), selfHosted)).authenticity.level).not.toMatch(/direct|signed|bound/)
    expect(verdictOf(await judge(from('Eve <eve@evil.test>', eml(name).toString()), selfHosted))).toBe('forged')
  }
})
