import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rules } from '../src/core/rules.ts'
import { templateVariables } from '../src/io/templates.ts'

const file = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

describe('the documentation', () => {
  it('names every template variable with its meaning, and no other', () => {
    const rows = [...file('README.md').matchAll(/^\| `([\w.]+)` +\| (.+?) +\|$/gmu)].map(
      ([, name, meaning]) => `${name}: ${meaning}`,
    )
    expect(rows).toEqual(
      templateVariables.map(
        ({ name, meaning, optional }) => `${name}: ${meaning}${optional ? '; may be missing' : ''}`,
      ),
    )
  })

  it('points to no file that is not there', () => {
    const links = ['README.md', 'CONTRIBUTING.md'].flatMap((name) =>
      [...file(name).matchAll(/\]\((?!https?:)([^)#]+)\)/gu)].map(([, link]) => link ?? ''),
    )
    const paths = [
      ...file('docs/architecture.md').matchAll(/`((?:src|core|io|cli|test|config)\/[\w./-]+\.(?:ts|yaml))`/gu),
    ].map(([, path = '']) => (/^(?:core|io|cli)\//u.test(path) ? `src/${path}` : path))
    expect(links.length).toBeGreaterThan(3)
    expect(paths.length).toBeGreaterThan(10)
    expect([...links, ...paths].filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([])
  })

  it('says in README exactly the two commands of a fresh machine', () => {
    expect([...file('README.md').matchAll(/^npm ci && (.*)$/gmu)].map(([, command]) => command)).toEqual([
      'npm run demo',
      'npm test',
    ])
  })

  it('keeps the states of doubt in step with the rules', () => {
    const doubts =
      file('docs/architecture.md')
        .match(/looks again at ((?:`[\w-]+`,? ?)+)/u)?.[1]
        ?.match(/[\w-]+/gu) ?? []
    expect(doubts.every((doubt) => rules.some(({ name }) => name === doubt))).toBe(true)
    expect(doubts).toHaveLength(4)
  })
})
