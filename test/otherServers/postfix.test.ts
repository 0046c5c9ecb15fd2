/** The Postfix of the tests itself: what a program that sends may count on. */
import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { type Postfix, startPostfix } from '../servers/postfix.ts'

let dovecot: Dovecot
let postfix: Postfix

beforeAll(async () => {
  dovecot = await startDovecot({ delivery: true })
  postfix = await startPostfix(dovecot, {
    refuse: { 'relay@reply.linkedin.com': '550 5.7.1 sender not authorised', 'later.example.org': '450 4.2.0 busy' },
  })
})

afterAll(async () => {
  await postfix?.stop()
  await dovecot?.stop()
})

const message = [
  'From: rowan@example.org',
  'To: Ingrid <ingrid@example.org>',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Message-ID: <one@example.org>',
  'Date: Tue, 24 Nov 2026 09:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  '.',
  '..Grüße \t ',
  '',
  '',
].join('\r\n')

/** What became of it: the last answer of the server. */
const send = async (to: string, pass: string | null, tls = true): Promise<string> => {
  const transport = createTransport({
    host: postfix.host,
    port: postfix.submissionPort,
    ...(tls ? { requireTLS: true, tls: { ca: readFileSync(postfix.caFile) } } : { ignoreTLS: true }),
    ...(pass === null ? {} : { auth: { user: 'rowan@example.org', pass } }),
  })
  try {
    return (await transport.sendMail({ raw: message, envelope: { from: 'rowan@example.org', to } })).response
  } catch (error) {
    return String(error instanceof Error && 'response' in error ? error.response : error)
  }
}

/** No event tells of a delivery. */
const untilDelivered = async (user: string): Promise<string> => {
  for (;;) {
    const [first] = await readMailbox(dovecot, user, 'INBOX')
    if (first !== undefined) return first.source
  }
}

describe('Postfix', () => {
  it('takes a message by STARTTLS and AUTH, and it arrives byte for byte', async () => {
    expect(await send('ingrid@example.org', postfix.password)).toMatch(/^250 2\.0\.0 Ok: queued as /u)
    const source = await untilDelivered('ingrid@example.org')
    expect(source.slice(source.indexOf('From: '))).toBe(message)
    expect(source.slice(0, source.indexOf('From: '))).toMatch(/^Return-Path: <rowan@example\.org>\r\n/u)
    expect(postfix.log()).toContain('status=sent')
  })

  it.each([
    ['a wrong password', 'ingrid@example.org', 'wrong', true, /^535 5\.7\.8 /u],
    ['who does not log in', 'ingrid@example.org', null, true, /^554 5\.7\.1 /u],
    ['clear text', 'ingrid@example.org', null, false, /^530 5\.7\.0 Must issue a STARTTLS command first/u],
    [
      'a relay that knows the sender not',
      'relay@reply.linkedin.com',
      'secret',
      true,
      /^550 5\.7\.1 .* not authorised$/u,
    ],
    ['a server that is busy', 'ivo@later.example.org', 'secret', true, /^450 4\.2\.0 /u],
  ])('refuses %s', async (_, to, pass, tls, answer) => {
    expect(await send(to, pass, tls)).toMatch(answer)
  })
})
