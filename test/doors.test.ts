import { expect, it, onTestFinished } from 'vitest'
import { readArguments } from '../src/cli/arguments.ts'
import type { House } from '../src/commands/house.ts'
import { openHouse } from '../src/doors.ts'
import { deliver, startDovecot } from './servers/dovecot.ts'

const openWith = (env: Readonly<Record<string, string>>): Promise<House> => {
  const { stdin, stdout, stderr } = process
  const stop = new AbortController().signal
  const signals = { stop, onHangup: () => {}, lastWords: () => {} }
  return openHouse(readArguments(['poll']), { env, cwd: '/', stdin, stdout, stderr, ...signals })
}

it('the house has one parser: each has a thread, and a daemon asks for it at every poll', async () => {
  const house = await openWith({})
  expect(await house.parse()).toBe(await house.parse())
})

it('the house watches the mailboxes that a poll scans, over no connection more than it watches', async () => {
  const dovecot = await startDovecot()
  onTestFinished(() => dovecot.stop())
  const house = await openWith({
    ...{ IMAP_HOST: dovecot.host, IMAP_PORT: String(dovecot.imapsPort), IMAP_CA_FILE: dovecot.caFile },
    ...{ IMAP_USER: 'rowan', IMAP_PASSWORD: dovecot.password },
    ...{ MAIL_FROM: 'rowan@example.org', STATE_DIR: dovecot.directory },
  })
  const [account] = house.settings().accounts
  if (account === undefined) throw new Error('no account is set up')
  const stop = new AbortController()
  let watching = Promise.resolve()
  await new Promise<void>((news, lost) => {
    const ready = () => void deliver(dovecot, 'rowan', 'INBOX', Buffer.from('Subject: hello\r\n\r\nhello\r\n'))
    watching = house.watch(account, { ready, news }, stop.signal)
    watching.catch(lost)
  })
  stop.abort()
  await watching
  const sent = await dovecot.conversation('rowan')
  expect(sent.match(/ (EXAMINE .*|LOGOUT)/g)?.map((line) => line.trim())).toEqual(['EXAMINE INBOX', 'LOGOUT'])
})
