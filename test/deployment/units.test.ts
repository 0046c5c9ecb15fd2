/** What systemd itself says of the units, without running them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { built } from '../support/program.ts'

const units = fileURLToPath(new URL('../../deploy/systemd/', import.meta.url))
const system = ['have-we-met.service', 'have-we-met-poll.service', 'have-we-met-poll.timer']

let folder: string

/** The units with the program where it was built: systemd-analyze misses one that is not installed. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-units-'))
  for (const name of system) {
    const unit = readFileSync(join(units, name), 'utf8')
    writeFileSync(join(folder, name), unit.replace('ExecStart=have-we-met', `ExecStart=${process.execPath} ${built}`))
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

const analyze = (...args: readonly string[]): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8', cwd: folder })
  return { status, output: stdout + stderr }
}

describe('the units', () => {
  it('are these, and one for a desktop', () => {
    const files = readdirSync(units, { recursive: true }).map(String)
    expect(files.toSorted()).toEqual(
      [...system, 'have-we-met-as-service', 'user', 'user/have-we-met.service'].toSorted(),
    )
  })

  it.each(system)('have nothing for systemd to complain of: %s', (name) => {
    expect(analyze('verify', join(folder, name))).toEqual({ status: 0, output: '' })
  })

  it('are complained of when something is wrong, so that the test above can fail', () => {
    const spoilt = readFileSync(join(folder, 'have-we-met.service'), 'utf8').replace('PrivateTmp=', 'PrivateTemp=')
    writeFileSync(join(folder, 'spoilt.service'), spoilt)
    expect(analyze('verify', join(folder, 'spoilt.service')).output).toContain('PrivateTemp')
  })

  /** 1.1 is what is left to a program that talks to servers over the network and compiles at run time. */
  it.each(['have-we-met.service', 'have-we-met-poll.service'])('leave %s little to do harm with', (name) => {
    const { output } = analyze('security', '--offline=true', '--no-pager', join(folder, name))
    const exposure = /Overall exposure level for \S+: ([\d.]+)/u.exec(output)?.[1]
    expect(Number(exposure)).toBeLessThanOrEqual(1.1)
    expect(output).toMatch(/^✗ MemoryDenyWriteExecute=/mu)
  })
})
