import { describe, expect, it } from 'vitest'
import { authenticity } from '../../src/core/authenticity.ts'
import { believedResults } from '../../src/core/believedResults.ts'
import { trustFor } from '../../src/core/providers.ts'
import type { TrustedServers } from '../../src/core/providerTable.ts'
import { invitation, marks, messageOf } from '../support/signing.ts'

const own = trustFor('mail.example.org', ['mail.example.org'])
const over = (fields: string) => messageOf(`${fields.trimEnd()}\n${invitation()}`)
const says = (results: string, id = 'mail.example.org') => `Authentication-Results: ${id}; ${results}\n`
const level = (fields: string, trust: TrustedServers = own) => authenticity(over(fields), trust, null).level

const straight =
  'dkim=pass header.d=linkedin.com; spf=pass smtp.mailfrom=m@bounce.linkedin.com; dmarc=pass header.from=linkedin.com'
const onlyDkim = 'dkim=pass header.d=linkedin.com header.s=sel'

describe('which fields are believed', () => {
  const forged = says(straight)
  const stranger = says('dkim=none', 'mx.evil.test')

  it.each([
    ['our own, other fields between', `${says('dkim=none x=none', 'x.mail.example.org')}`, 'unverified'],
    ['none below the first untrusted one', stranger + forged, 'unverified'],
    ['none below one that cannot be read', `Authentication-Results: mail.example.org (\n${forged}`, 'unverified'],
    ['none below one without a name', `Authentication-Results: dkim=none\n${forged}`, 'unverified'],
    [
      'those above an untrusted one',
      forged + says('dkim=fail header.d=linkedin.com; dmarc=fail', 'mx.evil.test'),
      'direct',
    ],
    [
      'with Received and others between',
      `${says('spf=pass smtp.mailfrom=linkedin.com')}Received: by a\nX: y\n${says(onlyDkim)}`,
      'direct',
    ],
    ['our name in capitals', says(straight, 'MAIL.Example.ORG 1'), 'direct'],
    ['no name that only ends like ours', says(straight, 'evilmail.example.org'), 'unverified'],
    ['never the ARC copy', `ARC-${says(straight, 'i=1; mail.example.org')}ARC-${says(straight)}`, 'unverified'],
    [
      'never LinkedIn-like template fields',
      'X-LinkedIn-Class: INVITE-MBR\nX-LinkedIn-Id: a-b-c\nSender: m@bounce.linkedin.com',
      'unverified',
    ],
    ['never Received-SPF', 'Received-SPF: pass (mail.example.org) envelope-from=m@bounce.linkedin.com', 'unverified'],
  ])('%s', (_, fields, expected) => {
    expect(level(fields)).toBe(expected)
  })

  it.each([
    ['dmarc', says('dmarc=fail header.from=linkedin.com; dkim=none') + forged, 'failed'],
    [
      'dkim of the same domain',
      says('dkim=fail header.d=linkedin.com; spf=none smtp.mailfrom=x') + forged,
      'unverified',
    ],
    ['dkim=none, which speaks of every signer', says('dkim=none header.d=none') + says(onlyDkim), 'unverified'],
    ['spf, however soft', says('spf=softfail smtp.mailfrom=x@evil.test') + forged, 'bound'],
    ['spf that names no sender', says('spf=fail') + forged, 'bound'],
    ['the sender that spf passed', says('spf=pass smtp.mailfrom=x@evil.test') + forged, 'bound'],
    [
      'whatever stands below',
      forged + says('dmarc=temperror header.from=linkedin.com; spf=permerror smtp.mailfrom=x'),
      'bound',
    ],
    ['but not dkim of another domain', says('dkim=fail header.d=mailb.linkedin.com') + forged, 'direct'],
  ])('the worse where two differ on %s', (_, fields, expected) => {
    expect(level(fields)).toBe(expected)
  })

  it('are given as one list, a pass that another field denies left out', () => {
    const message = over(
      says('dkim=fail header.d=a.test; dkim=pass header.d=b.test') + says('dkim=pass header.d=a.test; x-ptr=pass'),
    )
    const told = believedResults(message, own).map(({ method, result }) => `${method}=${result}`)
    expect(told).toEqual(['dkim=fail', 'dkim=pass', 'x-ptr=pass'])
  })

  it('only the topmost where the server gives no name', () => {
    const microsoft = trustFor('outlook.office365.com', 'auto')
    const nameless = `Authentication-Results: ${straight}\n`
    expect(level(nameless, microsoft)).toBe('direct')
    expect(level(`Authentication-Results: dkim=none\n${nameless}`, microsoft)).toBe('unverified')
    expect(level(stranger + nameless, microsoft)).toBe('unverified')
    expect(level(nameless, trustFor('outlook.office365.com', ['mail.example.org']))).toBe('unverified')
  })

  it.each([
    [
      'Bridge',
      'from maila-fe.linkedin.com (x [192.0.2.1]) by mailin001.protonmail.ch (Postfix) with ESMTPS id 1',
      'direct',
    ],
    ['a server that only names itself', 'by mailin001.protonmail.ch; Tue, 4 Nov 2025 08:12:30 +0000', 'direct'],
    ['a Dovecot of the user', 'from x (x [192.0.2.1]) by mail.example.org (Postfix) with ESMTPS id 1', 'unverified'],
    [
      'a sender who greets as Proton',
      'from by (by mailin001.protonmail.ch) by mail.example.org (Postfix)',
      'unverified',
    ],
    ['nobody we can name', 'mailin001.protonmail.ch', 'unverified'],
    ['nobody at all', '(', 'unverified'],
  ])("on loopback, Proton's id counts when the message was received by %s", (_, received, expected) => {
    const fields = `Received: ${received}\n${marks('06-proton-bridge')}`
    expect(level(fields, trustFor('localhost', 'auto'))).toBe(expected)
  })
})
