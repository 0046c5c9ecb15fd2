import { spawn } from 'node:child_process'
import { getEventListeners, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Login } from '../../src/core/login.ts'
import { openSubmission } from '../../src/io/submission.ts'
import type { Submission } from '../../src/ports.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import {
  type Answer,
  halfClose,
  reset,
  type ScriptedSmtp,
  type Stage,
  say,
  silence,
  startScriptedSmtp,
} from '../servers/scripted-smtp.ts'

const envelope = { from: 'rowan@example.org', to: 'ingrid@example.com' }
const message = Buffer.from('From: rowan@example.org\r\nTo: ingrid@example.com\r\n\r\n.\r\nhello\r\n')
const received = message.toString('latin1').replace('\r\n.\r\n', '\r\n..\r\n')

const running: ScriptedSmtp[] = []
afterAll(() => Promise.all(running.map((server) => server.stop())))

type Answers = Partial<Record<Stage, Answer>>
interface Begun {
  readonly server: ScriptedSmtp
  readonly submission: Submission
}

const begin = async (
  answers: Answers,
  signal?: AbortSignal,
  deadline = 1_000,
  login: Login = password,
): Promise<Begun> => {
  const server = await startScriptedSmtp(answers)
  running.push(server)
  const options = { deadline, log: silentLog, ...(signal && { signal }) }
  return { server, submission: openSubmission(loopback(server.port), login, options) }
}

const reasonOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => error,
  )

const failureOf = async (answers: Answers, deadline?: number) => {
  const { server, submission } = await begin(answers, undefined, deadline)
  const error = await reasonOf(submission.submit(envelope, message))
  await server.left()
  return { error, server }
}

const envelopeStages = ['MAIL', 'RCPT', 'DATA', '.'] as const
const codes = [421, 450, 451, 452, 550, 552, 554] as const
const pipelining = say('250-here', '250-PIPELINING', '250 AUTH PLAIN')

describe.concurrent('a server that says no', () => {
  const rows = (['greeting', ...envelopeStages] as const).flatMap((stage) =>
    codes.map((code) => [code, stage] as const),
  )

  it.each(rows)('with %i to %s is taken at its word', async (code, stage) => {
    const { error, server } = await failureOf({ [stage]: say(`${code}-4.7.1 for a`, `${code} 4.7.1 reason`) })
    expect(error).toMatchObject({
      ...{ name: 'SubmissionFailure', outcome: code < 500 ? 'later' : 'refused', code },
      message: expect.stringContaining(`: ${code} 4.7.1 for a reason`),
    })
    expect(server.messages).toHaveLength(stage === '.' ? 1 : 0)
  })

  it.each(codes.flatMap((code) => (['MAIL', 'RCPT', 'DATA'] as const).map((stage) => [code, stage] as const)))(
    'with %i to %s of a whole envelope sent at once is taken at its word',
    async (code, stage) => {
      const { error } = await failureOf({ EHLO: pipelining, [stage]: say(`${code} reason`) })
      expect(error).toMatchObject({ outcome: code < 500 ? 'later' : 'refused', code })
    },
  )

  it('to the recipient of an envelope sent at once, but asks for the message, gets none', async () => {
    const { error, server } = await failureOf({ EHLO: pipelining, RCPT: say('550 5.7.1 sender not authorised') })
    expect(error).toMatchObject({ outcome: 'refused', code: 550 })
    expect(server.messages.join('')).not.toContain('hello')
  })

  it.each(codes)('with %i to the login has refused it, or not now', async (code) => {
    const { error, server } = await failureOf({ AUTH: say(`${code} reason`) })
    const expected = code < 500 ? { outcome: 'later', code } : { exitCode: 77 }
    expect(error).toMatchObject(expected)
    expect(server.commands).not.toContain('DATA')
  })

  it('with 421 to EHLO may be tried again', async () => {
    expect((await failureOf({ EHLO: say('421 4.3.2 shutting down') })).error).toMatchObject({
      outcome: 'later',
      code: 421,
      message: '127.0.0.1 does not take the connection at present: 421 4.3.2 shutting down',
    })
  })

  it.each(codes.filter((code) => code !== 421))('with %i to EHLO and to HELO is taken at its word', async (code) => {
    const { error } = await failureOf({ EHLO: say(`${code} reason`), HELO: say(`${code} reason`) })
    expect(error).toMatchObject({ outcome: code < 500 ? 'later' : 'refused', code })
  })

  it('to a token gives its reason, then its verdict; the token is shown once', async () => {
    const login: Login = { kind: 'access-token', accessToken: 'ya29.token' }
    const { server, submission } = await begin(
      { AUTH: say('334 eyJzdGF0dXMiOiI0MDAifQ==') },
      undefined,
      undefined,
      login,
    )
    expect(await reasonOf(submission.submit(envelope, message))).toMatchObject({ exitCode: 77 })
    expect(server.commands.filter((command) => command.startsWith('AUTH'))).toHaveLength(1)
  })

  it('and repeats what it was sent is quoted without it', async () => {
    const { error } = await failureOf({ MAIL: say(`500 after AUTH PLAIN AHJvd2FuAHNlY3JldA== I know secret`) })
    expect(error).toMatchObject({ message: '127.0.0.1 refused the sender: 500 after AUTH PLAIN … I know …' })
  })
})

describe.concurrent('a server that falls silent', () => {
  it.each([
    ['greeting', 'gave no SMTP greeting on port'],
    ['EHLO', 'did not answer EHLO within 1.5 s'],
    ['AUTH', 'did not answer the login within 1.5 s'],
    ['MAIL', 'did not answer the envelope within 1.5 s'],
    ['RCPT', 'did not answer the envelope within 1.5 s'],
    ['DATA', 'did not answer the envelope within 1.5 s'],
  ] as const)('at %s has taken nothing', async (stage, words) => {
    const { error, server } = await failureOf({ [stage]: silence }, 1_500)
    expect(error).toMatchObject({ outcome: 'later', code: null, message: expect.stringContaining(words) })
    expect(server.messages).toEqual([])
  })

  it('after the message has taken it, or not', async () => {
    const { error, server } = await failureOf({ '.': silence }, 1_500)
    const sentence = '127.0.0.1 did not answer the message within 7.5 s; whether it took the message is not known'
    expect(error).toMatchObject({ outcome: 'unknown', code: null, message: sentence })
    expect(server.messages).toEqual([received])
  })

  it('after QUIT changes nothing, and is left', async () => {
    const { server, submission } = await begin({ QUIT: silence })
    const sent = await submission.submit(envelope, message)
    expect(sent).toEqual({ kind: 'sent', response: '250 2.0.0 queued as 7' })
    await server.left()
  })

  it('after QUIT does not keep the process', async () => {
    const { server } = await begin({ QUIT: silence })
    const script = fileURLToPath(new URL('children/submitter.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', script, String(server.port)], { stdio: 'ignore' })
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

describe.concurrent('a connection that breaks', () => {
  const cut: Answer = { cut: '550 5.7', ending: 'end' }
  const cutInLines: Answer = { lines: ['550-5.7.1 no'], cut: '55', ending: 'end' }
  const breaks = [
    ['a reset', reset],
    ['a half-close', halfClose],
    ['a reply cut in the middle', cutInLines],
  ] as const
  const early = ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const

  it.each(
    early.flatMap((stage) => [...breaks, ['half a line', cut] as const].map((each) => [stage, ...each] as const)),
  )('at %s by %s has carried nothing', async (stage, _, answer) => {
    const { error, server } = await failureOf({ [stage]: answer })
    expect(error).toMatchObject({ outcome: 'later', code: null, message: 'the connection to 127.0.0.1 was lost' })
    expect(server.messages).toEqual([])
  })

  it.each(breaks)('after the message by %s leaves its fate unknown', async (_, answer) => {
    const { error, server } = await failureOf({ '.': answer })
    const sentence = 'the connection to 127.0.0.1 was lost; whether it took the message is not known'
    expect(error).toMatchObject({ outcome: 'unknown', code: null, message: sentence })
    expect(server.messages).toEqual([received])
  })

  it('after a yes that has no line end leaves the fate of the message unknown', async () => {
    const { error } = await failureOf({ '.': { cut: '250 2.0.0 queu', ending: 'end' } })
    expect(error).toMatchObject({ outcome: 'unknown', code: null })
  })

  it('after the yes is no matter', async () => {
    const { submission } = await begin({ '.': { lines: ['250 2.0.0 queued as 7'], ending: 'end' } })
    expect(await submission.submit(envelope, message)).toMatchObject({ kind: 'sent' })
  })

  it('after an answer that is none leaves the fate of the message unknown', async () => {
    const { error } = await failureOf({ '.': say('what') })
    expect(error).toMatchObject({ outcome: 'unknown', code: null })
  })
})

describe('a yes', () => {
  it('of several lines is kept as one, without the secret', async () => {
    const { submission } = await begin({ '.': say('250-2.0.0 queued', '250 2.0.0 as secret') })
    expect(await submission.submit(envelope, message)).toEqual({ kind: 'sent', response: '250 2.0.0 queued as …' })
  })
})

describe('an abort', () => {
  it.each([
    ['MAIL', 'later'],
    ['DATA', 'later'],
  ] as const)('at %s closes the connection, and nothing was sent', async (stage, outcome) => {
    const stop = new AbortController()
    const { server, submission } = await begin({ [stage]: silence }, stop.signal)
    const submitting = reasonOf(submission.submit(envelope, message))
    await server.heard(stage)
    stop.abort()
    const sentence = 'the connection to 127.0.0.1 was closed: the poll was stopped'
    expect(await submitting).toMatchObject({ outcome, code: null, message: sentence })
    await server.left()
  })

  it('after the message leaves its fate unknown', async () => {
    const stop = new AbortController()
    const { server, submission } = await begin({ '.': silence }, stop.signal)
    const submitting = reasonOf(submission.submit(envelope, message))
    await server.took(1)
    stop.abort()
    expect(await submitting).toMatchObject({ outcome: 'unknown', code: null })
    await server.left()
  })

  it('that came before keeps us from connecting', async () => {
    const { server, submission } = await begin({}, AbortSignal.abort())
    expect(await reasonOf(submission.submit(envelope, message))).toMatchObject({ outcome: 'later' })
    expect(await reasonOf(submission.verify())).toMatchObject({ exitCode: 75 })
    expect(server.commands).toEqual([])
  })

  it('is no longer listened for once the connection is closed', async () => {
    const stop = new AbortController()
    const { server, submission } = await begin({}, stop.signal)
    await submission.submit(envelope, message)
    await server.left()
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })
})
