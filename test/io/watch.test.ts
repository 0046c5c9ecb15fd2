import { getEventListeners } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../../src/core/settings.ts'
import { IdleNotOffered, Throttled } from '../../src/errors.ts'
import { type WatchOptions, watchMailboxes } from '../../src/io/watch.ts'
import type { Log } from '../../src/ports.ts'
import { type Dovecot, deliver, endSessions, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { asUser } from '../servers/imap-server.ts'
import { reset, type Script, type ScriptedImap, say, silence, startScriptedImap } from '../servers/scripted-imap.ts'

const mail = Buffer.from(
  'From: LinkedIn <invitations@linkedin.com>\r\nSubject: Robin wants to connect\r\n\r\nhello\r\n',
)

let dovecot: Dovecot
const scripted: ScriptedImap[] = []

beforeAll(async () => {
  dovecot = await startDovecot()
})

afterAll(() => Promise.all([dovecot.stop(), ...scripted.map((server) => server.stop())]))

/** A watch, as the one who started it sees it. */
const watch = (server: Server, paths: readonly string[], given: Partial<WatchOptions> = {}) => {
  const stop = new AbortController()
  const waiting = new Set<() => void>()
  const counts = { news: 0, ready: 0 }
  const tell = (what: keyof typeof counts) => () => {
    counts[what] += 1
    for (const look of waiting) look()
  }
  const done = watchMailboxes(server, password, {
    ...{ choose: () => paths, ready: tell('ready'), news: tell('news') },
    ...{ log: silentLog, signal: stop.signal, deadline: 10_000, ...given },
  })
  const outcome = done.then(
    () => 'it ended',
    (error: unknown) => error,
  )
  const reached = (what: keyof typeof counts, count: number): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (counts[what] >= count) resolve()
        }
        waiting.add(look)
        look()
      }),
      done.then(() => Promise.reject(new Error(`the watch ended before ${what} ${count}`))),
    ])
  return { stop, outcome, counts, ready: () => reached('ready', 1), news: (count: number) => reached('news', count) }
}

const rowan = (user = 'rowan'): Server => loopback(dovecot.imapsPort, { security: 'tls', caFile: dovecot.caFile, user })

const countIn = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

describe('on a real server, over TLS, a watch', () => {
  it('tells of mail that comes in, and changes nothing', async () => {
    const { stop, outcome, ready, news } = watch(rowan(), ['INBOX'])
    await ready()
    await deliver(dovecot, 'rowan', 'INBOX', mail)
    await news(1)
    stop.abort()
    expect(await outcome).toBe('it ended')
    const sent = await dovecot.conversation('rowan')
    expect(sent).toMatch(/ EXAMINE INBOX\r?\n.* IDLE\r?\n.*DONE\r?\n.* LOGOUT/s)
    expect(sent).not.toMatch(/ (SELECT|STORE|FETCH|EXPUNGE|CLOSE|SEARCH|STATUS)\b/)
    expect((await readMailbox(dovecot, 'rowan', 'INBOX')).map(({ flags }) => flags)).toEqual([[]])
  })

  it('sees every mailbox over a connection of its own, the first of which tells what there is', async () => {
    await deliver(dovecot, 'robin', 'Archive', mail)
    const seen: string[] = []
    const choose: WatchOptions['choose'] = (all) => {
      seen.push(...all.map(({ path }) => path))
      return ['INBOX', 'Archive', 'INBOX']
    }
    const { stop, outcome, ready, news, counts } = watch(rowan('robin'), [], { choose })
    await ready()
    expect(seen).toEqual(expect.arrayContaining(['INBOX', 'Archive', 'Drafts']))
    await deliver(dovecot, 'robin', 'Archive', mail)
    await news(1)
    await deliver(dovecot, 'robin', 'INBOX', mail)
    await news(2)
    await deliver(dovecot, 'robin', 'Drafts', mail)
    stop.abort()
    expect([await outcome, counts]).toEqual(['it ended', { ready: 1, news: 2 }])
    const sent = await dovecot.conversation('robin')
    expect([countIn(sent, / EXAMINE /g), countIn(sent, / LIST .*\*/g), countIn(sent, / LOGOUT/g)]).toEqual([2, 1, 2])
  })

  it('goes on when IDLE is renewed, and loses nothing between one IDLE and the next', async () => {
    const { stop, outcome, ready, news } = watch(rowan('kim'), ['INBOX'], { renewal: 20 })
    await ready()
    for (let count = 1; count <= 5; count += 1) {
      await deliver(dovecot, 'kim', 'INBOX', mail)
      await news(count)
    }
    stop.abort()
    expect(await outcome).toBe('it ended')
    const sent = await dovecot.conversation('kim')
    expect(countIn(sent, / IDLE/g)).toBeGreaterThan(3)
    expect(countIn(sent, / EXAMINE /g)).toBe(1)
  })

  it('says nothing of mail that goes away', async () => {
    await deliver(dovecot, 'noor', 'INBOX', mail)
    await deliver(dovecot, 'noor', 'INBOX', mail)
    const { stop, outcome, ready, news, counts } = watch(rowan('noor'), ['INBOX'], { renewal: 20 })
    await ready()
    await asUser(dovecot, 'noor', async (client) => {
      await client.mailboxOpen('INBOX')
      await client.messageDelete('1', { uid: true })
    })
    await deliver(dovecot, 'noor', 'INBOX', mail)
    await news(1)
    stop.abort()
    expect([await outcome, counts.news]).toEqual(['it ended', 1])
  })

  it('ends when the mailbox is deleted', async () => {
    await deliver(dovecot, 'sasha', 'Archive', mail)
    const { outcome, ready } = watch(rowan('sasha'), ['Archive', 'INBOX'])
    await ready()
    await asUser(dovecot, 'sasha', (client) => client.mailboxDelete('Archive'))
    expect(await outcome).toMatchObject({ exitCode: 75, message: 'the connection to 127.0.0.1 was lost' })
    expect(countIn(await dovecot.conversation('sasha'), / LOGOUT/g)).toBe(1)
  })

  it('ends when the server is restarted, and can be begun again', async () => {
    const first = watch(rowan('alex'), ['INBOX'])
    await first.ready()
    endSessions(dovecot, 'alex')
    await dovecot.restart()
    expect(await first.outcome).toMatchObject({
      ...{ exitCode: 75, message: 'the connection to 127.0.0.1 was lost' },
      hints: ['the server said: Server shutting down.'],
    })
    const second = watch(rowan('alex'), ['INBOX'])
    await second.ready()
    second.stop.abort()
    expect(await second.outcome).toBe('it ended')
  })

  it('refuses what a login or a list refuses', async () => {
    const wrong = { kind: 'password', password: 'wrong-horse' } as const
    const hooks = { ready: () => {}, news: () => {}, log: silentLog, signal: new AbortController().signal }
    const login = watchMailboxes(rowan(), wrong, { choose: () => ['INBOX'], ...hooks })
    await expect(login).rejects.toMatchObject({ exitCode: 77 })
    expect(await watch(rowan(), ['Nowhere']).outcome).toMatchObject({ exitCode: 78 })
    expect(await watch(rowan(), []).outcome).toMatchObject({ exitCode: 78 })
  })
})

const begin = async (script: Script, paths: readonly string[] = ['INBOX'], given: Partial<WatchOptions> = {}) => {
  const server = await startScriptedImap({ capabilities: 'IDLE', ...script })
  scripted.push(server)
  const limits = { deadline: 2_000, patience: 500, renewal: 20 }
  return { server, ...watch(loopback(server.port), paths, { ...limits, ...given }) }
}

const logins = ({ commands }: ScriptedImap) => commands.filter((command) => command.startsWith('LOGIN'))

const ok = say('{tag} OK done')

describe('a line that dies', () => {
  it.each([
    ['falls silent', silence, '127.0.0.1 did not answer NOOP within 0.5 s'],
    ['is reset', reset, 'the connection to 127.0.0.1 was lost'],
  ])('while it idles is noticed when IDLE is renewed: it %s', async (_, answer, message) => {
    const { server, outcome, counts } = await begin({ answers: { NOOP: [ok, answer] } })
    expect(await outcome).toMatchObject({ exitCode: 75, message })
    expect(counts.ready).toBe(1)
    await server.left()
  })

  it('before it idles is noticed, too', async () => {
    const { outcome, counts } = await begin({ answers: { IDLE: silence } })
    expect(await outcome).toMatchObject({ exitCode: 75, message: '127.0.0.1 did not answer NOOP within 0.5 s' })
    expect(counts.ready).toBe(0)
  })

  it('closes the others', async () => {
    const { server, outcome } = await begin({ answers: { NOOP: [ok, ok, silence, ok] } }, ['INBOX', 'Drafts'])
    expect(await outcome).toMatchObject({ exitCode: 75 })
    await server.left()
    expect(server.commands.filter((command) => command === 'LOGOUT')).toHaveLength(1)
  })

  it('with a good-bye says why', async () => {
    const { outcome } = await begin({ answers: { NOOP: [ok, { lines: ['* BYE maintenance'], ending: 'end' }] } })
    expect(await outcome).toMatchObject({ exitCode: 75, hints: ['the server said: maintenance'] })
  })

  it('is left when the server ends IDLE by itself, again and again', async () => {
    const { outcome } = await begin({ answers: { IDLE: [say('+ idling'), say('+ idling', '{tag} OK enough')] } })
    expect(await outcome).toMatchObject({ exitCode: 75, message: '127.0.0.1 ended IDLE by itself' })
  })
})

describe('news', () => {
  it.each([
    ['IDLE', [say('+ idling'), say('+ idling', '* 4 EXISTS'), say('+ idling')]],
    ['DONE', [ok, say('{tag} OK done', '* 4 EXISTS'), ok]],
    ['NOOP', [ok, say('* 4 EXISTS', '{tag} OK done'), ok]],
  ])('that come in with %s are told once', async (verb, answers) => {
    const { server, stop, outcome, news, counts } = await begin({ answers: { [verb]: answers } })
    await news(1)
    await server.heard('NOOP', 5)
    stop.abort()
    expect([await outcome, counts.news]).toEqual(['it ended', 1])
  })
})

describe('a mailbox that is no longer what it was', () => {
  const LIST = [say('* LIST () "/" INBOX', '{tag} OK done'), ok]

  it.each([
    ['made anew', { STATUS: say('* STATUS INBOX (UIDVALIDITY 8)', '{tag} OK done') }],
    ['deleted', { LIST, STATUS: say('{tag} NO there is no such mailbox') }],
  ])('ends the watch, though the server says nothing by itself: %s', async (_, answers) => {
    const { outcome, counts } = await begin({ answers })
    const message = 'the mailbox "INBOX" of 127.0.0.1 is gone, or is another now'
    expect(await outcome).toMatchObject({ exitCode: 75, message })
    expect(counts.ready).toBe(1)
  })

  it('is not one whose STATUS is refused while it is open', async () => {
    const { server, stop, outcome } = await begin({ answers: { STATUS: say('{tag} NO it is open') } })
    await server.heard('STATUS', 5)
    stop.abort()
    expect(await outcome).toBe('it ended')
  })
})

it('fewer messages are no news', async () => {
  const NOOP = [ok, say('* 2 EXISTS', '{tag} OK done'), ok]
  const STATUS = say('* STATUS INBOX (UIDVALIDITY 7)', '{tag} OK done')
  const { server, stop, outcome, counts } = await begin({ answers: { NOOP, STATUS } })
  await server.heard('NOOP', 5)
  stop.abort()
  expect([await outcome, counts.news]).toEqual(['it ended', 0])
})

describe('a server that does not push', () => {
  it('is known by its capabilities, before anything is examined', async () => {
    const { server, outcome } = await begin({ capabilities: '' })
    expect(await outcome).toBeInstanceOf(IdleNotOffered)
    expect(server.commands).not.toContainEqual(expect.stringMatching(/^(LIST|EXAMINE|IDLE)/))
    await server.left()
  })

  it.each(['NO', 'BAD'])('is known by its %s to IDLE, and not polled by NOOP', async (status) => {
    const { server, outcome, counts } = await begin({ answers: { IDLE: say(`{tag} ${status} I would rather not`) } })
    expect(await outcome).toBeInstanceOf(IdleNotOffered)
    expect(counts.ready).toBe(0)
    await server.left()
    expect(server.commands.filter((command) => command === 'IDLE')).toHaveLength(1)
  })

  it('for now is one that throttles', async () => {
    const throttled = say('{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds')
    const { outcome } = await begin({ answers: { IDLE: throttled } })
    expect(await outcome).toBeInstanceOf(Throttled)
    expect(await outcome).toMatchObject({ wait: 92_415 })
  })
})

describe('an abort', () => {
  it.each([
    ['while it idles', {}, 'IDLE'],
    ['while the server is silent over the login', { answers: { LOGIN: silence } }, 'LOGIN'],
    ['while the server is silent over LIST', { answers: { LIST: silence } }, 'LIST'],
    ['when the server is silent over LOGOUT', { answers: { LOGOUT: silence } }, 'IDLE'],
  ])('ends the watch and its connection %s', async (_, script, verb) => {
    const { server, stop, outcome } = await begin(script, ['INBOX'], { renewal: 60_000 })
    await server.heard(verb)
    stop.abort()
    expect(await outcome).toBe('it ended')
    await server.left()
  })

  it('before there is a connection leaves none behind', async () => {
    const early = await begin({}, ['INBOX'])
    early.stop.abort()
    expect(await early.outcome).toBe('it ended')
    const late = watch(loopback(early.server.port), ['INBOX'])
    await late.ready()
    late.stop.abort()
    await late.outcome
    await early.server.left()
    expect(logins(early.server)).toHaveLength(1)
  })

  it('that came before keeps us from connecting', async () => {
    const { server, outcome } = await begin({}, ['INBOX'], { signal: AbortSignal.abort() })
    expect(await outcome).toBe('it ended')
    expect(server.commands).toEqual([])
  })
})

it('no more than ten mailboxes are watched, and the log names the rest', async () => {
  const paths = Array.from({ length: 12 }, (_, at) => `Box${at}`)
  const LIST = say(...paths.map((path) => `* LIST () "/" ${path}`), '{tag} OK done')
  const told: unknown[] = []
  const log: Log = { ...silentLog, warn: (event, details) => told.push([event, details]) }
  const { server, stop, outcome, ready } = await begin({ answers: { LIST } }, paths, { log })
  await ready()
  stop.abort()
  await outcome
  expect(server.commands.filter((command) => command.startsWith('EXAMINE'))).toHaveLength(10)
  expect(told).toEqual([
    ['watch-limited', { host: '127.0.0.1', user: 'rowan', most: 10, unwatched: ['Box10', 'Box11'] }],
  ])
})

it('a hundred renewals, and a watch that ended, leave no listener behind', async () => {
  const warnings: Error[] = []
  const note = (warning: Error): number => warnings.push(warning)
  process.on('warning', note)
  const { server, stop, outcome } = await begin({}, ['INBOX'], { renewal: 1 })
  await server.heard('NOOP', 100)
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1)
  stop.abort()
  await outcome
  const lasting = new AbortController()
  const refusing = await begin({ capabilities: '' }, ['INBOX'], { signal: lasting.signal })
  await refusing.outcome
  expect(getEventListeners(lasting.signal, 'abort')).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  expect(warnings).toEqual([])
})
