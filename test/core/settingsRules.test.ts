import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/core/nearest.ts'
import { isExposed } from '../../src/core/settingsPaths.ts'
import { durationOf, isAlias, isCron, isHost, isLoopback, mailboxOf, timezoneOf } from '../../src/core/settingsRules.ts'
import { shown } from '../../src/core/settingsWords.ts'

it.each([
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['0s', null],
  ['5', null],
  ['5 m', null],
  ['1d', null],
  ['-5m', null],
  ['1.5h', null],
])('the duration %j is %s milliseconds', (written, expected) => {
  expect(durationOf(written)).toBe(expected)
})

describe('a schedule', () => {
  it.each([
    '* * * * *',
    '*/5 * * * *',
    '0,30 7-19 * * mon-fri',
    '0 9-17/2 1,15 jan-MAR 0',
    '59 23 31 12 7',
    ' 0  9 * * * ',
  ])('may be %j', (written) => {
    expect(isCron(written)).toBe(true)
  })

  it.each([
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 32 * *',
    '0 0 * 0 *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '*/0 * * * *',
    '5/10 * * * *',
    '1-2-3 * * * *',
    '-5 * * * *',
    '1,,2 * * * *',
    'mon * * * *',
    '0 0 * mon *',
    '0 0 L * *',
    '@daily',
    '',
  ])('cannot be %j', (written) => {
    expect(isCron(written)).toBe(false)
  })
})

it.each([
  ['localhost', true, true],
  ['LocalHost', true, true],
  ['127.0.0.1', true, true],
  ['127.1.2.3', true, true],
  ['::1', true, true],
  ['127.0.0.1.example.org', true, false],
  ['localhost.example.org', true, false],
  ['imap.example.org', true, false],
  ['mail_server', true, false],
  ['2001:db8::1', true, false],
  ['bücher.example', true, false],
  ['imap.example.org:993', false, false],
  ['imaps://imap.example.org', false, false],
  ['user@imap.example.org', false, false],
  ['imap example', false, false],
  ['-imap', false, false],
])('%j: a host %s, this machine %s', (written, host, loopback) => {
  expect([isHost(written), isLoopback(written)]).toEqual([host, loopback])
})

it.each([
  ['ada@example.org', true],
  ['*@example.org', true],
  ['*@*.example.org', false],
  ['*', false],
  ['*ada@example.org', false],
  ['@example.org', false],
  ['example.org', false],
  ['Ada <ada@example.org>', false],
])('the alias %j: %s', (written, expected) => {
  expect(isAlias(written)).toBe(expected)
})

describe('the own address', () => {
  it.each([
    ['ada@example.org', '', 'ada@example.org'],
    [' <ada@example.org> ', '', 'ada@example.org'],
    ['Ada Example <ada@example.org>', 'Ada Example', 'ada@example.org'],
    ['Example, Ada <ada@example.org>', 'Example, Ada', 'ada@example.org'],
    ['"Ada \\"Countess\\" Example" <ada@example.org>', null, null],
    ['"Example, Ada" <ada@example.org>', 'Example, Ada', 'ada@example.org'],
    ["Zoë O'Brien <zoe@example.org>", "Zoë O'Brien", 'zoe@example.org'],
  ])('is read from %j', (written, name, address) => {
    expect(mailboxOf(written)).toEqual(address === null ? null : { name, address })
  })

  it.each([
    'Ada',
    '',
    'ada@example.org, bo@example.org',
    'ada@example.org <bo@example.org>',
    'Ada <ada@example.org>, Bo <bo@example.org>',
    'friends: Ada <ada@example.org>;',
    'Ada <ada@example.org',
    'Ada <ada>',
    'Ada\r\nBcc: bo@example.org <ada@example.org>',
    'Ada\u0000 <ada@example.org>',
    'Ada <ada@example.org>\n<x>',
  ])('is not %j', (written) => {
    expect(mailboxOf(written)).toBeNull()
  })
})

it.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['UTC', 'UTC'],
  ['', Intl.DateTimeFormat().resolvedOptions().timeZone],
  ['system', Intl.DateTimeFormat().resolvedOptions().timeZone],
  ['+01:00', null],
  ['Berlin', null],
])('the time zone %j is %s', (written, expected) => {
  expect(timezoneOf(written)).toBe(expected)
})

it.each([
  ['maxPerPol', 'maxPerPoll'],
  ['maxperpoll', 'maxPerPoll'],
  ['maxPrePoll', 'maxPerPoll'],
  ['PerPoll', 'maxPerPoll'],
  ['mdoe', 'mode'],
  ['mod', 'mode'],
  ['modes', 'mode'],
  ['', null],
  ['colour', null],
  ['max', null],
])('who writes %j meant %s', (written, expected) => {
  expect(nearest(written, ['maxPerDay', 'maxPerPoll', 'mode'])).toBe(expected)
})

it.each([
  [null, 'empty'],
  [['a'], 'a list'],
  [{ a: 1 }, 'a map'],
  [true, 'true'],
  ['a\nb', '"a\\nb"'],
  ['x'.repeat(50), `"${'x'.repeat(39)}…`],
])('the value %j is shown as %s', (value, expected) => {
  expect(shown(value)).toBe(expected)
})

it.each([
  ['/home/ada/.env', 0o100600, false],
  ['/home/ada/.env', 0o100700, false],
  ['/home/ada/.env', 0o100640, true],
  ['/home/ada/.env', 0o100604, true],
  ['/home/ada/.env', 0o100602, true],
  ['/run/secrets/imap', 0o100444, false],
  ['/run/secrets-not/imap', 0o100444, true],
  ['/run/credentials/a.service/imap', 0o100444, false],
  ['/run/credentials/a.service2/imap', 0o100444, true],
])('%s of mode %o is open to others: %s', (path, mode, expected) => {
  expect(isExposed(path, mode, { CREDENTIALS_DIRECTORY: '/run/credentials/a.service' })).toBe(expected)
})
