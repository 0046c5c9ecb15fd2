/** What must never get out: the one-click keys of a notification, and a word to anybody but the user's own servers. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { secretsIn } from '../fuzz/oracle.ts'
import { type Dovecot, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { arrivesAtGmail, gmailHome } from '../support/gmailHome.ts'
import { eml, multipart, withPart } from '../support/mail.ts'
import type { Home } from '../support/program.ts'
import { testResolver, testSelector } from '../support/signing.ts'

const fixtures = fileURLToPath(new URL('../fixtures/mail/', import.meta.url))
const samples = readdirSync(fixtures).filter((file) => file.endsWith('.eml'))

let dovecot: Dovecot
let home: Home

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'] })
})

afterAll(() => dovecot?.stop())
afterEach(() => home?.remove())

/** A real mail as it comes in: most samples lack a field that a server demands, and none may come twice. */
const arriving = (bytes: Buffer, n: number): string => {
  const source = bytes.toString().replace(/^(?:Message-ID|Date|To|From): .*\n(?:[ \t].*\n)*/gimu, '')
  const from = /^From: .*linkedin\.com/imu.exec(bytes.toString())?.[0] ?? 'From: LinkedIn <invitations@linkedin.com>'
  return `${from}>\nTo: x\nDate: x\nMessage-ID: <${n}.1@lva1-app1.prod.linkedin.com>\n${source}`.replace('>>', '>')
}

describe('no one-click key and no tracking id of any sample', () => {
  it('is in a draft, the ledger, any level of the log, or anything a command says', { timeout: 180_000 }, async () => {
    const user = 'keys@example.org'
    home = gmailHome(dovecot, user)
    await home.run(['poll'])
    const spoiled = withPart(eml(multipart), 'text/plain', (text) =>
      text.replace('Oslo\n2', 'Oslo\nWe met, see https://www.linkedin.com/in/a?midToken=abcdefgh&trk=x\n2'),
    )
    const mails = [...samples.map((file) => eml(file.slice(0, -'.eml'.length))), spoiled]
    for (const [n, bytes] of mails.entries()) await arrivesAtGmail(dovecot, user, arriving(bytes, n))
    const files = samples.map((file) => join(fixtures, file))
    const said = [
      await home.run(['poll', '--dry-run', '--json', '--log-level', 'debug']),
      await home.run(['poll', '--json', '--log-level', 'debug']),
      await home.run(['poll', '--since', '14d', '--log-level', 'debug']),
      ...(await Promise.all([['status'], ['status', '--json'], ['check'], ['health']].map((args) => home.run(args)))),
      await home.run(['explain', ...files]),
      await home.run(['explain', '--json', ...files]),
      await home.run(['preview', '--message', join(fixtures, `${multipart}.eml`)]),
      await home.run(['sanitize', join(fixtures, `${multipart}.eml`)]),
    ]
    said.push(await home.runUntil(['run', '--log-level', 'debug'], 'account-polled'))
    const state = join(home.directory, 'state')
    const ledger = readdirSync(state).map((file) => readFileSync(join(state, file), 'latin1'))
    const drafts = await readMailbox(dovecot, user, 'Drafts')
    const all = [
      ...said.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...ledger,
      ...drafts.map(({ source }) => source.toString()),
    ]
    const secrets = mails.flatMap((bytes) => secretsIn(bytes.toString()))
    expect(secrets.length).toBeGreaterThan(40)
    expect(drafts.length).toBeGreaterThan(1)
    expect(ledger.join('').length).toBeGreaterThan(10_000)
    expect(secrets.filter((secret) => all.some((text) => text.includes(secret)))).toEqual([])
    expect(all.filter((text) => text.includes(`:${dovecot.password}`))).toEqual([])
  })
})

describe('poll and run', () => {
  it('open a connection to the configured server, ask the name server, and nothing else', {
    timeout: 60_000,
  }, async () => {
    const user = 'quiet@example.org'
    const record = (await testResolver(`${testSelector}._domainkey.linkedin.com`)).flat().join('')
    home = gmailHome(dovecot, user, { TEST_DNS: record })
    const noted = join(home.directory, 'connections')
    home.environment.TEST_CONNECTIONS = noted
    await home.run(['poll'])
    await arrivesAtGmail(dovecot, user, eml(multipart))
    const unmarked = eml(multipart).toString().replace('1762243948131', '1762243948132')
    await arrivesAtGmail(
      dovecot,
      user,
      `DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; s=${testSelector}; h=from; bh=x; b=y\n${unmarked}`,
    )
    await home.run(['poll'])
    await home.runUntil(['run'], 'account-polled')
    const lines = readFileSync(noted, 'utf8').trim().split('\n')
    const allowed = [
      `connect imap.gmail.com:${dovecot.imapsPort}`,
      'lookup imap.gmail.com',
      `txt ${testSelector}._domainkey.linkedin.com`,
    ]
    expect(lines.filter((line) => line.startsWith('connect')).length).toBeGreaterThan(2)
    expect(lines.filter((line) => !allowed.includes(line))).toEqual([])
  })
})
