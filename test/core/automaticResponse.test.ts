/**
 * RFC 3834 and RFC 5230 §4.6 for a response that leaves by itself. The rows are those of the public test suite of
 * Dovecot Pigeonhole's vacation action and of the checks in its source, told of an invitation.
 */
import { describe, expect, it } from 'vitest'
import { planReply } from '../../src/core/compose.ts'
import { judge, type Mailbox, verdictOf } from '../support/judge.ts'
import { messageOf } from '../support/mail.ts'
import { invitation, marks } from '../support/signing.ts'

const relay = 'Reply-To: Ingrid Solberg <0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com>\n'
const returnPath = 'Return-Path: <m-abc@bounce.linkedin.com>'

/** Straight from LinkedIn, with a relay to reply to: nothing stands against sending but what is added. */
const sendable = (fields = '') => `${fields}${fields === '' ? '' : '\n'}${relay}${marks('01-gmail')}${invitation()}`
const withReturnPath = (value: string) => sendable().replace(returnPath, `Return-Path: ${value}`)
const to = (value: string, raw = sendable()) => raw.replace(/^To:.*$/m, `To: ${value}`)

const objections = async (raw: string, mailbox: Mailbox = {}) => (await judge(raw, mailbox)).onlyDraft

describe('a reply could be sent by itself', () => {
  it.each([
    ['to a normal invitation', sendable()],
    ['when a human sent it, and says so', sendable('Auto-Submitted: no')],
    ['in capitals and with a comment', sendable('Auto-Submitted: NO (a person)')],
    ['with a parameter', sendable('Auto-Submitted: no; owner-email="a@example.com"')],
    ['with an ordinary precedence', sendable('Precedence: normal')],
    ['with a precedence of its own', sendable('Precedence: first-class')],
    ['where only receipts are unwanted', sendable('X-Auto-Response-Suppress: DR, NDR, RN, NRN')],
    ['where nothing is unwanted', sendable('X-Auto-Response-Suppress: None')],
    ['where no return path was kept', sendable().replace(`${returnPath}\n`, '')],
  ])('%s', async (_, raw) => {
    const { onlyDraft, recipient, decision } = await judge(raw)
    expect([onlyDraft, recipient.kind, decision.kind]).toEqual([[], 'relay', 'reply'])
  })
})

describe('a reply stays a draft', () => {
  it.each([
    ['a program sent it', sendable('Auto-Submitted: auto-generated'), 'its Auto-Submitted says "auto-generated"'],
    ['it is a reply of a program', sendable('Auto-Submitted: auto-replied (vacation)'), '"auto-replied (vacation)"'],
    ['it says yes, which no standard knows', sendable('Auto-Submitted: yes'), 'its Auto-Submitted says "yes"'],
    ['it says no and something else', sendable('Auto-Submitted: no\nAuto-Submitted: auto-notified'), '"auto-notified"'],
    ['it says nothing there', sendable('Auto-Submitted:'), 'its Auto-Submitted says ""'],
    ['it begins with no', sendable('Auto-Submitted: notified'), 'its Auto-Submitted says "notified"'],
    ['it is bulk mail', sendable('Precedence: bulk'), 'its Precedence says "bulk"'],
    ['it is list mail', sendable('Precedence: List'), 'its Precedence says "List"'],
    ['it is junk', sendable('Precedence: normal\nPrecedence: junk'), 'its Precedence says "junk"'],
    [
      'it wants no response at all',
      sendable('X-Auto-Response-Suppress: All'),
      'its X-Auto-Response-Suppress says "All"',
    ],
    ['it wants no automatic reply', sendable('X-Auto-Response-Suppress: DR, autoreply'), '"DR, autoreply"'],
    [
      'it wants none in a second field',
      sendable('X-Auto-Response-Suppress: None\nX-Auto-Response-Suppress: All'),
      '"All"',
    ],
    ['its return path is null', withReturnPath('<>'), 'its Return-Path is <>'],
    ['its return path is null, with a blank', withReturnPath('< >'), 'its Return-Path is <>'],
    ['a mail system returned it', withReturnPath('<MAILER-DAEMON>'), '"MAILER-DAEMON"'],
    ['a mail system with a domain did', withReturnPath('<mailer-daemon@example.com>'), '"mailer-daemon@example.com"'],
    ['a list server sent it', withReturnPath('<LISTSERV@example.com>'), '"LISTSERV@example.com"'],
    ['another list server did', withReturnPath('majordomo@example.com'), '"majordomo@example.com"'],
    ['an owner of a list did', withReturnPath('<owner-people@example.com>'), '"owner-people@example.com"'],
    ['the robot of a list did', withReturnPath('<people-request@example.com>'), '"people-request@example.com"'],
    [
      'a list that counts bounces did',
      withReturnPath('<people-bounces+rowan=example.org@example.com>'),
      'people-bounces',
    ],
    [
      'its From is a mail system',
      sendable().replace('<invitations@', '<MAILER-DAEMON@'),
      '"MAILER-DAEMON@linkedin.com"',
    ],
    ...['List-Owner', 'List-Subscribe', 'List-Help', 'List-Archive'].map((name) => [
      `it has a ${name}`,
      sendable(`${name}: <https://example.com>`),
      `it has a ${name} field`,
    ]),
  ])('when %s', async (_, raw = '', because = '') => {
    const told = await objections(raw)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(because)
  })

  it('when nothing says where to send it', async () => {
    expect(await objections(sendable().replace(relay, ''))).toEqual(['there is no address to send it to'])
  })

  it.each([
    ['bound', sendable().replaceAll('spf=pass', 'spf=softfail')],
    ['unverified', sendable().replace(/^Authentication-Results:[\s\S]*?(?=^From:)/m, '')],
    ['failed', sendable('Subject: Another')],
  ])('when its level is %s', async (level, raw) => {
    expect(await objections(raw)).toContain(`its level is ${level}; only direct and signed are proof enough to send`)
  })

  it('for each of several reasons, and none of them keeps the draft away', async () => {
    const { onlyDraft, decision } = await judge(sendable('Precedence: bulk\nAuto-Submitted: auto-generated'))
    expect(onlyDraft).toEqual(['its Auto-Submitted says "auto-generated"', 'its Precedence says "bulk"'])
    expect(decision.kind).toBe('reply')
  })

  it('in one line, whatever a sender wrote', async () => {
    const [told = ''] = await objections(sendable(`Precedence: bulk\nAuto-Submitted: ${'x'.repeat(5000)}`))
    expect(told.length).toBeLessThan(100)
  })
})

describe('no reply is made, not even a draft,', () => {
  it.each([
    ['to an own address', sendable().replace(/<invitations@linkedin.com>/, '<rowan@example.org>'), 'forged'],
    ['to a list that names itself', sendable('List-Id: <people.example.com>'), 'list-mail'],
    ['to a list that can be posted to', sendable('List-Post: <mailto:people@example.com>'), 'list-mail'],
    ['where the user was not written to', to('all@example.com'), 'not-addressed-to-you'],
    [
      'where the original recipient was someone else',
      to('all@example.com', sendable('X-Original-To: rowan@example.org')),
      'not-addressed-to-you',
    ],
    [
      'where the user stands in Cc alone',
      to('all@example.com', sendable('Cc: rowan@example.org')),
      'not-addressed-to-you',
    ],
    [
      'where somebody sent it on to the user',
      to('all@example.com', sendable('Resent-To: rowan@example.org')),
      'not-addressed-to-you',
    ],
  ])('%s', async (_, raw, verdict) => {
    expect(verdictOf(await judge(raw))).toBe(verdict)
  })

  it('except where the address that was written to is one of the user’s', async () => {
    expect(verdictOf(await judge(to('all@example.com'), { own: ['rowan@example.org', 'all@example.com'] }))).toBe(
      'reply',
    )
    expect(verdictOf(await judge(to('all@example.com'), { own: ['*@example.com'] }))).toBe('reply')
  })
})

describe('what a reply is made of', () => {
  const planned = async (raw: string, own = ['rowan@example.org']) => {
    const { recipient } = await judge(raw, { own })
    const user = { from: { name: 'Rowan Ashby', address: 'rowan@example.org' }, own }
    const reply = { messageId: '<1@example.org>', subject: null, now: 0, automatic: true }
    return planReply(await messageOf(raw), recipient, user, reply)
  }

  it('is one recipient, and the address that was written to as sender', async () => {
    const raw = to('all@example.com', sendable('Cc: eve@example.com'))
    const plan = await planned(raw, ['rowan@example.org', 'all@example.com'])
    expect(plan).toMatchObject({
      from: { address: 'all@example.com' },
      to: { name: '', address: '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com' },
    })
    expect(Object.keys(plan)).not.toContain('cc')
  })

  it('is the whole thread: what the notification refers to, then itself', async () => {
    const references = '<1234@example.com> <3456@example.net>\r\n <4223@example.org>'
    const { inReplyTo, references: told } = await planned(sendable(`References: ${references}`))
    expect(inReplyTo).toMatch(/^<863396117\..*@lva1-app100614\.prod\.linkedin\.com>$/)
    expect(told).toEqual(['<1234@example.com>', '<3456@example.net>', '<4223@example.org>', inReplyTo])
  })
})

/**
 * Waived, each for its reason:
 * - List-Unsubscribe: LinkedIn puts it on everything, also where a person stands behind the mail;
 * - Reply-To as destination, where the RFCs want the envelope sender: that one is a bounce address of LinkedIn's;
 * - X-Auto-Response-Suppress: OOF, which Pigeonhole obeys: it speaks of out-of-office notices, and ours is none;
 * - no response where an earlier one went, a `:handle`, `:days`: the rules already-answered and already-asked, for ever;
 * - options that answer mail to anybody, a null envelope sender, encoded subjects: settings and texts of the responder;
 * - a conflict with reject, two vacation actions: there is one reply, made by no script.
 */
describe('waived for a recognised invitation', () => {
  it.each([
    [
      'List-Unsubscribe',
      'List-Unsubscribe: <https://www.linkedin.com/e/v2>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click',
    ],
    ['a Reply-To that is not the envelope sender', 'X-Nothing: 1'],
    ['the wish for no out-of-office notice', 'X-Auto-Response-Suppress: OOF'],
  ])('%s', async (_, fields) => {
    const { onlyDraft, recipient } = await judge(sendable(fields))
    expect([onlyDraft, recipient.kind]).toEqual([[], 'relay'])
  })
})
