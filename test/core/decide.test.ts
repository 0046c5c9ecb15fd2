import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.ts'
import { day } from '../../src/core/message.ts'
import type { Facts } from '../../src/core/rule.ts'
import { rules } from '../../src/core/rules.ts'
import { account, entry, facts, invitation, message, noon, policy, trusted } from '../support/facts.ts'

const field = (name: string, value = 'x') => ({ fields: [{ name, value }] })

/** [what the invitation is or does, the facts that say so, the decision and its reason] */
const strikes: readonly (readonly [string, Facts, string])[] = [
  ['fits no layout', facts({ notification: invitation({ kind: 'unrecognised' }) }), 'skip unrecognised'],
  [
    'says that somebody accepted',
    facts({ notification: invitation({ kind: 'accepted', note: null }) }),
    'skip accepted',
  ],
  ['is a digest', facts({ notification: invitation({ kind: 'digest' }) }), 'skip digest'],
  ['is for a guest', facts({ notification: invitation({ kind: 'guest-invitation' }) }), 'skip guest-invitation'],
  ['reminds a guest', facts({ notification: invitation({ kind: 'guest-reminder' }) }), 'skip guest-reminder'],
  ['reminds', facts({ notification: invitation({ kind: 'reminder' }) }), 'skip reminder'],
  ['is something else', facts({ notification: invitation({ kind: 'other', note: null }) }), 'skip other'],
  ['is forged', facts({ authenticity: trusted({ level: 'failed' }) }), 'skip forged'],
  ['came over a list', facts({ message: message(field('List-Id')) }), 'skip list-mail'],
  ['can be posted to', facts({ message: message(field('list-post')) }), 'skip list-mail'],
  [
    'comes from the user',
    facts({ message: message({ from: [{ name: '', address: 'Rowan@example.org' }] }) }),
    'skip own-mail',
  ],
  ['is vouched for by nobody', facts({ authenticity: trusted({ level: 'unverified' }) }), 'skip unverified'],
  [
    'is for somebody else',
    facts({ message: message({ to: [{ name: '', address: 'ada@example.com' }] }) }),
    'skip not-addressed-to-you',
  ],
  ['is for nobody', facts({ message: message({ to: [] }) }), 'skip not-addressed-to-you'],
  [
    'arrived before the installation',
    facts({ account: account({ installedAt: noon - 3_000_000 }) }),
    'skip before-installation',
  ],
  [
    'was sent long before it arrived anew',
    facts({ message: message({ date: noon - 3 * day }), account: account({ installedAt: noon - day }) }),
    'skip before-installation',
  ],
  ['is too old', facts({ message: message({ date: noon - 15 * day }) }), 'skip too-old'],
  ['has no date', facts({ message: message({ date: null }) }), 'skip too-old'],
  ['is dated in the future', facts({ message: message({ date: noon + 2 * day }) }), 'skip too-old'],
  [
    'is older than --since',
    facts({ message: message({ date: noon - 3 * day }), account: account({ since: noon - 2 * day }) }),
    'skip too-old',
  ],
  [
    'has a note',
    facts({ notification: invitation({ note: { kind: 'present', text: 'Saw you on stage!' } }) }),
    'skip note-present',
  ],
  [
    'hides its note',
    facts({ notification: invitation({ note: { kind: 'unknown', because: 'x' } }) }),
    'skip note-unknown',
  ],
  [
    'is ignored',
    facts({ policy: policy({ ignore: { names: ['ingrid *'], profiles: [], headlines: [], domains: [] } }) }),
    'skip ignored-by-you',
  ],
  ['was answered', facts({ account: account({ answered: entry() }) }), 'skip already-answered'],
  ['comes from a person who was asked', facts({ account: account({ asked: entry() }) }), 'skip already-asked'],
  ['is settled', facts({ account: account({ accepted: entry({ kind: 'accepted', sentAt: noon }) }) }), 'skip settled'],
  [
    'cannot be verified today',
    facts({ authenticity: trusted({ level: 'unverified', dnsUnavailable: true }) }),
    'defer dns-unavailable',
  ],
  ['is one too many for this poll', facts({ account: account({ repliesThisPoll: 10 }) }), 'defer limit-per-poll'],
  ['is one too many for today', facts({ account: account({ repliesToday: 25 }) }), 'defer limit-per-day'],
]

const answers: readonly (readonly [string, Facts])[] = [
  ['has no note', facts()],
  [
    'is for a guest, where the policy allows it',
    facts({ notification: invitation({ kind: 'guest-invitation' }), policy: policy({ guestInvitations: true }) }),
  ],
  [
    'is unverified, where the policy allows it',
    facts({ authenticity: trusted({ level: 'unverified' }), policy: policy({ unverified: 'draft' }) }),
  ],
  [
    'only greets, where the policy takes that for no note',
    facts({
      notification: invitation({ note: { kind: 'present', text: 'Hoi!' } }),
      policy: policy({ shortNotes: 'none' }),
    }),
  ],
  [
    'is older than the installation, with --since',
    facts({ account: account({ installedAt: noon, since: noon - day }) }),
  ],
  [
    'is older than maxAgeDays, with --since',
    facts({ message: message({ date: noon - 20 * day }), account: account({ since: noon - 30 * day }) }),
  ],
  [
    'arrived in the second of the installation',
    facts({ message: message({ date: noon }), account: account({ installedAt: noon + 700, arrivedAt: noon }) }),
  ],
  [
    'comes from a person who accepted another one earlier',
    facts({ account: account({ accepted: entry({ sentAt: noon - 2 * day }) }) }),
  ],
]

const verdict = (one: Facts): string => {
  const { decision } = decide(one)
  return `${decision.kind} ${decision.reason}`
}

describe('an invitation is not answered when it', () => {
  it.each(strikes)('%s', (_, one, expected) => {
    expect(verdict(one)).toBe(expected)
  })

  it('has a note of more than a greeting, whatever the policy for short notes', () => {
    const notes = ['Hi, we met in Oslo', 'Great talk', 'Hi Hello Hey Hi']
    const one = (text: string) =>
      facts({ notification: invitation({ note: { kind: 'present', text } }), policy: policy({ shortNotes: 'none' }) })
    expect(notes.map((text) => verdict(one(text)))).toEqual(notes.map(() => 'skip note-present'))
  })
})

describe('an invitation is answered when it', () => {
  it.each(answers)('%s', (_, one) => {
    expect(verdict(one)).toBe('reply null')
  })
})

describe('the rules', () => {
  it('have one row each in this table', () => {
    const struck = new Set(strikes.map(([, , expected]) => expected.split(' ')[1]))
    expect(rules.map(({ name }) => name).filter((name) => !struck.has(name))).toEqual([])
  })

  it('strike in the order of the contract', () => {
    expect(rules.map(({ name }) => name).join(' ')).toBe(
      'unrecognised accepted digest guest-invitation guest-reminder reminder other forged list-mail own-mail unverified ' +
        'not-addressed-to-you before-installation too-old note-present note-unknown ignored-by-you already-answered ' +
        'already-asked settled dns-unavailable limit-per-poll limit-per-day',
    )
  })

  it('say that they were not checked where there is no account, and do not refuse', () => {
    const { decision, rules: results } = decide(facts({ account: null }))
    const unchecked = results.filter((result) => result.verdict === 'not-checked').map(({ rule }) => rule)
    expect(decision.kind).toBe('reply')
    expect(unchecked).toEqual([
      'own-mail',
      'not-addressed-to-you',
      'before-installation',
      'already-answered',
      'already-asked',
      'settled',
      'limit-per-poll',
      'limit-per-day',
    ])
  })

  it('name the first that refuses, and a skip before a deferral that comes later', () => {
    const one = facts({
      authenticity: trusted({ dnsUnavailable: true }),
      notification: invitation({ note: { kind: 'unknown', because: 'x' } }),
    })
    expect(verdict(one)).toBe('skip note-unknown')
  })
})

describe('policy.ignore', () => {
  const ignoring = (ignore: Partial<Facts['policy']['ignore']>, one: Partial<Facts> = {}) =>
    verdict(
      facts({ ...one, policy: policy({ ignore: { names: [], profiles: [], headlines: [], domains: [], ...ignore } }) }),
    )

  it.each([
    ['a name, whatever its case', { names: ['INGRID solberg'] }],
    ['a headline by a word in it', { headlines: ['procurement'] }],
    ['a profile by its address', { profiles: ['https://www.linkedin.com/in/ingrid-solberg-90aa12c4/'] }],
    ['a profile by its end', { profiles: ['in/ingrid-*'] }],
  ])('matches %s', (_, ignore) => {
    expect(ignoring(ignore)).toBe('skip ignored-by-you')
  })

  it.each([
    ['part of a name', { names: ['Ingrid'] }],
    ['words in another order', { headlines: ['lead*procurement'] }],
    ['pieces that overlap', { names: ['ingrid sol*olberg'] }],
    ['pieces in between that are not there', { names: ['ingrid*x*berg'] }],
  ])('does not match %s', (_, ignore) => {
    expect(ignoring(ignore)).toBe('reply null')
  })

  it('matches the domain that a reply would go to', () => {
    const replyTo = [{ name: '', address: 'ingrid@sales.example.com' }]
    expect(ignoring({ domains: ['*.example.com'] }, { message: message({ replyTo }) })).toBe('skip ignored-by-you')
    expect(ignoring({ domains: ['example.com'] }, { message: message({ replyTo }) })).toBe('reply null')
  })

  it('matches nobody where nobody is named', () => {
    const nameless = { notification: invitation({ inviter: null }) }
    expect(ignoring({ names: ['*'], profiles: ['*'], headlines: ['*'] }, nameless)).toBe('reply null')
  })
})
