import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../src/core/notice.ts'
import type { Entry, State } from '../../src/core/state.ts'
import { openLedger, openLedgerReader, openRehearsal } from '../../src/io/ledger.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import { entryOfUid } from './children/ledgerEntry.ts'

const planned: State = { kind: 'planned' }
const drafts = { mailbox: 'Drafts', uidValidity: '7', uidNext: 9 }
const elsewhere = [{ place: 'sent', mailbox: 'Sent', uidValidity: '8', uidNext: 3 }] as const
const appending: State = { kind: 'appending', ...drafts, elsewhere }
const drafted: State = { kind: 'drafted', mailbox: 'Drafts', uidValidity: '7', uid: 9 }
const broken = { because: 'the connection broke', brokenAt: 77, elsewhere }
const uncertain: State = { kind: 'uncertain', via: 'append', ...drafts, ...broken }
const failed: State = { kind: 'failed', error: 'NO quota exceeded', attempts: 1, retryAt: 99 }
const skipped = (reason: Extract<State, { kind: 'skipped' }>['reason']): State => ({
  kind: 'skipped',
  reason,
  because: 'so says the test',
})
const uids = (entries: readonly Entry[]): readonly number[] => entries.map(({ uid }) => uid)
const frozen = new TextEncoder().encode('Subject: Re\r\n\r\nHello\r\n')

let home: string
let stateDir: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ledger '))
  stateDir = join(home, 'a?b #%41 é', 'state')
})
afterEach(() => rmSync(home, { recursive: true }))

const inMemory = (): Ledger => openLedger(':memory:')

const raw = <T>(file: string, use: (db: Database.Database) => T): T => {
  const db = new Database(file)
  try {
    return use(db)
  } finally {
    db.close()
  }
}

describe('an entry', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 })
  const uid = fc.integer({ min: 1, max: 0xffffffff })
  const place = { mailbox: text, uidValidity: text, uidNext: uid }
  const position = { mailbox: text, uidValidity: text, uid: fc.option(uid) }
  const marks = fc.array(fc.record({ place: fc.constantFrom('sent', 'trash'), ...place } as const), { maxLength: 2 })
  const doubt = { because: text, elsewhere: marks, brokenAt: uid }
  const copy = fc.oneof(
    fc.record({ kind: fc.constantFrom('filed', 'due') } as const),
    fc.record({ kind: fc.constant('appending'), ...place, brokenAt: fc.option(uid) } as const),
    fc.record({ kind: fc.constant('none'), because: text } as const),
  )
  const state: fc.Arbitrary<State> = fc.oneof(
    fc.record({ kind: fc.constant('skipped'), reason: fc.constant('note-present'), because: text } as const),
    fc.record({ kind: fc.constant('planned') } as const),
    fc.record({ kind: fc.constant('appending'), ...place, elsewhere: marks } as const),
    fc.record({ kind: fc.constantFrom('drafted', 'removed'), ...position } as const),
    fc.record({
      ...{ kind: fc.constantFrom('edited', 'sent-by-you'), ...position, messageId: fc.option(text) },
    } as const),
    fc.record({ kind: fc.constant('submitting'), elsewhere: marks, attempts: uid } as const),
    fc.record({ kind: fc.constant('sent'), response: text, copy } as const),
    fc.record({ kind: fc.constant('uncertain'), via: fc.constant('append'), ...place, ...doubt } as const),
    fc.record({ kind: fc.constant('uncertain'), via: fc.constant('submission'), ...doubt } as const),
    fc.record({ kind: fc.constant('failed'), error: text, attempts: uid, retryAt: fc.option(uid) } as const),
    fc.record({ kind: fc.constantFrom('accepted', 'forgotten') } as const),
  )
  const instant = fc.integer({ min: 0, max: 8.64e15 })
  const inviter = fc.record({
    name: text,
    firstName: fc.option(text),
    headline: fc.option(text),
    profile: fc.option(text),
  })
  const entry: fc.Arbitrary<Entry> = fc.record({
    id: text,
    account: text,
    messageKey: text,
    mailbox: text,
    uidValidity: text,
    uid,
    kind: fc.constantFrom('invitation', 'accepted', 'unrecognised'),
    inviter: fc.option(inviter),
    invitationKey: fc.option(text),
    personKeys: fc.array(text, { maxLength: 3 }),
    sentAt: fc.option(instant),
    state,
    stateAt: instant,
    fingerprint: text,
    replyMessageId: fc.option(text),
    submitTo: fc.option(text),
    frozen: fc.option(fc.uint8Array({ maxLength: 20 })),
    fallback: fc.option(fc.uint8Array({ maxLength: 20 })),
  })

  it('comes back as it was entered, whatever a stranger wrote in it', () => {
    fc.assert(
      fc.property(entry, (given) => {
        const ledger = inMemory()
        ledger.enter(given)
        expect(ledger.byMessage(given.account, given.messageKey)).toEqual(given)
        ledger.close()
      }),
      { numRuns: 150 },
    )
  })

  it('keeps messages apart whose keys differ only after a NUL', () => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { messageKey: '<a\0b>', personKeys: ['name:a\0b'], state: planned }))
    ledger.enter(entryOfUid(2, { messageKey: '<a\0c>', personKeys: ['name:a\0c'], state: planned }))
    expect(uids(ledger.entries())).toEqual([1, 2])
    expect(ledger.asked('ada', ['name:a\0c'])?.uid).toBe(2)
    expect(ledger.asked('ada', ['name:a'])).toBeNull()
  })

  it('holds nothing but what an entry is made of, so no token can come along', () => {
    const secret = { midToken: 'AQE-one-click', name: 'Grace Example', firstName: null, headline: null, profile: null }
    openLedger(stateDir).close()
    const ledger = openLedger(stateDir)
    ledger.enter({ ...entryOfUid(1, { inviter: secret }), ...{ otpToken: 'AQE-one-click' } })
    ledger.move('entry-1', { ...failed, ...{ url: 'AQE-one-click' } }, 5)
    ledger.close()
    for (const file of ['ledger.db', 'ledger.db-wal'].map((name) => join(stateDir, name))) {
      if (statSync(file, { throwIfNoEntry: false })) expect(readFileSync(file, 'latin1')).not.toContain('one-click')
    }
  })

  it('replaces the one of the same message, its place and person keys too', () => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { personKeys: ['old', 'both'] }))
    ledger.enter({ ...entryOfUid(1), uid: 40, mailbox: 'Archive', personKeys: ['both', 'new'], state: planned })
    expect(ledger.entries()).toHaveLength(1)
    expect(ledger.byUid('ada', 'Archive', '1700000000', 40)?.id).toBe('entry-1')
    expect(ledger.byUid('ada', 'INBOX', '1700000000', 1)).toBeNull()
    expect(['old', 'both', 'new'].map((key) => ledger.asked('ada', [key]) !== null)).toEqual([false, true, true])
  })

  it.each([planned, appending, drafted, uncertain, failed])(
    'that is $kind is not erased by a skipped copy',
    (state) => {
      const ledger = inMemory()
      const kept = entryOfUid(1, { state, frozen })
      ledger.enter(kept)
      ledger.enter({
        ...entryOfUid(1, { mailbox: 'Archive', personKeys: ['other'] }),
        state: skipped('already-answered'),
      })
      expect(ledger.entries()).toEqual([kept])
      expect(ledger.asked('ada', ['other'])).toBeNull()
    },
  )

  it('of another account is another entry', () => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { state: planned }))
    ledger.enter(entryOfUid(1, { id: 'other', account: 'bob' }))
    expect(ledger.entries('ada').map(({ id }) => id)).toEqual(['entry-1'])
    expect(ledger.entries()).toHaveLength(2)
    expect([ledger.answered('bob', 'invitation:1'), ledger.byMessage('eve', '<1@mail.example.org>')]).toEqual([
      null,
      null,
    ])
    expect([ledger.asked('bob', entryOfUid(1).personKeys), ledger.unsettled('bob')]).toEqual([null, []])
  })
})

describe('a move', () => {
  it.each([
    [appending, frozen],
    [uncertain, frozen],
    [failed, frozen],
    [drafted, null],
  ])('to %o keeps the frozen bytes only while they may be needed', (state, bytes) => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { state: planned, frozen }))
    ledger.move('entry-1', state, 1234)
    expect(ledger.entries()).toEqual([entryOfUid(1, { state, stateAt: 1234, frozen: bytes })])
  })

  it('of an entry that is not there is a fault of ours', () => {
    expect(() => inMemory().move('nobody', drafted, 1)).toThrow('no entry nobody')
  })

  it('and an entering leave a line of history each', () => {
    const ledger = openLedger(stateDir)
    ledger.enter(entryOfUid(1, { state: planned, stateAt: 1 }))
    ledger.enter(entryOfUid(1, { state: skipped('settled'), stateAt: 2 }))
    ledger.move('entry-1', appending, 3)
    ledger.move('entry-1', drafted, 4)
    const history = raw(join(stateDir, 'ledger.db'), (db) =>
      db.prepare('SELECT at, kind, state FROM transitions').all(),
    ) as { at: number; kind: string; state: string }[]
    expect(history.map((row) => ({ ...row, state: JSON.parse(row.state) }))).toEqual([
      { at: 1, kind: 'planned', state: planned },
      { at: 3, kind: 'appending', state: appending },
      { at: 4, kind: 'drafted', state: drafted },
    ])
    ledger.close()
  })
})

describe('a state that stays as it is', () => {
  it('makes no history, however often it is entered', () => {
    const ledger = openLedger(stateDir)
    for (const stateAt of [1, 2, 3]) ledger.enter(entryOfUid(1, { state: skipped('too-old'), stateAt }))
    ledger.enter(entryOfUid(1, { state: skipped('other'), stateAt: 4 }))
    ledger.enter(entryOfUid(1, { state: skipped('too-old'), stateAt: 5 }))
    ledger.enter(entryOfUid(2, { state: skipped('too-old'), stateAt: 6 }))
    expect(ledger.byId('entry-1')?.stateAt).toBe(5)
    const history = raw(join(stateDir, 'ledger.db'), (db) => db.prepare('SELECT at FROM transitions').pluck().all())
    expect(history).toEqual([1, 4, 5, 6])
    ledger.close()
  })
})

describe('a question', () => {
  it.each([planned, appending, drafted, uncertain, failed])(
    'finds a reply that is $kind, by invitation and person',
    (state) => {
      const ledger = inMemory()
      ledger.enter(entryOfUid(1, { personKeys: ['profile:g', 'person:g'] }))
      expect([ledger.answered('ada', 'invitation:1'), ledger.asked('ada', ['person:g'])]).toEqual([null, null])
      ledger.move('entry-1', state, 5)
      expect([ledger.answered('ada', 'invitation:1')?.uid, ledger.asked('ada', ['x', 'person:g'])?.uid]).toEqual([1, 1])
      expect([ledger.answered('ada', 'invitation:2'), ledger.asked('ada', ['x']), ledger.asked('ada', [])]).toEqual([
        null,
        null,
        null,
      ])
    },
  )

  it('finds the accepted notice of a person and nothing else of hers', () => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { personKeys: ['name:grace'] }))
    expect(ledger.accepted('ada', ['name:grace'])).toBeNull()
    ledger.enter(entryOfUid(2, { kind: 'accepted', personKeys: ['name:grace'], state: skipped('accepted') }))
    expect(ledger.accepted('ada', ['profile:g', 'name:grace'])?.uid).toBe(2)
    expect(ledger.accepted('bob', ['name:grace'])).toBeNull()
  })

  it.each([
    ['another mailbox', 'Archive', '1700000000', 1],
    ['another UIDVALIDITY', 'INBOX', '1700000001', 1],
    ['another UID', 'INBOX', '1700000000', 2],
  ])('by place does not find a message in %s', (_, mailbox, uidValidity, uid) => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1))
    expect(ledger.byUid('ada', 'INBOX', '1700000000', 1)?.id).toBe('entry-1')
    expect(ledger.byUid('ada', mailbox, uidValidity, uid)).toBeNull()
  })

  it('finds what is unsettled, oldest first', () => {
    const ledger = inMemory()
    const states = [failed, uncertain, drafted, skipped('list-mail'), appending, planned]
    for (const [index, state] of states.entries()) ledger.enter(entryOfUid(index + 1, { state, stateAt: 100 - index }))
    expect(uids(ledger.unsettled('ada'))).toEqual([6, 5, 2, 1])
    expect(uids(ledger.entries())).toEqual([6, 5, 4, 3, 2, 1])
  })

  it('gives entries of one moment in the order in which they were entered', () => {
    const ledger = inMemory()
    for (const uid of [3, 1, 2]) ledger.enter(entryOfUid(uid, { stateAt: 7 }))
    expect(uids(ledger.entries('ada'))).toEqual([3, 1, 2])
  })

  it.each([
    ['the reason', { state: skipped('list-mail') }],
    ['the state', { state: planned }],
    ['the fingerprint', { fingerprint: 'new' }],
    ['the age', { sentAt: 99 }],
    ['an unknown age', { sentAt: null }],
    ['the account', { account: 'bob' }],
  ])('leaves a skip alone that is not doubtful by %s', (_, change) => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { state: skipped('note-unknown'), fingerprint: 'old', sentAt: 100 }))
    ledger.enter(entryOfUid(2, { state: skipped('unverified'), fingerprint: 'old', sentAt: 100, ...change }))
    const today = { fingerprint: 'new', since: 100, now: 1_700_000_000_000 }
    expect(uids(ledger.doubtful('ada', ['unverified', 'note-unknown'], today))).toEqual([1])
    expect(ledger.doubtful('ada', [], today)).toEqual([])
  })

  it.each([
    ['by a clock that ran ahead', { stateAt: 5_000_000 + 3_600_001, sentAt: 1 }, true],
    ['by a clock that differs by less than an hour', { stateAt: 5_000_000 + 3_600_000, sentAt: 1 }, false],
    ['by a clock that was behind', { stateAt: 0, sentAt: 5_000_000 + 86_400_000 }, true],
    ['and is dated in the future still', { stateAt: 0, sentAt: 5_000_001 + 86_400_000 }, false],
    ['and was in the future by less than a day', { stateAt: 4_000_000, sentAt: 4_000_000 + 86_400_000 }, false],
  ])('looks again at what was called too old %s: %o', (_, dates, expected) => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { state: skipped('too-old'), ...dates }))
    ledger.enter(entryOfUid(2, { state: skipped('list-mail'), ...dates }))
    const today = { fingerprint: 'new', since: 0, now: 5_000_000 }
    expect(uids(ledger.doubtful('ada', [], today))).toEqual(expected ? [1] : [])
  })

  it('finds what is in hand, and for a while what is gone', () => {
    const ledger = inMemory()
    const removed: State = { ...drafted, kind: 'removed' }
    const states = [drafted, { ...drafted, kind: 'edited', messageId: null } as const, removed, removed, planned]
    for (const [index, state] of states.entries()) ledger.enter(entryOfUid(index + 1, { state, stateAt: index + 1 }))
    expect(uids(ledger.inHand('ada', 4))).toEqual([1, 2, 4])
    expect(ledger.inHand('bob', 4)).toEqual([])
  })

  it('counts a reply once, at the moment it was planned', () => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(1, { state: skipped('note-unknown'), stateAt: 10 }))
    ledger.enter(entryOfUid(1, { state: planned, stateAt: 50 }))
    ledger.enter(entryOfUid(2, { state: planned, stateAt: 60 }))
    ledger.enter(entryOfUid(3, { stateAt: 70 }))
    ledger.enter(entryOfUid(4, { id: 'bobs', account: 'bob', state: planned, stateAt: 70 }))
    ledger.move('entry-1', drafted, 90)
    expect([10, 50, 51, 60, 61].map((since) => ledger.repliesSince('ada', since))).toEqual([2, 2, 1, 1, 0])
  })
})

describe('an account', () => {
  it('is installed once', () => {
    const ledger = inMemory()
    expect(ledger.installedAt('ada')).toBeNull()
    expect([ledger.install('ada', 5), ledger.install('ada', 9), ledger.installedAt('ada')]).toEqual([5, 5, 5])
  })

  it('remembers its last poll and its last good poll, and no more', () => {
    const ledger = inMemory()
    const end = (startedAt: number, error: string | null) => ({
      ...{ startedAt, endedAt: startedAt + 1, error, exitCode: error === null ? null : 75 },
      ...{ hints: ['type'], reached: error === null },
    })
    ledger.recordPoll('ada', end(1, 'no route'))
    const record = { ...end(1, 'no route'), failures: 1 }
    expect([ledger.lastPoll('ada'), ledger.lastGoodPoll('ada')]).toEqual([record, null])
    for (let at = 2; at < 9; at++) ledger.recordPoll('ada', end(at, at === 5 ? null : 'no route'))
    expect([ledger.lastPoll('ada'), ledger.lastGoodPoll('ada')]).toEqual([
      { ...end(8, 'no route'), failures: 3 },
      { ...end(5, null), failures: 0 },
    ])
    expect([ledger.lastPoll('bob'), ledger.lastGoodPoll('bob')]).toEqual([null, null])
  })

  it('is told how the daemon stands to it, until it does no more', () => {
    const ledger = inMemory()
    const standing = { at: 1, nextPollAt: null, restsBecause: 'too many connections', watching: false }
    ledger.stand('ada', null)
    expect([ledger.standing('ada'), ledger.accounts()]).toEqual([null, []])
    ledger.stand('ada', { ...standing, ...{ token: 'AQE-one-click' } })
    ledger.recordPoll('ada', { startedAt: 1, endedAt: 2, error: null, exitCode: null, hints: [], reached: true })
    expect([ledger.standing('ada'), ledger.standing('bob')]).toEqual([standing, null])
    ledger.stand('ada', { ...standing, at: 2, nextPollAt: 3 })
    expect(ledger.standing('ada')).toEqual({ ...standing, at: 2, nextPollAt: 3 })
    ledger.stand('ada', null)
    expect([ledger.standing('ada'), ledger.lastPoll('ada')?.endedAt]).toEqual([null, 2])
  })

  it('has one notice of each kind, the last one kept', () => {
    const ledger = inMemory()
    const notice: Notice = {
      ...{ kind: 'polls', phase: 'broken', since: 1, because: 'no route', hints: ['wait'], toldAt: null },
      ...{ mendedAt: null, lastToldAt: null, attempts: 0, retryAt: null, upTo: null },
    }
    ledger.keepNotice('ada', notice)
    ledger.keepNotice('ada', { ...notice, kind: 'login' })
    ledger.keepNotice('bob', notice)
    ledger.keepNotice('ada', { ...notice, ...{ toldAt: 7, token: 'AQE-one-click' } })
    expect(ledger.notices('ada')).toEqual([
      { ...notice, kind: 'login' },
      { ...notice, toldAt: 7 },
    ])
    expect(ledger.notices('bob')).toEqual([notice])
  })

  it('is known once it was polled or installed, and a poll before the installation does not stand for it', () => {
    const ledger = inMemory()
    ledger.recordPoll('bob', { startedAt: 1, endedAt: 2, error: null, exitCode: null, hints: [], reached: true })
    ledger.install('ada', 3)
    expect(ledger.accounts()).toEqual(['ada', 'bob'])
    expect([ledger.installedAt('bob'), ledger.install('bob', 8)]).toEqual([null, 8])
    expect(ledger.lastPoll('bob')).not.toBeNull()
  })

  it('knows the last message that was not understood, and how many since one of them', () => {
    const ledger = inMemory()
    expect(ledger.unread('ada', 0)).toBeNull()
    ledger.enter(entryOfUid(11, { state: skipped('unrecognised'), kind: 'unrecognised' }))
    ledger.enter(entryOfUid(12, { state: skipped('note-unknown'), mailbox: 'Archive' }))
    for (const [uid, reason] of [
      [13, 'forged'],
      [14, 'unverified'],
    ] as const)
      ledger.enter(entryOfUid(uid, { state: skipped(reason) }))
    ledger.enter(entryOfUid(15, { state: skipped('reminder'), kind: 'reminder' }))
    ledger.enter(entryOfUid(16, { account: 'bob', id: 'of-bob', state: skipped('too-old') }))
    const found = { seq: 2, mailbox: 'Archive', uid: 12, readSince: false }
    expect([0, 1, 2].map((after) => ledger.unread('ada', after))).toEqual([
      { ...found, fresh: 2 },
      { ...found, fresh: 1 },
      { ...found, fresh: 0 },
    ])
    expect(ledger.unread('bob', 0)).toBeNull()
  })

  it.each<[string, State]>([
    ['is to be answered', planned],
    ['is not answered for a reason of its own', skipped('note-present')],
  ])('knows that a later invitation was understood, when it %s', (_, state) => {
    const ledger = inMemory()
    ledger.enter(entryOfUid(10, { state }))
    ledger.enter(entryOfUid(11, { state: skipped('unrecognised'), kind: 'unrecognised' }))
    expect(ledger.unread('ada', 0)?.readSince).toBe(false)
    ledger.enter(entryOfUid(12, { state }))
    expect(ledger.unread('ada', 0)?.readSince).toBe(true)
  })

  it('has a checkpoint for each mailbox', () => {
    const ledger = inMemory()
    ledger.advance('ada', 'INBOX', { uidValidity: '1', uidNext: 5 })
    ledger.advance('ada', 'Archive', { uidValidity: '2', uidNext: 50 })
    ledger.advance('ada', 'INBOX', { uidValidity: '9', uidNext: 2 })
    expect(ledger.checkpoint('ada', 'INBOX')).toEqual({ uidValidity: '9', uidNext: 2 })
    expect(ledger.checkpoint('ada', 'Archive')).toEqual({ uidValidity: '2', uidNext: 50 })
    expect([ledger.checkpoint('ada', 'Sent'), ledger.checkpoint('bob', 'INBOX')]).toEqual([null, null])
  })
})

describe('a ledger on disk', () => {
  it('is for its owner alone', () => {
    const ledger = openLedger(stateDir)
    ledger.enter(entryOfUid(1))
    const mode = (name: string) => (statSync(join(stateDir, name)).mode & 0o777).toString(8)
    expect(mode('.')).toBe('700')
    expect(['ledger.db', 'ledger.db-wal', 'ledger.db-shm', 'writer.lock'].map(mode)).toEqual(Array(4).fill('600'))
    ledger.close()
  })

  it('is read beside its writer, and a reader writes nothing', () => {
    expect(openLedgerReader(stateDir)).toBeNull()
    const ledger = openLedger(stateDir)
    const reader = openLedgerReader(stateDir)
    ledger.enter(entryOfUid(1))
    expect(reader?.entries()).toEqual([entryOfUid(1)])
    expect(Object.keys(reader ?? {})).not.toContain('enter')
    ledger.close()
    ledger.close()
    expect(reader?.byMessage('ada', '<1@mail.example.org>')?.uid).toBe(1)
    reader?.close()
  })

  it('is neither read nor written by a poll that goes on after it was closed', () => {
    const ledger = openLedger(stateDir)
    ledger.advance('ada', 'INBOX', { uidValidity: '1', uidNext: 5 })
    ledger.close()
    expect(() => ledger.advance('ada', 'INBOX', { uidValidity: '1', uidNext: 9 })).toThrow('is closed')
    expect(() => ledger.enter(entryOfUid(1))).toThrow()
    const next = openLedger(stateDir)
    expect(() => ledger.checkpoint('ada', 'INBOX')).toThrow('is closed')
    expect([next.checkpoint('ada', 'INBOX')?.uidNext, next.entries()]).toEqual([5, []])
    next.close()
  })

  it('is none yet while it is empty: a first start may have been killed', () => {
    mkdirSync(stateDir, { recursive: true })
    writeFileSync(join(stateDir, 'ledger.db'), '')
    expect(openLedgerReader(stateDir)).toBeNull()
    const ledger = openLedger(stateDir)
    expect(ledger.entries()).toEqual([])
    ledger.close()
  })

  it('is copied for a rehearsal that leaves it as it is', () => {
    const ledger = openLedger(stateDir)
    ledger.install('ada', 3)
    ledger.advance('ada', 'INBOX', { uidValidity: '1', uidNext: 5 })
    ledger.enter(entryOfUid(1, { state: planned, frozen }))
    const rehearsal = openRehearsal(stateDir)
    expect(rehearsal.entries()).toEqual(ledger.entries())
    expect([rehearsal.installedAt('ada'), rehearsal.checkpoint('ada', 'INBOX')?.uidNext]).toEqual([3, 5])
    expect([
      rehearsal.repliesSince('ada', 1_700_000_100_000),
      rehearsal.asked('ada', entryOfUid(1).personKeys)?.uid,
    ]).toEqual([1, 1])
    rehearsal.move('entry-1', drafted, 9)
    rehearsal.enter(entryOfUid(2))
    ledger.enter(entryOfUid(3))
    expect([uids(rehearsal.entries()).length, ledger.entries().map(({ state }) => state.kind)]).toEqual([
      2,
      ['planned', 'skipped'],
    ])
    rehearsal.close()
    ledger.close()
  })

  it('that is not there is rehearsed empty, and not made', () => {
    const rehearsal = openRehearsal(stateDir)
    rehearsal.enter(entryOfUid(1))
    expect(rehearsal.entries()).toHaveLength(1)
    rehearsal.close()
    expect(statSync(stateDir, { throwIfNoEntry: false })).toBeUndefined()
  })

  const written = (): string => {
    const ledger = openLedger(stateDir)
    for (let uid = 1; uid < 50; uid++) ledger.enter(entryOfUid(uid))
    ledger.close()
    const file = join(stateDir, 'ledger.db')
    raw(file, (db) => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
    return file
  }

  const openings = [openLedger, openLedgerReader, openRehearsal]
  const readAll = (open: (typeof openings)[number]) => () => open(stateDir)?.entries()

  it.each([
    ['cut short', (file: string) => truncateSync(file, 9000), /ledger\.db is damaged/, /move it aside/],
    ['cut in its header', (file: string) => truncateSync(file, 60), /ledger\.db is damaged/, /move it aside/],
    [
      'something else',
      (file: string) => writeFileSync(file, 'no ledger '.repeat(999)),
      /is damaged or/,
      /mv .*ledger\.db/,
    ],
    [
      'of a newer version',
      (file: string) => raw(file, (db) => db.exec('PRAGMA user_version = 99')),
      /newer have-we-met \(ledger version 99; this one knows \d+\)/,
      /^update have-we-met$/,
    ],
  ])('that is %s is a matter of settings (78), not of chance', (_, spoil, sentence, hint) => {
    spoil(written())
    for (const open of openings) {
      const refusal = { exitCode: 78, message: expect.stringMatching(sentence), hints: [expect.stringMatching(hint)] }
      expect(readAll(open)).toThrow(expect.objectContaining(refusal))
    }
  })

  it('whose pages are damaged in the middle is found out at the start', () => {
    const file = written()
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, 3 * 4096, 6 * 4096))
    expect(() => openLedger(stateDir)).toThrow(expect.objectContaining({ exitCode: 78 }))
  })

  it.each([
    ['STATE_DIR is a file', () => writeFileSync(`${home}/f`, ''), 'f'],
    ['STATE_DIR is below a file', () => writeFileSync(`${home}/f`, ''), 'f/state'],
    ['ledger.db is a directory', () => mkdirSync(`${home}/s/ledger.db`, { recursive: true }), 's'],
  ])('cannot be opened where %s (78)', (_, arrange, name) => {
    arrange()
    const refusal = { exitCode: 78, message: expect.stringContaining('cannot be opened') }
    expect(() => openLedger(join(home, name))).toThrow(expect.objectContaining(refusal))
  })
})

describe('beside a second process', () => {
  const script = fileURLToPath(new URL('children/ledgerWriter.ts', import.meta.url))
  const node = [process.execPath, '--import', 'tsx', script] as const

  const start = (command: string, ...before: string[]) => {
    const [program = '', ...rest] = [...before, ...node, ...command.split(' ')]
    const child = spawn(program, [...rest.slice(0, -1), stateDir, rest.at(-1) ?? ''], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface(child.stdout), exited: once(child, 'close') }
  }

  it('a writer is named, a killed one stands in nobody’s way, and a reader never asks', async () => {
    const { child, lines, exited } = start('open -')
    await once(lines, 'line')
    const refusal = {
      exitCode: 75,
      message: `another have-we-met (pid ${child.pid}) is using ${stateDir}`,
      hints: [`wait until it has finished, or stop it: kill ${child.pid}`],
    }
    expect(() => openLedger(stateDir)).toThrow(expect.objectContaining(refusal))
    expect(openLedgerReader(stateDir)?.entries()).toEqual([])
    child.kill('SIGKILL')
    await exited
    openLedger(stateDir).close()
    const again = openLedger(stateDir)
    expect(() => openLedger(stateDir)).toThrow(`another have-we-met (pid ${process.pid})`)
    again.close()
  })

  it('every entry is there whose enter() had returned before kill -9', async () => {
    const { child, lines, exited } = start('fill -')
    const said: string[] = []
    lines.on('line', (line) => {
      if (said.push(line) === 20) child.kill('SIGKILL')
    })
    const [, signal] = await exited
    expect(signal).toBe('SIGKILL')
    const ledger = openLedger(stateDir)
    expect(uids(ledger.unsettled('ada')).slice(0, said.length).map(String)).toEqual(said)
    ledger.close()
  })

  it('a full disk is told (75), loses nothing, and the ledger opens again', async () => {
    const { lines, exited } = start('fill -', 'sh', '-c', 'ulimit -f 800; exec "$@"', 'sh')
    const said: string[] = []
    lines.on('line', (line) => said.push(line))
    await exited
    expect(said.pop()).toBe(`75 the disk with ${stateDir} is full or failing`)
    const ledger = openLedger(stateDir)
    expect(said.length).toBeGreaterThan(0)
    expect(uids(ledger.entries()).map(String)).toEqual(said)
    ledger.enter(entryOfUid(1000))
    ledger.close()
  })

  it('permission denied is a matter of settings (78)', async () => {
    mkdirSync(join(stateDir, 'ledger.db'), { recursive: true, mode: 0o500 })
    const { lines, exited } = start('open --unprivileged')
    const [line] = await once(lines, 'line')
    expect(line).toMatch(/^78 .*writer\.lock cannot be opened$/)
    await exited
  })
})
