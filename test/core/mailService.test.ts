import { describe, expect, it } from 'vitest'
import {
  serviceNamed,
  serviceNames,
  serviceOfAddress,
  serviceOfExchangers,
  usersFrom,
  usersOf,
} from '../../src/core/mailService.ts'
import { trustFor } from '../../src/core/providers.ts'

const shown = (service: ReturnType<typeof serviceNamed>): string | null =>
  service === null ? null : `${service.provider} ${service.imap.host} ${service.smtp.host}`

const gmail = 'Gmail imap.gmail.com smtp.gmail.com'
const office = 'Microsoft outlook.office365.com smtp.office365.com'
const outlook = 'Microsoft outlook.office365.com smtp-mail.outlook.com'
const icloud = 'iCloud imap.mail.me.com smtp.mail.me.com'
const yahoo = 'Yahoo imap.mail.yahoo.com smtp.mail.yahoo.com'
const fastmail = 'Fastmail imap.fastmail.com smtp.fastmail.com'
const proton = 'Proton 127.0.0.1 127.0.0.1'

describe('the service of an address', () => {
  it.each([
    ['ada@gmail.com', gmail],
    ['Ada@GoogleMail.com', gmail],
    ['ada@outlook.com', outlook],
    ['ada@hotmail.co.uk', outlook],
    ['ada@live.nl', outlook],
    ['ada@contoso.onmicrosoft.com', office],
    ['ada@icloud.com', icloud],
    ['ada@mac.com', icloud],
    ['ada@yahoo.com', yahoo],
    ['ada@yahoo.co.uk', yahoo],
    ['ada@yahoo.com.br', yahoo],
    ['ada@yahoo.co.jp', null],
    ['ada@aol.com', 'Yahoo imap.mail.yahoo.com smtp.mail.yahoo.com'],
    ['ada@fastmail.com', fastmail],
    ['ada@pm.me', proton],
    ['ada@example.org', null],
    ['ada@gmail.com.evil.test', null],
    ['ada@yahoo.evil.test', null],
    ['ada@notoutlook.com', null],
  ])('%s is %s', (address, expected) => {
    expect(shown(serviceOfAddress(address))).toBe(expected)
  })

  it.each([
    [['aspmx.l.google.com', 'alt1.aspmx.l.google.com'], gmail],
    [['SMTP.google.com.'], gmail],
    [['example-org.mail.protection.outlook.com'], office],
    [['outlook-com.olc.protection.outlook.com'], outlook],
    [['mx01.mail.icloud.com'], icloud],
    [['mta5.am0.yahoodns.net'], yahoo],
    [['in1-smtp.messagingengine.com'], fastmail],
    [['mail.protonmail.ch'], proton],
    [['mx.example.org', 'aspmx.l.google.com'], gmail],
    [['mail.protonmail.ch', 'aspmx.l.google.com'], proton],
    [['mx.example.org'], null],
    [['google.com'], null],
    [['mail.icloud.com.evil.test'], null],
    [[], null],
  ])('whose domain is delivered to %j is %s', (exchangers, expected) => {
    expect(shown(serviceOfExchangers(exchangers))).toBe(expected)
  })

  it.each([
    ['gmail', 'ada@example.org', gmail],
    ['Microsoft', 'ada@example.org', office],
    ['microsoft', 'ada@hotmail.com', outlook],
    ['Yahoo', 'ada@aol.com', 'Yahoo imap.mail.yahoo.com smtp.mail.yahoo.com'],
    ['yahoo', 'ada@example.org', yahoo],
    ['IONOS', 'ada@example.org', null],
    ['nobody', 'ada@gmail.com', null],
  ])('by the name %s for %s is %s', (name, address, expected) => {
    expect(shown(serviceNamed(name, address))).toBe(expected)
  })

  it('is one whose mail auto knows how to trust', () => {
    for (const name of serviceNames) {
      const service = serviceNamed(name, 'ada@example.org')
      expect(trustFor(service?.imap.host ?? '', 'auto').provider).toBe(name)
    }
    expect(serviceNames).toEqual(['Gmail', 'Microsoft', 'iCloud', 'Yahoo', 'Fastmail', 'Proton'])
  })
})

describe('who logs in', () => {
  it.each([
    ['Gmail', 'ada@example.org', { imap: 'ada@example.org', smtp: 'ada@example.org' }],
    ['iCloud', 'ada@me.com', { imap: 'ada', smtp: 'ada@me.com' }],
    ['iCloud', 'ada@example.org', null],
  ])('at %s with %s is %o', (name, address, expected) => {
    const service = serviceNamed(name, address)
    expect(service && usersOf(service, address)).toEqual(expected)
  })

  it.each([
    ['Gmail', 'ada', { imap: 'ada', smtp: 'ada' }],
    ['iCloud', 'ada', { imap: 'ada', smtp: 'ada@icloud.com' }],
    ['iCloud', 'ada@me.com', { imap: 'ada', smtp: 'ada@me.com' }],
  ])('at %s when told %s is %o', (name, user, expected) => {
    const service = serviceNamed(name, 'ada@example.org')
    expect(service && usersFrom(service, user)).toEqual(expected)
  })
})
