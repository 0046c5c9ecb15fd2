import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../src/core/notice.ts'
import { leaveRequest, openLedger, openLedgerReader, openRehearsal } from '../../src/io/ledger.ts'
import type { LedgerReader } from '../../src/ledgerPort.ts'
import { entryOfUid } from './children/ledgerEntry.ts'

let stateDir: string

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'ledger-versions-'))
})

afterEach(() => rmSync(stateDir, { recursive: true }))

const ofVersion = (version: number) => (): void => {
  const db = new Database(join(stateDir, 'ledger.db'))
  db.exec(readFileSync(new URL(`../fixtures/ledger/version-${version}.sql`, import.meta.url), 'utf8'))
  db.close()
}

const openings = [
  ['the next writer', openLedger],
  ['a reader beside it', openLedgerReader],
  ['a rehearsal', openRehearsal],
] as const

const brokenLogin: Notice = {
  ...{ kind: 'login', phase: 'broken', since: 5, because: 'the login was refused', hints: ['type'] },
  ...{ toldAt: 6, mendedAt: null, lastToldAt: 6, attempts: 0, retryAt: null, upTo: null },
}

describe('a ledger of version 1', () => {
  beforeEach(ofVersion(1))

  it.each(openings)('is read by %s: every reply, in a state that recovery understands', (_, open) => {
    const ledger = open(stateDir) as LedgerReader
    expect(ledger.entries().map(({ state }) => state)).toEqual([
      { kind: 'planned' },
      { kind: 'appending', mailbox: 'Drafts', uidValidity: '7', uidNext: 9, elsewhere: [] },
      {
        ...{ kind: 'uncertain', via: 'append', because: 'the connection broke', brokenAt: Number.MAX_SAFE_INTEGER },
        ...{ mailbox: 'Drafts', uidValidity: '7', uidNext: 9, elsewhere: [] },
      },
      { kind: 'failed', error: 'NO quota exceeded', attempts: 1, retryAt: 0 },
      { kind: 'drafted', mailbox: 'Drafts', uidValidity: '', uid: 9 },
      { kind: 'skipped', reason: 'note-present', because: 'she wrote a note' },
    ])
    expect(ledger.unsettled('ada').map(({ frozen }) => Buffer.from(frozen ?? []).toString())).toEqual(
      Array(4).fill('Hello'),
    )
    expect(ledger.entries()[0]).toMatchObject({ submitTo: null, fallback: null })
    expect([ledger.installedAt('ada'), ledger.checkpoint('ada', 'INBOX')?.uidNext]).toEqual([1_690_000_000_000, 7])
    expect(ledger.asked('ada', ['profile:https://www.linkedin.com/in/grace-5'])?.uid).toBe(5)
    expect([ledger.lastPoll('ada'), ledger.standing('ada'), ledger.notices('ada')]).toEqual([null, null, []])
    ledger.close()
  })

  it('is left as it is by those who only read', () => {
    openLedgerReader(stateDir)?.close()
    openRehearsal(stateDir).close()
    const db = new Database(join(stateDir, 'ledger.db'))
    expect(db.prepare('PRAGMA user_version').pluck().all()).toEqual([1])
    db.close()
  })

  it('is written once it was brought up to date, and stays so', () => {
    const ledger = openLedger(stateDir)
    ledger.see('ada', 'Drafts', { uidValidity: '7', uidNext: 10, messages: 1 })
    ledger.close()
    const again = openLedger(stateDir)
    expect(again.seen('ada', 'Drafts')).toEqual({ uidValidity: '7', uidNext: 10, messages: 1 })
    again.keepNotice('ada', brokenLogin)
    expect(again.notices('ada')).toEqual([brokenLogin])
    again.close()
  })
})

describe('a ledger of version 2', () => {
  beforeEach(ofVersion(2))

  const standing = { at: 7, nextPollAt: 8, restsBecause: 'it was throttled', watching: true }

  it.each(openings)('is read by %s: nothing is lost, and its last poll counts as one failure', (_, open) => {
    const ledger = open(stateDir) as LedgerReader
    const elsewhere = [{ place: 'sent', mailbox: 'Sent', uidValidity: '8', uidNext: 3 }]
    expect(ledger.entries().map(({ state }) => state)).toEqual([
      { kind: 'appending', mailbox: 'Drafts', uidValidity: '7', uidNext: 9, elsewhere },
      { kind: 'uncertain', via: 'submission', because: 'the connection broke', brokenAt: 77, elsewhere },
      { kind: 'failed', error: 'NO quota exceeded', attempts: 2, retryAt: 1_700_000_400_000 },
      { kind: 'drafted', mailbox: 'Drafts', uidValidity: '7', uid: 9 },
    ])
    expect(ledger.entries().map(({ submitTo }) => submitTo)).toEqual([null, 'grace@example.com', null, null])
    expect(Buffer.from(ledger.byId('entry-2')?.fallback ?? []).toString()).toBe('Hello again')
    expect([ledger.lastPoll('ada'), ledger.lastGoodPoll('ada')]).toMatchObject([
      { error: 'no route to imap.example.org', exitCode: null, hints: [], reached: false, failures: 1 },
      { error: null, exitCode: null, hints: [], reached: true, failures: 0 },
    ])
    expect([ledger.seen('ada', 'Drafts')?.messages, ledger.requests()]).toEqual([
      1,
      [{ id: 1, kind: 'retry', subject: 'entry-3' }],
    ])
    expect([ledger.standing('ada'), ledger.notices('ada')]).toEqual([null, []])
    ledger.close()
  })

  it('is written once it was brought up to date, and its failures are counted on', () => {
    const ledger = openLedger(stateDir)
    ledger.recordPoll('ada', { startedAt: 1, endedAt: 2, error: 'no route', exitCode: 75, hints: [], reached: false })
    ledger.stand('ada', standing)
    ledger.keepNotice('ada', brokenLogin)
    ledger.close()
    for (const open of [openLedgerReader, openRehearsal]) {
      const again = open(stateDir) as LedgerReader
      expect([again.lastPoll('ada')?.failures, again.standing('ada')]).toEqual([2, standing])
      expect([again.notices('ada'), again.installedAt('ada')]).toEqual([[brokenLogin], 1_690_000_000_000])
      again.close()
    }
  })
})

describe('a request to the process that holds the ledger', () => {
  it('is found by it, in order, until it is done', () => {
    const ledger = openLedger(stateDir)
    leaveRequest(stateDir, 'retry', 'entry-1')
    leaveRequest(stateDir, 'forget', 'entry-2')
    expect(ledger.requests()).toMatchObject([
      { kind: 'retry', subject: 'entry-1' },
      { kind: 'forget', subject: 'entry-2' },
    ])
    for (const { id } of ledger.requests()) ledger.dismiss(id)
    expect(ledger.requests()).toEqual([])
    ledger.close()
  })
})

describe('a person who is forgotten', () => {
  it('stays in no octet of the files', () => {
    const ledger = openLedger(stateDir)
    const everywhere = (): string =>
      readdirSync(stateDir)
        .map((name) => readFileSync(join(stateDir, name), 'latin1'))
        .join('')
    for (let uid = 1; uid < 30; uid += 1) {
      const inviter = { name: `Person ${uid} Example`, firstName: null, headline: 'Admiral', profile: null }
      ledger.enter(entryOfUid(uid, { inviter, state: { kind: 'planned' }, frozen: Buffer.from(`Dear Person ${uid}`) }))
    }
    expect(everywhere()).toContain('Person 7 Example')
    ledger.forget('entry-7', 1234)
    expect(everywhere()).not.toMatch(/Person 7 |grace-7"|<7@mail/u)
    expect(everywhere()).toContain('Person 8 Example')
    expect(ledger.byMessage('ada', '<7@mail.example.org>')).toMatchObject({
      id: 'entry-7',
      state: { kind: 'forgotten' },
    })
    expect(ledger.answered('ada', 'invitation:7')?.id).toBe('entry-7')
    expect(ledger.asked('ada', ['profile:https://www.linkedin.com/in/grace-7'])).toBeNull()
    ledger.close()
  })
})
