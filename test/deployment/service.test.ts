/** The units on a machine that runs systemd, against a real server, set up as docs/operations.md says. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { arrivesAtGmail } from '../support/gmailHome.ts'
import { eml, multipart } from '../support/mail.ts'
import { jsonLines } from '../support/program.ts'
import { bootMachine, type Machine } from './machine.ts'
import { installPackage } from './packaged.ts'

const units = fileURLToPath(new URL('../../deploy/systemd/', import.meta.url))
const user = 'rowan@example.org'
const started = '"event":"started"'
const trust = 'trust:\n  authservIds: [mx.google.com]\n  verifyDkim: false\n'

let folder: string
let dovecot: Dovecot
let machine: Machine

const install = (): void => {
  for (const name of readdirSync(units).filter((name) => name !== 'user')) {
    const script = name === 'have-we-met-as-service'
    const path = script ? 'root/have-we-met-as-service' : `etc/systemd/system/${name}`
    machine.write(path, readFileSync(join(units, name)), script ? 0o755 : 0o644)
  }
  const account = {
    IMAP_HOST: 'localhost',
    IMAP_PORT: String(dovecot.imapsPort),
    IMAP_USER: user,
    IMAP_CA_FILE: '/etc/have-we-met/ca.pem',
    MAIL_FROM: `"Rowan Ashby <${user}>"`,
  }
  const lines = Object.entries(account).map(([name, value]) => `${name}=${value}\n`)
  machine.write('etc/have-we-met/environment', lines.join(''), 0o600)
  machine.write('etc/have-we-met/ca.pem', readFileSync(dovecot.caFile))
  machine.write('etc/have-we-met/config.yaml', trust)
  machine.write('etc/credstore/imap-password', `${dovecot.password}\n`, 0o600)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-service-'))
  dovecot = await startDovecot()
  machine = await bootMachine(installPackage(folder))
  install()
  await machine.run('systemctl', 'daemon-reload')
}, 300_000)

afterAll(async () => {
  await machine?.stop()
  await dovecot?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const asService = (...args: readonly string[]) => machine.run('/root/have-we-met-as-service', ...args)

const properties = async (unit: string): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await machine.run('systemctl', 'show', unit)
  return Object.fromEntries(
    stdout.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

describe('under systemd', () => {
  it('check, as the service would, finds everything in order: server, password, ledger', async () => {
    const { code, stdout } = await asService('check')
    expect(stdout).toContain('ok       ledger: /var/lib/have-we-met')
    expect(stdout).toMatch(/ok {7}login: rowan@example\.org at localhost/u)
    expect(code).toBe(0)
  })

  it('the daemon polls, confined, as a user without privileges, and ends well when it is stopped', async () => {
    expect(await machine.run('systemctl', 'start', 'have-we-met')).toMatchObject({ code: 0 })
    await machine.journalHas('"event":"account-polled"', 1)
    const { MainPID = '' } = await properties('have-we-met')
    const { stdout: status } = await machine.run('cat', `/proc/${MainPID}/status`)
    expect(status).toMatch(/^CapBnd:\s0+$/mu)
    expect(status).toMatch(/^NoNewPrivs:\s1$/mu)
    expect(status).toMatch(/^Seccomp:\s2$/mu)
    expect(Number(/^Uid:\s(\d+)/mu.exec(status)?.[1])).toBeGreaterThan(60_000)
    expect(await asService('health')).toMatchObject({ code: 0 })
    await machine.run('systemctl', 'stop', 'have-we-met')
    expect(await properties('have-we-met')).toMatchObject({ ActiveState: 'inactive', Result: 'success' })
    const { stdout } = await machine.run('ls', '-lL', '/var/lib/have-we-met')
    expect(stdout).toMatch(/^-rw------- .* ledger\.db$/mu)
  })

  it('the unit of the timer answers what came since, once', async () => {
    await arrivesAtGmail(dovecot, user, eml(multipart))
    expect(await machine.run('systemctl', 'start', 'have-we-met-poll.service')).toMatchObject({ code: 0 })
    expect(await machine.run('systemctl', 'start', 'have-we-met-poll.service')).toMatchObject({ code: 0 })
    expect(await readMailbox(dovecot, user, 'Drafts')).toHaveLength(1)
  })

  it('the timer gives way to the daemon', async () => {
    await machine.run('systemctl', 'start', 'have-we-met-poll.timer')
    expect(await properties('have-we-met-poll.timer')).toMatchObject({ ActiveState: 'active' })
    await machine.run('systemctl', 'start', 'have-we-met')
    expect(await properties('have-we-met-poll.timer')).toMatchObject({ ActiveState: 'inactive' })
    await machine.run('systemctl', 'stop', 'have-we-met')
  })

  it('settings that are wrong end the daemon with 78, and it is not started again', async () => {
    machine.write('etc/have-we-met/config.yaml', `${trust}modus: draft\n`)
    await machine.run('systemctl', 'start', 'have-we-met')
    await machine.journalHas("Failed with result 'exit-code'", 1)
    const { ActiveState, ExecMainStatus, NRestarts } = await properties('have-we-met')
    expect({ ActiveState, ExecMainStatus, NRestarts }).toEqual({
      ActiveState: 'failed',
      ExecMainStatus: '78',
      NRestarts: '0',
    })
    machine.write('etc/have-we-met/config.yaml', trust)
  })

  it('a daemon that was killed starts again', async () => {
    machine.write('etc/systemd/system/have-we-met.service.d/soon.conf', '[Service]\nRestartSec=0\n')
    await machine.run('systemctl', 'daemon-reload')
    await machine.run('systemctl', 'reset-failed', 'have-we-met')
    const { stdout } = await machine.run('journalctl', '--output=cat', '--identifier=have-we-met')
    const before = stdout.split(started).length - 1
    await machine.run('systemctl', 'start', 'have-we-met')
    await machine.journalHas(started, before + 1)
    await machine.run('systemctl', 'kill', '--signal=SIGKILL', 'have-we-met')
    await machine.journalHas(started, before + 2)
    expect(await properties('have-we-met')).toMatchObject({ ActiveState: 'active', NRestarts: '1' })
    await machine.run('systemctl', 'stop', 'have-we-met')
  })

  it('a password that is encrypted on the disk is as good', async () => {
    const encrypt = 'systemd-creds encrypt --name=imap-password /etc/credstore/imap-password -'
    const { stdout } = await machine.run('sh', '-c', encrypt)
    machine.write('etc/credstore.encrypted/imap-password', stdout, 0o600)
    const dropIn = '[Service]\nLoadCredentialEncrypted=imap-password\n'
    machine.write('etc/systemd/system/have-we-met.service.d/password.conf', dropIn)
    await machine.run('rm', '/etc/credstore/imap-password')
    await machine.run('systemctl', 'daemon-reload')
    expect(await asService('check')).toMatchObject({ code: 0 })
    expect(jsonLines((await asService('status', '--json')).stdout)).toHaveLength(1)
  })
})
