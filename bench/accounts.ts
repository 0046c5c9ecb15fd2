/**
 * How much memory the daemon takes for many accounts: `npm run bench:accounts -- 50 schedule 5` (accounts, watch, minutes).
 * Starts a Dovecot, lets the built program poll each account every minute, with one new invitation in the first, and
 * prints its resident memory.
 */
import { readFileSync } from 'node:fs'
import { startDovecot } from '../test/servers/dovecot.ts'
import { startDaemon } from '../test/support/daemon.ts'
import { arrivesAtGmail } from '../test/support/gmailHome.ts'
import { eml, multipart } from '../test/support/mail.ts'
import { makeHome } from '../test/support/program.ts'

const [count = '50', watch = 'schedule', minutes = '5'] = process.argv.slice(2)
const names = Array.from({ length: Number(count) }, (_, index) => `account${index + 1}`)

const residentIn = (pid: number, key: 'VmRSS' | 'VmHWM'): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+) kB`, 'mu'))
  return Math.round(Number(line?.[1] ?? 0) / 1024)
}

const dovecot = await startDovecot({ hostnames: ['imap.gmail.com'], reuse: watch === 'schedule' })
const server = `host: imap.gmail.com, port: ${dovecot.imapsPort}, passwordEnv: DOVECOT, caFile: ${dovecot.caFile}`
const accounts = names.map((name) => `  - name: ${name}\n    imap: {user: ${name}@example.org, ${server}}\n`)
const home = makeHome({ DOVECOT: dovecot.password, HAVE_WE_MET_CONFIG: 'settings.yaml' })
home.write('settings.yaml', `schedule: "* * * * *"\nwatch: ${watch}\naccounts:\n${accounts.join('')}`)
const daemon = startDaemon(home)
let seen = 0

const allPolled = async (): Promise<void> => {
  await Promise.all(names.map((account) => daemon.until('account-polled', { account }, seen)))
  seen = daemon.lines.length
}

const tell = (what: string): void => {
  const [now, most] = [residentIn(daemon.pid, 'VmRSS'), residentIn(daemon.pid, 'VmHWM')]
  process.stdout.write(`${what}: ${now} MiB resident, ${most} MiB at most\n`)
}

try {
  await allPolled()
  tell('after the first polls')
  for (const name of names) await arrivesAtGmail(dovecot, `${name}@example.org`, eml(multipart))
  for (let minute = 1; minute <= Number(minutes); minute += 1) {
    await allPolled()
    tell(`after minute ${minute}`)
  }
  const drafted = daemon.lines.filter(({ event }) => event === 'drafted').length
  process.stdout.write(`${names.length} accounts, ${drafted} drafts\n`)
} finally {
  daemon.signal('SIGTERM')
  await daemon.ended
  await dovecot.stop()
  home.remove()
}
