import { describe, expect, it } from 'vitest'
import { fits, isGmail, trustFor } from '../../src/core/providers.ts'

describe('the table of providers', () => {
  it.each([
    ['imap.gmail.com', 'Gmail'],
    ['IMAP.GoogleMail.com', 'Gmail'],
    ['imap-mail.outlook.com', 'Microsoft'],
    ['p01-imap.mail.me.com', 'iCloud'],
    ['export.imap.aol.com', 'Yahoo'],
    ['imap.fastmail.com', 'Fastmail'],
    ['localhost', 'Proton'],
    ['::1', 'Proton'],
    ['imap.ionos.co.uk', 'IONOS'],
    ['gmail.com.evil.test', null],
    ['notoutlook.com', null],
  ])('knows %s as %s', (host, provider) => {
    expect(trustFor(host, 'auto').provider).toBe(provider)
  })

  it('gives way to the setting', () => {
    const trust = trustFor('outlook.office365.com', ['*.example.org'])
    expect(trust).toEqual({ authservIds: ['*.example.org'], withoutId: false, receivedBy: null, provider: 'Microsoft' })
  })

  it.each([
    ['*.example.org', 'mx1.example.org', true],
    ['*.example.org', 'MX1.Example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org', 'notexample.org', false],
    ['mx.Example.org', 'mx.example.org', true],
    ['mx.example.org', 'a.mx.example.org', false],
  ])('has patterns: %s and %s fit: %s', (pattern, name, expected) => {
    expect(fits(pattern, name)).toBe(expected)
  })

  it('tells Gmail from the others', () => {
    expect([isGmail('imap.gmail.com'), isGmail('imap.example.org'), isGmail('imap.mail.me.com')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
