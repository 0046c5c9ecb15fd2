import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seed } from '../demo/seed.ts'
import { type Draft, draftsOf, faultIn, type Met, type Seen } from '../demo/verdict.ts'
import { noon } from '../support/facts.ts'
import { messageOf } from '../support/mail.ts'

const patience = 120_000
const seeded = seed(noon)

describe('what the demo checks', () => {
  const wanted = draftsOf(seeded)
  const flags = ['\\Draft', '\\Seen']
  const inbox = seeded.map((_, index) => ({ uid: index + 1, flags: [] }))
  const met: readonly Met[] = seeded.flatMap(({ messageId, outcome }) => {
    if (outcome === null) return []
    const drafted = outcome === 'drafted'
    const [state, reason] = drafted ? ['drafted', null] : ['skipped', outcome]
    return [{ messageId, kind: 'invitation', inviter: null, state, reason, because: null }]
  })

  const draftAnswering = async (messageId: string, index: number): Promise<Draft> => {
    const bytes = Buffer.from(`In-Reply-To: ${messageId}\r\nSubject: Re: I want to connect\r\n\r\nHello\r\n`)
    return { uid: index + 1, flags, bytes, message: await messageOf(bytes) }
  }

  const asExpected = async (): Promise<Seen> => {
    const answered = seeded.filter(({ outcome }) => outcome === 'drafted')
    const drafts = await Promise.all(answered.map(({ messageId }, index) => draftAnswering(messageId, index)))
    const lying = drafts.map(({ uid, bytes }) => ({ uid, flags, bytes }))
    return { before: { inbox }, drafts, met, after: { inbox, drafts: lying } }
  }

  it('finds no fault when every message became what the seed says', async () => {
    expect(faultIn(seeded, await asExpected(), wanted)).toBeNull()
  })

  const changes: readonly [string, (seen: Seen) => Seen, RegExp][] = [
    ['a draft is missing', (seen) => ({ ...seen, drafts: seen.drafts.slice(1) }), /^5 drafts .* but 4 are$/u],
    [
      'a draft answers somebody else',
      (seen) => ({
        ...seen,
        drafts: seen.drafts.map((draft, index) => (index === 0 ? (seen.drafts[1] ?? draft) : draft)),
      }),
      /^no draft answers <863396117\./u,
    ],
    [
      'a note was not seen',
      (seen) => ({
        ...seen,
        met: seen.met.map((one) => (one.reason === 'note-present' ? { ...one, reason: 'note-unknown' } : one)),
      }),
      /was to be note-present, but it is note-unknown$/u,
    ],
    [
      'an invitation was not met',
      (seen) => ({ ...seen, met: seen.met.filter(({ reason }) => reason !== 'forged') }),
      /was to be forged, but it is not known$/u,
    ],
    [
      'a message of no concern was entered',
      (seen) => ({
        ...seen,
        met: [
          ...seen.met,
          ...seen.met.slice(0, 1).map((one) => ({
            ...one,
            messageId: seeded.find(({ outcome }) => outcome === null)?.messageId ?? null,
          })),
        ],
      }),
      /was to be left alone, but it is drafted$/u,
    ],
    [
      'a message of INBOX was marked as read',
      (seen) => ({ ...seen, after: { ...seen.after, inbox: inbox.map(({ uid }) => ({ uid, flags: ['\\Seen'] })) } }),
      /^the messages in INBOX, or their flags, were changed$/u,
    ],
    [
      'the second poll left one more draft',
      (seen) => ({
        ...seen,
        after: { ...seen.after, drafts: [...seen.after.drafts, ...seen.after.drafts.slice(0, 1)] },
      }),
      /^the second poll changed the drafts$/u,
    ],
  ]

  it.each(changes)('finds that %s', async (_, change, sentence) => {
    expect(faultIn(seeded, change(await asExpected()), wanted)).toMatch(sentence)
  })
})

/** Built apart, so that nobody who uses dist meanwhile is disturbed. */
const build = (): string => {
  const house = mkdtempSync(join(tmpdir(), 'have-we-met-built-'))
  execFileSync(resolve('node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json', '--outDir', join(house, 'dist')])
  for (const name of ['package.json', 'node_modules', 'templates', 'config'])
    symlinkSync(resolve(name), join(house, name))
  return house
}

describe('the demo', () => {
  let house: string

  beforeAll(() => {
    house = build()
  }, patience)
  afterAll(() => rmSync(house, { recursive: true }))

  /** A variable that the user has set for a real account must not lead the demo there. */
  const env = { ...process.env, IMAP_HOST: 'imap.invalid', IMAP_USER: 'rowan', STATE_DIR: '/nowhere' }

  /** As `npm run demo` does, in a process group of its own, which gets the signal of Ctrl-C as a whole. */
  const start = (...args: readonly string[]): ChildProcessWithoutNullStreams => {
    const command = ['--import', 'tsx', 'test/demo/demo.ts', '--program', join(house, 'dist', 'main.js'), ...args]
    return spawn(process.execPath, command, { env, detached: true })
  }

  const pressCtrlC = ({ pid }: ChildProcessWithoutNullStreams): boolean =>
    pid !== undefined && process.kill(-pid, 'SIGINT')

  const configIn = (output: string): string => output.match(/--config (\S+)/u)?.[1] ?? ''

  it(
    'shows five drafts, says so in its last line, and leaves nothing behind',
    async () => {
      const child = start()
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      expect({ code, last: stdout.trimEnd().split('\n').at(-1), stderr }).toMatchObject({ code: 0, last: '5 drafts' })
      expect(stdout.match(/\\Draft \\Seen/gu)).toHaveLength(5)
      expect(stdout).toContain('Guten Tag Tobias,')
      expect(stdout).toContain('nothing new from LinkedIn')
      expect(stdout).not.toContain('\u001b')
      expect(existsSync(dirname(configIn(stdout)))).toBe(false)
    },
    patience,
  )

  it(
    'keeps the mailbox for a mail client until it is ended, and fails when another number was expected',
    async () => {
      const child = start('--serve', '--expect', '4')
      const stderr = text(child.stderr)
      const lines: string[] = []
      for await (const line of createInterface(child.stdout)) {
        lines.push(line)
        if (line.includes(' status --config ')) break
      }
      const told = (name: string): string =>
        lines.find((line) => line.startsWith(`${name} `))?.split(/\s{2,}/u)[1] ?? ''
      const client = new ImapFlow({
        host: told('IMAP server'),
        port: Number(told('port')),
        secure: false,
        auth: { user: told('user'), pass: told('password') },
        logger: false,
      })
      client.on('error', () => {})
      await client.connect()
      expect(await client.status('Drafts', { messages: true })).toMatchObject({ messages: 5 })
      pressCtrlC(child)
      const [code] = await once(child, 'close')
      expect(code).toBe(1)
      expect(await stderr).toContain('demo: 4 drafts were to be there, but 5 are')
      expect(lines).toContain('5 drafts')
      expect(existsSync(dirname(configIn(lines.join('\n'))))).toBe(false)
    },
    patience,
  )

  it(
    'leaves nothing behind either when it is ended in the middle of a poll',
    async () => {
      const child = start()
      const stdout = text(child.stdout)
      const closed = once(child, 'close')
      const told: string[] = []
      for await (const line of createInterface(child.stderr)) {
        told.push(line)
        if (told.length === 1) pressCtrlC(child)
      }
      const [code] = await closed
      expect({ code, last: told.at(-1) }).toEqual({ code: 1, last: 'demo: interrupted' })
      expect(await stdout).not.toContain('0 drafts')
      expect(existsSync(dirname(configIn(await stdout)))).toBe(false)
    },
    patience,
  )
})
