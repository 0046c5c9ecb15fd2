import { EventEmitter, once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Resolve, verifySignatures } from '../../src/io/signatures.ts'
import { denyAll, invitation, linkedInSigns, type Signing, signed, testResolver } from '../support/signing.ts'

const verified = (message: string, resolve: Resolve = testResolver) => verifySignatures(resolve)(Buffer.from(message))
const names = linkedInSigns.toLowerCase().split(':')
/** The signer names only fields that are there. */
const present = names.filter((name) => name !== 'x-linkedin-fbl').sort()
const failing = (code: string) => async (name: string) => Promise.reject(Object.assign(new Error(name), { code }))

const resultFor = async (signing: Signing, change = (message: string) => message) =>
  (await verified(change(await signed(invitation(), signing))))[0]?.result

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe("LinkedIn's signature", () => {
  it('passes on the bytes it was made for', async () => {
    const [result, ...others] = await verified(await signed(invitation()))
    expect(others).toEqual([])
    expect(result).toMatchObject({ domain: 'linkedin.com', result: 'pass', partial: false })
    expect([...(result?.signedFields ?? [])].sort()).toEqual(present)
  })

  it('passes with line ends of either kind', async () => {
    const message = await signed(invitation())
    expect((await verified(message.replace(/\r?\n/g, '\r\n')))[0]?.result).toBe('pass')
    expect((await verified(message.replace(/\r\n/g, '\n')))[0]?.result).toBe('pass')
  })

  it('passes when Reply-To, or the fields of other servers, were put on top', async () => {
    const added = 'ARC-Seal: i=1; a=b\r\nARC-Message-Signature: i=1; l=9\r\nReply-To: eve@evil.test\r\n'
    expect(await resultFor({}, (message) => added + message)).toBe('pass')
  })

  it('passes beside those of its sending hosts and of strangers, which are nobody’s business here', async () => {
    const message = await signed(await signed(await signed(invitation()), { domain: 'mailb.linkedin.com' }), {
      domain: 'evil.test',
    })
    expect(await verified(message)).toMatchObject([{ domain: 'linkedin.com', result: 'pass' }])
  })

  it.each([
    [
      'the body was changed',
      {},
      (message: string) => message.replace('Ingrid Solberg', 'Eve Mallory').replace(/\n$/, 'x\n'),
    ],
    ['the subject was changed', {}, (message: string) => message.replace('Subject: I want', 'Subject: I would like')],
    ['To was changed', {}, (message: string) => message.replace('To: Rowan Ashby', 'To: Someone')],
    ['its own h= was changed', {}, (message: string) => message.replace(/(DKIM-Signature:[\s\S]*?h=)/, '$1Reply-To: ')],
    ['it has expired', { expires: new Date(Date.UTC(2025, 10, 5)) }, (message: string) => message],
    ['it leaves From out', { fields: 'To:Subject:Date' }, (message: string) => message],
    ['it rests on SHA-1', { algorithm: 'rsa-sha1' } as const, (message: string) => message],
  ])('fails when %s', async (_, signing, change) => {
    expect(await resultFor(signing, change)).toBe('fail')
  })

  it('says which fields it covers, also those that the message does not have', async () => {
    const message = (await signed(invitation())).replace(/(DKIM-Signature:[\s\S]*?h=)/, '$1Reply-To: ')
    expect((await verified(message))[0]?.signedFields).toContain('reply-to')
  })

  it('covers Reply-To when LinkedIn signs it', async () => {
    const message = `Reply-To: a@example.com\n${invitation()}`
    const [result] = await verified(await signed(message, { fields: `${linkedInSigns}:Reply-To` }))
    expect(result).toMatchObject({ result: 'pass', signedFields: expect.arrayContaining(['reply-to']) })
  })

  it('is not confused with a copy of it that claims to cover more', async () => {
    const message = await signed(invitation())
    const field = message.slice(0, message.indexOf('From:'))
    const copy = field.replace(/h=/, 'h=Reply-To: ')
    const results = await verified(copy + message)
    expect(results.filter(({ result }) => result === 'pass')).toHaveLength(1)
    expect(results.find(({ result }) => result === 'pass')?.signedFields).not.toContain('reply-to')
  })
})

describe('a signature with l=', () => {
  it('is partial and does not pass', async () => {
    const results = await verified(await signed(invitation(), { bodyLength: 100 }), denyAll)
    expect(results).toMatchObject([{ domain: 'linkedin.com', result: 'fail', partial: true }])
    expect(results[0]?.signedFields).toContain('from')
  })

  it.each(['l=99999999', 'L = 99999999', 'l(a)=99999999', '(a)l=99999999', '\u2003l=99999999'])(
    'never brings mailauth to write on stdout: %s',
    async (tag) => {
      const written = vi.spyOn(console, 'log').mockImplementation(() => {})
      const message = (await signed(invitation())).replace('DKIM-Signature: v=1;', `DKIM-Signature: v=1; ${tag};`)
      await verified(`${message.slice(0, message.indexOf('From:')).replace(`; ${tag}`, '')}${message}`)
      expect(written).not.toHaveBeenCalled()
    },
  )
})

it('never verifies an ARC set, whose l= would bring the same', async () => {
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  const set = [
    'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=evil.test; s=a; b=x',
    'ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=evil.test; s=a; h=From; bh=x; l=99999999; b=x',
    'ARC-Authentication-Results: i=1; evil.test; dkim=none',
  ]
  expect(await resultFor({}, (message) => `${set.join('\r\n')}\r\n${message}`)).toBe('pass')
  expect(written).not.toHaveBeenCalled()
})

describe('the name server', () => {
  it('is asked for LinkedIn’s key and for no name that a sender chose', async () => {
    const asked: string[] = []
    const resolve: Resolve = async (name, type) => {
      asked.push(`${name} ${type}`)
      return testResolver(name)
    }
    await verified(await signed(await signed(invitation()), { domain: 'evil.test' }), resolve)
    expect(asked).toEqual(['d2048-202308-00._domainkey.linkedin.com TXT'])
  })

  it.each([
    ['does not answer in time', 'ETIMEOUT', 'temperror'],
    ['fails', 'ESERVFAIL', 'temperror'],
    ['cannot be reached', 'ECONNREFUSED', 'temperror'],
    ['knows no such key', 'ENOTFOUND', 'fail'],
    ['knows no such record', 'ENODATA', 'fail'],
  ])('%s: %s', async (_, code, expected) => {
    expect((await verified(await signed(invitation()), failing(code)))[0]?.result).toBe(expected)
  })

  it.each([
    ['no list', 'v=DKIM1; p=x'],
    ['an empty list', []],
    ['a key that is none', [['v=DKIM1; p=AAAA']]],
    ['a withdrawn key', [['v=DKIM1; p=']]],
  ])('may answer with %s, and the signature fails', async (_, answer) => {
    expect((await verified(await signed(invitation()), async () => answer))[0]?.result).toBe('fail')
  })

  it('may answer with plain strings', async () => {
    const resolve: Resolve = async (name) => (await testResolver(name)).flat()
    expect((await verified(await signed(invitation()), resolve))[0]?.result).toBe('pass')
  })

  it('is given up after twenty seconds', async () => {
    const message = await signed(invitation())
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const question = new EventEmitter()
    const asked = once(question, 'asked')
    const results = verified(message, () => {
      question.emit('asked')
      return new Promise(() => {})
    })
    await asked
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await results)[0]?.result).toBe('temperror')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when it answers', async () => {
    const message = await signed(invitation())
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await verified(message)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a message that cannot be verified', () => {
  it.each([
    ['is empty', ''],
    ['has no signature', invitation()],
    ['has no header', '\r\n\r\nbody'],
    [
      'has a signature of someone else',
      'DKIM-Signature: d=evil.test; s=a; h=from; b=x; bh=y\r\nFrom: a@evil.test\r\n\r\nx',
    ],
    [
      'says linkedin.com twice',
      'DKIM-Signature: a=rsa-sha256; d=evil.test; d=linkedin.com; s=a; h=from; b=x; bh=y\r\nFrom: a@evil.test\r\n\r\nx',
    ],
  ])('gives no results and asks nobody: %s', async (_, message) => {
    expect(await verified(message, denyAll)).toEqual([])
  })

  it('is one whose header is larger than any that LinkedIn and its couriers write', async () => {
    const message = await signed(invitation())
    expect(
      await verified(message.replace('\nSubject:', `\nX-Padding: ${'a'.repeat(128 * 1024)}\nSubject:`), denyAll),
    ).toEqual([])
  })

  it('is one with a heap of signatures', async () => {
    const message = await signed(invitation())
    expect(await verified('DKIM-Signature: d=evil.test\r\n'.repeat(16) + message, denyAll)).toEqual([])
  })

  it('never throws', async () => {
    const odd = [
      'DKIM-Signature: d=linkedin.com',
      'DKIM-Signature: d=linkedin.com; s=\u0000; a=rsa-sha256; h=:; b=; bh=',
      'dkim-signature : d=linkedin.com; a=x; c=y/z',
    ]
    for (const field of odd) {
      expect((await verified(`${field}\r\n${invitation()}`)).every(({ result }) => result === 'fail')).toBe(true)
    }
  })
})
