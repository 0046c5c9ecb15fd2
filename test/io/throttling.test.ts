import { afterAll, describe, expect, it, vi } from 'vitest'
import { AppendRefused } from '../../src/core/appendRefused.ts'
import { Throttled } from '../../src/errors.ts'
import { connect } from '../../src/io/mailbox.ts'
import type { MailAccount } from '../../src/ports.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { type Answer, reset, type ScriptedImap, say, startScriptedImap } from '../servers/scripted-imap.ts'

const wait = 92_415
const throttled = say(`{tag} BAD Request is throttled. Suggested Backoff Time: ${wait} milliseconds`)
const range = { first: 1, last: 39 }
const draft = Buffer.from('Subject: hello\r\n\r\nhello\r\n')
const open: ScriptedImap[] = []

afterAll(() => Promise.all(open.map((server) => server.stop())))

/** A server that answers one command so, and what came of it. */
const meet = async (verb: string, answer: Answer, operation: (account: MailAccount) => Promise<unknown>) => {
  const server = await startScriptedImap({ answers: { [verb]: answer } })
  open.push(server)
  const limits = { deadline: 1_000, maxBytes: 20, log: silentLog }
  const error = await connect(loopback(server.port), password, limits)
    .then(operation)
    .catch((caught: unknown) => caught)
  return { server, error }
}

const list = (account: MailAccount) => account.list()
const search = (account: MailAccount) => account.examine('INBOX', (inbox) => inbox.search(range))
const fetch = (account: MailAccount) => account.examine('INBOX', (inbox) => inbox.fetch(7))

describe('a server that asks to wait for longer than our deadline', () => {
  it.each([
    ['LOGIN', list],
    ['LIST', list],
    ['STATUS', list],
    ['EXAMINE', search],
    ['UID SEARCH', search],
    ['UID FETCH', fetch],
  ])('is understood at once, and left: %s', async (verb, operation) => {
    const { server, error } = await meet(verb, throttled, operation)
    expect(error).toBeInstanceOf(Throttled)
    expect(error).toMatchObject({ exitCode: 75, message: '127.0.0.1 asks to slow down', wait })
    await server.left()
    expect(server.commands.filter((command) => command.startsWith(verb))).toHaveLength(1)
  })

  it('has stored nothing when it answers APPEND so', async () => {
    const { error } = await meet('APPEND', throttled, (account) => account.append('Drafts', draft, 'draft'))
    expect(error).toBeInstanceOf(AppendRefused)
  })
})

describe('a server that is willing, but not now', () => {
  it.each([
    ['LIST', say('{tag} NO [UNAVAILABLE] come back'), '127.0.0.1 asks to slow down'],
    ['LIST', say('{tag} NO [LIMIT] enough for today'), '127.0.0.1 asks to slow down'],
    ['LOGIN', say('{tag} NO [UNAVAILABLE] come back'), '127.0.0.1 takes no login at present'],
    [
      'LOGIN',
      say('{tag} NO [ALERT] Too many simultaneous connections. (Failure)'),
      '127.0.0.1 takes no login at present',
    ],
    ['LIST', say('* BYE Too many connections'), 'the connection to 127.0.0.1 was lost'],
  ])('does not say when: %s %j', async (verb, answer, message) => {
    const { error } = await meet(verb, answer, list)
    expect(error).toBeInstanceOf(Throttled)
    expect(error).toMatchObject({ exitCode: 75, message, wait: null })
  })

  it.each([
    ['LIST', say('{tag} NO I would rather not')],
    ['LIST', reset],
    ['LOGIN', say('{tag} NO [AUTHENTICATIONFAILED] no')],
  ])('is not one that %s %j', async (verb, answer) => {
    const { error } = await meet(verb, answer, list)
    expect(error).toMatchObject({ exitCode: expect.any(Number) })
    expect(error).not.toBeInstanceOf(Throttled)
  })
})

it('nothing of what the library logs reaches the console', async () => {
  const written = vi.spyOn(console, 'error')
  await meet('LIST', reset, list)
  await meet('LIST', throttled, list)
  expect(written).not.toHaveBeenCalled()
})
