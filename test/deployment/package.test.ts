/** What `npm pack` makes, installed as people install it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { help } from '../../src/cli/help.ts'
import { multipart } from '../support/mail.ts'
import { installPackage } from './packaged.ts'

const sample = fileURLToPath(new URL(`../fixtures/mail/${multipart}.eml`, import.meta.url))

let folder: string
let program: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-package-'))
  program = join(installPackage(folder), 'bin/have-we-met')
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true }))

/** From an empty folder, with nothing of the environment but PATH. */
const run = (...args: readonly string[]): string => {
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8' })
}

describe('the package', () => {
  it('is a command that runs from anywhere', () => {
    expect(run('--help')).toBe(help)
    expect(JSON.parse(run('explain', '--json', sample))).toMatchObject({ layout: 'card', note: { kind: 'absent' } })
    expect(run('preview', '--all')).toContain('ask-context')
  })

  it('holds what the program reads, the units and the guide, and nothing of the tests', () => {
    const installed = join(folder, 'prefix/lib/node_modules/have-we-met')
    const names = readdirSync(installed).filter((name) => name !== 'node_modules')
    expect(names.toSorted()).toEqual([
      '.env.example',
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'config',
      'deploy',
      'dist',
      'docs',
      'package.json',
      'templates',
    ])
    expect(readdirSync(join(installed, 'config')).toSorted()).toEqual(['have-we-met.yaml', 'phrases'])
    expect(statSync(join(installed, 'deploy/systemd/have-we-met-as-service')).mode & 0o111).toBe(0o111)
  })
})
