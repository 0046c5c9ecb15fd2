/** Hostile mail in a real mailbox, before the built program: each is held up with a reason, and the others go on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { arrivesAtGmail, gmailHome } from '../support/gmailHome.ts'
import { hostile } from '../support/hostile.ts'
import { card, eml, messageOf, multipart, withPart } from '../support/mail.ts'
import { type Home, jsonLines } from '../support/program.ts'

let dovecot: Dovecot
let home: Home

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'] })
})

afterAll(() => dovecot?.stop())
afterEach(() => home?.remove())

const patience = 120_000

describe('hostile mail in the mailbox', () => {
  it(
    'is held up, each with a reason, within 96 MiB of heap; the invitation behind it gets its draft',
    async () => {
      const user = 'besieged@example.org'
      home = gmailHome(dovecot, user)
      home.environment.NODE_OPTIONS += ' --max-old-space-size=96'
      await home.run(['poll'])
      for (const [, source] of hostile) await arrivesAtGmail(dovecot, user, source)
      await arrivesAtGmail(dovecot, user, eml(multipart))
      const polled = await home.run(['poll', '--json'])
      const lines = jsonLines(polled.stdout)
      const decisions = lines.slice(0, -1).map(({ decision, kind, note }) => ({ decision, kind, note }))
      expect(polled.code).toBe(0)
      expect(lines.at(-1)).toMatchObject({
        summary: { seen: hostile.length + 1, replied: 1, skipped: hostile.length, failed: 0 },
      })
      for (const [n, [name]] of hostile.entries())
        expect([name, decisions[n]], name).toMatchObject([name, { decision: { kind: 'skip' } }])
      const reasons = lines.flatMap(({ rules, decision }) => {
        const { reason } = (decision ?? {}) as { reason?: string }
        const all = (rules ?? []) as readonly { rule: string; because: string }[]
        return reason ? [all.find(({ rule }) => rule === reason)?.because ?? ''] : []
      })
      expect(reasons.filter((because) => because.length < 20)).toEqual([])
      expect(await readMailbox(dovecot, user, 'Drafts')).toHaveLength(1)
      const again = await home.run(['poll', '--json'])
      expect(jsonLines(again.stdout)).toMatchObject([{ summary: { seen: 0 } }])
    },
    patience,
  )

  it('with NUL octets is read all the same', async () => {
    const nul = eml(multipart).toString().replace('Procurement Lead', 'Procurement\0 Lead')
    expect((await messageOf(nul)).html).not.toBeNull()
  })
})

describe('an invitation in a layout that nobody knows', () => {
  const changed = (): string => eml(multipart).toString().replaceAll('invitation~card', 'invite~tile')

  /** A new part below the card: LinkedIn's, as it happens, but who can tell. */
  const doubtful = (): Buffer =>
    withPart(eml(card), 'text/html', (html) =>
      html.replace('Build your network with InMail', 'Jobs you may like</h2><p>Build your network with InMail'),
    )

  it('is told at once by poll, status and check, with what to do', async () => {
    const user = 'changed@example.org'
    home = gmailHome(dovecot, user)
    await home.run(['poll'])
    await arrivesAtGmail(dovecot, user, changed())
    const said = [await home.run(['poll']), await home.run(['status']), await home.run(['check'])]
    for (const { stdout } of said) {
      expect(stdout).toContain('1 invitation in a layout we do not know')
      expect(stdout).toContain('have-we-met sanitize')
    }
    expect(await readMailbox(dovecot, user, 'Drafts')).toEqual([])
  })

  it('is warned of by the daemon, once', async () => {
    const user = 'watched@example.org'
    home = gmailHome(dovecot, user)
    await home.run(['poll'])
    await arrivesAtGmail(dovecot, user, changed())
    await arrivesAtGmail(dovecot, user, doubtful())
    const { stderr } = await home.runUntil(['run'], 'account-polled')
    const warnings = jsonLines(stderr).filter(({ level }) => level === 'warn')
    const hint = expect.stringContaining('have-we-met sanitize')
    expect(warnings).toMatchObject([
      { event: 'layout-unknown', template: 'email_m2m_invite_single_01', hint },
      { event: 'note-unclear', because: expect.stringContaining('Jobs you may like'), hint },
    ])
    for (const { stdout } of [await home.run(['status']), await home.run(['check'])]) {
      expect(stdout).toContain('1 invitation with something that may be a note')
      expect(stdout).toContain('have-we-met explain')
    }
  })
})
