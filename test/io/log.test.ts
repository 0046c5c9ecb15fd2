import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { LogLevel } from '../../src/core/settings.ts'
import { OperatorError } from '../../src/errors.ts'
import { openLog } from '../../src/io/log.ts'

/** A log that writes into `lines`, which are there as soon as the call returns. */
const logTo = (options: {
  level?: LogLevel
  terminal?: boolean
  color?: boolean
  secrets?: () => readonly string[]
}) => {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  const log = openLog({ level: 'info', terminal: false, color: false, secrets: () => ['hunter2'], ...options, stream })
  return { log, lines, last: (): unknown => JSON.parse(lines.at(-1) ?? 'null') }
}

const told = (details: Record<string, unknown>, level: LogLevel = 'info'): unknown => {
  const { log, last } = logTo({ level })
  log.info('account-polled', details)
  return last()
}

describe('the log', () => {
  it('writes one JSON line for one event', () => {
    const { log, lines, last } = logTo({})
    log.info('account-polled', { seen: 3, replied: 1, account: 'ada' })
    expect(lines).toEqual([
      expect.stringMatching(/^\{"level":"info","time":"[^"]+Z","event":"account-polled","seen":3,.*\}\n$/),
    ])
    expect(last()).toEqual({
      level: 'info',
      time: expect.any(String),
      event: 'account-polled',
      seen: 3,
      replied: 1,
      account: 'ada',
    })
  })

  it.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ])('at level %s writes %j', (level, expected) => {
    const { log, lines } = logTo({ level })
    log.debug('started')
    log.info('started')
    log.warn('started')
    log.error('started')
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected)
  })

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a secret', { because: 'login with hunter2 refused' }, { because: 'login with … refused' }],
    ['a secret deep inside', { a: [{ b: 'hunter2' }, new Set(['hunter2'])] }, { a: [{ b: '…' }, ['…']] }],
    ['a secret as a key', { a: { hunter2: 1 } }, { a: { '…': 1 } }],
    ['a sign-in link', { url: 'https://www.linkedin.com/x?otpToken=MTQw' }, { url: 'https://www.linkedin.com/x?…' }],
    [
      'a URL object',
      { url: new URL('https://www.linkedin.com/x?otpToken=MTQw') },
      { url: 'https://www.linkedin.com/x?…' },
    ],
  ])('redacts %s', (_, details, expected) => {
    expect(told(details)).toMatchObject(expected)
  })

  it.each([
    'password',
    'imapPassword',
    'PASSWORD',
    'pass',
    'accessToken',
    'secret',
    'clientSecret',
    'authorization',
    'otpToken',
    'sharedKey',
  ])('never writes the value of %s', (key) => {
    expect(told({ [key]: 'opensesame', inner: { [key]: ['opensesame', 7] } })).toMatchObject({
      [key]: '…',
      inner: { [key]: '…' },
    })
  })

  it.each(['passed', 'bypass', 'mailbox', 'messageKey'])('writes the value of %s', (key) => {
    expect(told({ [key]: 'plain' })).toMatchObject({ [key]: 'plain' })
  })

  it.each(['error', 'err', 'cause'])('redacts an error under %s, everywhere', (key) => {
    const cause = Object.assign(new Error('hunter2 inside'), { code: 'ECONNRESET', config: { pass: 'opensesame' } })
    const { log, lines } = logTo({})
    log.error('poll-failed', { [key]: new Error('hunter2 outside', { cause }) })
    expect(lines.join('')).not.toMatch(/hunter2|opensesame/)
    expect(lines.join('')).toMatch(/… outside.*… inside.*ECONNRESET/)
    expect(lines.join('')).not.toContain('"stack"')
  })

  it('tells an operator error with its hints', () => {
    const error = new OperatorError(77, 'imap.example.org refused the login of ada', ['check IMAP_PASSWORD'])
    expect(told({ error })).toMatchObject({
      error: { name: 'OperatorError', message: error.message, hints: ['check IMAP_PASSWORD'] },
    })
  })

  it('writes stacks at level debug only', () => {
    const error = new Error('hunter2')
    expect(told({ error }, 'debug')).toMatchObject({ error: { stack: expect.stringMatching(/^Error: …\n\s+at /) } })
    expect(told({ error }, 'info')).not.toMatchObject({ error: { stack: expect.anything() } })
  })

  it('keeps its own names when a detail has the same', () => {
    expect(told({ event: 'x', level: 'y', time: 'z' })).toMatchObject({
      level: 'info',
      event: 'account-polled',
      event_: 'x',
      level_: 'y',
      time_: 'z',
    })
  })

  it('writes what JSON has no word for', () => {
    const details = {
      at: new Date(0),
      never: new Date(Number.NaN),
      bytes: Buffer.from('hunter2'),
      modseq: 7n,
      map: new Map([['a', 'hunter2']]),
    }
    expect(told(details)).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      never: null,
      bytes: '[7 octets]',
      modseq: '7',
      map: '[Map]',
    })
  })

  it('ends where details lead in a circle', () => {
    const circle: Record<string, unknown> = { secret: 'x' }
    circle.self = circle
    expect(JSON.stringify(told(circle))).toContain('[…]')
  })

  it('asks for the secrets at each line, since tokens are renewed', () => {
    const secrets = ['first']
    const { log, last } = logTo({ secrets: () => secrets })
    secrets.push('second')
    log.info('account-polled', { text: 'first second' })
    expect(last()).toMatchObject({ text: '… …' })
  })

  it('does not ask for the secrets of a line that is not written', () => {
    let asked = 0
    const { log } = logTo({ level: 'warn', secrets: () => [`asked ${++asked}`] })
    log.info('account-polled', { because: 'x' })
    expect(asked).toBe(0)
    log.warn('poll-failed', { because: 'x' })
    expect(asked).toBe(1)
  })

  it('writes for people on a terminal, at once and without color', () => {
    const { log, lines } = logTo({ terminal: true })
    log.warn('poll-failed', { because: 'hunter2 refused', code: 'ECONNRESET', seen: 3, name: null })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] WARN: poll-failed because="… refused" code=ECONNRESET seen=3 name=null\n$/,
    )
  })

  it.each(['name', 'hostname', 'pid', 'caller', 'type', 'stack', 'inviter'])(
    'lets no %s forge a line or steer a terminal',
    (key) => {
      const { log, lines } = logTo({ terminal: true })
      log.info('drafted', { [key]: 'Ada\u001b[31m\u009b2J\u202e\u007f\r\n[2026] INFO: forged' })
      const shown = `drafted ${key}="Ada\\u001b[31m\\u009b2J\\u202e\\u007f\\r\\n[2026] INFO: forged"\n`
      expect(lines.join('').slice('[yyyy-mm-dd HH:MM:ss] INFO: '.length)).toBe(shown)
    },
  )

  it('writes in color when told to', () => {
    const { log, lines } = logTo({ terminal: true, color: true })
    log.warn('poll-failed')
    expect(lines.join('')).toContain('\u001b[33mWARN')
  })
})
