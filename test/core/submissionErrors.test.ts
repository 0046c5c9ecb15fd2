import { checkServerIdentity } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { type Login, loginHints, xoauth2 } from '../../src/core/login.ts'
import { smtpOptions } from '../../src/core/smtpOptions.ts'
import { explainSmtpError, explainSubmission, replyInWords } from '../../src/core/submissionErrors.ts'
import { SubmissionFailure } from '../../src/core/submissionFailure.ts'
import { loopback, password } from '../servers/imap-login.ts'

const far = loopback(465, { host: 'smtp.example.org', security: 'tls', user: 'rowan@example.org' })
const token: Login = { kind: 'access-token', accessToken: 'ya29.token' }

/** An error as the SMTP library makes it. */
const failing = (properties: Readonly<Record<string, unknown>>): Error =>
  Object.assign(new Error('failed'), properties, replied(properties.response))

const replied = (response: unknown) =>
  typeof response === 'string' ? { responseCode: Number.parseInt(response, 10) } : {}

const explain = (properties: Readonly<Record<string, unknown>>, server = far, login = password) =>
  explainSmtpError(server, login, failing(properties))

const becomes = (properties: Readonly<Record<string, unknown>>, handedOver: boolean) =>
  explainSubmission(far, password, failing(properties), handedOver)

const stages = [
  ['the greeting', { code: 'EPROTOCOL', command: 'CONN' }, 'the connection'],
  ['EHLO', { code: 'ECONNECTION', command: 'EHLO' }, 'the connection'],
  ['MAIL', { code: 'EENVELOPE', command: 'MAIL FROM' }, 'the sender'],
  ['RCPT', { code: 'EENVELOPE', command: 'RCPT TO' }, 'the recipient'],
  ['DATA', { code: 'EENVELOPE', command: 'DATA' }, 'the message'],
] as const

describe('a reply that says no', () => {
  const rows = stages.flatMap(([stage, error, thing]) =>
    [421, 450, 451, 452, 550, 552, 554].map((code) => [code, stage, error, thing] as const),
  )

  it.each(rows)('%i to %s is final or not, and says to what', (code, _, error, thing) => {
    const failure = becomes({ ...error, response: `${code} 5.7.1 for a reason` }, false)
    expect(failure).toBeInstanceOf(SubmissionFailure)
    const message =
      code < 500
        ? `smtp.example.org does not take ${thing} at present: ${code} 5.7.1 for a reason`
        : `smtp.example.org refused ${thing}: ${code} 5.7.1 for a reason`
    expect(failure).toMatchObject({ outcome: code < 500 ? 'later' : 'refused', code, message })
  })

  it.each([421, 450, 451, 452])('%i to the message means that it was not taken', (code) => {
    const failure = becomes({ code: 'EMESSAGE', command: 'DATA', response: `${code} later` }, true)
    expect(failure).toMatchObject({ outcome: 'later', code })
  })

  it.each([530, 535, 550, 552, 554])('%i to the message is final', (code) => {
    const failure = becomes({ code: 'EMESSAGE', command: 'DATA', response: `${code} no` }, true)
    expect(failure).toMatchObject({
      outcome: 'refused',
      code,
      message: `smtp.example.org refused the message: ${code} no`,
    })
  })

  it('to STARTTLS concerns the connection, not the message', () => {
    const failure = becomes({ code: 'ETLS', command: 'STARTTLS', response: '502 what' }, false)
    const message = 'smtp.example.org offers no STARTTLS on port 465'
    expect(failure).toMatchObject({ outcome: 'later', code: null, message })
    expect(becomes({ code: 'ETLS', command: 'STARTTLS', response: '454 not now' }, false)).toMatchObject({ code: 454 })
  })

  it('and breaks off before the message is no refusal yet', () => {
    const failure = becomes({ code: 'ECONNECTION', command: 'CONN', response: '550 5.7' }, false)
    expect(failure).toMatchObject({ outcome: 'later', code: null })
  })

  it('is quoted in one line, each code once', () => {
    const reply = '550-5.7.1 sender\n550-5.7.1 not\n550 5.7.1 authorised'
    expect(replyInWords(far, password, reply)).toBe('550 5.7.1 sender not authorised')
  })
})

describe('no reply', () => {
  const broken = [
    ['a lost connection', { code: 'ECONNECTION', command: 'CONN' }],
    ['a reset', { code: 'ESOCKET', originalCode: 'ECONNRESET', syscall: 'read', command: 'CONN' }],
    ['a broken pipe', { code: 'ESOCKET', originalCode: 'EPIPE', syscall: 'write', command: 'CONN' }],
    ['a timeout', { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT', command: 'CONN' }],
    ['an answer that is none', { code: 'EPROTOCOL', command: 'CONN', response: '250 ok' }],
  ] as const

  it.each(broken)('but %s before the end of the message: it may be tried again', (_, error) => {
    expect(becomes(error, false)).toMatchObject({ outcome: 'later', code: null })
  })

  it.each(broken)('but %s after the end of the message: nobody knows', (_, error) => {
    expect(becomes(error, true)).toMatchObject({
      outcome: 'unknown',
      message: expect.stringMatching(/; whether it took the message is not known$/),
    })
  })

  it.each([new TypeError('x is not a function'), 'a string'])('and a fault of ours: %s', (error) => {
    expect(explainSubmission(far, password, error, false)).toBeNull()
    expect(explainSubmission(far, password, error, true)).toMatchObject({ outcome: 'unknown', code: null })
    expect(explainSmtpError(far, password, error)).toBeNull()
  })

  it('in time is as much as the door knows', () => {
    const missed = new SubmissionFailure('smtp.example.org did not answer EHLO within 60 s', 'later', null)
    expect(explainSubmission(far, password, missed, false)).toMatchObject({ outcome: 'later', message: missed.message })
    expect(explainSubmission(far, password, missed, true)).toMatchObject({ outcome: 'unknown' })
    expect(explainSmtpError(far, password, missed)).toMatchObject({ exitCode: 75, sentence: missed.message })
  })
})

describe('a connection that cannot be', () => {
  it.each([
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'there is no host called smtp.example.org'],
    [{ code: 'EDNS', originalCode: 'ESERVFAIL' }, 'the name smtp.example.org could not be looked up'],
    [{ code: 'EDNS', originalCode: 'EAI_AGAIN' }, 'the name smtp.example.org could not be looked up'],
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'smtp.example.org refused the connection on port 465'],
    [{ code: 'ESOCKET', originalCode: 'EHOSTUNREACH' }, 'smtp.example.org cannot be reached'],
    [{ code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT' }, 'smtp.example.org does not take connections on port 465'],
    [{ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' }, 'smtp.example.org gave no SMTP greeting on port 465'],
    [
      { code: 'ETIMEDOUT', timeoutType: 'UPGRADE_TIMEOUT' },
      'smtp.example.org did not finish the TLS handshake on port 465',
    ],
    [
      { code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' },
      'smtp.example.org does not speak TLS on port 465',
    ],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'the certificate of smtp.example.org has expired'],
    [{ code: 'ETLS' }, 'TLS with smtp.example.org failed'],
  ])('is for the operator to mend, and no message was sent: %j', (error, sentence) => {
    expect(explain(error)).toMatchObject({ exitCode: 69, sentence })
    expect(becomes(error, false)).toMatchObject({ outcome: 'later', code: null, message: sentence })
  })

  it('names the settings for sending', () => {
    const hints = (code: string) => explain({ code: 'ESOCKET', originalCode: code })?.hints
    expect(hints('ECONNREFUSED')).toEqual(['check SMTP_PORT: 465 with tls, 587 with starttls'])
    expect(hints('ERR_SSL_WRONG_VERSION_NUMBER')).toEqual([
      'set SMTP_PORT=465, or SMTP_SECURITY=starttls with port 587',
    ])
    expect(hints('DEPTH_ZERO_SELF_SIGNED_CERT')).toEqual([expect.stringContaining('SMTP_CA_FILE')])
    const error = checkServerIdentity('smtp.example.org', { subjectaltname: 'DNS:mx.example.com' } as never)
    const named = Object.assign(error ?? new Error(), { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    expect(explainSmtpError(far, password, named)?.hints).toEqual([
      'set SMTP_HOST to a name in the certificate: DNS:mx.example.com',
    ])
  })
})

describe('a login', () => {
  const refused = (response: string) => ({ code: 'EAUTH', command: 'AUTH PLAIN', response })

  it.each(['535 5.7.8 bad', '534 5.7.9 app password needed', '530 5.7.0 TLS first', '504 what', '334 go on'])(
    'that is answered with %s is refused',
    (response) => {
      const sentence = 'smtp.example.org refused the login of rowan@example.org'
      expect(becomes(refused(response), false)).toMatchObject({
        exitCode: 77,
        sentence,
        hints: [
          'check SMTP_USER and SMTP_PASSWORD; without them, those of IMAP are taken',
          `the server said: ${response}`,
        ],
      })
    },
  )

  it.each(['421 4.7.0 bye', '432 4.7.12 not yet', '454 4.7.0 too many logins', '451 4.3.0 busy'])(
    'that is answered with %s may be tried again',
    (response) => {
      const message = `smtp.example.org does not take the login at present: ${response}`
      const code = Number.parseInt(response, 10)
      expect(becomes(refused(response), false)).toMatchObject({ outcome: 'later', code, message })
      expect(explain(refused(response))).toMatchObject({ exitCode: 75, sentence: message })
    },
  )

  it('that seemed to succeed is refused when the envelope is answered with 530', () => {
    const response = '530 5.7.57 client not authenticated to send mail'
    expect(becomes({ code: 'EENVELOPE', command: 'MAIL FROM', response }, false)).toMatchObject({ exitCode: 77 })
  })

  it('that is not offered needs TLS, perhaps', () => {
    expect(explain({ code: 'ENOAUTH' }, loopback(25))).toMatchObject({
      exitCode: 77,
      sentence: '127.0.0.1 offers no login by password',
      hints: expect.arrayContaining([expect.stringContaining('SMTP_SECURITY=starttls')]),
    })
  })

  it.each([
    ['smtp.gmail.com', /app password/],
    ['smtp.mail.me.com', /app-specific password.*as SMTP_USER your whole address/],
    ['smtp.fastmail.com', /SMTP access/],
    ['smtp.office365.com', /OAuth2.*SMTP_ACCESS_TOKEN_COMMAND/],
    ['smtp.example.org', /^check SMTP_USER and SMTP_PASSWORD/],
  ])('at %s has its own way', (host, hint) => {
    expect(loginHints({ host, protocol: 'smtp' }, 'password')[0]).toMatch(hint)
  })

  it('by token needs the scope for SMTP', () => {
    expect(loginHints({ host: 'smtp.gmail.com', protocol: 'smtp' }, 'access-token')).toEqual([
      'SMTP_ACCESS_TOKEN_COMMAND must print a fresh token of SMTP_USER with the scope for SMTP',
    ])
  })
})

describe('the words of a server', () => {
  const plain = Buffer.from('\0rowan@example.org\0secret').toString('base64')

  it.each([
    ['the password', password, 'secret'],
    ['the password as LOGIN sends it', password, Buffer.from('secret').toString('base64')],
    ['user and password as PLAIN sends them', password, plain],
    ['the token', token, 'ya29.token'],
    ['the token as XOAUTH2 sends it', token, xoauth2('rowan@example.org', 'ya29.token')],
  ])('are quoted without %s', (_, login, secret) => {
    const response = `500 what is AUTH ${secret}?`
    const failure = explainSubmission(far, login, failing({ code: 'EENVELOPE', command: 'MAIL FROM', response }), false)
    expect(failure).toMatchObject({ message: 'smtp.example.org refused the sender: 500 what is AUTH …?' })
  })

  it('are cut, and no part of a secret stays at the end', () => {
    const failure = becomes({ code: 'EMESSAGE', response: `554 ${'x'.repeat(193)}secret` }, true)
    expect(failure).toMatchObject({
      message: `smtp.example.org refused the message: 554 ${'x'.repeat(193)}…`,
    })
  })

  it('show a token as SASL XOAUTH2 has it', () => {
    const octets = Buffer.from(xoauth2('jürgen@example.org', 'ya29'), 'base64').toString('utf8')
    expect(octets).toBe('user=jürgen@example.org\u0001auth=Bearer ya29\u0001\u0001')
  })
})

describe('how we connect', () => {
  it.each([
    ['tls', { secure: true, requireTLS: false, ignoreTLS: false }],
    ['starttls', { secure: false, requireTLS: true, ignoreTLS: false }],
    ['none', { secure: false, requireTLS: false, ignoreTLS: true }],
  ] as const)('with security %s', (security, expected) => {
    expect(smtpOptions({ ...far, security }, 60_000)).toMatchObject(expected)
  })

  it('without a log, and without the name of this computer', () => {
    expect(smtpOptions(far, 60_000)).toMatchObject({ logger: false, name: '[127.0.0.1]' })
  })
})
