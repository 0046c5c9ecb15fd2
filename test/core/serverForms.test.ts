/**
 * Authentication-Results as servers really write them, from public mail archives, test suites and documentation of 2014
 * to 2026, told of LinkedIn's mail; tokens and hosts of their own are fictional. Each row is the level it must give.
 */
import { describe, expect, it } from 'vitest'
import { authenticity, type Level, needsSignatures } from '../../src/core/authenticity.ts'
import { trustFor } from '../../src/core/providers.ts'
import { invitation, messageOf } from '../support/signing.ts'

const over = (fields: readonly string[]) => messageOf([...fields, invitation()].join('\n'))
const field = (value: string) => `Authentication-Results: ${value}`

type Form = readonly [level: Level, name: string, ...values: readonly string[]]

const reads = (host: string, setting: 'auto' | readonly string[], forms: readonly Form[]): void => {
  it.each(forms)('%s: %s', (level, _, ...values) => {
    expect(authenticity(over(values.map(field)), trustFor(host, setting), null).level).toBe(level)
  })
}

const mailFrom = 'm-abc@bounce.linkedin.com'
const permitted = `domain of ${mailFrom} designates 108.174.3.171 as permitted sender`

describe('Gmail', () => {
  const dmarc = 'dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=linkedin.com'
  reads('imap.gmail.com', 'auto', [
    [
      'direct',
      'quotes a token',
      `mx.google.com; dkim=pass header.i=@linkedin.com header.s=d2048-201806-01 header.b="T1v+/v9R"; spf=pass (google.com: ${permitted}) smtp.mailfrom=${mailFrom}; ${dmarc}`,
    ],
    [
      'direct',
      'wrote smtp.mail before 2015',
      `mx.google.com; spf=pass (google.com: ${permitted}) smtp.mail=${mailFrom}; dkim=pass header.i=@linkedin.com; dmarc=pass (p=REJECT dis=NONE) header.from=linkedin.com`,
    ],
    [
      'direct',
      'finds the body changed',
      `mx.google.com; dkim=neutral (body hash did not verify) header.i=@linkedin.com header.s=a header.b=b; spf=pass (google.com: ${permitted}) smtp.mailfrom=${mailFrom}; ${dmarc}`,
    ],
    [
      'direct',
      'tells of an ARC set',
      `mx.google.com; dkim=pass header.i=@linkedin.com; arc=pass (i=1); spf=pass smtp.mailfrom=${mailFrom}; ${dmarc}`,
    ],
    [
      'bound',
      'permits a forwarder',
      `mx.google.com; dkim=pass header.i=@linkedin.com header.s=a header.b=b; arc=pass (i=1 spf=pass spfdomain=bounce.linkedin.com dkim=pass dkdomain=linkedin.com dmarc=pass fromdomain=linkedin.com); spf=pass (google.com: domain of rowan+caf_=rowan=example.org@example.com designates 192.0.2.1 as permitted sender) smtp.mailfrom="rowan+caf_=rowan=example.org@example.com"; ${dmarc}`,
    ],
    [
      'failed',
      'believes ARC where we do not',
      'mx.google.com; dkim=neutral (body hash did not verify) header.i=@linkedin.com; arc=pass (i=1 spf=pass spfdomain=bounce.linkedin.com dkim=pass dkdomain=linkedin.com dmarc=pass fromdomain=linkedin.com); spf=pass smtp.mailfrom=x@example.com; dmarc=fail (p=REJECT sp=REJECT dis=NONE arc=pass) header.from=linkedin.com',
    ],
    [
      'unverified',
      'guesses',
      `mx.google.com; spf=neutral (google.com: 192.0.2.1 is neither permitted nor denied by best guess record for ${permitted}) smtp.mailfrom=${mailFrom}`,
    ],
    [
      'unverified',
      'finds no key today',
      'mx.google.com; dkim=temperror (no key for signature) header.i=@linkedin.com header.s=a header.b=b',
    ],
  ])
})

describe('Microsoft', () => {
  const spf = 'spf=pass (sender IP is 108.174.3.171) smtp.mailfrom=bounce.linkedin.com'
  reads('outlook.office365.com', 'auto', [
    [
      'direct',
      'saw two signatures',
      `${spf}; dkim=pass (signature was verified) header.d=linkedin.com;dkim=pass (signature was verified) header.d=mailb.linkedin.com;dmarc=pass action=none header.from=linkedin.com;compauth=pass reason=100`,
    ],
    [
      'direct',
      'ends with a semicolon',
      `${spf}; dkim=pass (signature was verified) header.d=linkedin.com;dmarc=pass action=none header.from=linkedin.com;`,
    ],
    [
      'direct',
      'named the recipient’s domain in 2017',
      'spf=pass (sender IP is 108.174.3.171) smtp.mailfrom=bounce.linkedin.com; hotmail.com; dkim=pass (signature was verified) header.d=linkedin.com;hotmail.com; dmarc=pass action=none header.from=linkedin.com;',
    ],
    [
      'direct',
      'finds the body changed',
      `${spf}; dkim=fail (body hash did not verify) header.d=linkedin.com;dmarc=pass action=none header.from=linkedin.com;compauth=pass reason=100`,
    ],
    [
      'bound',
      'saw a forwarder',
      'spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=bounce.linkedin.com; dkim=pass (signature was verified) header.d=linkedin.com;dmarc=pass action=none header.from=linkedin.com;compauth=pass reason=100',
    ],
    [
      'failed',
      'refuses',
      'spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=evil.test; dkim=none (message not signed) header.d=none;dmarc=fail action=oreject header.from=linkedin.com;compauth=fail reason=000',
    ],
    [
      'failed',
      'finds no key',
      'spf=none (sender IP is 192.0.2.1) smtp.mailfrom=evil.test; dkim=fail (no key for signature) header.d=linkedin.com;dmarc=fail action=quarantine header.from=linkedin.com;compauth=fail reason=000',
    ],
    [
      'unverified',
      'got no answer',
      'spf=temperror (sender IP is 192.0.2.1) smtp.mailfrom=bounce.linkedin.com; dkim=timeout (key query timeout) header.d=linkedin.com;dmarc=temperror action=none header.from=linkedin.com;compauth=none reason=451',
    ],
    [
      'unverified',
      'says that a signer only tests',
      'spf=none smtp.mailfrom=bounce.linkedin.com; dkim=test (signature was verified) header.d=linkedin.com;dmarc=none action=none header.from=linkedin.com;',
    ],
    ['unverified', 'gives a name on the way out', `mx.microsoft.com 1; ${spf}; dmarc=pass header.from=linkedin.com`],
  ])
})

describe('iCloud', () => {
  const dmarc = 'dmarc.icloud.com; dmarc=pass header.from=linkedin.com'
  const dkim = (domain: string) =>
    `dkim-verifier.icloud.com;\n\tdkim=pass (2048-bit key) header.d=${domain} header.i=@${domain} header.b=AbCdEfGh`
  const spf = `spf.icloud.com; spf=pass (spf.icloud.com: ${permitted}) smtp.mailfrom=${mailFrom}`
  reads('imap.mail.me.com', 'auto', [
    [
      'direct',
      'writes a field for each signature, and none for ARC',
      'bimi.icloud.com; bimi=skipped reason="insufficient dmarc"',
      dmarc,
      dkim('linkedin.com'),
      dkim('mailb.linkedin.com'),
      spf,
    ],
    [
      'bound',
      'permits a forwarder',
      'bimi.icloud.com; bimi=none',
      'arc.icloud.com; arc=none',
      dmarc,
      dkim('linkedin.com'),
      'spf.icloud.com; spf=pass (spf.icloud.com: domain of SRS0=Z8Bj=5h=linkedin.com=m-abc@example.com designates 192.0.2.1 as permitted sender) smtp.mailfrom="SRS0=Z8Bj=5h=linkedin.com=m-abc@example.com"',
    ],
    [
      'unverified',
      'finds nothing',
      'bimi.icloud.com; bimi=skipped reason="insufficient dmarc"',
      'dmarc.icloud.com; dmarc=none header.from=linkedin.com',
      'dkim-verifier.icloud.com; dkim=none',
      'spf.icloud.com; spf=none (spf.icloud.com: x@evil.test does not designate permitted sender hosts) smtp.mailfrom=x@evil.test',
      'aaa.test; dkim=pass header.i=@linkedin.com',
    ],
  ])
})

describe('Yahoo and AOL', () => {
  const id = 'atlas-baseline-production.v2-mail-prod1-gq1.omega.yahoo.com'
  reads('imap.aol.com', 'auto', [
    [
      'direct',
      'have other names for their hosts',
      'atlas101.aol.mail.bf1.yahoo.com;\n dkim=pass header.i=@linkedin.com header.s=d2048-202308-00;\n spf=pass smtp.mailfrom=bounce.linkedin.com;\n dmarc=pass(p=REJECT,sp=REJECT) header.from=linkedin.com;',
    ],
    [
      'direct',
      'tell of ARC inside other results',
      `${id};\n dkim=pass header.i=@linkedin.com header.s=a;\n spf=pass smtp.mailfrom=bounce.linkedin.com arc_overridden_status=NOT_OVERRIDDEN;\n dmarc=pass(p=REJECT) header.from=linkedin.com arc_overridden_status=NOT_OVERRIDDEN;`,
    ],
    [
      'direct',
      'find a signature broken',
      `${id};\n dkim=perm_fail header.i=@linkedin.com header.s=a;\n spf=pass smtp.mailfrom=bounce.linkedin.com;\n dmarc=pass(p=REJECT) header.from=linkedin.com;`,
    ],
    [
      'unverified',
      'know nothing',
      `${id};\n dkim=unknown;\n spf=none smtp.mailfrom=evil.test;\n dmarc=unknown header.from=linkedin.com;`,
      'aaa.test; dkim=pass header.i=@linkedin.com',
    ],
    [
      'unverified',
      'had words of their own in 2020',
      `${id};\n dkim=dkim_pass header.i=@linkedin.com header.s=@a;\n spf=pass smtp.mailfrom=bounce.linkedin.com;\n dmarc=success(p=REJECT,sp=REJECT) header.from=linkedin.com;`,
    ],
    [
      'unverified',
      'put the properties first in 2019',
      'mta1192.mail.ir2.yahoo.com \n header.i=@linkedin.com header.s=s1 dkim=pass (ok)\n header.i=@mailb.linkedin.com header.s=a dkim=pass (ok);\n spfDomain=bounce.linkedin.com spfResult=pass;\n dmarc=pass(p=reject sp=NULL dis=none) header.from=linkedin.com',
    ],
    [
      'failed',
      'refuse',
      `${id};\n dkim=unknown;\n spf=fail smtp.mailfrom=evil.test;\n dmarc=fail(p=REJECT) header.from=linkedin.com;`,
    ],
  ])
})

describe('Fastmail', () => {
  const id = 'phl-mx-07.messagingengine.com'
  const policy =
    'policy.published-domain-policy=reject\n      policy.applied-disposition=none (p=reject,d=none,d.eval=none) policy.policy-from=p\n      header.from=linkedin.com'
  const ptr = `${id};\n    x-csa=none;\n    x-me-sender=none;\n    x-ptr=pass smtp.helo=maila-fe.linkedin.com\n      policy.ptr=maila-fe.linkedin.com`
  reads('imap.fastmail.com', 'auto', [
    [
      'direct',
      'writes four fields',
      ptr,
      `${id};\n    bimi=skipped (DMARC Policy is not at enforcement)`,
      `${id};\n    arc=none (no signatures found)`,
      `${id};\n    dkim=pass (2048-bit rsa key sha256) header.d=linkedin.com\n      header.i=@linkedin.com header.b=hr44hXYS header.a=rsa-sha256\n      header.s=d2048-202308-00 x-bits=2048;\n    dmarc=pass ${policy};\n    iprev=pass smtp.remote-ip=108.174.3.171 (maila-fe.linkedin.com);\n    spf=pass smtp.mailfrom=${mailFrom}\n      smtp.helo=maila-fe.linkedin.com`,
    ],
    [
      'unverified',
      'finds the message altered',
      ptr,
      `${id}; dkim=fail (message has been altered, 2048-bit rsa key sha256) header.d=linkedin.com header.i=@linkedin.com; dmarc=none header.from=linkedin.com; spf=softfail smtp.mailfrom=${mailFrom} smtp.helo=a.example.com`,
    ],
    [
      'unverified',
      'finds no key',
      `${id}; dkim=invalid (public key: not available, unknown key sha256) header.d=linkedin.com header.i=@linkedin.com`,
    ],
    [
      'failed',
      'refuses',
      ptr,
      `${id}; dkim=none (no signatures found); dmarc=fail policy.published-domain-policy=reject (p=reject,d=reject,d.eval=reject) header.from=linkedin.com; spf=softfail smtp.mailfrom=x@evil.test`,
    ],
  ])
})

describe('Proton', () => {
  const id = 'mail.protonmail.ch'
  const spf = `${id}; spf=pass smtp.mailfrom=bounce.linkedin.com`
  const dmarc = `${id}; dmarc=pass (p=reject dis=none)\n header.from=linkedin.com`
  reads('127.0.0.1', 'auto', [
    [
      'direct',
      'tells of the signature twice',
      `${id}; dkim=pass (Good 2048 bit\n    rsa-sha256 signature) header.d=linkedin.com header.a=rsa-sha256`,
      dmarc,
      spf,
      `${id}; arc=none smtp.remote-ip=108.174.3.171`,
      `${id}; dkim=pass (2048-bit key) header.d=linkedin.com header.i=@linkedin.com\n header.b="XFVjBFda"`,
    ],
    [
      'failed',
      'refuses',
      `${id}; dkim=fail (Bad 0 bit\n    rsa-sha256 signature.) header.d=linkedin.com header.a=rsa-sha256`,
      `${id}; dmarc=fail (p=reject dis=none)\n header.from=linkedin.com`,
      `${id}; spf=none smtp.mailfrom=evil.test`,
      `${id}; dkim=fail reason="key not found in DNS"\n (0-bit key) header.d=linkedin.com header.i=@linkedin.com\n header.b="XFVjBFda"`,
    ],
    [
      'failed',
      'finds no signature',
      `${id}; dmarc=fail (p=reject dis=none) header.from=linkedin.com`,
      `${id}; spf=fail smtp.mailfrom=linkedin.com`,
      `${id}; arc=none smtp.remote-ip=192.0.2.1`,
      `${id}; dkim=none`,
    ],
  ])
})

describe('IONOS', () => {
  const dkim = 'dkim=pass\n header.i=@linkedin.com header.s=d2048-202308-00'
  reads('imap.ionos.de', 'auto', [
    [
      'direct',
      'tells all in one field',
      `kundenserver.de; ${dkim}; dkim=pass header.i=@mailb.linkedin.com header.s=a; spf=pass\n smtp.mailfrom=bounce.linkedin.com; dmarc=pass header.from=linkedin.com;\n iprev=pass policy.iprev=108.174.3.171`,
    ],
    [
      'bound',
      'looks at the greeting alone',
      `kundenserver.de; ${dkim}; spf=pass\n smtp.helo=maila-fe.linkedin.com; dmarc=none header.from=linkedin.com;\n iprev=pass policy.iprev=108.174.3.171`,
    ],
    [
      'bound',
      'names a signer by an address',
      'kundenserver.de; dkim=pass header.i=invitations@linkedin.com header.s=a',
    ],
    ['unverified', 'finds nothing', 'kundenserver.de; dkim=none'],
  ])
})

describe('a server of one’s own', () => {
  const id = 'mail.example.org'
  const dkim =
    'dkim=pass (2048-bit key; unprotected) header.d=linkedin.com header.i=@linkedin.com header.a=rsa-sha256 header.s=a header.b="gJedkawH"'
  const opendkim = `${id};\n\t${dkim};\n\tdkim-atps=neutral`
  const opendmarc = `${id}; dmarc=pass (p=reject dis=none)\n header.from=linkedin.com`
  const peer =
    '(client-ip=108.174.3.171; helo=maila-fe.linkedin.com;\n envelope-from=m-abc@bounce.linkedin.com; receiver=<UNKNOWN>)'
  reads(
    'imap.example.org',
    [id],
    [
      [
        'direct',
        'with policyd-spf',
        `${id};\n spf=pass (mailfrom) smtp.mailfrom=bounce.linkedin.com\n ${peer}`,
        opendmarc,
        opendkim,
      ],
      [
        'direct',
        'with a later policyd-spf',
        `${id}; spf=pass (sender SPF authorized) smtp.mailfrom=bounce.linkedin.com ${peer}`,
        opendkim,
      ],
      [
        'direct',
        'with policyd-spf that looks at the greeting too',
        `${id}; spf=none (no SPF record) smtp.helo=maila-fe.linkedin.com ${peer}`,
        `${id}; spf=pass (mailfrom) smtp.mailfrom=bounce.linkedin.com ${peer}`,
        opendmarc,
      ],
      [
        'bound',
        'with policyd-spf, of a forwarder',
        `${id}; spf=softfail (domain owner discourages use of this host) smtp.mailfrom=bounce.linkedin.com ${peer}`,
        opendmarc,
        opendkim,
      ],
      ['bound', 'with OpenDKIM alone', opendkim],
      [
        'unverified',
        'with OpenDKIM and a broken signature',
        `${id};\n\tdkim=fail reason="signature verification failed" (2048-bit key; unprotected) header.d=linkedin.com header.i=@linkedin.com header.a=rsa-sha256 header.s=a header.b=l+0z0T6c;\n\tdkim-atps=neutral`,
      ],
      [
        'unverified',
        'with OpenDKIM that adds the job to its name, which anybody could',
        `${id}/C741440440;\n\t${dkim}`,
      ],
      [
        'failed',
        'with OpenDMARC',
        `${id}; dmarc=fail (p=reject dis=none) header.from=linkedin.com`,
        `${id}; dkim=none`,
      ],
      [
        'bound',
        'with amavis',
        `${id} (amavisd-new); dkim=pass\n (2048-bit key) header.d=linkedin.com header.b="a"; dkim=pass (1024-bit key) header.d=mailb.linkedin.com`,
      ],
      [
        'direct',
        'with rspamd',
        `${id};\n\tdkim=pass header.d=linkedin.com header.s=a header.b=b;\n\tdkim=pass header.d=mailb.linkedin.com header.s=a header.b=c;\n\tdmarc=pass (policy=reject) header.from=linkedin.com;\n\tspf=pass (${id}: ${permitted}) smtp.mailfrom=${mailFrom};\n\tarc=pass ("example.com:s=arc-20240116:i=1")`,
      ],
      [
        'direct',
        'with rspamd, the body changed',
        `${id};\n\tdkim=fail ("body hash did not verify") header.d=linkedin.com header.s=a header.b=b;\n\tspf=pass (${id}: ${permitted}) smtp.mailfrom=${mailFrom};\n\tdmarc=pass (policy=reject) header.from=linkedin.com`,
      ],
      [
        'bound',
        'with rspamd, of a forwarder whose address is quoted',
        `${id};\n\tdkim=pass header.d=linkedin.com header.s=a header.b=b;\n\tspf=pass (${id}: domain of "a+bounces-1=b@example.com" designates 192.0.2.1 as permitted sender) smtp.mailfrom="a+bounces-1=b@example.com";\n\tdmarc=pass (policy=reject) header.from=linkedin.com`,
      ],
      [
        'failed',
        'with rspamd that refuses',
        `${id};\n\tdkim=none;\n\tdmarc=fail reason="SPF not aligned (relaxed), No valid DKIM" header.from=linkedin.com (policy=reject);\n\tspf=fail (${id}: domain of x@evil.test does not designate 192.0.2.1 as permitted sender) smtp.mailfrom=x@evil.test`,
      ],
      [
        'direct',
        'with Exim',
        `${id};\n\tiprev=pass (maila-fe.linkedin.com) smtp.remote-ip=108.174.3.171;\n\tspf=pass smtp.mailfrom=bounce.linkedin.com;\n\tdkim=pass header.d=linkedin.com header.s=a header.a=rsa-sha256;\n\tdmarc=pass header.from=linkedin.com`,
      ],
      [
        'direct',
        'with Stalwart',
        `${id};\r\n\tdkim=pass header.d=linkedin.com header.s=a header.b=b;\r\n\tspf=pass smtp.mailfrom=${mailFrom} smtp.helo=maila-fe.linkedin.com;\r\n\tiprev=pass policy.iprev=108.174.3.171;\r\n\tdmarc=pass header.from=linkedin.com policy.dmarc=reject`,
      ],
    ],
  )
})

it.each([
  [
    'Yahoo had words of its own',
    'imap.aol.com',
    'a.yahoo.com; dkim=dkim_pass header.i=@linkedin.com; dmarc=success(p=REJECT) header.from=linkedin.com',
  ],
  [
    'Gmail found no key today',
    'imap.gmail.com',
    'mx.google.com; dkim=temperror (no key for signature) header.i=@linkedin.com',
  ],
  ['Gmail saw no signature', 'imap.gmail.com', 'mx.google.com; spf=neutral smtp.mailfrom=m@bounce.linkedin.com'],
])('where %s, the signature is looked at here', (_, host, value) => {
  expect(needsSignatures(over([field(value)]), trustFor(host, 'auto'))).toBe(true)
})
