import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { files } from '../../src/io/files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const modeOf = (name: string): number => statSync(at(name)).mode & 0o777

describe('a file that is written', () => {
  it('has its text and its mode, in folders that are made for it, and leaves nothing beside it', () => {
    files.write(at('one/two/.env'), 'text', 0o600)
    expect(readFileSync(at('one/two/.env'), 'utf8')).toBe('text')
    expect([modeOf('one/two/.env'), modeOf('one')]).toEqual([0o600, 0o700])
    files.write(at('config/local.yaml'), '', 0o644)
    expect([modeOf('config/local.yaml'), modeOf('config')]).toEqual([0o644, 0o755])
    expect(readdirSync(at('one/two'))).toEqual(['.env'])
  })

  it('takes the place of another, and of its mode', () => {
    writeFileSync(at('.env'), 'a longer text than the new one', { mode: 0o644 })
    files.write(at('.env'), 'new', 0o600)
    expect([readFileSync(at('.env'), 'utf8'), modeOf('.env')]).toEqual(['new', 0o600])
  })

  it('takes the place of a link, and leaves alone what that pointed to', () => {
    writeFileSync(at('elsewhere'), 'theirs')
    symlinkSync(at('elsewhere'), at('.env'))
    files.write(at('.env'), 'mine', 0o600)
    expect([readFileSync(at('elsewhere'), 'utf8'), readFileSync(at('.env'), 'utf8')]).toEqual(['theirs', 'mine'])
  })

  it('that cannot be is refused in a sentence, and leaves nothing half', () => {
    mkdirSync(at('.env'))
    const refusal = expect.objectContaining({ exitCode: 78, message: `${at('.env')} cannot be written (EISDIR)` })
    expect(() => files.write(at('.env'), 'text', 0o600)).toThrow(refusal)
    expect(readdirSync(folder)).toEqual(['.env'])
    expect(() => files.permit(at('.env'))).toThrow(refusal)
  })

  it('is known to stand there, be it a link to nowhere', () => {
    symlinkSync(at('nowhere'), at('link'))
    writeFileSync(at('file'), '')
    expect(['link', 'file', 'nowhere', 'file/below'].map((name) => files.stands(at(name)))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('is permitted where folders can be made, not below a file', () => {
    writeFileSync(at('file'), '')
    files.permit(at('one/two/three'))
    const refusal = expect.objectContaining({ exitCode: 78, message: expect.stringContaining('cannot be written') })
    expect(() => files.permit(at('file/local.yaml'))).toThrow(refusal)
    expect(() => files.permit(at('file/below/local.yaml'))).toThrow(refusal)
    expect(readdirSync(folder)).toEqual(['file'])
  })
})
