import { describe, expect, it } from 'vitest'
import {
  entryIdOf,
  fingerprintOf,
  invitationKeyOf,
  messageKeyOf,
  personKeysOf,
  replyMessageIdFor,
} from '../../src/core/identity.ts'
import { invitation } from '../support/facts.ts'

const { inviter } = invitation()
const without = (changes: Partial<NonNullable<typeof inviter>>) =>
  inviter === null ? null : { ...inviter, ...changes }

describe('an invitation is known', () => {
  it.each([
    ['by its id', invitation(), 'invitation:7357397350991444546'],
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

describe('a person is known', () => {
  it('by profile and by name with headline, whatever the case', () => {
    expect(personKeysOf(invitation({ inviter: without({ name: 'INGRID  Solberg', headline: null }) }))).toEqual([
      'profile:https://www.linkedin.com/in/ingrid-solberg-90aa12c4',
      'person:ingrid solberg|',
    ])
    expect(personKeysOf(invitation({ inviter: without({ profile: null }) }))).toEqual([
      'person:ingrid solberg|procurement lead',
    ])
    expect(personKeysOf(invitation({ inviter: null }))).toEqual([])
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
    expect(entryIdOf('default', '<a@b.example>')).toMatch(/^[a-z2-7]{8}$/u)
  })
})

describe('the fingerprint', () => {
  it('changes with what the decision rested on, and with nothing else', () => {
    expect(fingerprintOf({ version: '1', own: ['a'] })).toBe(fingerprintOf({ version: '1', own: ['a'] }))
    expect(fingerprintOf({ version: '1', own: ['a'] })).not.toBe(fingerprintOf({ version: '1', own: ['b'] }))
  })
})
