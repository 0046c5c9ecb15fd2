import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}

const build = (house: string, files: ReadonlyMap<string, string>): void => {
  for (const name of ['biome.json', 'package.json']) cpSync(name, join(house, name))
  for (const [path, source] of files) {
    mkdirSync(dirname(join(house, path)), { recursive: true })
    writeFileSync(join(house, path), source)
  }
}

const diagnosticsOf = (house: string): readonly Diagnostic[] => {
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none']
  const { stdout } = spawnSync(resolve('node_modules/.bin/biome'), args, { cwd: house, encoding: 'utf8' })
  const report: { diagnostics: readonly Diagnostic[] } = JSON.parse(stdout)
  return report.diagnostics
}

/** What our linter, with our settings, says of files (path to source) in a house where there is nothing else. */
export const lint = (files: ReadonlyMap<string, string>): readonly Diagnostic[] => {
  const house = mkdtempSync(join(tmpdir(), 'have-we-met-house-'))
  try {
    build(house, files)
    return diagnosticsOf(house)
  } finally {
    rmSync(house, { recursive: true })
  }
}
