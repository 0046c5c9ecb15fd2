import { describe, expect, it } from 'vitest'
import { authenticity, needsSignatures, type VerifiedSignature } from '../../src/core/authenticity.ts'
import { trustFor } from '../../src/core/providers.ts'
import type { TrustedServers } from '../../src/core/providerTable.ts'
import { verifySignatures } from '../../src/io/signatures.ts'
import { denyAll, invitation, marks, messageOf, signed, testResolver } from '../support/signing.ts'

const gmail = trustFor('imap.gmail.com', 'auto')
const own = trustFor('mail.example.org', ['mail.example.org'])
const nobody = trustFor('mail.example.org', 'auto')

const over = (fields: string, message = invitation()) =>
  messageOf(fields === '' ? message : `${fields.trimEnd()}\n${message}`)
const without = (name: string) => invitation().replace(new RegExp(`^${name}:.*\n(?:[ \t].*\n)*`, 'm'), '')
const withField = (name: string, value: string) => without(name).replace('From:', `${name}: ${value}\nFrom:`)
const from = (value: string) => invitation().replace(/^From:.*$/m, `From: ${value}`)
const replyTo = 'Reply-To: Ingrid Solberg <0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com>'

/** A field of the account's own server. */
const says = (results: string, id = 'mail.example.org') => `Authentication-Results: ${id}; ${results}\n`
const level = (fields: string, trust: TrustedServers = own, message = invitation()) =>
  authenticity(over(fields, message), trust, null).level

const straight =
  'dkim=pass header.d=linkedin.com; spf=pass smtp.mailfrom=m@bounce.linkedin.com; dmarc=pass header.from=linkedin.com'
const onlyDkim = 'dkim=pass header.d=linkedin.com header.s=sel'

const allSigned = ['from', 'to', 'subject', 'date', 'reply-to']
const signature = (change: Partial<VerifiedSignature> = {}): VerifiedSignature => ({
  domain: 'linkedin.com',
  result: 'pass',
  signedFields: ['from', 'subject', 'mime-version', 'content-type', 'to', 'date'],
  partial: false,
  ...change,
})

describe("today's invitation", () => {
  it.each([
    ['01-gmail', 'imap.gmail.com', 'direct'],
    ['02-microsoft', 'outlook.office365.com', 'direct'],
    ['03-icloud', 'imap.mail.me.com', 'direct'],
    ['04-yahoo', 'imap.mail.yahoo.com', 'direct'],
    ['04-yahoo', 'imap.aol.com', 'direct'],
    ['05-fastmail', 'imap.fastmail.com', 'direct'],
    ['06-proton-bridge', '127.0.0.1', 'direct'],
    ['07-opendkim-opendmarc', 'mail.example.org', 'direct'],
    ['08-rspamd', 'mail.example.org', 'direct'],
    ['09-ionos', 'imap.ionos.de', 'bound'],
    ['11-forwarded', 'imap.gmail.com', 'bound'],
  ])('marked as in %s, fetched from %s, is %s', (name, host, expected) => {
    const trust = trustFor(host, host === 'mail.example.org' ? ['mail.example.org'] : 'auto')
    const message = over(marks(name))
    expect(authenticity(message, trust, null)).toMatchObject({ level: expected, dnsUnavailable: false })
    expect(needsSignatures(message, trust)).toBe(false)
  })

  it.each(['07-opendkim-opendmarc', '08-rspamd', '10-bare-postfix'])(
    'marked as in %s, where no authserv-id is configured, is bound by its own signature',
    async (name) => {
      const raw = marks(name) + (await signed(invitation()))
      const message = messageOf(raw)
      expect(needsSignatures(message, nobody)).toBe(true)
      const signatures = await verifySignatures(testResolver)(Buffer.from(raw))
      expect(authenticity(message, nobody, signatures).level).toBe('bound')
      expect(authenticity(message, nobody, null).level).toBe('unverified')
    },
  )

  it.each([
    ['02-microsoft', gmail],
    ['01-gmail', trustFor('outlook.office365.com', 'auto')],
    ['06-proton-bridge', nobody],
    ['05-fastmail', trustFor('imap.fastmail.com', ['mx.example.org'])],
  ])('marked as in %s is unverified at another provider', (name, trust) => {
    expect(level(marks(name), trust)).toBe('unverified')
  })
})

describe('a header that LinkedIn would not write', () => {
  it.each([
    ['two From fields', `From: Eve <eve@evil.test>\n${invitation()}`, 'it has 2 From fields'],
    [
      'two From fields, one of them with a blank before its colon',
      `From : Eve <eve@evil.test>\n${invitation()}`,
      '2 From',
    ],
    ['no From field', without('From'), 'it has no From field'],
    ['two To fields', `To: eve@evil.test\n${invitation()}`, '2 To'],
    ['no To field', without('To'), 'no To'],
    ['two Subject fields', `subject: Hi\n${invitation()}`, '2 Subject'],
    ['no Subject field', without('Subject'), 'no Subject'],
    ['two Date fields', `DATE: Tue, 04 Nov 2025 08:12:28 +0000\n${invitation()}`, '2 Date'],
    ['no Date field', without('Date'), 'no Date'],
    ['two Message-ID fields', `Message-Id: <a@evil.test>\n${invitation()}`, '2 Message-ID'],
    ['no Message-ID field', without('Message-ID'), 'no Message-ID'],
    ['two Reply-To fields', `Reply-To: eve@evil.test\n${replyTo}\n${invitation()}`, '2 Reply-To'],
    ['two templates', `X-LinkedIn-Template: M2M_Invitation\n${invitation()}`, '2 X-LinkedIn-Template'],
    ['two Content-Type fields', `content-type: text/plain\n${invitation()}`, '2 Content-Type'],
    [
      'two Content-Transfer-Encoding fields',
      `Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n${invitation()}`,
      '2 Content-Transfer-Encoding',
    ],
    ['a Reply-To group', withField('Reply-To', 'all: a@example.org, b@example.org;'), 'Reply-To'],
    ['two addresses in Reply-To', withField('Reply-To', 'a@example.org, b@example.org'), 'Reply-To'],
    ['a quoted local part in Reply-To', withField('Reply-To', '<"a b"@example.org>'), 'Reply-To'],
    ['an IP literal in Reply-To', withField('Reply-To', '<a@[192.0.2.1]>'), 'Reply-To'],
    ['an IP address in Reply-To', withField('Reply-To', 'a@192.0.2.1'), 'Reply-To'],
    ['a control character in Reply-To', withField('Reply-To', 'a\u0000@example.org'), 'Reply-To'],
    ['a control character in the name of Reply-To', withField('Reply-To', '"a\u0000" <a@example.org>'), 'Reply-To'],
    ['an empty Reply-To', withField('Reply-To', '<>'), 'Reply-To'],
    [
      'two angle brackets in From',
      from('<invitations@linkedin.com> <x@evil.test>'),
      'its From names more than one mailbox',
    ],
    ['two angle brackets in From, the other way round', from('<x@evil.test> <invitations@linkedin.com>'), 'its From'],
    ['an address and an angle bracket', from('invitations@linkedin.com <x@linkedin.com>'), 'its From'],
    ['a From list', from('Eve <eve@evil.test>, LinkedIn <invitations@linkedin.com>'), 'its From'],
    ['a From group', from('LinkedIn: invitations@linkedin.com;'), 'its From'],
    ['a group round an angle bracket', from('LinkedIn: <invitations@linkedin.com>'), 'its From'],
    ['a comment inside the address', from('<invitations@linkedin.com(.evil.test)>'), 'its From'],
    ['an unfinished comment in From', from('invitations@linkedin.com (a'), 'its From'],
    ['a quoted local part in From', from('"x@evil.test"@linkedin.com'), 'its From'],
    ['another From for other readers', from('(<x@evil.test>) invitations@linkedin.com'), 'can be read in two ways'],
    ['a look-alike domain', from('LinkedIn <invitations@linkedln.com>'), 'at linkedln.com'],
    ['linkedin.com as a subdomain', from('LinkedIn <invitations@linkedin.com.evil.test>'), 'evil.test'],
    ['linkedin.com as an ending', from('LinkedIn <invitations@notlinkedin.com>'), 'notlinkedin.com'],
    ['linkedin.com in the display name', from('"invitations@linkedin.com" <x@evil.test>'), 'evil.test'],
    ['linkedin.com in the local part', from('<invitations%linkedin.com@evil.test>'), 'evil.test'],
    ['a marketing subdomain', from('LinkedIn <news@e.linkedin.com>'), 'at e.linkedin.com'],
  ])('is failed, whatever the server says: %s', (_, raw, because) => {
    const judged = authenticity(over(says(straight), raw), own, [signature()])
    expect(judged).toMatchObject({ level: 'failed', dnsUnavailable: false })
    expect(judged.because).toContain(because)
    expect(needsSignatures(messageOf(raw), own)).toBe(false)
  })

  it.each([
    'Ingrid Solberg via LinkedIn <invitations@linkedin.com>',
    '"Solberg, Ingrid (via LinkedIn)" <messages-noreply@LinkedIn.com>',
    'Ingrid Solberg (via "LinkedIn" \\) (ok)) <invitations@linkedin.com>',
    '=?UTF-8?Q?Ingr=C3=ADd_Solberg?= <invitations@linkedin.com>',
    'invitations@linkedin.com',
  ])('is not %s', (value) => {
    expect(level(says(straight), own, from(value))).toBe('direct')
  })

  it('is failed when the parser found another address in it', () => {
    const message = over(says(straight))
    const from = [...message.from, { name: 'Eve', address: 'eve@evil.test' }]
    expect(authenticity({ ...message, from }, own, null)).toMatchObject({
      level: 'failed',
      because: 'its From can be read in two ways',
    })
  })

  it('is not a single Reply-To of any domain', () => {
    expect(level(says(straight), own, withField('Reply-To', 'Ingrid <ingrid@example.com>'))).toBe('direct')
  })
})

describe('what a trusted server says', () => {
  it.each([
    [
      'dmarc=pass and spf=pass',
      'dmarc=pass header.from=linkedin.com; spf=pass smtp.mailfrom=bounce.linkedin.com',
      'direct',
    ],
    [
      'a From in capitals',
      'dmarc=pass header.from=LinkedIn.COM; spf=pass smtp.mailfrom=<m@Bounce.LinkedIn.com>',
      'direct',
    ],
    [
      'dkim=pass of a subdomain and spf=pass',
      'dkim=pass header.i=@mailb.linkedin.com; spf=pass smtp.mailfrom=linkedin.com',
      'direct',
    ],
    [
      'smtp.mail, as older servers write it',
      'dkim=pass header.i=@linkedin.com; spf=pass smtp.mail=m@bounce.linkedin.com',
      'direct',
    ],
    ['spf=pass for the greeting besides', `${straight}; spf=none smtp.helo=maila-fe.linkedin.com`, 'direct'],
    [
      'the softer spf',
      'dkim=pass header.i=@linkedin.com; spf=softfail smtp.mailfrom=bounce.linkedin.com; dmarc=pass header.from=linkedin.com',
      'bound',
    ],
    [
      'spf=pass for a forwarder',
      'dkim=pass header.i=@linkedin.com; spf=pass smtp.mailfrom=srs0=x=linkedin.com=m@example.org; dmarc=pass header.from=linkedin.com',
      'bound',
    ],
    ['spf=pass for a look-alike', 'dkim=pass header.d=linkedin.com; spf=pass smtp.mailfrom=m@notlinkedin.com', 'bound'],
    [
      'spf=pass for the greeting alone',
      'dkim=pass header.d=linkedin.com; spf=pass smtp.helo=maila-fe.linkedin.com',
      'bound',
    ],
    ['dkim=pass alone, by i=', 'dkim=pass header.i=@linkedin.com', 'bound'],
    ['dkim=pass alone, by d=', 'dkim=pass header.d=LinkedIn.com header.i=@mail.linkedin.com', 'bound'],
    ['dkim=pass of a subdomain alone', 'dkim=pass header.i=@mailb.linkedin.com', 'unverified'],
    ['dkim=pass of a look-alike', 'dkim=pass header.d=notlinkedin.com', 'unverified'],
    [
      'dkim=pass of someone else who says i=linkedin.com',
      'dkim=pass header.d=evil.test header.i=@linkedin.com',
      'unverified',
    ],
    ['dkim=pass of nobody', 'dkim=pass', 'unverified'],
    [
      'a pass for another domain',
      'dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=x@evil.test; dmarc=pass header.from=evil.test',
      'unverified',
    ],
    ['spf=pass alone', 'spf=pass smtp.mailfrom=bounce.linkedin.com', 'unverified'],
    ['dmarc=pass alone', 'dmarc=pass header.from=linkedin.com', 'unverified'],
    [
      'dmarc=pass of two domains',
      'dmarc=pass header.from=linkedin.com; dmarc=pass header.from=evil.test; spf=pass smtp.mailfrom=bounce.linkedin.com',
      'unverified',
    ],
    [
      'dmarc=bestguesspass',
      'dmarc=bestguesspass header.from=linkedin.com; spf=pass smtp.mailfrom=bounce.linkedin.com',
      'unverified',
    ],
    ['dkim=fail alone: a footer breaks a signature too', 'dkim=fail header.d=linkedin.com', 'unverified'],
    ['dmarc=fail', 'dkim=none; spf=fail smtp.mailfrom=x@evil.test; dmarc=fail header.from=linkedin.com', 'failed'],
    [
      'dmarc=fail with a pass of another domain',
      'dkim=pass header.d=evil.test; dmarc=fail header.from=linkedin.com',
      'failed',
    ],
    [
      'dmarc=fail with a broken signature',
      'dkim=fail header.d=linkedin.com; dmarc=fail header.from=linkedin.com',
      'failed',
    ],
    [
      'dmarc=fail with an aligned pass',
      'dkim=pass header.d=linkedin.com; dmarc=fail header.from=linkedin.com',
      'bound',
    ],
    [
      'dmarc=fail with a pass of a subdomain',
      'dkim=pass header.d=mailb.linkedin.com; dmarc=fail header.from=linkedin.com',
      'unverified',
    ],
    ['nothing', 'none', 'unverified'],
    [
      'a sender with linkedin.com in a comment',
      'spf=pass (x) smtp.mailfrom="a (b"@evil.test; dkim=pass header.d=linkedin.com(.evil.test',
      'unverified',
    ],
  ])('%s', (_, results, expected) => {
    expect(level(says(results))).toBe(expected)
  })

  it('is read in one line a person understands', () => {
    const because = (results: string) => authenticity(over(says(results)), own, null).because
    expect(because(straight)).toBe('a trusted server says that it came straight from LinkedIn')
    expect(because(onlyDkim)).toBe('linkedin.com signed it, but neither its way here nor its Reply-To is proven')
    expect(because('none')).toBe('no trusted server and no signature says that LinkedIn sent it')
    expect(because('dkim=fail header.d=linkedin.com')).toBe('the signature of linkedin.com does not fit the message')
    expect(because('dmarc=fail header.from=linkedin.com')).toBe('a trusted server says dmarc=fail for linkedin.com')
  })
})

describe('a signature that covers Reply-To', () => {
  const h = 'From:Subject:To:Date:Reply-To'
  const raw = (fields: string, selector = 'sel', domain = 'linkedin.com') =>
    `DKIM-Signature: v=1; d=${domain}; s=${selector}; h=${fields}; b=x\n`

  it.each([
    ['is signed', raw(h), 'signed'],
    ['is signed, its names in capitals', raw(h.toUpperCase()), 'signed'],
    ['is bound without Reply-To', raw('From:Subject:To:Date'), 'bound'],
    ['is bound without To', raw('From:Subject:Date:Reply-To'), 'bound'],
    ['is bound without From', raw('Subject:To:Date:Reply-To'), 'bound'],
    ['is bound without Subject', raw('From:To:Date:Reply-To'), 'bound'],
    ['is bound without Date', raw('From:Subject:To:Reply-To'), 'bound'],
    ['is bound with l=', raw(`${h}; l=100`), 'bound'],
    ['is bound when its tags are told twice', raw(`${h}; h=${h}`), 'bound'],
    ['is bound when the field is gone', '', 'bound'],
    ['is bound when the field is of another domain', raw(h, 'sel', 'mailb.linkedin.com'), 'bound'],
    ['is bound when the field has another selector', raw(h, 'other'), 'bound'],
    ['is bound when an added one claims more than the true one', raw(h) + raw('From:Subject:To:Date'), 'bound'],
    ['is signed when the other has another selector', raw(h) + raw('From', 'other'), 'signed'],
  ])('%s, by a trusted dkim=pass', (_, fields, expected) => {
    expect(level(says(onlyDkim) + fields)).toBe(expected)
  })

  it('must be the only kind of its domain when the server tells no selector', () => {
    const told = says('dkim=pass header.d=linkedin.com')
    expect(level(told + raw(h))).toBe('signed')
    expect(level(told + raw(h) + raw('From', 'other'))).toBe('bound')
  })

  it('is no reason for more than the server saw pass', () => {
    expect(level(says('dkim=fail header.d=linkedin.com header.s=sel') + raw(h))).toBe('unverified')
    expect(level(says('dkim=pass header.d=mailb.linkedin.com header.s=sel') + raw(h))).toBe('unverified')
  })

  it.each([
    ['is signed', signature({ signedFields: allSigned }), 'signed'],
    ['is bound with l=', signature({ signedFields: allSigned, partial: true }), 'bound'],
    ['is bound without Reply-To', signature(), 'bound'],
    ['proves nothing when it fails', signature({ result: 'fail', signedFields: allSigned }), 'unverified'],
    [
      'proves nothing of another domain',
      signature({ domain: 'mailb.linkedin.com', signedFields: allSigned }),
      'unverified',
    ],
  ])('%s, verified here', (_, verified, expected) => {
    expect(authenticity(over(''), nobody, [verified]).level).toBe(expected)
  })
})

describe('signatures verified here', () => {
  it('stand up against dmarc=fail', () => {
    expect(authenticity(over(says('dmarc=fail header.from=linkedin.com')), own, [signature()]).level).toBe('bound')
  })

  it('do not lower what a server said', () => {
    const judged = authenticity(over(says(straight)), own, [signature({ result: 'temperror' })])
    expect(judged).toMatchObject({ level: 'direct', dnsUnavailable: false })
  })

  it('wait for a name server that does not answer', () => {
    const judged = authenticity(over(''), nobody, [signature({ result: 'fail' }), signature({ result: 'temperror' })])
    expect(judged).toMatchObject({ level: 'unverified', dnsUnavailable: true })
    expect(judged.because).toBe('the name server did not answer for the key of linkedin.com')
  })

  it('wait for no one else, and not where another signature passes', () => {
    const elsewhere = signature({ domain: 'evil.test', result: 'temperror' })
    expect(authenticity(over(''), nobody, [elsewhere]).dnsUnavailable).toBe(false)
    const judged = authenticity(over(''), nobody, [signature({ result: 'temperror' }), signature()])
    expect(judged).toMatchObject({ level: 'bound', dnsUnavailable: false })
  })

  it('say so when they do not fit', () => {
    expect(authenticity(over(''), nobody, [signature({ result: 'fail' })]).because).toContain('does not fit')
    expect(authenticity(over(''), nobody, [signature({ result: 'fail', domain: 'evil.test' })]).because).toContain(
      'no trusted server',
    )
  })

  it.each([
    ['a replay with Reply-To added', `Reply-To: eve@evil.test\n`, 'bound'],
    ['a replay with a second To', 'To: victim@example.org\n', 'failed'],
    ['a replay with a second From', 'From: Eve <invitations@linkedin.com>\n', 'failed'],
  ])('tell %s', async (_, added, expected) => {
    const message = added + (await signed(invitation()))
    const signatures = await verifySignatures(testResolver)(Buffer.from(message))
    expect(signatures[0]?.result).toBe('pass')
    expect(authenticity(messageOf(message), nobody, signatures).level).toBe(expected)
  })
})

describe('the name server is asked', () => {
  it.each([
    ['when no trusted field speaks', '', true],
    ['when it only says none', says('none'), true],
    ['when it speaks of another signer', says('dkim=pass header.d=mailb.linkedin.com'), true],
    ['when its own look-up failed', says('dkim=temperror header.d=linkedin.com'), true],
    ['but not when it vouches', says(onlyDkim), false],
    ['but not when it denies', says('dmarc=fail header.from=linkedin.com'), false],
    ['but not when the signature is broken', says('dkim=fail header.d=linkedin.com'), false],
  ])('%s', (_, fields, expected) => {
    expect(needsSignatures(over(fields), own)).toBe(expected)
  })

  it('for nothing when the message is not signed by LinkedIn', async () => {
    expect(await verifySignatures(denyAll)(Buffer.from(invitation()))).toEqual([])
  })
})
