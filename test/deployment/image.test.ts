/** The Dockerfile without an engine: each of its instructions is followed, and what it makes runs as the image would. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { help } from '../../src/cli/help.ts'
import { type Dovecot, readMailbox, startDovecot } from '../servers/dovecot.ts'
import { arrivesAtGmail } from '../support/gmailHome.ts'
import { eml, multipart } from '../support/mail.ts'
import { buildImage, type Image } from './image.ts'

const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
const mail = fileURLToPath(new URL('../fixtures/mail', import.meta.url))

let image: Image
let dovecot: Dovecot
let shared: string

beforeAll(async () => {
  image = await buildImage()
  dovecot = await startDovecot({ hostnames: ['imap.gmail.com'] })
  shared = mkdtempSync(join(tmpdir(), 'have-we-met-secrets-'))
}, 300_000)

afterAll(async () => {
  await dovecot?.stop()
  image?.remove()
  if (shared) rmSync(shared, { recursive: true })
})

const program = (...args: readonly string[]): readonly string[] => [...image.dockerfile.entrypoint, ...args]

describe('the image', () => {
  it('holds the program with all it reads, its libraries, and nothing that only built it', () => {
    const { workdir } = image.dockerfile
    const names = (path: string): readonly string[] => readdirSync(join(image.path, workdir, path)).toSorted()
    expect(names('.')).toEqual([
      '.env.example',
      'CHANGELOG.md',
      'LICENSE',
      'config',
      'dist',
      'node_modules',
      'package.json',
      'templates',
    ])
    expect(names('config')).toEqual(['have-we-met.yaml', 'phrases'])
    const installed = readdirSync(join(image.path, workdir, 'node_modules'), { recursive: true }).map(String)
    expect(Object.keys(manifest.dependencies).filter((name) => !installed.includes(name))).toEqual([])
    expect(Object.keys(manifest.devDependencies).filter((name) => installed.includes(name))).toEqual([])
  })

  it('runs its program as nobody in particular, and can write to its volume and /tmp alone', async () => {
    const touch = 'id -u; for at in . /etc /var /var/lib/have-we-met /tmp; do touch $at/x 2>/dev/null && echo $at; done'
    const { stdout } = await image.run(['sh', '-c', touch])
    expect(stdout.split('\n')).toEqual(['1000', '/var/lib/have-we-met', '/tmp', ''])
    expect(await image.run(program('--help'))).toEqual({ code: 0, stdout: help, stderr: '' })
  })

  it('reads a saved message, and fills in its templates', async () => {
    const saved = `/run/secrets/${multipart}.eml`
    const explained = await image.run(program('explain', '--json', saved), {}, { '/run/secrets': mail })
    expect(explained).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(explained.stdout)).toMatchObject({ layout: 'card', note: { kind: 'absent' } })
    expect(await image.run(program('preview', '--all'))).toMatchObject({ code: 0, stderr: '' })
  })

  it('polls with a secret that it was handed, leaves a draft, and is healthy from then on', async () => {
    const user = 'rowan@example.org'
    const secret = join(shared, 'imap-password')
    writeFileSync(secret, dovecot.password, { mode: 0o444 })
    writeFileSync(join(shared, 'ca.pem'), readFileSync(dovecot.caFile), { mode: 0o444 })
    const account = {
      IMAP_HOST: 'imap.gmail.com',
      IMAP_PORT: String(dovecot.imapsPort),
      IMAP_USER: user,
      IMAP_PASSWORD_FILE: '/run/secrets/imap-password',
      IMAP_CA_FILE: '/run/secrets/ca.pem',
      MAIL_FROM: `Rowan Ashby <${user}>`,
      NODE_OPTIONS: '--import=/run/secrets/network.mjs',
    }
    writeFileSync(join(shared, 'network.mjs'), readFileSync(new URL('../support/network.mjs', import.meta.url)))
    const files = ['imap-password', 'ca.pem', 'network.mjs']
    const mounts = Object.fromEntries(files.map((name) => [`/run/secrets/${name}`, join(shared, name)]))
    const healthcheck = () => image.run(image.dockerfile.healthcheck, account, mounts)
    expect(await healthcheck()).toMatchObject({ code: 1, stderr: 'default: no good poll yet\n' })
    await arrivesAtGmail(dovecot, user, eml(multipart))
    expect(await image.run(program('poll', '--since', '30d'), account, mounts)).toMatchObject({ code: 0 })
    expect(await readMailbox(dovecot, user, 'Drafts')).toHaveLength(1)
    expect(await healthcheck()).toMatchObject({ code: 0, stderr: 'healthy\n' })
  })
})
