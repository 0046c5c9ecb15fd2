import { describe, expect, it } from 'vitest'
import { handOf } from '../../src/core/hands.ts'
import { draftFound, provesAbsence, type Shelf, sentFound } from '../../src/core/replySearch.ts'
import type { Mark, State } from '../../src/core/state.ts'
import { entryOfUid } from '../io/children/ledgerEntry.ts'

const ours = `<hwm.${'a'.repeat(32)}@example.org>`
const other = `<hwm.${'b'.repeat(32)}@example.org>`
const notification = '<1@ltx1-app1.prod.linkedin.com>'
const sought = { replyMessageId: ours, messageKey: notification }

type Row = Shelf['envelopes'][number]
const row = (uid: number, messageId: string | null, inReplyTo: readonly string[] = []): Row => ({
  ...{ uid, messageId, inReplyTo, references: inReplyTo },
})
const same = (uid: number): Row => row(uid, ours, [notification])
const answering = (uid: number): Row => row(uid, '<n@e.w>', ['<0@x.y>', notification])
/** An answer by a client that writes no In-Reply-To, or a forwarded notification. */
const referring = (uid: number): Row => ({ ...row(uid, '<n@e.w>'), references: ['<0@x.y>', notification] })
const ofSomebodyElse = (uid: number): Row => row(uid, other, ['<2@linkedin.com>'])
const foreign = (uid: number): Row => row(uid, '<m@e.w>')
const unnamed = (uid: number): Row => row(uid, null)

const mailboxes = { drafts: 'Drafts', sent: 'Sent', trash: 'Trash' } as const
const shelf = (place: Shelf['place'], ...envelopes: readonly Row[]): Shelf => ({
  ...{ place, mailbox: mailboxes[place], uidValidity: '7', uidNext: 20, envelopes },
})

const said = (state: State | null): string => {
  if (state === null) return 'nothing'
  return 'uid' in state ? `${state.kind} ${state.mailbox} ${state.uid}` : state.kind
}

describe('a reply that is looked for', () => {
  it.each([
    ['drafted Drafts 3', [shelf('drafts', foreign(1), same(3))]],
    ['edited Drafts 3', [shelf('drafts', answering(3))]],
    ['drafted Drafts 4', [shelf('drafts', answering(3), same(4), answering(5))]],
    ['sent-by-you Sent 9', [shelf('trash', same(1)), shelf('drafts', same(3)), shelf('sent', answering(9))]],
    ['drafted Drafts 3', [shelf('trash', same(1)), shelf('drafts', same(3))]],
    ['edited Drafts 3', [shelf('trash', same(1)), shelf('drafts', answering(3))]],
    ['removed Trash 1', [shelf('drafts', foreign(3)), shelf('sent', ofSomebodyElse(4)), shelf('trash', same(1))]],
    ['nothing', [shelf('drafts', foreign(3), unnamed(4)), shelf('sent', ofSomebodyElse(9)), shelf('trash')]],
  ])('is %s', (expected, shelves) => {
    expect(said(draftFound(shelves, sought, 'answers'))).toBe(expected)
    expect(said(draftFound(shelves, sought, 'thread'))).toBe(expected)
  })

  it('is what merely refers to the notification only where a reply of ours may have been', () => {
    expect(draftFound([shelf('sent', referring(9))], sought, 'answers')).toBeNull()
    expect(said(draftFound([shelf('sent', referring(9))], sought, 'thread'))).toBe('sent-by-you Sent 9')
    expect(sentFound([shelf('sent', referring(9))], sought)).toBe(false)
  })

  it('is none that answers a message without a Message-ID, whatever that answers', () => {
    const nameless = { replyMessageId: null, messageKey: 'sha256:00' }
    expect(draftFound([shelf('drafts', unnamed(1), answering(2), same(3))], nameless, 'thread')).toBeNull()
  })

  it.each([
    [true, [shelf('sent', same(1))]],
    [true, [shelf('trash', answering(1))]],
    [false, [shelf('drafts', same(1), answering(2)), shelf('sent', ofSomebodyElse(3))]],
  ])('in Sent: %s', (expected, shelves) => {
    expect(sentFound(shelves, sought)).toBe(expected)
  })
})

describe('a mailbox, since its mark, proves absence', () => {
  const mark: Mark = { mailbox: 'Drafts', uidValidity: '7', uidNext: 18 }
  const drafts = (uidNext: number, ...envelopes: readonly Row[]): Shelf => ({
    ...shelf('drafts', ...envelopes),
    uidNext,
  })

  it.each([
    ['when nothing came', true, drafts(18)],
    ['when nothing came, whatever lay there before', true, drafts(18, foreign(3), ofSomebodyElse(4))],
    [
      'when replies to others came, without a gap',
      true,
      drafts(20, ofSomebodyElse(4), ofSomebodyElse(18), ofSomebodyElse(19)),
    ],
    ['not when something is gone', false, drafts(20, ofSomebodyElse(19))],
    ['not when something is gone and older replies would make up for it', false, drafts(19, ofSomebodyElse(4))],
    ['not when somebody else wrote', false, drafts(19, foreign(18))],
    ['not when the reply itself is there', false, drafts(19, same(18))],
    ['not when something refers to the notification', false, drafts(18, referring(3))],
    ['not when UIDNEXT went back', false, drafts(17)],
    ['not when it was made anew', false, { ...drafts(18), uidValidity: '8' }],
  ])('%s', (_, expected, now) => {
    expect(provesAbsence(mark, now, sought)).toBe(expected)
  })
})

describe('the hands of the user, by what lies in Drafts and came to Sent,', () => {
  const place = { mailbox: 'Drafts', uidValidity: '7', uid: 3 }
  const drafted: State = { kind: 'drafted', ...place }
  const edited: State = { kind: 'edited', ...place, messageId: null }
  const removed: State = { kind: 'removed', ...place }
  const on = (state: State, ...shelves: readonly Shelf[]): string =>
    said(handOf(entryOfUid(1, { state, replyMessageId: ours, messageKey: notification }), shelves))

  it.each<readonly [string, string, State, readonly Shelf[]]>([
    ['left a draft where it was', 'nothing', drafted, [shelf('drafts', same(3))]],
    ['left a draft beside another one', 'nothing', drafted, [shelf('drafts', answering(2), same(3), same(4))]],
    ['left what they edited', 'nothing', edited, [shelf('drafts', answering(3))]],
    ['edited it again', 'edited Drafts 5', edited, [shelf('drafts', same(5))]],
    ['edited a draft', 'edited Drafts 5', drafted, [shelf('drafts', same(5))]],
    ['removed a draft', 'removed Drafts 3', drafted, [shelf('drafts', foreign(4))]],
    ['removed what they edited', 'removed Drafts 3', edited, [shelf('drafts', foreign(4))]],
    [
      'sent a draft that still lies there',
      'sent-by-you Sent 9',
      drafted,
      [shelf('drafts', same(3)), shelf('sent', same(9))],
    ],
    ['sent what was gone', 'sent-by-you Sent 9', removed, [shelf('drafts'), shelf('sent', answering(9))]],
    ['sent it without In-Reply-To', 'sent-by-you Sent 9', drafted, [shelf('drafts'), shelf('sent', referring(9))]],
    ['forwarded the notification', 'nothing', drafted, [shelf('drafts', same(3)), shelf('sent', referring(9))]],
    ['put back what was gone', 'edited Drafts 5', removed, [shelf('drafts', same(5))]],
    ['put it back, where UIDs are given out anew', 'edited Drafts 3', removed, [shelf('drafts', same(3))]],
    ['did nothing to what was gone', 'nothing', removed, [shelf('drafts', foreign(3))]],
    [
      'have no part in a UID that was not told',
      'drafted Drafts 5',
      { ...drafted, uid: null },
      [shelf('drafts', same(5))],
    ],
    [
      'have no part in a mailbox made anew',
      'drafted Drafts 5',
      { ...drafted, uidValidity: '6' },
      [shelf('drafts', same(5))],
    ],
    [
      'have no part in one that was renamed',
      'drafted Drafts 3',
      { ...drafted, mailbox: 'Entwürfe' },
      [shelf('drafts', same(3))],
    ],
    ['have no part in what is planned', 'nothing', { kind: 'planned' }, [shelf('sent', same(9))]],
  ])('%s: %s', (_, expected, state, shelves) => {
    expect(on(state, ...shelves)).toBe(expected)
  })
})
