/**
 * The gate: today's invitation without a note, at every provider, with default settings, gets exactly one on-site draft
 * at the level the facts say. No later rule may break this table.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, deliver, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { card, eml, messageOf, multipart, withPart } from '../support/mail.ts'
import { type Home, jsonLines, makeHome } from '../support/program.ts'
import { marks, signed, testResolver, testSelector } from '../support/signing.ts'

interface Provider {
  readonly marks: string
  readonly host: string
  readonly level: string
  /** What a user of such a server has to set; nothing for most. */
  readonly authservIds?: string
  readonly signed?: boolean
}

const providers: readonly Provider[] = [
  { marks: '01-gmail', host: 'imap.gmail.com', level: 'direct' },
  { marks: '02-microsoft', host: 'outlook.office365.com', level: 'direct' },
  { marks: '03-icloud', host: 'imap.mail.me.com', level: 'direct' },
  { marks: '04-yahoo', host: 'imap.mail.yahoo.com', level: 'direct' },
  { marks: '05-fastmail', host: 'imap.fastmail.com', level: 'direct' },
  { marks: '06-proton-bridge', host: '127.0.0.1', level: 'direct' },
  { marks: '07-opendkim-opendmarc', host: 'mail.example.org', level: 'direct', authservIds: 'mail.example.org' },
  { marks: '08-rspamd', host: 'mail.example.org', level: 'direct', authservIds: 'mail.example.org' },
  { marks: '09-ionos', host: 'imap.ionos.de', level: 'bound' },
  { marks: '10-bare-postfix', host: 'mail.example.org', level: 'bound', signed: true },
  { marks: '11-forwarded', host: 'imap.gmail.com', level: 'bound' },
]

const names = [...new Set(providers.map(({ host }) => host))]

let dovecot: Dovecot
let dkimRecord: string

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: names })
  dkimRecord = (await testResolver(`${testSelector}._domainkey.linkedin.com`)).flat().join('')
})

afterAll(() => dovecot?.stop())

let users = 0

/** An account nobody has used, and its address. */
const newUser = (): string => `rowan${++users}@example.org`

const crlf = (source: string): string => source.replace(/\r?\n/gu, '\r\n')

/** The sample as it would arrive today, for this user. */
const today = (bytes: Buffer, user: string): string =>
  crlf(bytes.toString('utf8'))
    .replace(/^Date: .*$/mu, `Date: ${new Date().toUTCString().replace('GMT', '+0000 (UTC)')}`)
    .replace(/^To: .*$/mu, `To: Rowan Ashby <${user}>`)

const marked = async (source: string, provider: Provider): Promise<string> => {
  const inner = provider.signed ? await signed(source) : source
  return crlf(marks(provider.marks)).trimEnd().concat('\r\n', inner)
}

const homeOf = (provider: Provider, user: string): Home => {
  const home = makeHome({
    IMAP_HOST: provider.host,
    IMAP_PORT: String(dovecot.imapsPort),
    IMAP_USER: user,
    IMAP_PASSWORD: dovecot.password,
    IMAP_CA_FILE: dovecot.caFile,
    MAIL_FROM: `Rowan Ashby <${user}>`,
    TEST_DNS: dkimRecord,
  })
  if (provider.authservIds) {
    home.environment.HAVE_WE_MET_CONFIG = home.write(
      'settings.yaml',
      `trust:\n  authservIds: [${provider.authservIds}]\n`,
    )
  }
  return home
}

/** A message as the provider stores it; `n` tells apart those of one mailbox. */
const stored = async (bytes: Buffer, provider: Provider, user: string, n = 0): Promise<Buffer> =>
  Buffer.from((await marked(today(bytes, user), provider)).replace('@lva1-', `.${n}@lva1-`))

interface Polled {
  readonly code: number | null
  readonly stderr: string
  readonly lines: readonly Record<string, unknown>[]
  readonly drafts: Awaited<ReturnType<typeof readMailbox>>
}

/** Installs, lets the messages arrive, polls, and polls once more, which must change nothing. */
const pollWith = async (provider: Provider, make: (user: string) => Promise<readonly Buffer[]>): Promise<Polled> => {
  const user = newUser()
  const home = homeOf(provider, user)
  try {
    const installed = await home.run(['poll'])
    expect(installed, installed.stderr).toMatchObject({ code: 0 })
    const messages = await make(user)
    for (const message of messages) await deliver(dovecot, user, 'INBOX', message)
    const { code, stdout, stderr } = await home.run(['poll', '--json'])
    const again = await home.run(['poll', '--json'])
    expect(jsonLines(again.stdout)).toMatchObject([{ summary: { seen: 0 } }])
    const inbox = await readMailbox(dovecot, user, 'INBOX')
    expect(inbox.map(({ flags }) => flags)).toEqual(messages.map(() => []))
    return { code, stderr, lines: jsonLines(stdout), drafts: await readMailbox(dovecot, user, 'Drafts') }
  } finally {
    home.remove()
  }
}

const noted = (name: string): Buffer =>
  withPart(eml(name), 'text/html', (html) =>
    html.replace('<hr class="!w-6', '<div>Saw you on stage!</div><hr class="!w-6'),
  )

describe.each(providers)('at $host, marked as $marks', (provider) => {
  it('each invitation without a note gets one on-site draft, and none with a note', async () => {
    const samples = [eml(multipart), noted(multipart), eml(card), noted(card)]
    const { code, stderr, lines, drafts } = await pollWith(provider, (user) =>
      Promise.all(samples.map((bytes, n) => stored(bytes, provider, user, n))),
    )
    const answered = {
      kind: 'invitation',
      layout: 'card',
      note: { kind: 'absent' },
      authenticity: { level: provider.level },
      recipient: { kind: 'on-site' },
      decision: { kind: 'reply', reason: null },
      delivery: { state: 'drafted', mailbox: 'Drafts' },
    }
    const silent = {
      note: { kind: 'present', text: 'Saw you on stage!' },
      decision: { kind: 'skip', reason: 'note-present' },
    }
    expect([code, stderr]).toEqual([0, ''])
    expect(lines).toMatchObject([answered, silent, answered, silent, { summary: { seen: 4, replied: 2, skipped: 2 } }])
    expect(drafts.map(({ flags }) => flags)).toEqual([
      ['\\Draft', '\\Seen'],
      ['\\Draft', '\\Seen'],
    ])
    for (const { source } of drafts) {
      const draft = await messageOf(source)
      expect(draft.to).toEqual([])
      expect(draft.from).toMatchObject([{ name: 'Rowan Ashby' }])
      expect(draft.subject).toBe('Re: I want to connect')
      expect(draft.text).toContain('https://www.linkedin.com/mynetwork/invitation-manager/')
    }
  })
})

const gmail: Provider = { marks: '01-gmail', host: 'imap.gmail.com', level: 'direct' }

/** Marks made to fail, or put where anybody could have put them: [what, how Gmail's are changed, the reason]. */
const doubtful: readonly (readonly [string, (mark: string) => string, string])[] = [
  ['fails', (mark) => mark.replace(/dmarc=pass/gu, 'dmarc=fail').replace(/dkim=pass/gu, 'dkim=fail'), 'forged'],
  [
    'stands below that of another server',
    (mark) => `Authentication-Results: mx.evil.test; dmarc=none\r\n${mark}`,
    'unverified',
  ],
  [
    'is written by another server',
    (mark) => mark.replace('Authentication-Results: mx.google.com', 'Authentication-Results: mx.evil.test'),
    'unverified',
  ],
  ['passes for another domain', (mark) => mark.replaceAll('linkedin.com', 'linkedln.com'), 'unverified'],
  ['is not there', () => '', 'unverified'],
]

describe('an invitation whose mark is not to be believed', () => {
  it(`gets no draft: it ${doubtful.map(([what]) => what).join(', ')}`, async () => {
    const mark = crlf(marks(gmail.marks)).trimEnd().concat('\r\n')
    const { code, lines, drafts } = await pollWith(gmail, async (user) =>
      doubtful.map(([, change], n) =>
        Buffer.from(change(mark) + today(eml(multipart), user).replace('@lva1-', `.${n}@lva1-`)),
      ),
    )
    expect(code).toBe(0)
    expect(lines.slice(0, -1)).toMatchObject(doubtful.map(([, , reason]) => ({ decision: { kind: 'skip', reason } })))
    expect(drafts).toEqual([])
  })
})
