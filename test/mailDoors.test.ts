import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Account, Credential } from '../src/core/settings.ts'
import { mailDoors } from '../src/mailDoors.ts'
import { type Dovecot, startDovecot } from './servers/dovecot.ts'
import { silentLog } from './servers/imap-login.ts'
import { type Smtp, startSmtp } from './servers/smtp.ts'
import { accountOf } from './support/polling.ts'

let dovecot: Dovecot
let smtp: Smtp
let folder = ''
const secrets = new Set<string>()
const never = new AbortController().signal
const doors = mailDoors({ env: process.env, stop: never }, silentLog, secrets)

beforeAll(async () => {
  ;[dovecot, smtp] = await Promise.all([startDovecot(), startSmtp({ security: 'none' })])
})
afterAll(() => Promise.all([dovecot?.stop(), smtp?.stop()]))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-doors-'))
  secrets.clear()
})
afterEach(() => rmSync(folder, { recursive: true }))

const inFolder = (name: string): string => join(folder, name)
const write = (name: string, text: string): string => {
  writeFileSync(inFolder(name), text, { mode: 0o600 })
  return inFolder(name)
}

/** A command that prints these in turn, and notes that it was run. */
const printing = (...lines: readonly string[]): string => {
  lines.forEach((line, index) => void write(`line${index + 1}`, `${line}\n`))
  write('runs', '')
  const script = `echo >> ${inFolder('runs')}; cat ${inFolder('line')}$(wc -l < ${inFolder('runs')})`
  return `sh ${write('script', script)}`
}
const runs = (): number => readFileSync(inFolder('runs'), 'utf8').length

/** What the server says to the first, it may not say to the second: a file that is replaced between two reads. */
const fileOf = (text: string): Credential => ({ kind: 'password', secret: { kind: 'file', path: write('file', text) } })
const commandOf = (...lines: readonly string[]): Credential => ({
  kind: 'password',
  secret: { kind: 'command', command: printing(...lines) },
})
const fixed = (value: string): Credential => ({ kind: 'password', secret: { kind: 'value', value } })

const accountWith = (credential: Credential): Account => {
  const { imapPort: port } = dovecot
  const imap = { host: '127.0.0.1', port, security: 'none', user: 'rowan', credential, caFile: null } as const
  return accountOf({ imap, smtp: smtp.server({ credential }) })
}

const logins = (): number => dovecot.log().split(/auth failed|: Login: /u).length - 1

const connected = async (account: Account): Promise<void> => {
  const mail = await doors.connect(account, never)
  await mail.close()
}

describe('a mail server that refuses a login', () => {
  it.each<[string, () => Credential, number]>([
    ['a command that prints another one', () => commandOf('wrong', 'secret'), 2],
    ['a command that prints the right one at once', () => commandOf('secret'), 1],
    ['a file', () => fileOf('secret\n'), 1],
  ])('is given the password of %s', async (_, credential, shown) => {
    const before = logins()
    await connected(accountWith(credential()))
    await expect.poll(() => logins() - before).toBe(shown)
    expect(secrets).toContain('secret')
  })

  it.each<[string, () => Credential, number]>([
    ['of a command, once more and not again', () => commandOf('wrong', 'wronger', 'secret'), 2],
    ['of a command that has no other, once', () => commandOf('wrong', 'wrong'), 1],
    ['of a command that then fails, once', () => commandOf('wrong'), 1],
    ['of a file that has no other, once', () => fileOf('wrong'), 1],
    ['that is fixed, once', () => fixed('wrong'), 1],
  ])('is shown a password %s', async (_, credential, shown) => {
    const before = logins()
    await expect(connected(accountWith(credential()))).rejects.toMatchObject({ exitCode: 77 })
    await expect.poll(() => logins() - before).toBe(shown)
  })
})

describe('a submission server that refuses a login', () => {
  const envelope = { from: 'rowan@example.org', to: 'ingrid@example.com' }
  const message = Buffer.from(
    'From: Rowan <rowan@example.org>\r\nTo: Ingrid <ingrid@example.com>\r\nSubject: hi\r\n\r\nHello\r\n',
  )
  const token = (...lines: readonly string[]): Credential => ({ kind: 'access-token', command: printing(...lines) })

  it.each<[string, (...lines: readonly string[]) => Credential]>([
    ['password', commandOf],
    ['access token', token],
  ])('is given a fresh %s, and then the message, once', async (_, credential) => {
    const [messages, connections] = [smtp.messages.length, smtp.connections()]
    const door = await doors.submission(accountWith(credential('wrong', 'secret')), never)
    expect(await door.submit(envelope, message)).toMatchObject({ kind: 'sent' })
    expect([smtp.messages.length - messages, smtp.connections() - connections]).toEqual([1, 2])
  })

  it('is not given the message where the fresh secret is refused, too', async () => {
    const [messages, connections] = [smtp.messages.length, smtp.connections()]
    const door = await doors.submission(accountWith(token('wrong', 'wronger', 'secret')), never)
    await expect(door.submit(envelope, message)).rejects.toMatchObject({ exitCode: 77 })
    expect([smtp.messages.length - messages, smtp.connections() - connections, runs()]).toEqual([0, 2, 2])
  })

  it('is tried with a fresh secret, too', async () => {
    const door = await doors.submission(accountWith(token('wrong', 'secret')), never)
    await door.verify()
    expect(runs()).toBe(2)
  })

  it('for a message is not asked again', async () => {
    smtp.behave({ message: '554 5.7.1 no' })
    try {
      const connections = smtp.connections()
      const door = await doors.submission(accountWith(token('secret', 'secret2')), never)
      await expect(door.submit(envelope, message)).rejects.toMatchObject({ outcome: 'refused' })
      expect([smtp.connections() - connections, runs()]).toEqual([1, 1])
    } finally {
      smtp.behave({})
    }
  })
})

it('what the log hides are the newest secrets: a daemon gets new ones for years', async () => {
  for (let old = 0; old < 1000; old += 1) secrets.add(`old ${old}`)
  await doors.submission(accountWith(fixed('old 0')), never)
  await doors.submission(accountWith(fixed('new')), never)
  expect([secrets.size, secrets.has('old 0'), secrets.has('old 1'), secrets.has('new')]).toEqual([
    1000,
    true,
    false,
    true,
  ])
})

describe('the mark of an account', () => {
  it('changes with a password file, and not by itself', async () => {
    const account = accountWith(fileOf('wrong'))
    const before = await doors.credentialMark(account)
    expect(await doors.credentialMark(account)).toBe(before)
    rmSync(inFolder('file'))
    const without = await doors.credentialMark(account)
    fileOf('right')
    const after = await doors.credentialMark(account)
    expect(new Set([before, without, after]).size).toBe(3)
    expect(before).toMatch(/^[\da-f]{64}$/u)
  })

  it('is none where nobody can know', async () => {
    expect(await doors.credentialMark(accountWith(fixed('secret')))).toBeNull()
    expect(await doors.credentialMark(accountWith(commandOf('secret')))).toBeNull()
    expect(runs()).toBe(0)
  })
})
