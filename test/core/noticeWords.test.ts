import { describe, expect, it } from 'vitest'
import type { Notice, TroubleKind } from '../../src/core/notice.ts'
import { type About, noticeWords } from '../../src/core/noticeWords.ts'

const about: About = {
  ...{ account: 'home', address: 'rowan@example.org', timezone: 'Europe/Berlin', maxAgeDays: 14, carrier: null },
}

const since = Date.UTC(2026, 10, 28, 10, 0)
const minute = 60_000

const noticeOf = (kind: TroubleKind, changes: Partial<Notice> = {}): Notice => ({
  ...{ kind, phase: 'broken', since, because: 'imap.example.org refused the login of rowan', hints: ['ask them'] },
  ...{ toldAt: null, mendedAt: null, lastToldAt: null, attempts: 0, retryAt: null, upTo: null },
  ...changes,
})

const mended = (changes: Partial<Notice> = {}) => ({
  ...({ phase: 'mended', toldAt: since, mendedAt: since + 200 * minute, ...changes } as const),
})

describe('a notice', () => {
  it('says what is broken since when, in which account, what it met, and what to type', () => {
    expect(noticeWords(noticeOf('login'), about)).toEqual({
      subject: 'have-we-met cannot log in (rowan@example.org)',
      text: `This is about rowan@example.org (account "home").

Since 28 November 2026 at 11:00 the mail server does not let have-we-met in.

This needs you: most often a password was changed, or an access has
expired. Until it is mended, invitations to this address are not
answered.

What it met last:

    imap.example.org refused the login of rowan
    - ask them

What you can type:

    have-we-met check           tries everything and says what is wrong
    have-we-met login           gets a new access (accounts with OAuth)
    have-we-met status          shows how every account stands

No further message about this comes until it works again.
`,
    })
  })

  it('that it works again says how long it did not, and that nothing was lost', () => {
    expect(noticeWords(noticeOf('polls', mended()), about)).toEqual({
      subject: 'have-we-met reads your mail again (rowan@example.org)',
      text: `This is about rowan@example.org (account "home").

have-we-met reads this mail again.
It did not for about 3 hours,
from 28 November 2026 at 11:00 to 28 November 2026 at 14:20.

Nothing was lost: invitations that came in meanwhile are read now.
Only those older than 14 days are left to you.
`,
    })
  })

  it('says both where there was no way to tell before', () => {
    const { text } = noticeWords(noticeOf('login', mended({ toldAt: null })), about)
    expect(text).toContain('There was no way to tell you while it did not. What it met last:')
    expect(text).toContain('    imap.example.org refused the login of rowan\n    - ask them\n')
    expect(noticeWords(noticeOf('login', mended()), about).text).not.toContain('refused')
  })

  it.each<[TroubleKind, readonly string[]]>([
    ['login', ['check', 'login', 'status']],
    ['polls', ['check', 'status']],
    ['layout', ['explain FILE', 'sanitize FILE', 'status']],
  ])('of kind %s names commands that help: %j', (kind, commands) => {
    const { text } = noticeWords(noticeOf(kind), about)
    expect([...text.matchAll(/^ {4}have-we-met (.*?) {2,}/gmu)].map(([, command]) => command)).toEqual(commands)
  })

  it.each<[string, number, string]>([
    ['a moment', 1, '1 minute,'],
    ['minutes', 89, '89 minutes,'],
    ['hours', 91, '2 hours,'],
    ['two days', 48 * 60, '2 days,'],
    ['less than nothing, by a clock that went back', -900, '1 minute,'],
  ])('says of %s how long it was', (_, minutes, expected) => {
    const { text } = noticeWords(noticeOf('layout', mended({ mendedAt: since + minutes * minute })), about)
    expect(text).toContain(`for about ${expected}`)
  })

  it('in another INBOX says why it comes there', () => {
    const { text } = noticeWords(noticeOf('login'), { ...about, carrier: 'rowan@work.example.com' })
    expect(text).toContain('This is about rowan@example.org')
    expect(text).toContain('It comes to rowan@work.example.com\nbecause there was no way to that address itself.')
  })

  it.each<TroubleKind>(['login', 'polls', 'layout'])('of kind %s fits the lines of mail', (kind) => {
    for (const notice of [noticeOf(kind), noticeOf(kind, mended({ toldAt: null }))]) {
      const { text } = noticeWords(notice, { ...about, carrier: 'rowan@work.example.com' })
      expect(text.split('\n').filter((line) => line.length > 76)).toEqual([])
    }
  })

  it('shows of what a server said no token, and no second line', () => {
    const because =
      'it said: go to https://www.linkedin.com/comm/x?midToken=AQE-one-click\r\nBcc: eve@example.com\u2028x'
    const { text } = noticeWords(noticeOf('polls', { because, hints: ['otpToken=AQE-two-click\nx'] }), about)
    expect(text).not.toMatch(/one-click|two-click|^Bcc|\r|\u2028/mu)
    expect(text).toContain('it said: go to https://www.linkedin.com/comm/x?… Bcc: eve@example.com x')
  })
})
