/** The files of deploy/: what linters say of them, and that they mean this program. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DCLinter } from 'dclint'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { environmentVariables } from '../src/core/settingsEnvironment.ts'
import { exit } from '../src/errors.ts'

const file = (name: string): string => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8')
const lines = (name: string): readonly string[] => file(name).split('\n')
const compose = fileURLToPath(new URL('../deploy/docker/compose.yaml', import.meta.url))
const services = ['systemd/have-we-met.service', 'systemd/have-we-met-poll.service', 'systemd/user/have-we-met.service']

/** The values of a key of a unit, in their order. */
const values = (unit: string, key: string): readonly string[] =>
  lines(unit).flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))

describe('the Dockerfile', () => {
  it('has nothing for its linter to complain of', () => {
    expect(validate(file('docker/Dockerfile'))).toEqual([])
    expect(validate('FROM node\nRUNS npm ci\n')).not.toEqual([])
  })

  it('takes one base image, of a stated version, for what builds and for what runs', () => {
    const [version] = /^ARG NODE=(.*)$/mu.exec(file('docker/Dockerfile'))?.slice(1) ?? []
    expect(version).toMatch(/^\d+\.\d+\.\d+-bookworm-slim$/u)
    expect([...file('docker/Dockerfile').matchAll(/^FROM (\S+)/gmu)].map(([, image]) => image)).toEqual([
      'node:$' + '{NODE}',
      'node:$' + '{NODE}',
    ])
  })
})

describe('the compose file', () => {
  it('has nothing for its linter to complain of', () => {
    const [result] = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] }).lintFiles([compose], false)
    expect(result?.messages).toEqual([])
  })

  it('lets the container write to the ledger alone, as a user without privileges', () => {
    const { services } = parse(file('docker/compose.yaml'))
    expect(services['have-we-met']).toMatchObject({
      user: '1000:1000',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      init: true,
      volumes: ['ledger:/var/lib/have-we-met', './settings:/etc/have-we-met:ro'],
    })
    const { STATE_DIR } = /STATE_DIR=(?<STATE_DIR>\S+)/u.exec(file('docker/Dockerfile'))?.groups ?? {}
    expect(STATE_DIR).toBe('/var/lib/have-we-met')
  })
})

describe('the units', () => {
  it('confine the daemon and the single poll alike', () => {
    const sandbox = (unit: string): string => file(unit).match(/\n# The ledger[\s\S]*?TasksMax=\d+/u)?.[0] ?? ''
    expect(sandbox('systemd/have-we-met.service').split('\n').length).toBeGreaterThan(30)
    expect(sandbox('systemd/have-we-met-poll.service')).toBe(sandbox('systemd/have-we-met.service'))
  })

  it('never forbid what V8 needs', () => {
    expect(services.flatMap((unit) => values(unit, 'MemoryDenyWriteExecute'))).toEqual([])
  })

  it('start again after everything that may pass, and not after what somebody has to mend', () => {
    for (const unit of services.filter((unit) => !unit.includes('poll'))) {
      expect(values(unit, 'RestartPreventExitStatus')).toEqual([[exit.usage, exit.loginRefused, exit.config].join(' ')])
      expect(values(unit, 'Restart')).toEqual(['on-failure'])
    }
  })
})

describe('the files of deploy/', () => {
  it('name no environment variable that there is not', () => {
    const all = readdirSync(new URL('../deploy', import.meta.url), { recursive: true, withFileTypes: true })
    const text = all
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
      .join('\n')
    const named = new Set(text.match(/\b(?:IMAP|SMTP|MAIL)_[A-Z_]+\b|\bSTATE_DIR\b|\bLOG_LEVEL\b/gu))
    expect(named).toContain('IMAP_PASSWORD_FILE')
    expect([...named].filter((name) => !environmentVariables.includes(name))).toEqual([])
  })
})
