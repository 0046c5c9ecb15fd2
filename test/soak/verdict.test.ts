import { describe, expect, it } from 'vitest'
import { handleAllowance, judge, type Outcome, residentAllowance, type Sent } from './verdict.ts'

const mebibytes = (count: number): number => count * 1024 * 1024

const invitation = (changes: Partial<Sent> = {}): Sent => ({
  account: 'plain',
  what: 'invitation',
  messageIds: ['<1@x>'],
  answered: true,
  removed: false,
  ...changes,
})

const answering = (...messageIds: readonly string[]) => messageIds.map((answers) => ({ account: 'plain', answers }))

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  sent: [invitation()],
  drafts: answering('<1@x>'),
  left: new Set(),
  start: { resident: mebibytes(100), handles: 30 },
  end: { resident: mebibytes(100), handles: 30 },
  faults: [],
  ...changes,
})

describe('a soak', () => {
  it('is passed when each invitation has its draft, and nothing grew', () => {
    expect(judge(outcome())).toEqual({ replies: 1, lost: 0, doubled: 0, wrong: 0, returned: 0, left: 0, because: [] })
  })

  it.each<[string, Partial<Outcome>, string, string]>([
    ['an invitation has no draft', { drafts: [] }, 'lost', 'plain: invitation <1@x> was lost'],
    [
      'an invitation has its draft in another account only',
      { sent: [invitation()], drafts: [{ account: 'cut', answers: '<1@x>' }] },
      'lost',
      'was lost',
    ],
    ['an invitation has two', { drafts: answering('<1@x>', '<1@x>') }, 'doubled', 'answered more than once'],
    [
      'both messages of an invitation were answered',
      { sent: [invitation({ messageIds: ['<1@x>', '<2@x>'] })], drafts: answering('<1@x>', '<2@x>') },
      'doubled',
      '<1@x>, <2@x> was answered more than once',
    ],
    [
      'something else than an invitation was answered',
      { sent: [invitation({ what: 'noted', answered: false })] },
      'wrong',
      'plain: noted <1@x> was answered, and was not to be',
    ],
    ['a draft answers what nobody sent', { drafts: answering('<1@x>', '<9@x>') }, 'wrong', '<9@x>, which nobody sent'],
    ['a draft answers nothing', { drafts: answering('<1@x>', '') }, 'wrong', 'answers nothing'],
    ['a draft came back', { sent: [invitation({ removed: true })] }, 'returned', 'came back after the user threw'],
  ])('is not when %s', (_, changes, count, sentence) => {
    const verdict = judge(outcome(changes))
    expect(verdict).toMatchObject({ [count]: 1 })
    expect(verdict.because.join('\n')).toContain(sentence)
  })

  it.each<[string, Partial<Outcome>]>([
    ['a draft that the user threw away stays away', { sent: [invitation({ removed: true })], drafts: [] }],
    ['what was not to be answered was not', { sent: [invitation({ what: 'forged', answered: false })], drafts: [] }],
    ['a reply was left to the user, who was told', { drafts: [], left: new Set(['<1@x>']) }],
  ])('is passed when %s', (_, changes) => {
    const { because, lost, replies } = judge(outcome(changes))
    expect({ because, lost, replies }).toEqual({ because: [], lost: 0, replies: 0 })
  })

  it('counts what was left to the user apart', () => {
    expect(judge(outcome({ drafts: [], left: new Set(['<1@x>']) })).left).toBe(1)
  })

  it('is not when memory grew by more than its allowance', () => {
    const start = { resident: mebibytes(200), handles: 30 }
    const grown = (by: number) => judge(outcome({ start, end: { ...start, resident: start.resident + by } })).because
    const allowance = residentAllowance(start.resident)
    expect(grown(allowance)).toEqual([])
    expect(grown(allowance + 1)).toEqual([expect.stringMatching(/^resident memory grew from 200\.0 to \d+\.\d MiB$/u)])
  })

  it('is not when handles grew by more than their allowance', () => {
    const start = { resident: mebibytes(200), handles: 30 }
    const grown = (by: number) => judge(outcome({ start, end: { ...start, handles: 30 + by } })).because
    expect(grown(handleAllowance)).toEqual([])
    expect(grown(handleAllowance + 1)).toEqual([`open handles grew from 30 to ${31 + handleAllowance}`])
  })

  it('is not when anything else went wrong', () => {
    expect(judge(outcome({ faults: ['the daemon ended with 70'] })).because).toEqual(['the daemon ended with 70'])
  })
})
