import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../../src/core/redact.ts'

describe('redact', () => {
  it.each([
    ['a secret', 'login of ada with hunter2 refused', 'login of ada with … refused'],
    ['a secret wherever it stands', 'hunter2,xhunter2x', '…,x…x'],
    ['the longer of two secrets', 'is hunter2hunter3', 'is …'],
    [
      'a query string of linkedin.com',
      'at https://www.linkedin.com/comm/in/ada?midToken=AQF&trk=x now',
      'at https://www.linkedin.com/comm/in/ada?… now',
    ],
    ['a query string without a scheme', '(LinkedIn.com/feed?a=b)', '(LinkedIn.com/feed?…'],
    ['a fragment', '<a href="https://linkedin.com/#tok">', '<a href="https://linkedin.com/#…">'],
    ['a token path of 2011', 'http://www.linkedin.com/e/hi5guk-go23/sHXJ/blk/ end', 'http://www.linkedin.com/e/… end'],
    [
      'a link inside a link',
      'https://safe.example.com/?u=https%3A%2F%2Fwww.linkedin.com%2Fx%3Fa%3Db',
      'https://safe.example.com/?u=https%3A%2F%2Fwww.linkedin.com%2Fx%3F…',
    ],
    [
      'a shared key in the path',
      'https://www.linkedin.com/comm/mynetwork/invite-accept/invitationId/7/sharedKey/Ab-_9/',
      'https://www.linkedin.com/comm/mynetwork/invite-accept/invitationId/7/sharedKey/…/',
    ],
    ['an encoded shared key', 'invitationId%2F7%2FsharedKey%2FAb9%2F', 'invitationId%2F7%2FsharedKey%2F…%2F'],
    ['a token in JSON', '{"otpToken":"MTQw","id":7}', '{"otpToken":"…","id":7}'],
    ['an encoded parameter', 'otpToken%3DMTQw and lipi%253DMTQw', 'otpToken%3D… and lipi%253D…'],
  ])('replaces %s', (_, text, expected) => {
    expect(redact(text, ['hunter2', 'hunter2hunter3', ''])).toBe(expected)
  })

  it.each([
    'sharedKey',
    'otpToken',
    'midToken',
    'midSig',
    'loid',
    'lipi',
    'trkEmail',
    'eid',
    'authToken',
    'tok',
    'OTPTOKEN',
  ])('replaces the value of %s outside a link too', (name) => {
    expect(redact(`saw ${name}=urn:li:x;AQ/F== here, &${name}=b&n=1`, [])).toBe(`saw ${name}=… here, &${name}=…&n=1`)
  })

  it.each([
    'https://www.linkedin.com/in/ada-example',
    'https://example.org/search?q=1',
    'have you looked at linkedin.com?',
    'https://www.linkedin.com/mynetwork/invitation-manager/',
  ])('leaves %s alone', (text) => {
    expect(redact(text, [])).toBe(text)
  })

  it('leaves no secret and changes nothing the second time', () => {
    const secret = fc.string({ minLength: 1 }).filter((text) => !text.includes('…'))
    const pieces = fc.constantFrom(
      'https://www.linkedin.com/',
      'e/',
      '?',
      '#',
      'tok=',
      'sharedKey/',
      '%3F',
      ' ',
      '"',
      'İ',
    )
    const noise = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(noise, secret, noise, (before, hidden, after) => {
        const once = redact(before + hidden + after, [hidden])
        expect(once).not.toContain(hidden)
        expect(redact(once, [])).toBe(once)
      }),
    )
  })

  it.each(['linkedin.com', 'sharedKey/', '%25', 'tok', '"eid" '])('is done with a megabyte of %j', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length)
    expect(redact(text, ['nowhere'])).toBeTypeOf('string')
  })
})
