import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/io/mailbox.ts'
import type { MailAccount } from '../../src/ports.ts'
import { loopback, password, silentLog } from '../servers/imap-login.ts'
import { type Script, type ScriptedImap, say, startScriptedImap } from '../servers/scripted-imap.ts'

const draft = Buffer.from('Subject: hello\r\n\r\nhello\r\n')
const range = { first: 10, last: 39 }
const noon = Date.UTC(2026, 10, 5, 12)
const open: ScriptedImap[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop()
})

const begin = async (script: Script): Promise<{ server: ScriptedImap; account: MailAccount }> => {
  const server = await startScriptedImap(script)
  open.push(server)
  const account = await connect(loopback(server.port), password, { deadline: 2_000, maxBytes: 20, log: silentLog })
  return { server, account }
}

const commandsOf = ({ commands }: ScriptedImap, verb: string): readonly string[] =>
  commands.filter((command) => command.startsWith(verb))

describe('servers as they are', () => {
  it('may answer SEARCH out of order and out of range', async () => {
    const { server, account } = await begin({
      answers: { 'UID SEARCH': say('* SEARCH 30 12 5 39 40', '{tag} OK done') },
    })
    expect(await account.examine('INBOX', (inbox) => inbox.search(range, noon))).toEqual([12, 30, 39])
    expect(commandsOf(server, 'UID SEARCH')).toEqual(['UID SEARCH UID 10:39 FROM linkedin.com SINCE 04-Nov-2026'])
  })

  it('are not asked about an empty range', async () => {
    const { server, account } = await begin({})
    const empty = { first: 40, last: 39 }
    await account.examine('INBOX', async (inbox) => {
      expect([await inbox.search(empty), await inbox.envelopes(empty)]).toEqual([[], []])
    })
    expect([...commandsOf(server, 'UID'), ...commandsOf(server, 'STATUS')]).toEqual([])
  })

  it('are told who we are, and nothing more', async () => {
    const { server } = await begin({ capabilities: 'ID' })
    expect(commandsOf(server, 'ID')).toContain('ID ("name" "have-we-met")')
  })

  it('that limit the messages of a command (RFC 9738) are asked in parts', async () => {
    const { server, account } = await begin({
      capabilities: 'MESSAGELIMIT=15',
      answers: { 'UID SEARCH': [say('* SEARCH 12', '{tag} OK done'), say('* SEARCH 25 39', '{tag} OK done')] },
    })
    expect(await account.examine('INBOX', (inbox) => inbox.search(range))).toEqual([12, 25, 39])
    expect(commandsOf(server, 'UID SEARCH')).toEqual([
      'UID SEARCH UID 10:24 FROM linkedin.com',
      'UID SEARCH UID 25:39 FROM linkedin.com',
    ])
  })

  it('may leave UIDNEXT out of EXAMINE, as Courier does', async () => {
    const { account } = await begin({
      answers: { EXAMINE: say('* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', '{tag} OK [READ-ONLY] done') },
    })
    const { uidNext, uidValidity } = await account.examine('INBOX', async (inbox) => inbox)
    expect([uidNext, uidValidity]).toEqual([40, '7'])
  })

  it('without UIDPLUS give no UID, and none is guessed', async () => {
    const { server, account } = await begin({})
    await account.examine('Drafts', async () => {})
    expect(await account.append('Drafts', draft, 'draft')).toEqual({ kind: 'stored', uidValidity: null, uid: null })
    expect(commandsOf(server, 'APPEND')).toEqual([expect.stringMatching(/^APPEND Drafts \(\\Draft \\Seen\) \{/)])
  })

  it('that take an EXAMINE for a SELECT are not told to CLOSE, which would expunge', async () => {
    const answers = {
      APPEND: say('* 4 EXISTS', '{tag} OK done'),
      'UID SEARCH': say('* SEARCH 39', '{tag} OK done'),
      EXAMINE: say('* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 40] ok', '{tag} OK [READ-WRITE] done'),
    }
    const { server, account } = await begin({ answers })
    await account.examine('INBOX', async () => {})
    expect(commandsOf(server, 'CLOSE')).toEqual([])
    // The mailbox stays selected: the library guesses a UID from the number of messages.
    expect(await account.append('INBOX', draft, 'draft')).toEqual({ kind: 'stored', uidValidity: null, uid: null })
  })

  it('may tell a size that is too small: the cap holds all the same', async () => {
    const described = say('* 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE "05-Nov-2026 12:00:00 +0000")', '{tag} OK done')
    const whole = say('* 1 FETCH (UID 7 BODY[]<0> {21}', '012345678901234567890)', '{tag} OK done')
    const header = say('* 1 FETCH (UID 7 BODY[HEADER]<0> {8}', 'A: b\r\n\r\n)', '{tag} OK done')
    const { server, account } = await begin({ answers: { 'UID FETCH': [described, whole, header] } })
    const fetched = await account.examine('INBOX', (inbox) => inbox.fetch(7))
    expect(fetched).toEqual({ uid: 7, arrivedAt: noon, size: 5, bytes: Buffer.from('A: b\r\n\r\n'), complete: false })
    expect(commandsOf(server, 'UID FETCH').slice(1)).toEqual([
      expect.stringContaining('BODY.PEEK[]<0.21>'),
      expect.stringContaining('BODY.PEEK[HEADER]<0.20>'),
    ])
  })

  it('may lose a message between its size and its text', async () => {
    const described = say('* 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE "05-Nov-2026 12:00:00 +0000")', '{tag} OK done')
    const { account } = await begin({ answers: { 'UID FETCH': [described, say('{tag} OK done')] } })
    expect(await account.examine('INBOX', (inbox) => inbox.fetch(7))).toBeNull()
  })

  it.each([
    ['no date', '* 1 FETCH (UID 7 RFC822.SIZE 5)'],
    ['a strange date', '* 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE "yesterday")'],
    ['no size', '* 1 FETCH (UID 7 INTERNALDATE "05-Nov-2026 12:00:00 +0000")'],
    ['no text', '* 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE "05-Nov-2026 12:00:00 +0000" BODY[] NIL)'],
  ])('that give %s of a message have not answered', async (_, line) => {
    const { account } = await begin({ answers: { 'UID FETCH': say(line, '{tag} OK done') } })
    const attempt = account.examine('INBOX', (inbox) => inbox.fetch(7))
    await expect(attempt).rejects.toMatchObject({ exitCode: 75, message: '127.0.0.1 refused FETCH' })
  })

  it('mix unasked news into the envelopes', async () => {
    const envelope = '(NIL NIL NIL NIL NIL NIL NIL NIL NIL'
    const { account } = await begin({
      answers: {
        'UID FETCH': say(
          `* 1 FETCH (UID 12 ENVELOPE ${envelope} "<a@example.org>"))`,
          '* 2 FETCH (UID 13 FLAGS (\\Seen))',
          `* 3 FETCH (UID 14 ENVELOPE ${envelope} NIL))`,
          `* 4 FETCH (UID 40 ENVELOPE ${envelope} "<b@example.org>"))`,
          '{tag} OK done',
        ),
      },
    })
    expect(await account.examine('INBOX', (inbox) => inbox.envelopes(range))).toEqual([
      { uid: 12, messageId: '<a@example.org>', inReplyTo: [], references: [] },
      { uid: 14, messageId: null, inReplyTo: [], references: [] },
    ])
  })

  it('know mailboxes by name only, and some that cannot be opened', async () => {
    const lines = [
      '* LIST () "." INBOX',
      '* LIST () "." INBOX.Drafts',
      '* LIST (\\NoSelect) "." INBOX.Shared',
      '{tag} OK done',
    ]
    const NAMESPACE = say('* NAMESPACE (("INBOX." ".")) NIL NIL', '{tag} OK done')
    const { account } = await begin({ answers: { LIST: say(...lines), NAMESPACE } })
    const mailboxes = await account.list()
    expect(mailboxes.find(({ path }) => path === 'INBOX.Drafts')).toMatchObject({
      specialUse: '\\Drafts',
      specialUseSource: 'name',
      selectable: true,
    })
    expect(mailboxes.find(({ path }) => path === 'INBOX.Shared')).toMatchObject({ selectable: false })
  })
})
