import { describe, expect, it } from 'vitest'
import {
  entryIdsOf,
  fingerprintOf,
  invitationKeyOf,
  messageKeyOf,
  personKeysOf,
  replyMessageIdFor,
  soughtKeysOf,
} from '../../src/core/identity.ts'
import { invitation } from '../support/facts.ts'

const { inviter } = invitation()
const without = (changes: Partial<NonNullable<typeof inviter>>) =>
  inviter === null ? null : { ...inviter, ...changes }

describe('an invitation is known', () => {
  it.each([
    ['by its id', invitation(), 'invitation:7357397350991444546'],
    [
      'else by its item in the mailbox',
      invitation({ invitationId: null, item: '6132985418842830171' }),
      'item:6132985418842830171',
    ],
    [
      'else by the profile',
      invitation({ invitationId: null }),
      'profile:https://www.linkedin.com/in/ingrid-solberg-90aa12c4',
    ],
    [
      'else by name and headline',
      invitation({ invitationId: null, inviter: without({ profile: null }) }),
      'person:ingrid solberg|procurement lead',
    ],
    ['by nothing where nobody is named', invitation({ invitationId: null, inviter: null }), null],
  ])('%s', (_, notification, key) => {
    expect(invitationKeyOf(notification)).toBe(key)
  })
})

const person = (changes: Partial<NonNullable<typeof inviter>>, item: string | null = null) =>
  invitation({ inviter: without(changes), item })

const elsewhere = { profile: 'https://www.linkedin.com/in/ingrid-solberg-2' }
const unprofiled = { profile: null }
const bare = { headline: null }

describe('somebody who was met before', () => {
  it.each([
    ['is known by the profile', person({}), person({ name: 'Ingrid S.', headline: 'Retired' })],
    [
      'is known by the profile in any case',
      person({}),
      person({
        profile:
          inviter?.profile?.toUpperCase().replace('HTTPS://WWW.LINKEDIN.COM/IN/', 'https://www.linkedin.com/in/') ??
          null,
      }),
    ],
    ['is known by name and headline, in any case', person({}), person({ ...elsewhere, name: 'INGRID  Solberg' })],
    ['is known without a profile', person({}), person(unprofiled)],
    ['is known with a profile at last', person(unprofiled), person({})],
    [
      'is known by the bare name while no profile tells otherwise',
      person({ ...unprofiled, ...bare }),
      person({ ...elsewhere, ...bare }),
    ],
    ['is known by the item in the mailbox', person({}, '61'), invitation({ inviter: null, item: '61' })],
  ])('%s', (_, before, now) => {
    const kept = personKeysOf(before)
    expect(soughtKeysOf(now).filter((key) => kept.includes(key))).not.toEqual([])
  })

  it.each([
    [
      'is not somebody of the same name and another headline',
      person({}),
      person({ ...elsewhere, headline: 'Harbour pilot' }),
    ],
    ['is not somebody of the same bare name and another profile', person(bare), person({ ...elsewhere, ...bare })],
    [
      'is not another id of an old profile in other case',
      person({ profile: 'https://www.linkedin.com/profile/view?id=AAs' }),
      person({ ...bare, profile: 'https://www.linkedin.com/profile/view?id=aaS' }),
    ],
    ['is nobody where nobody is named', person({}), invitation({ inviter: null })],
  ])('%s', (_, before, now) => {
    const kept = personKeysOf(before)
    expect(soughtKeysOf(now).filter((key) => kept.includes(key))).toEqual([])
  })
})

describe('the msg-id of a reply', () => {
  const id = replyMessageIdFor('default', 'invitation:1', 'Rowan@Example.org')

  it('is derived, well-formed, and in the domain of From', () => {
    expect(id).toMatch(/^<hwm\.[a-z2-7]{32}@example\.org>$/u)
    expect(replyMessageIdFor('default', 'invitation:1', 'Rowan@Example.org')).toBe(id)
  })

  it('differs between accounts and between invitations', () => {
    expect(replyMessageIdFor('work', 'invitation:1', 'rowan@example.org')).not.toBe(id)
    expect(replyMessageIdFor('default', 'invitation:2', 'rowan@example.org')).not.toBe(id)
  })
})

describe('a message', () => {
  it('is known by its Message-ID, else by its bytes', () => {
    expect(messageKeyOf('<a@b.example>', new Uint8Array())).toBe('<a@b.example>')
    expect(messageKeyOf(null, new TextEncoder().encode('abc'))).toMatch(/^sha256:ba7816bf/u)
  })

  it('has a short id to type', () => {
    const { short, long } = entryIdsOf('default', '<a@b.example>')
    expect([short, long.slice(0, 8)]).toEqual([expect.stringMatching(/^[a-z2-7]{8}$/u), short])
  })
})

describe('the fingerprint', () => {
  it('changes with what the decision rested on, and with nothing else', () => {
    expect(fingerprintOf({ version: '1', own: ['a'] })).toBe(fingerprintOf({ version: '1', own: ['a'] }))
    expect(fingerprintOf({ version: '1', own: ['a'] })).not.toBe(fingerprintOf({ version: '1', own: ['b'] }))
  })
})
