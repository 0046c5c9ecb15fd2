import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Login } from '../../src/core/login.ts'
import type { Server } from '../../src/core/settings.ts'
import { encode } from '../../src/io/encode.ts'
import { openSubmission } from '../../src/io/submission.ts'
import type { Log, Submission } from '../../src/ports.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { type Smtp, type SmtpOptions, startSmtp } from '../servers/smtp.ts'

const envelope = { from: 'rowan@example.org', to: 'ingrid@example.com' }
const header = 'From: Rowan <rowan@example.org>\r\nTo: Ingrid <ingrid@example.com>\r\nSubject: hi\r\n\r\n'
const message = Buffer.from(`${header}Where might we have met?\r\n`)

const open = (server: Server, login: Login = password, log: Log = silentLog): Submission =>
  openSubmission(server, login, { deadline: 4_000, log })

const reasonOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => error,
  )

const running: Smtp[] = []
const start = async (options: SmtpOptions = {}): Promise<Smtp> => {
  const smtp = await startSmtp(options)
  running.push(smtp)
  return smtp
}

let starttls: Smtp
let tls: Smtp
let clear: Smtp

beforeAll(async () => {
  ;[starttls, tls, clear] = await Promise.all([start(), start({ security: 'tls' }), start({ security: 'none' })])
})

afterAll(() => Promise.all(running.map((smtp) => smtp.stop())))

describe('a message', () => {
  it.each([
    ['STARTTLS', () => starttls, true],
    ['TLS', () => tls, true],
    ['clear text on this computer', () => clear, false],
  ])('is submitted over %s', async (_, smtp, encrypted) => {
    const sent = await open(smtp().server()).submit(envelope, message)
    expect(sent).toEqual({ kind: 'sent', response: '250 OK: message queued' })
    const taken = { user: 'rowan', from: envelope.from, to: [envelope.to], encrypted, bytes: message }
    expect(smtp().messages.at(-1)).toEqual(taken)
  })

  it('is submitted with an access token', async () => {
    const login: Login = { kind: 'access-token', accessToken: 'secret' }
    const before = tls.messages.length
    await open(tls.server({ user: 'ada@example.org' }), login).submit(envelope, message)
    expect(tls.messages.slice(before)).toMatchObject([{ user: 'ada@example.org', bytes: message }])
  })

  it.each([
    ['leading dots', '.\r\n..\r\n.x\r\n\r\n.\r\nend\r\n'],
    ['nothing but a dot', '.\r\n'],
    ['an empty body', ''],
    ['empty lines at its end', 'hello\r\n\r\n\r\n'],
    ['lines as long as they may be', `${'x'.repeat(998)}\r\n.${'y'.repeat(997)}\r\n`],
    ['more than a socket takes at once', `${'where might we have met? '.repeat(30)}\r\n`.repeat(400)],
    ['words of SMTP', 'QUIT\r\nRCPT TO:<eve@example.com>\r\n'],
  ])('with %s arrives octet for octet', async (_, body) => {
    const bytes = Buffer.from(header + body)
    await open(clear.server()).submit(envelope, bytes)
    expect(clear.messages.at(-1)?.bytes.equals(bytes)).toBe(true)
  })

  it.each(['Grüße aus Zürich\n', '山田太郎\n', `${'long '.repeat(900)}\n`, '.\n'])(
    'of the words %j arrives at a server that knows no extension',
    async (text) => {
      const plain = await start({ security: 'none', without: ['8BITMIME', 'SMTPUTF8', 'PIPELINING'] })
      const bytes = await encode({
        from: { name: 'Jürgen', address: envelope.from },
        to: { name: 'Åsa', address: envelope.to },
        ...{ subject: 'Grüße', messageId: '<hwm.a@example.org>', inReplyTo: null, references: [] },
        ...{ date: 0, automatic: true, text },
      })
      await open(plain.server()).submit(envelope, bytes)
      expect(plain.messages.map((taken) => taken.bytes.equals(bytes))).toEqual([true])
    },
  )

  it.each([
    ['has a second recipient in the envelope', { ...envelope, to: 'ingrid@example.com, eve@example.com' }, message],
    ['goes to another', { ...envelope, to: 'eve@example.com' }, message],
    ['has a Bcc', envelope, Buffer.from(`Bcc: eve@example.com\r\n${message}`)],
    ['is not plain ASCII', envelope, Buffer.from(`${header}Grüße\r\n`)],
  ])('that %s is a fault of ours, and no connection is opened', async (_, to, bytes) => {
    const before = clear.connections()
    const error = await reasonOf(open(clear.server()).submit(to, bytes))
    expect(error).toMatchObject({
      name: 'Error',
      message: expect.stringMatching(/^a message that must not be submitted: /),
    })
    expect(clear.connections()).toBe(before)
  })

  it('is refused by a server that does not take its sender', async () => {
    const relay = await start({ security: 'none', manners: { rcpt: '550 5.7.1 sender not authorised' } })
    expect(await reasonOf(open(relay.server()).submit(envelope, message))).toMatchObject({
      outcome: 'refused',
      code: 550,
      message: '127.0.0.1 refused the recipient: 550 5.7.1 sender not authorised',
    })
    relay.behave({})
    await open(relay.server()).submit(envelope, message)
    expect(relay.messages).toHaveLength(1)
  })

  it.each([true, false])('that is answered with a reset has an unknown fate, kept or not: %s', async (kept) => {
    const smtp = await start({ manners: { afterDot: { kind: 'reset', kept } } })
    const error = await reasonOf(open(smtp.server()).submit(envelope, message))
    expect(error).toMatchObject({ outcome: 'unknown', code: null })
    expect(smtp.messages).toHaveLength(kept ? 1 : 0)
  })

  it.each([true, false])('that is answered with silence has an unknown fate, kept or not: %s', async (kept) => {
    const smtp = await start({ manners: { afterDot: { kind: 'silence', kept } } })
    const stop = new AbortController()
    const submission = openSubmission(smtp.server(), password, { log: silentLog, signal: stop.signal })
    const submitting = reasonOf(submission.submit(envelope, message))
    await smtp.dots(1)
    stop.abort()
    expect(await submitting).toMatchObject({ outcome: 'unknown', code: null })
    expect(smtp.messages).toHaveLength(kept ? 1 : 0)
  })
})

/** What keeps a server from being used at all. */
const unusable: readonly [string, () => Server | Promise<Server>, number, RegExp][] = [
  ['an unknown host', () => tls.server({ host: 'smtp.invalid' }), 69, /^there is no host called smtp\.invalid$/],
  ['a port of nobody', () => loopback(1), 69, /^127\.0\.0\.1 refused the connection on port 1$/],
  ['TLS on the clear-text port', () => starttls.server({ security: 'tls' }), 69, /does not speak TLS on port \d+$/],
  ['STARTTLS on the TLS port', () => tls.server({ security: 'starttls' }), 69, /gave no SMTP greeting on port \d+$/],
  ['an authority nobody named', () => tls.server({ caFile: null }), 69, /signed by an authority .* does not trust$/],
  [
    'the certificate of a stranger',
    async () => (await start({ certificate: 'unknown-authority' })).server(),
    69,
    /signed by an authority .* does not trust$/,
  ],
  [
    'an expired certificate',
    async () => (await start({ certificate: 'expired' })).server(),
    69,
    /^the certificate of 127\.0\.0\.1 has expired$/,
  ],
  [
    'an expired certificate from the first octet',
    async () => (await start({ certificate: 'expired', security: 'tls' })).server(),
    69,
    /^the certificate of 127\.0\.0\.1 has expired$/,
  ],
  [
    'the certificate of another host',
    async () => (await start({ address: '127.0.0.2' })).server(),
    69,
    /^the certificate of 127\.0\.0\.2 is for another host$/,
  ],
  [
    'no STARTTLS',
    async () => (await start({ without: ['STARTTLS'] })).server(),
    69,
    /^127\.0\.0\.1 offers no STARTTLS on port \d+$/,
  ],
]

describe('a server that cannot be used says why', () => {
  it.each(unusable)('%s: to a check, and to a message that was certainly not sent', async (_, make, exitCode, why) => {
    const submission = open(await make())
    const sentence = expect.stringMatching(why)
    expect(await reasonOf(submission.verify())).toMatchObject({ name: 'OperatorError', exitCode, message: sentence })
    expect(await reasonOf(submission.submit(envelope, message))).toMatchObject({
      ...{ name: 'SubmissionFailure', outcome: 'later', code: null },
      message: sentence,
    })
  })

  it('is not believed when the environment switches certificates off', async () => {
    const foreign = await start({ certificate: 'unknown-authority' })
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const error = await reasonOf(open(foreign.server()).verify())
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    expect(error).toMatchObject({ exitCode: 69 })
  })

  it('with a file that holds no certificate', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'have-we-met-'))
    writeFileSync(join(directory, 'ca.pem'), 'no certificate')
    const error = await reasonOf(open(tls.server({ caFile: join(directory, 'ca.pem') })).verify())
    rmSync(directory, { recursive: true })
    expect(error).toMatchObject({ exitCode: 78, message: expect.stringMatching(/^cannot read .*ca\.pem$/) })
  })

  it('with a file that cannot be read', async () => {
    const server = tls.server({ caFile: '/nowhere/ca.pem' })
    const expected = { exitCode: 78, message: 'cannot read the certificate authority /nowhere/ca.pem' }
    expect(await reasonOf(open(server).verify())).toMatchObject(expected)
    expect(await reasonOf(open(server).submit(envelope, message))).toMatchObject(expected)
  })
})

describe('a login', () => {
  it('is all that is tried for a check', async () => {
    const before = tls.messages.length
    await expect(open(tls.server()).verify()).resolves.toBeUndefined()
    expect(tls.messages).toHaveLength(before)
  })

  it.each<[string, Login]>([
    ['password', { kind: 'password', password: 'wrong-horse' }],
    ['access token', { kind: 'access-token', accessToken: 'wrong-horse' }],
  ])('with a wrong %s is refused, and no word repeats it', async (_, login) => {
    const told: unknown[] = []
    const log: Log = { ...silentLog, debug: (event, details) => told.push(event, details) }
    for (const attempt of ['submit', 'verify'] as const) {
      const error = await reasonOf(open(tls.server(), login, log)[attempt](envelope, message))
      expect(error).toMatchObject({ exitCode: 77, message: '127.0.0.1 refused the login of rowan' })
      expect(inspect([error, told], { depth: 9, showHidden: true })).not.toContain('wrong-horse')
    }
  })

  it('that is not offered is not tried', async () => {
    const open25 = await start({ security: 'none', without: ['AUTH'] })
    const error = await reasonOf(open(open25.server()).submit(envelope, message))
    expect(error).toMatchObject({ exitCode: 77, message: '127.0.0.1 offers no login by password' })
    expect(open25.messages).toEqual([])
  })

  it('that the server postpones may be tried again', async () => {
    const busy = await start({ security: 'none', manners: { auth: '454 4.7.0 temporary failure' } })
    expect(await reasonOf(open(busy.server()).submit(envelope, message))).toMatchObject({ outcome: 'later', code: 454 })
    expect(await reasonOf(open(busy.server()).verify())).toMatchObject({ exitCode: 75 })
  })
})
