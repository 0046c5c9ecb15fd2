import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Tokens } from '../../src/core/tokens.ts'
import { tokenFiles } from '../../src/io/tokenFile.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-tokens-'))
  path = join(folder, 'state/tokens/work.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const tokens: Tokens = {
  issuer: 'https://login.example.org',
  clientId: 'client',
  accessToken: 'a1',
  refreshToken: 'r1',
  obtainedAt: 1,
  expiresAt: 2,
  loggedInAt: 1,
}

const modeOf = (file: string): number => statSync(file).mode & 0o777

describe('tokens', () => {
  it('are none before they are written, and then what was written', () => {
    expect(tokenFiles.read(path)).toBeNull()
    tokenFiles.write(path, tokens)
    expect(tokenFiles.read(path)).toEqual(tokens)
    tokenFiles.write(path, { ...tokens, accessToken: 'a2' })
    expect(tokenFiles.read(path)).toMatchObject({ accessToken: 'a2' })
    expect(readdirSync(join(folder, 'state/tokens'))).toEqual(['work.json'])
  })

  it('are for nobody else to read, whatever the umask and whatever the folder was', () => {
    const umask = process.umask(0)
    try {
      mkdirSync(join(folder, 'state/tokens'), { recursive: true, mode: 0o777 })
      tokenFiles.write(path, tokens)
    } finally {
      process.umask(umask)
    }
    expect([modeOf(path), modeOf(join(folder, 'state/tokens'))]).toEqual([0o600, 0o700])
  })

  it('stay as they were where new ones cannot be written, and no draft of them is left', () => {
    tokenFiles.write(path, tokens)
    mkdirSync(`${path}.${process.pid}.new`)
    expect(() => tokenFiles.write(path, { ...tokens, accessToken: 'a2' })).toThrow('cannot be written')
    rmSync(`${path}.${process.pid}.new`, { recursive: true })
    expect(tokenFiles.read(path)).toEqual(tokens)
  })

  it.each([0o644, 0o640, 0o620, 0o602])('in a file of mode %o are refused', (mode) => {
    tokenFiles.write(path, tokens)
    chmodSync(path, mode)
    expect(() => tokenFiles.read(path)).toThrow(
      expect.objectContaining({
        exitCode: 78,
        message: `others may read or change the token file ${path}`,
        hints: [`type: chmod 600 ${path}`],
      }),
    )
  })

  it('are none in a file of something else', () => {
    mkdirSync(join(folder, 'state/tokens'), { recursive: true })
    writeFileSync(path, 'hunter2', { mode: 0o600 })
    expect(tokenFiles.read(path)).toBeNull()
  })

  it('that cannot be read are a problem, not none', () => {
    mkdirSync(path, { recursive: true })
    expect(() => tokenFiles.read(path)).toThrow(
      expect.objectContaining({ exitCode: 78, hints: [`${path}: is a folder, not a file`] }),
    )
  })
})

/** Node 20 has no Promise.withResolvers. */
const pending = () => {
  let resolve: (value: unknown) => void = () => {}
  const promise = new Promise((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}

describe('what is done alone', () => {
  it('waits for whoever does so already, and leaves nothing behind', async () => {
    const order: string[] = []
    const first = pending()
    const one = tokenFiles.alone(path, async () => {
      order.push('first begins')
      await first.promise
      order.push('first ends')
    })
    const other = tokenFiles.alone(path, async () => {
      order.push('second begins')
    })
    expect(existsSync(`${path}.lock`)).toBe(true)
    first.resolve(undefined)
    await Promise.all([one, other])
    expect(order).toEqual(['first begins', 'first ends', 'second begins'])
    expect(readdirSync(join(folder, 'state/tokens'))).toEqual([])
  })

  it('lets the next one in after a failure', async () => {
    const failing = tokenFiles.alone(path, async () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await tokenFiles.alone(path, async () => 'yes')).toBe('yes')
  })

  const deadPid = (): number => spawnSync('true').pid

  it.each<[string, () => string, number]>([
    ['of this computer that was killed', () => `${hostname()} ${deadPid()}`, 0],
    ['that was killed and had our number', () => `${hostname()} ${process.pid}`, 0],
    ['whose number another one has now, two minutes ago', () => `${hostname()} ${process.ppid}`, 121],
    ['of another computer, two minutes ago', () => `elsewhere ${process.pid}`, 121],
    ['that was killed before it said who it was, two minutes ago', () => '', 121],
  ])('does not wait for a process %s', async (_, text, age) => {
    mkdirSync(join(folder, 'state/tokens'), { recursive: true })
    writeFileSync(`${path}.lock`, text())
    const then = Date.now() / 1000 - age
    utimesSync(`${path}.lock`, then, then)
    expect(await tokenFiles.alone(path, async () => 'done')).toBe('done')
    expect(readdirSync(join(folder, 'state/tokens'))).toEqual([])
  })

  it.each<[string, () => string]>([
    ['of this computer that lives', () => `${hostname()} ${process.ppid}`],
    ['of another computer', () => `elsewhere ${deadPid()}`],
    ['that has not said yet who it is', () => ''],
  ])('waits for a process %s', async (_, text) => {
    mkdirSync(join(folder, 'state/tokens'), { recursive: true })
    writeFileSync(`${path}.lock`, text())
    const order: string[] = []
    const waiting = tokenFiles.alone(path, async () => void order.push('begun'))
    await vi.waitFor(() => expect(readdirSync(join(folder, 'state/tokens'))).toEqual(['work.json.lock']))
    order.push('released')
    rmSync(`${path}.lock`)
    await waiting
    expect(order).toEqual(['released', 'begun'])
  })

  it('is not begun where it could not be written down', async () => {
    writeFileSync(join(folder, 'state'), 'no folder')
    let begun = false
    const refused = tokenFiles.alone(path, async () => {
      begun = true
    })
    await expect(refused).rejects.toMatchObject({ exitCode: 78, message: `${path} cannot be written (ENOTDIR)` })
    expect(begun).toBe(false)
  })
})

it('a token file on the disk is what it says', () => {
  tokenFiles.write(path, tokens)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(tokens)
})
