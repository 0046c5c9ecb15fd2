import { describe, expect, it } from 'vitest'
import { inviterVariables, languagesWanted, planReply, replySubject } from '../../src/core/compose.ts'
import { invitation, message, noon } from '../support/facts.ts'

const user = {
  from: { name: 'Rowan Ashby', address: 'rowan@example.org' },
  own: ['rowan@example.org', '*@ashby.example.com'],
}
const reply = { messageId: '<hwm.a@example.org>', subject: null, now: noon, automatic: false }
const onSite = { kind: 'on-site', because: 'no Reply-To' } as const

describe('the subject of a reply', () => {
  it.each([
    ['I want to connect', 'Re: I want to connect'],
    ['Re: I want to connect', 'Re: I want to connect'],
    ['RE: x', 'RE: x'],
    ['a\r\nBcc: ada@example.com', 'Re: a Bcc: ada@example.com'],
    ['', 'Re:'],
  ])('to %j is %j', (subject, expected) => {
    expect(replySubject(subject)).toBe(expected)
  })
})

describe('a reply', () => {
  it('on-site has no To, and answers the notification', () => {
    expect(planReply(message(), onSite, user, reply)).toEqual({
      from: { name: 'Rowan Ashby', address: 'rowan@example.org' },
      to: null,
      subject: 'Re: I want to connect',
      messageId: '<hwm.a@example.org>',
      inReplyTo: '<1.2.3@ltx1-app1.prod.linkedin.com>',
      references: ['<1.2.3@ltx1-app1.prod.linkedin.com>'],
      date: noon,
      automatic: false,
    })
  })

  it('knows whether it goes out by itself', () => {
    expect(planReply(message(), onSite, user, { ...reply, automatic: true }).automatic).toBe(true)
  })

  it('to an address has exactly that To', () => {
    const { to } = planReply(message(), { kind: 'inviter', address: 'ingrid@example.com' }, user, reply)
    expect(to).toEqual({ name: '', address: 'ingrid@example.com' })
  })

  it('comes from the own address that LinkedIn mailed', () => {
    const mailed = message({
      to: [
        { name: '', address: 'ada@example.com' },
        { name: 'R. Ashby', address: 'linkedin@ashby.example.com' },
      ],
    })
    expect(planReply(mailed, onSite, user, reply).from).toEqual({
      name: 'Rowan Ashby',
      address: 'linkedin@ashby.example.com',
    })
  })

  it('bears the name that LinkedIn wrote where the settings give none', () => {
    const nameless = { ...user, from: { name: '', address: 'rowan@example.org' } }
    expect(planReply(message(), onSite, nameless, reply).from.name).toBe('Rowan Ashby')
    expect(planReply(message({ to: [] }), onSite, nameless, reply).from).toEqual({
      name: '',
      address: 'rowan@example.org',
    })
  })

  it.each(['"row an"@ashby.example.com', 'a,b@ashby.example.com', 'röwan@ashby.example.com'])(
    'comes from the account where LinkedIn mailed %s, which is no plain address',
    (address) => {
      const mailed = message({ to: [{ name: '', address }] })
      expect(planReply(mailed, onSite, user, reply).from.address).toBe('rowan@example.org')
    },
  )

  it('bears no name that hides something', () => {
    const nameless = { ...user, from: { name: '', address: 'rowan@example.org' } }
    const mailed = message({ to: [{ name: '\u202eRo\u0007wan\r\n -- Ashby\ud800', address: 'rowan@example.org' }] })
    expect(planReply(mailed, onSite, nameless, reply).from.name).toBe('Rowan - Ashby')
  })

  it('keeps the references of the notification, each once', () => {
    const referring = message({ fields: [{ name: 'References', value: '<a@x.example> <b@x.example> <a@x.example>' }] })
    expect(planReply(referring, onSite, user, reply).references).toEqual([
      '<a@x.example>',
      '<b@x.example>',
      '<1.2.3@ltx1-app1.prod.linkedin.com>',
    ])
  })

  it('takes no msg-id that is none', () => {
    const plan = planReply(message({ messageId: '<a b\r\nBcc: x>' }), onSite, user, reply)
    expect([plan.inReplyTo, plan.references]).toEqual([null, []])
  })

  it('may have a subject of the template, in one line', () => {
    expect(planReply(message(), onSite, user, { ...reply, subject: 'Hello\nthere' }).subject).toBe('Hello there')
  })
})

describe('what templates see', () => {
  it('is one line of each text, without the line that parts the hand-over from the answer', () => {
    const inviter = {
      name: 'Ann\r\n---- 8< ----\u2028\u202eBerg',
      headline: '-- \u0000x\ud800',
      firstName: null,
      profile: null,
    }
    expect(inviterVariables(invitation({ inviter }))).toMatchObject({ name: 'Ann - 8< - Berg', headline: '- x' })
    expect(inviterVariables(invitation({ inviter: { ...inviter, headline: '\u200b' } })).headline).toBeNull()
  })

  it('is an empty name where nobody is named', () => {
    expect(inviterVariables(invitation({ inviter: null }))).toEqual({
      name: '',
      firstName: null,
      headline: null,
      profile: null,
    })
  })
})

describe('the languages of a reply', () => {
  it.each([
    ['auto', 'pt-BR', ['pt-BR', 'de']],
    ['auto', null, ['de']],
    ['fr', 'pt-BR', ['fr', 'de']],
    ['fr', null, ['fr', 'de']],
  ])('with the setting %s and a notification in %s are %j', (language, spoken, expected) => {
    expect(languagesWanted({ language, defaultLanguage: 'de' }, spoken)).toEqual(expected)
  })
})
