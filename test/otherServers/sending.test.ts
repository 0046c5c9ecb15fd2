/** The built program that sends by a real Postfix: a reply arrives once, is refused for good, or is asked to come later. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { type Postfix, startPostfix } from '../servers/postfix.ts'
import { atGmail, gmailHome } from '../support/gmailHome.ts'
import { type Home, jsonLines } from '../support/program.ts'
import { invitationBy } from './account.ts'

const relays = {
  taken: '0f8fad5b-d9cb-469f-a165-70867728950e@reply.linkedin.com',
  refused: '11111111-d9cb-469f-a165-70867728950e@reply.linkedin.com',
  later: '22222222-d9cb-469f-a165-70867728950e@reply.linkedin.com',
}

let dovecot: Dovecot
let postfix: Postfix
let home: Home
let user: string
let users = 0

beforeAll(async () => {
  dovecot = await startDovecot({ delivery: true, hostnames: ['imap.gmail.com'] })
  const refuse = { [relays.refused]: '550 5.7.1 sender not authorised', [relays.later]: '450 4.2.0 busy' }
  postfix = await startPostfix(dovecot, { refuse })
})

afterAll(async () => {
  await postfix?.stop()
  await dovecot?.stop()
})

afterEach(() => home?.remove())

/** One invitation that may be answered at this address, polled once. */
const answered = async (relay: string): Promise<readonly Record<string, unknown>[]> => {
  users += 1
  user = `poster${users}@example.org`
  home = gmailHome(dovecot, user, {
    ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(postfix.submissionPort), SMTP_SECURITY: 'starttls' },
    ...{ SMTP_PASSWORD: postfix.password, SMTP_CA_FILE: postfix.caFile, HAVE_WE_MET_CONFIG: 'send.yaml' },
  })
  home.write('send.yaml', 'mode: send\n')
  await home.run(['poll'])
  const message = invitationBy(users).replace(/^(?=Subject: )/mu, `Reply-To: ${relay}\n`)
  await deliver(dovecot, user, 'INBOX', atGmail(message, user))
  return jsonLines((await home.run(['poll', '--json'])).stdout)
}

const untilDelivered = async (address: string): Promise<string> => {
  for (;;) {
    const [first] = await readMailbox(dovecot, address, 'INBOX')
    if (first !== undefined) return first.source
  }
}

const count = async (mailbox: string): Promise<number> => (await readMailbox(dovecot, user, mailbox)).length

describe('the program with Postfix', () => {
  it('sends a reply that arrives, marked as automatic, and files one copy', async () => {
    const [outcome] = await answered(relays.taken)
    expect(outcome).toMatchObject({ delivery: { state: 'sent', because: expect.stringMatching(/queued as/u) } })
    const arrived = await untilDelivered(relays.taken)
    expect(arrived).toMatch(/^Auto-Submitted: auto-replied\r$/mu)
    for (let later = 0; later < 2; later += 1) await home.run(['poll'])
    const [copy] = await readMailbox(dovecot, user, 'Sent')
    expect(arrived.endsWith(copy?.source ?? 'no copy')).toBe(true)
    expect([
      await count('Sent'),
      await count('Drafts'),
      (await readMailbox(dovecot, relays.taken, 'INBOX')).length,
    ]).toEqual([1, 0, 1])
  })

  it('leaves an on-site draft where the relay is refused', async () => {
    const [outcome] = await answered(relays.refused)
    expect(outcome).toMatchObject({
      delivery: { state: 'drafted', because: expect.stringContaining('not authorised') },
    })
    await home.run(['poll'])
    expect([await count('Sent'), await count('Drafts')]).toEqual([0, 1])
  })

  it('keeps a reply for later where it is asked to', async () => {
    const [outcome, summary] = await answered(relays.later)
    expect(outcome).toMatchObject({ delivery: { state: 'failed', because: expect.stringContaining('450') } })
    expect(summary).toMatchObject({ summary: { failed: 1 } })
    expect([await count('Sent'), await count('Drafts')]).toEqual([0, 0])
  })
})
