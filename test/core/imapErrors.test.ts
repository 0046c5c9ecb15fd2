import { checkServerIdentity } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { explainImapError } from '../../src/core/imapErrors.ts'
import { imapOptions } from '../../src/core/imapOptions.ts'
import { type Login, loginHints, withoutSecret } from '../../src/core/login.ts'
import { messageLimit, partsOf } from '../../src/core/uidRange.ts'
import { loopback, password } from '../servers/imap-login.ts'

const far = loopback(993, { host: 'imap.example.org', security: 'tls', user: 'rowan@example.org' })
const bridge = loopback(1143, { security: 'starttls' })
const token: Login = { kind: 'access-token', accessToken: 'ya29.token' }

const failing = (properties: Readonly<Record<string, unknown>>, message = 'failed'): Error =>
  Object.assign(new Error(message), properties)

const explain = (properties: Readonly<Record<string, unknown>>, server = far, login = password) =>
  explainImapError(server, login, 'LIST', failing(properties))

describe('an error of the IMAP library, in our words', () => {
  it.each([
    ['EAI_AGAIN', 69, 'the name imap.example.org could not be looked up'],
    ['ENETUNREACH', 69, 'imap.example.org cannot be reached'],
    ['EHOSTUNREACH', 69, 'imap.example.org cannot be reached'],
    ['CONNECT_TIMEOUT', 69, 'imap.example.org does not take connections on port 993'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 69, 'imap.example.org does not speak TLS on port 993'],
    [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      69,
      'TLS with imap.example.org failed (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    ],
    ['CERT_NOT_YET_VALID', 69, 'the certificate of imap.example.org is not valid yet'],
    ['CERT_REVOKED', 69, 'TLS with imap.example.org failed (CERT_REVOKED)'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      69,
      'the certificate of imap.example.org is signed by an authority this computer does not trust',
    ],
    ['EPIPE', 75, 'the connection to imap.example.org was lost'],
    ['ETIMEOUT', 75, 'the connection to imap.example.org was lost'],
    ['ParserError11', 75, 'imap.example.org answered LIST in a way that cannot be read (ParserError11)'],
  ])('%s', (code, exitCode, sentence) => {
    expect(explain({ code })).toMatchObject({ exitCode, sentence })
  })

  it('takes the code of a throttled command for what it is', () => {
    const sentence = 'imap.example.org asks to slow down'
    const wait = 92_415
    expect(explain({ code: 'ETHROTTLE', responseStatus: 'BAD', throttleReset: wait })).toMatchObject({
      ...{ exitCode: 75, sentence, wait },
    })
  })

  it('waits for a day at most, whatever a server asks for', () => {
    expect(explain({ code: 'ETHROTTLE', responseStatus: 'BAD', throttleReset: 1e13 })?.wait).toBe(86_400_000)
  })

  it.each([
    ['a command', { responseStatus: 'NO', serverResponseCode: 'LIMIT' }],
    ['a login', { authenticationFailed: true, responseText: 'Too many simultaneous connections. (Failure)' }],
    ['a greeting', { code: 'ClosedAfterConnectTLS', reason: 'Maximum number of connections from user+IP exceeded' }],
    ['a good-bye', { code: 'NoConnection', reason: 'Too many connections' }],
  ])('knows when a server means later, but does not say when: %s', (_, properties) => {
    expect(explain(properties)).toMatchObject({ exitCode: 75, wait: null })
  })

  it.each([
    ['a refusal', { responseStatus: 'NO', responseText: 'I would rather not' }, 75],
    ['a lost connection', { code: 'NoConnection', reason: 'maintenance' }, 75],
    ['a refused login', { authenticationFailed: true, responseText: 'Invalid credentials' }, 77],
    ['a mailbox that is not there', { mailboxMissing: true, responseStatus: 'NO', responseText: 'temporary' }, 78],
  ])('takes nothing else for a wish to wait: %s', (_, properties, exitCode) => {
    const trouble = explain(properties)
    expect(trouble).toMatchObject({ exitCode })
    expect(trouble).not.toHaveProperty('wait')
  })

  it('tells a port that does not answer from a connection that died', () => {
    expect(explain({ code: 'ETIMEDOUT', syscall: 'connect' })?.exitCode).toBe(69)
    expect(explain({ code: 'ETIMEDOUT', syscall: 'read' })?.exitCode).toBe(75)
  })

  it('knows the two ways to trust a self-signed certificate', () => {
    const code = 'DEPTH_ZERO_SELF_SIGNED_CERT'
    expect(explain({ code })).toMatchObject({
      sentence: 'the certificate of imap.example.org is self-signed',
      hints: [expect.stringContaining('IMAP_CA_FILE')],
    })
    expect(explain({ code }, bridge)?.hints).toEqual([expect.stringContaining('Proton Bridge: export its certificate')])
  })

  it('names the hosts of a certificate that is for another one', () => {
    const error = checkServerIdentity('imap.example.org', { subjectaltname: 'DNS:mx.example.com' } as never)
    expect(explainImapError(far, password, 'the login', error)).toEqual({
      exitCode: 69,
      sentence: 'the certificate of imap.example.org is for another host',
      hints: ['set IMAP_HOST to a name in the certificate: DNS:mx.example.com'],
    })
  })

  it('sees STARTTLS tried on port 993', () => {
    const server = loopback(993, { security: 'starttls' })
    expect(explain({ code: 'GREETING_TIMEOUT' }, server)?.hints).toEqual([expect.stringContaining('IMAP_SECURITY=tls')])
  })

  it('asks for TLS where a server takes no password in clear text', () => {
    const error = failing({ authenticationFailed: true }, 'Login is disabled')
    const { exitCode, sentence, hints } = explainImapError(loopback(143), password, 'the login', error) ?? {}
    expect([exitCode, sentence]).toEqual([77, '127.0.0.1 offers no login by password'])
    expect(hints?.[0]).toContain('IMAP_SECURITY=starttls')
  })

  it('sees a token that no login can carry', () => {
    expect(explain({ code: 'InvalidStringValue' }, far, token)).toMatchObject({ exitCode: 77 })
  })

  it('quotes a server on one line, cut, and without the secret', () => {
    const responseText = `bad\r\n\u001b[31m ya29.token ${'x'.repeat(300)}`
    const [hint = ''] = explain({ responseStatus: 'NO', responseText }, far, token)?.hints ?? []
    expect(hint).toMatch(/^the server said: bad \[31m … x+$/)
    expect(hint.length).toBeLessThan(230)
  })

  it('leaves no part of a secret at the end of long words', () => {
    const responseText = `${'x'.repeat(196)}ya29.token`
    const hints = explain({ responseStatus: 'NO', responseText }, far, token)?.hints
    expect(hints).toEqual([`the server said: ${'x'.repeat(196)}…`])
  })

  it.each([new TypeError('x is not a function'), 'a string'])('leaves a fault of ours alone: %s', (error) => {
    expect(explainImapError(far, password, 'LIST', error)).toBeNull()
  })
})

describe('what to look at when a login is refused', () => {
  it.each([
    ['imap.gmail.com', /app password/],
    ['imap.mail.me.com', /app-specific password.*before the @/],
    ['imap.mail.yahoo.com', /app password/],
    ['imap.aol.com', /app password/],
    ['imap.fastmail.com', /app password/],
    ['outlook.office365.com', /OAuth2.*IMAP_ACCESS_TOKEN_COMMAND/],
    ['127.0.0.1', /Proton Bridge/],
    ['imap.example.org', /^check IMAP_USER and IMAP_PASSWORD$/],
  ])('at %s', (host, hint) => {
    expect(loginHints({ host, protocol: 'imap' }, 'password')[0]).toMatch(hint)
  })

  it('with an access token', () => {
    expect(loginHints({ host: 'imap.gmail.com', protocol: 'imap' }, 'access-token')).toEqual([
      expect.stringContaining('IMAP_ACCESS_TOKEN_COMMAND'),
    ])
  })
})

describe('a secret', () => {
  it('is blotted out wherever it stands', () => {
    expect(withoutSecret(password, 'secret and secret')).toBe('… and …')
    expect(withoutSecret({ kind: 'password', password: '' }, 'words')).toBe('words')
  })
})

describe('how we connect', () => {
  it.each([
    ['tls', { secure: true, doSTARTTLS: false }],
    ['starttls', { secure: false, doSTARTTLS: true }],
    ['none', { secure: false, doSTARTTLS: false }],
  ] as const)('with security %s', (security, expected) => {
    expect(imapOptions({ ...far, security }, password, 60_000)).toMatchObject(expected)
  })

  it('with a token in place of a password', () => {
    expect(imapOptions(far, token, 60_000).auth).toEqual({ user: 'rowan@example.org', accessToken: 'ya29.token' })
  })

  it('without what one short pass does not need', () => {
    const options = { disableAutoIdle: true, disableAutoEnable: true, disableCompression: true }
    expect(imapOptions(far, password, 60_000)).toMatchObject(options)
  })

  it('waits for a greeting no longer than 16 s, and for a connection half of the deadline', () => {
    expect(imapOptions(far, password, 60_000)).toMatchObject({ connectionTimeout: 30_000, greetingTimeout: 16_000 })
    expect(imapOptions(far, password, 8_000)).toMatchObject({ connectionTimeout: 4_000, greetingTimeout: 4_000 })
  })
})

describe('ranges of UIDs', () => {
  it.each([
    ['imap.example.org', ['IMAP4REV1'], Number.POSITIVE_INFINITY],
    ['imap.example.org', ['MESSAGELIMIT=500'], 500],
    ['imap.example.org', ['MESSAGELIMIT=0'], Number.POSITIVE_INFINITY],
    ['imap.mail.yahoo.com', [], 1000],
    ['imap.aol.com', ['MESSAGELIMIT=2000'], 2000],
  ])('%s with %j answers whole up to %d messages', (host, capabilities, limit) => {
    expect(messageLimit(host, capabilities)).toBe(limit)
  })

  it.each([
    [{ first: 1, last: 5 }, 2, ['1:2', '3:4', '5:5']],
    [{ first: 1, last: 4 }, 2, ['1:2', '3:4']],
    [{ first: 7, last: 90 }, Number.POSITIVE_INFINITY, ['7:90']],
    [{ first: 7, last: 7 }, 10, ['7:7']],
    [{ first: 8, last: 7 }, 10, []],
    [{ first: 0, last: 7 }, 10, []],
  ])('%j in parts of %d', (range, width, parts) => {
    expect([...partsOf(range, width)].map(({ first, last }) => `${first}:${last}`)).toEqual(parts)
  })
})
