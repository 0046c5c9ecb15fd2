import { getEventListeners } from 'node:events'
import { afterAll, describe, expect, it } from 'vitest'
import { AppendRefused } from '../../src/core/appendRefused.ts'
import { connect } from '../../src/io/mailbox.ts'
import type { MailAccount, OpenMailbox } from '../../src/ports.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { reset, type Script, type ScriptedImap, say, silence, startScriptedImap } from '../servers/scripted-imap.ts'

const draft = Buffer.from('Subject: hello\r\n\r\nhello\r\n')
const range = { first: 1, last: 39 }
const deadline = 1_000
const open: ScriptedImap[] = []

afterAll(() => Promise.all(open.map((server) => server.stop())))

const begin = async (script: Script, signal?: AbortSignal): Promise<{ server: ScriptedImap; account: MailAccount }> => {
  const server = await startScriptedImap(script)
  open.push(server)
  const limits = { deadline, maxBytes: 20, log: silentLog }
  const account = await connect(loopback(server.port), password, signal === undefined ? limits : { ...limits, signal })
  return { server, account }
}

const reasonOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => error,
  )

const inInbox = <T>(account: MailAccount, read: (inbox: OpenMailbox) => Promise<T>): Promise<T> =>
  account.examine('INBOX', read)

type Operation = (account: MailAccount) => Promise<unknown>
const list: Operation = (account) => account.list()
const examine: Operation = (account) => inInbox(account, async () => 'open')
const search: Operation = (account) => inInbox(account, (inbox) => inbox.search(range))
const fetch: Operation = (account) => inInbox(account, (inbox) => inbox.fetch(7))
const envelopes: Operation = (account) => inInbox(account, (inbox) => inbox.envelopes(range))
const append: Operation = (account) => account.append('Drafts', draft, 'draft')
const create: Operation = (account) => account.create('Drafts')

const operations: readonly [string, string, Operation][] = [
  ['LIST', 'LIST', list],
  ['EXAMINE of "INBOX"', 'EXAMINE', examine],
  ['SEARCH', 'UID SEARCH', search],
  ['FETCH', 'UID FETCH', fetch],
  ['FETCH', 'UID FETCH', envelopes],
  ['APPEND', 'APPEND', append],
  ['CREATE', 'CREATE', create],
]

describe.concurrent('a server that falls silent', () => {
  it('over the login is left after the deadline', async () => {
    const server = await startScriptedImap({ answers: { LOGIN: silence } })
    open.push(server)
    const attempt = connect(loopback(server.port), password, { deadline, log: silentLog })
    expect(await reasonOf(attempt)).toMatchObject({
      exitCode: 75,
      message: '127.0.0.1 did not answer the login within 1 s',
    })
  })

  it.each(operations)('over %s is left after the deadline, by a closed connection', async (name, verb, operation) => {
    const { server, account } = await begin({ answers: { [verb]: silence } })
    const message = `127.0.0.1 did not answer ${name} within 1 s`
    expect(await reasonOf(operation(account))).toMatchObject({ exitCode: 75, message })
    await server.left()
    expect(await reasonOf(list(account))).toMatchObject({ exitCode: 75 })
    await account.close()
  })

  it('over LOGOUT does not keep us', async () => {
    const { account } = await begin({ answers: { LOGOUT: silence } })
    await expect(account.close()).resolves.toBeUndefined()
  })

  it('over CLOSE loses nothing of what was read', async () => {
    const { account } = await begin({ answers: { CLOSE: silence } })
    expect(await examine(account)).toBe('open')
  })
})

describe('a connection that breaks', () => {
  it.each(operations)('over %s is a lost connection and no refusal', async (_, verb, operation) => {
    const { account } = await begin({ answers: { [verb]: reset } })
    const error = await reasonOf(operation(account))
    expect(error).toMatchObject({ exitCode: 75, message: 'the connection to 127.0.0.1 was lost' })
    expect(error).not.toBeInstanceOf(AppendRefused)
    await account.close()
  })

  it('over STATUS is not mistaken for mailboxes without a status', async () => {
    const LIST = say('* LIST (\\Subscribed) "/" INBOX', '{tag} OK done')
    const { account } = await begin({ capabilities: 'LIST-EXTENDED', answers: { LIST, STATUS: reset } })
    expect(await reasonOf(list(account))).toMatchObject({
      exitCode: 75,
      message: 'the connection to 127.0.0.1 was lost',
    })
  })

  it('is still lost for the next command in the mailbox', async () => {
    const { account } = await begin({ answers: { 'UID SEARCH': reset } })
    const twice = inInbox(account, async (inbox) => {
      await reasonOf(inbox.search(range))
      return inbox.search(range)
    })
    expect(await reasonOf(twice)).toMatchObject({ message: 'the connection to 127.0.0.1 was lost' })
  })

  it('tells the reason of a BYE', async () => {
    const { account } = await begin({ answers: { 'UID SEARCH': { lines: ['* BYE maintenance'], ending: 'end' } } })
    expect(await reasonOf(search(account))).toMatchObject({ exitCode: 75, hints: ['the server said: maintenance'] })
  })
})

describe('a server that says NO', () => {
  it.each(operations.filter(([name]) => name !== 'APPEND'))('to %s has refused it', async (name, verb, operation) => {
    const { account } = await begin({ answers: { [verb]: say('{tag} NO I would rather not') } })
    const message = `127.0.0.1 refused ${name}`
    expect(await reasonOf(operation(account))).toMatchObject({ exitCode: 75, message })
    await account.close()
  })

  it('to the STATUS of one mailbox still gives the others', async () => {
    const status = say('* STATUS INBOX (MESSAGES 3 UIDNEXT 40 UIDVALIDITY 7)', '{tag} OK done')
    const { account } = await begin({ answers: { STATUS: [status, say('{tag} NO not this one')] } })
    expect((await account.list()).map(({ path, status }) => [path, status])).toEqual([
      ['INBOX', { messages: 3, uidNext: 40, uidValidity: '7' }],
      ['Drafts', null],
    ])
  })

  it.each([
    ['NO [OVERQUOTA] full', 'OVERQUOTA', 'full'],
    ['NO [TRYCREATE] no such mailbox', 'TRYCREATE', 'no such mailbox'],
    ['BAD what', null, 'what'],
    ['NO the word is secret', null, 'the word is …'],
    ['NO', null, 'Command failed'],
    ['BAD Request is throttled. Suggested Backoff Time: 20 milliseconds', null, 'Request is throttled.'],
  ])('to APPEND, %s, has stored nothing', async (words, code, text) => {
    const { account } = await begin({ answers: { APPEND: say(`{tag} ${words}`) } })
    const error = await reasonOf(append(account))
    expect(error).toBeInstanceOf(AppendRefused)
    expect(error).toMatchObject({ code, message: expect.stringContaining(`127.0.0.1 refused the draft: ${text}`) })
  })

  it('before APPEND, by its APPENDLIMIT, is not sent the draft', async () => {
    const { server, account } = await begin({ capabilities: 'APPENDLIMIT=9' })
    expect(await reasonOf(append(account))).toMatchObject({ name: 'AppendRefused', code: 'APPENDLIMIT' })
    expect(server.commands.filter((command) => command.startsWith('APPEND'))).toEqual([])
  })

  it('without a tag leaves the outcome of APPEND unknown', async () => {
    const { account } = await begin({ answers: { APPEND: say('NO whatever') } })
    expect(await reasonOf(append(account))).not.toBeInstanceOf(AppendRefused)
  })

  it('and asks to slow down is throttling', async () => {
    const throttled = say('{tag} BAD Request is throttled. Suggested Backoff Time: 20 milliseconds')
    const { account } = await begin({ answers: { LIST: throttled } })
    expect(await reasonOf(list(account))).toMatchObject({ exitCode: 75, message: '127.0.0.1 asks to slow down' })
  })
})

describe('an abort', () => {
  it('closes the connection in the middle of a command', async () => {
    const stop = new AbortController()
    const { server, account } = await begin({ answers: { 'UID SEARCH': silence } }, stop.signal)
    const searching = reasonOf(search(account))
    await server.heard('UID SEARCH')
    stop.abort()
    expect(await searching).toMatchObject({
      exitCode: 75,
      message: 'the connection to 127.0.0.1 was closed: the poll was stopped',
    })
  })

  it('is no longer listened for once the connection is closed', async () => {
    const stop = new AbortController()
    const { account } = await begin({}, stop.signal)
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1)
    await account.close()
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })

  it('that came before keeps us from connecting', async () => {
    const server = await startScriptedImap()
    open.push(server)
    const options = { deadline, log: silentLog, signal: AbortSignal.abort() }
    expect(await reasonOf(connect(loopback(server.port), password, options))).toMatchObject({ exitCode: 75 })
    expect(server.commands).toEqual([])
  })
})
