import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leaveRequest, openLedger, openLedgerReader, openRehearsal } from '../../src/io/ledger.ts'
import type { LedgerReader } from '../../src/ledgerPort.ts'
import { entryOfUid } from './children/ledgerEntry.ts'

let stateDir: string

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'ledger-versions-'))
})

afterEach(() => rmSync(stateDir, { recursive: true }))

const ofVersion1 = (): void => {
  const db = new Database(join(stateDir, 'ledger.db'))
  db.exec(readFileSync(new URL('../fixtures/ledger/version-1.sql', import.meta.url), 'utf8'))
  db.close()
}

describe('a ledger of version 1', () => {
  beforeEach(ofVersion1)

  it.each([
    ['the next writer', openLedger],
    ['a reader beside it', openLedgerReader],
    ['a rehearsal', openRehearsal],
  ])('is read by %s: every reply, in a state that recovery understands', (_, open) => {
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
    again.close()
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
