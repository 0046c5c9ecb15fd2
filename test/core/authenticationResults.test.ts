import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dkimSignature, parseAuthenticationResults } from '../../src/core/authenticationResults.ts'
import { marks, messageOf } from '../support/signing.ts'

const all = (value: string) => parseAuthenticationResults(value)?.results
const properties = (value: string) => parseAuthenticationResults(`id; ${value}`)?.results[0]?.properties

describe('the authserv-id', () => {
  it.each([
    ['is the first word', 'mx.google.com; dkim=pass', 'mx.google.com'],
    ['may be followed by a version', 'mx.microsoft.com 1; dkim=pass', 'mx.microsoft.com'],
    ['may stand between comments', '(a) mail.example.org (b) 1 (c); dkim=pass', 'mail.example.org'],
    ['may be quoted', String.raw`"mail.\example.org"; dkim=pass`, 'mail.example.org'],
    ['may stand alone', 'mail.example.org', 'mail.example.org'],
    ['may be followed by none', 'mail.example.org; none', 'mail.example.org'],
    ['is missing at Microsoft', 'spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=none', null],
  ])('%s', (_, value, id) => {
    expect(parseAuthenticationResults(value)?.authservId).toBe(id)
  })
})

describe('results', () => {
  it('are read with their properties, names in lower case', () => {
    expect(all('id; DKIM=Pass Header.D=LinkedIn.com header.s=a (ok) reason="good; \\"key\\""')).toEqual([
      {
        method: 'dkim',
        result: 'pass',
        properties: { 'header.d': 'LinkedIn.com', 'header.s': 'a', reason: 'good; "key"' },
      },
    ])
  })

  it.each([
    ['a comment glued to the result', 'dmarc=pass(p=REJECT) header.from=linkedin.com'],
    ['a nested comment', 'dmarc=pass (p=REJECT (dis=NONE) header.from=evil.test) header.from=linkedin.com'],
    ['an escaped parenthesis in a comment', String.raw`dmarc=pass (p=REJECT \) dmarc=fail) header.from=linkedin.com`],
    ['a semicolon in a comment', 'dmarc=pass (2048-bit key; unprotected) header.from=linkedin.com'],
    ['a folded line', 'dmarc=pass\r\n\t(p=REJECT)\r\n header.from=linkedin.com'],
    ['blanks round the equals sign', 'dmarc = pass header.from = linkedin.com'],
    ['a comment after the equals sign', 'dmarc= (yes) pass header.from=linkedin.com'],
    ['a method version', 'dmarc/1=pass header.from=linkedin.com'],
    ['a last semicolon', 'dmarc=pass header.from=linkedin.com;'],
    ['a quoted value', 'dmarc=pass header.from="linkedin.com"'],
    ['words without a value', 'dmarc=pass policy header.from=linkedin.com'],
    ['statements of one word', 'linkedin.com; dmarc=pass header.from=linkedin.com'],
    ['empty statements', ';; dmarc=pass header.from=linkedin.com; ;'],
  ])('allow %s', (_, value) => {
    expect(all(`id; ${value}`)).toEqual([
      { method: 'dmarc', result: 'pass', properties: { 'header.from': 'linkedin.com' } },
    ])
  })

  it('are as many as there are signatures, private methods among them', () => {
    const methods = all('id; x-csa=none; dkim=pass header.i=@a.test; dkim=fail header.i=@b.test; arc=none (0)')
    expect(methods?.map(({ method, result }) => `${method} ${result}`)).toEqual([
      'x-csa none',
      'dkim pass',
      'dkim fail',
      'arc none',
    ])
  })

  it('keep an equals sign inside a value', () => {
    expect(properties('spf=pass smtp.mailfrom=srs0=ab=cd=linkedin.com@example.org')).toEqual({
      'smtp.mailfrom': 'srs0=ab=cd=linkedin.com@example.org',
    })
  })

  it('know nothing of a property that is told twice, differently', () => {
    expect(properties('dkim=pass header.d=evil.test header.d=linkedin.com header.s=a header.s=a')).toEqual({
      'header.d': '',
      'header.s': 'a',
    })
  })

  it('take names such as __proto__ for names', () => {
    expect(Object.keys(properties('x=pass __proto__=1 constructor=2') ?? {})).toEqual(['__proto__', 'constructor'])
  })
})

describe('what a sender can choose', () => {
  it('does not end a value: a parenthesis in d= belongs to it', () => {
    const value = 'dkim=pass header.d=linkedin.com(.evil.test; dmarc=fail header.from=linkedin.com'
    expect(all(`id; ${value}`)?.map((each) => each.properties)).toEqual([
      { 'header.d': 'linkedin.com(.evil.test' },
      { 'header.from': 'linkedin.com' },
    ])
  })

  it('does not end a quoted local part', () => {
    expect(properties('spf=pass smtp.mailfrom="a; dkim=pass header.d=linkedin.com"@evil.test')).toEqual({
      'smtp.mailfrom': '"a; dkim=pass header.d=linkedin.com"@evil.test',
    })
  })

  it.each([
    [
      'closes a comment from inside a quoted local part',
      '(domain of "a) ; dkim=pass header.d=linkedin.com; x=y (b"@evil.test)',
    ],
    [
      'does so behind an escaped quote',
      String.raw`(domain of "a\") ; dkim=pass header.d=linkedin.com; x=y (\"b"@evil.test)`,
    ],
  ])('makes the field unreadable when it %s', (_, comment) => {
    expect(parseAuthenticationResults(`id; spf=pass ${comment}`)).toBeNull()
  })
})

describe('a value that breaks the grammar', () => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \t '],
    ['a semicolon first', '; dkim=pass'],
    ['a comment without end', 'id; dkim=pass (a'],
    ['a comment without end before the id', '(a id; dkim=pass'],
    ['a comment without end after a word', 'id (a; dkim=pass'],
    ['a comment without end after the equals sign', 'id; dkim=(a'],
    ['a comment without end after a semicolon', 'id; (a dkim=pass'],
    ['a quoted string without end', 'id; dkim=pass reason="a'],
    ['a quoted id without end', '"id; dkim=pass'],
  ])('is not read: %s', (_, value) => {
    expect(parseAuthenticationResults(value)).toBeNull()
  })

  it('never throws', () => {
    const scrap = fc.constantFrom(
      'dkim',
      '=',
      ';',
      '(',
      ')',
      '"',
      '\\',
      ' ',
      '\r\n\t',
      'pass',
      'header.d',
      '\u0000',
      'é',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(scrap).map((words) => words.join('')),
        ),
        (value) => {
          expect(() => parseAuthenticationResults(value)).not.toThrow()
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('is read to its end when it is a megabyte long', () => {
    for (const scrap of ['(', '()', '"', '""', '=', ';', 'a', 'a=', 'a=b ', ' ', '\\', '(a)', 'a(', 'a "']) {
      expect(() => parseAuthenticationResults(`id; dkim=pass ${scrap.repeat(1_000_000 / scrap.length)}`)).not.toThrow()
    }
  })
})

describe('what was written', () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const result = fc.record({
    method: token,
    result: token,
    properties: fc.dictionary(
      token.map((name) => `header.${name}`),
      fc.string({ maxLength: 20 }),
      { maxKeys: 3 },
    ),
  })
  const quoted = (value: string) => `"${value.replace(/["\\]/g, String.raw`\$&`)}"`
  const written = ({ method, result, properties }: { method: string; result: string; properties: object }) =>
    [`${method}=${result}`, ...Object.entries(properties).map(([name, value]) => `${name}=${quoted(value)}`)].join(
      ' (c)\r\n ',
    )

  it('is read back', () => {
    fc.assert(
      fc.property(token, fc.array(result), (id, results) => {
        const value = [id, ...results.map(written)].join('; ')
        expect(parseAuthenticationResults(value)).toEqual({ authservId: id, results })
      }),
    )
  })
})

it.each([
  ['01-gmail', ['mx.google.com: dkim=pass dkim=pass spf=pass dmarc=pass']],
  ['02-microsoft', ['null: spf=pass dkim=pass dmarc=pass compauth=pass']],
  ['04-yahoo', ['atlas-production.v2-mail-prod1-gq1.omega.yahoo.com: dkim=pass spf=pass dmarc=pass']],
  [
    '05-fastmail',
    [
      'mx3.messagingengine.com: x-csa=none x-me-sender=none x-ptr=pass bimi=pass',
      'mx3.messagingengine.com: arc=none dkim=pass dmarc=pass iprev=pass spf=pass',
    ],
  ],
  [
    '07-opendkim-opendmarc',
    ['mail.example.org: dmarc=pass', 'mail.example.org: dkim=pass dkim-atps=neutral', 'mail.example.org: spf=pass'],
  ],
])('reads every field of %s', (name, expected) => {
  const fields = messageOf(marks(name)).fields.filter((field) => field.name === 'Authentication-Results')
  const read = fields.map(({ value }) => parseAuthenticationResults(value))
  expect(
    read.map((each) => `${each?.authservId}: ${each?.results.map((r) => `${r.method}=${r.result}`).join(' ')}`),
  ).toEqual(expected)
})

describe('a DKIM-Signature', () => {
  it('is read tag by tag, folded names joined', () => {
    expect(
      dkimSignature('v=1; a=rsa-sha256; d=LinkedIn.com; s=Sel;\r\n h=From:Sub\r\n ject; L=3; b=ab=\r\n =;'),
    ).toEqual({
      domain: 'linkedin.com',
      selector: 'sel',
      signedFields: ['from', 'subject'],
      partial: true,
    })
  })

  it('without tags signs nothing', () => {
    expect(dkimSignature('')).toEqual({ domain: '', selector: '', signedFields: [''], partial: false })
  })

  it('with a tag twice is not read', () => {
    expect(dkimSignature('d=linkedin.com; h=from; h=from:reply-to')).toBeNull()
  })
})
