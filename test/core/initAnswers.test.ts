import { describe, expect, it } from 'vitest'
import {
  addressFault,
  endpointOf,
  nameFault,
  passwordFault,
  portFault,
  tidyPassword,
} from '../../src/core/initAnswers.ts'

describe('an answer', () => {
  it.each([
    [addressFault, ['ada@example.org', ' ada@example.org '], ['ada', 'ada@example', 'Ada <ada@example.org>', '']],
    [nameFault, ['', 'Ada Example', "Ada O'Neil, Dr.", ' Ada '], ['Ada "Lovelace"', 'Ada <x>', 'A;B', 'Ada\r\nBcc: x']],
    [portFault, ['1', '993', '65535'], ['', '0', '65536', 'imaps', '9 93', '-1']],
    [passwordFault, ['x', ' spaces stay ', "'#\\"], ['', 'two\nlines', 'tab\t']],
  ])('of %o can be %j and not %j', (fault, good, bad) => {
    expect(good.map(fault)).toEqual(good.map(() => null))
    expect(bad.map(fault).filter((said) => said === null)).toEqual([])
  })

  it.each([
    ['imap.gmail.com', 'abcd efgh ijkl mnop', 'abcdefghijklmnop'],
    ['imap.gmail.com', ' abcd\u00a0efgh ijkl mnop ', 'abcdefghijklmnop'],
    ['imap.mail.yahoo.com', 'abcd efgh ijkl mnop', 'abcdefghijklmnop'],
    ['imap.example.org', 'abcd efgh ijkl mnop', 'abcd efgh ijkl mnop'],
    ['127.0.0.1', 'abcd efgh ijkl mnop', 'abcd efgh ijkl mnop'],
    ['imap.gmail.com', 'abcd efgh ijkl', 'abcd efgh ijkl'],
    ['imap.gmail.com', 'correct horse battery staple', 'correct horse battery staple'],
    ['imap.gmail.com', 'Abcd efgh ijkl mnop', 'Abcd efgh ijkl mnop'],
  ])('is a password at %s: %j is %j', (host, typed, password) => {
    expect(tidyPassword(typed, host)).toBe(password)
  })

  it.each([
    ['imap', null, null, 993, 'tls'],
    ['imap', 143, null, 143, 'starttls'],
    ['imap', 1143, 'starttls', 1143, 'starttls'],
    ['imap', null, 'starttls', 143, 'starttls'],
    ['smtp', null, null, 465, 'tls'],
    ['smtp', 587, null, 587, 'starttls'],
    ['smtp', 2525, null, 2525, 'tls'],
  ] as const)('about %s with port %s and security %s means %s with %s', (protocol, port, security, at, by) => {
    expect(endpointOf(protocol, 'mail.example.org', { port, security })).toEqual({
      host: 'mail.example.org',
      port: at,
      security: by,
    })
  })
})
