import { describe, expect, it } from 'vitest'
import { trustInWords } from '../../src/cli/trustAdvice.ts'
import { authenticity } from '../../src/core/authenticity.ts'
import { trustFor } from '../../src/core/providers.ts'
import { trustAdvice } from '../../src/core/trustAdvice.ts'
import { verifySignatures } from '../../src/io/signatures.ts'
import { messageOf } from '../support/mail.ts'
import { invitation, marks, signed } from '../support/signing.ts'

interface Account {
  readonly host?: string
  readonly setting?: 'auto' | readonly string[]
  readonly verifyDkim?: boolean
  /** A name server that does not answer. */
  readonly deaf?: boolean
}

/** The advice on such a message, when it is the newest from LinkedIn in the account. */
const advice = async (raw: string, account: Account = {}) => {
  const { host = 'imap.example.org', setting = 'auto', verifyDkim = true, deaf = false } = account
  const message = await messageOf(raw)
  const silence = async () => Promise.reject(Object.assign(new Error('no answer'), { code: 'ETIMEOUT' }))
  const signatures = verifyDkim ? await verifySignatures(deaf ? silence : async () => [])(Buffer.from(raw)) : null
  const { provider, ...trusted } = trustFor(host, setting)
  const told = trustAdvice(message, authenticity(message, trusted, signatures), { imapHost: host, trusted, verifyDkim })
  return { told, words: told && trustInWords(told, provider).join('\n') }
}

const over = (fields: string, raw = invitation()) => `${fields.trimEnd()}\n${raw}`
const says = (id: string, results: string) => `Authentication-Results: ${id}; ${results}\n`
const straight =
  'dkim=pass header.d=linkedin.com; spf=pass smtp.mailfrom=m@bounce.linkedin.com; dmarc=pass header.from=linkedin.com'
const received = (host: string) => `Received: from a (a [192.0.2.1]) by ${host} (Postfix) with ESMTPS id 1\n`

describe('the authserv-id to trust is proposed', () => {
  it.each([
    ['of OpenDKIM and OpenDMARC', marks('07-opendkim-opendmarc'), ['mail.example.org'], 'direct'],
    ['of rspamd', marks('08-rspamd'), ['mail.example.org'], 'direct'],
    [
      'that says dkim=pass alone',
      says('mail.example.org', 'dkim=pass header.d=linkedin.com'),
      ['mail.example.org'],
      'bound',
    ],
    ['in lower case', says('MAIL.Example.org', straight), ['mail.example.org'], 'direct'],
    [
      'once, though it wrote two fields',
      says('mail.example.org', 'arc=none').repeat(2) + says('mail.example.org', straight),
      ['mail.example.org'],
      'direct',
    ],
    [
      'and as many as it needs, of one house',
      marks('03-icloud').replaceAll('icloud.com', 'example.org'),
      ['bimi', 'arc', 'dmarc', 'dkim-verifier', 'spf'].map((name) => `${name}.example.org`),
      'direct',
    ],
    [
      'and no more than it needs',
      says('a.example.org', straight) + says('b.example.org', 'arc=none'),
      ['a.example.org'],
      'direct',
    ],
    [
      'and none of a stranger’s below',
      says('mail.example.org', 'dkim=pass header.d=linkedin.com') + says('mx.evil.test', straight),
      ['mail.example.org'],
      'bound',
    ],
  ])('%s', async (_, fields, authservIds, level) => {
    const { told, words } = await advice(over(fields))
    expect(told).toMatchObject({ kind: 'trust', authservIds, level, doubt: null })
    expect(words).toContain(`would make it ${level}`)
    expect(words).toContain(`  trust: { authservIds: [${authservIds.join(', ')}] }`)
  })

  it('beside those that the settings hold already', async () => {
    const settled = await advice(over(says('mx2.example.org', straight)), { setting: ['mx1.example.org'] })
    expect(settled.told).toMatchObject({ authservIds: ['mx1.example.org', 'mx2.example.org'] })
    const half = says('a.example.org', 'arc=none') + says('b.example.org', straight)
    const halfSettled = await advice(over(half), { setting: ['a.example.org'] })
    expect(halfSettled.told).toMatchObject({ authservIds: ['a.example.org', 'b.example.org'] })
    const shipped = await advice(over(says('mx.example.org', straight)), { host: 'imap.mail.yahoo.com' })
    expect(shipped.words).toContain("trust: { authservIds: ['*.yahoo.com', mx.example.org] }")
  })

  it.each([
    ['mx3.example.org', "*.example.org'"],
    ['mx.example.org', null],
    ['mx3.example.co.uk', "*.example.co.uk'"],
    ['mx3.co.uk', null],
    ['mx.example4.org', null],
    ['example4.org', null],
  ])('with a pattern where its name has a number: %s', async (id, pattern) => {
    const { words } = await advice(over(says(id, straight)))
    expect(words?.includes('other numbers')).toBe(pattern !== null)
    expect(words).toContain(pattern ?? id)
  })
})

describe('a proposal says its doubt', () => {
  it.each([
    ['none: its name is that of the IMAP server', says('imap.example.org', straight), 'imap.example.org', null],
    ['none: it is of the house of the IMAP server', says('mx.example.org', straight), 'imap.example.org', null],
    ['none: its house is larger', says('mx.in.example.org', straight), 'imap.example.org', null],
    ['none: it stands higher', says('mx.example.org', straight), 'IMAP.eu.Example.ORG', null],
    ['none: it names the house', says('example.org', straight), 'imap.example.org', null],
    [
      'none: it took the message in',
      received('mx.example.com') + says('mx.example.com', straight),
      'imap.example.org',
      null,
    ],
    ['a stranger', says('mx.evil.test', straight), 'imap.example.org', 'stranger'],
    [
      'a stranger, whom another server took in',
      received('mx.example.org') + says('mx.evil.test', straight),
      'imap.example.org',
      'stranger',
    ],
    ['a neighbour under co.uk is one', says('evil.co.uk', straight), 'example.co.uk', 'stranger'],
    [
      'on loopback, whoever it is',
      received('mail.example.org') + says('mail.example.org', straight),
      '127.0.0.1',
      'loopback',
    ],
    ['on loopback by name', says('localhost', straight), 'LOCALHOST', 'loopback'],
  ])('%s', async (_, fields, host, doubt) => {
    const { told, words } = await advice(over(fields), { host })
    expect(told).toMatchObject({ kind: 'trust', doubt })
    expect(words?.includes('anybody can write')).toBe(doubt !== null)
  })
})

describe('nothing is proposed', () => {
  it.each([
    ['that would not help', says('mail.example.org', 'dmarc=pass header.from=linkedin.com')],
    ['that says none', says('mail.example.org', 'none')],
    ['that would fail', says('mail.example.org', 'dkim=none; dmarc=fail header.from=linkedin.com')],
    [
      'that passed another domain',
      says('mail.example.org', 'dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=x@evil.test'),
    ],
    ['without a name', `Authentication-Results: ${straight}`],
    ['with a name that changes with each message', says('mail.example.org/4AbC', straight)],
    ['below a stranger’s', says('mx.evil.test', 'dkim=none') + says('mail.example.org', straight)],
    [
      'below another Received',
      says('a.example.org', 'dkim=none') + received('a.example.org') + says('b.example.org', straight),
    ],
    ['under a domain that is everybody’s', says('example.co.uk', 'none') + says('evil.co.uk', straight)],
    ['that cannot be read', 'Authentication-Results: mail.example.org (; dkim=pass'],
    ['of ARC', `ARC-${says('i=1; mail.example.org', straight)}`],
  ])('%s', async (_, fields) => {
    const { told, words } = await advice(over(fields))
    expect(told).toEqual({ kind: 'nothing' })
    expect(words).toContain('this server left no Authentication-Results that help')
    expect(words).not.toContain('authservIds')
  })

  it('with what the shipped table believes under a condition, which a list in the settings would drop', async () => {
    const fields = received('mail.example.org') + says('mail.example.org', straight)
    const { told } = await advice(over(fields), { host: '127.0.0.1' })
    expect(told).toMatchObject({ kind: 'trust', authservIds: ['mail.example.org'] })
  })

  it('that the shipped table believes under a condition: Proton’s, where another server took the message in', async () => {
    const fields = received('mail.example.org') + marks('06-proton-bridge')
    expect((await advice(over(fields), { host: '127.0.0.1' })).told).toEqual({ kind: 'nothing' })
    const mixed =
      received('mail.example.org') + says('mail.protonmail.ch', 'arc=none') + says('a.protonmail.ch', straight)
    expect((await advice(over(mixed), { host: '127.0.0.1' })).told).toEqual({ kind: 'nothing' })
  })

  it('that is trusted already', async () => {
    const { told, words } = await advice(over(says('mx.google.com', 'dkim=none')), { host: 'imap.gmail.com' })
    expect(told).toEqual({ kind: 'nothing' })
    expect(words).toContain('Gmail left no Authentication-Results that help')
  })

  it.each([
    ['at Gmail', over(marks('01-gmail')), { host: 'imap.gmail.com' }],
    ['at IONOS', over(marks('09-ionos')), { host: 'imap.ionos.de' }],
  ])('where the message is trusted: %s', async (_, raw, account) => {
    expect(await advice(raw, account)).toEqual({ told: null, words: null })
  })
})

describe('where no id helps it is said what does:', () => {
  it.each([
    ['a name server', { deaf: true }, 'dns', 'a DNS resolver'],
    ['a look at the signature', { verifyDkim: false }, 'verify', 'trust.verifyDkim: true'],
    ['a message that nobody changes', {}, 'changed', 'changed the message'],
  ] as const)('%s', async (_, account, kind, word) => {
    const { told, words } = await advice(await signed(invitation()), account)
    expect(told).toEqual({ kind })
    expect(words).toContain(word)
  })

  it('a signature of LinkedIn, not of somebody else', async () => {
    expect((await advice(await signed(invitation(), { domain: 'evil.test' }))).told).toEqual({ kind: 'nothing' })
  })

  it('an id rather than a name server', async () => {
    const raw = over(says('mail.example.org', straight), await signed(invitation()))
    expect((await advice(raw, { deaf: true })).told).toMatchObject({ kind: 'trust', level: 'direct' })
  })

  it.each([
    ['a forged header', over(says('mail.example.org', straight), `Subject: Hi\n${invitation()}`), 'auto'],
    [
      'a trusted dmarc=fail',
      over(says('mail.example.org', 'dmarc=fail header.from=linkedin.com')),
      ['mail.example.org'],
    ],
  ] as const)('nothing for %s', async (_, raw, setting) => {
    const { told, words } = await advice(raw, { setting })
    expect(told).toEqual({ kind: 'forged' })
    expect(words).toContain('no setting makes this message LinkedIn’s')
  })
})
