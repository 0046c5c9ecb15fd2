import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../src/core/rules.ts'
import { templateHelpers } from '../src/core/templateHelpers.ts'
import { templateVariables } from '../src/core/templateVariables.ts'
import { openTemplates } from '../src/io/templates.ts'

const file = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

describe('the documentation', () => {
  it('names every template variable with its meaning, and no other', () => {
    const section = file('docs/templates.md').match(/^## Variables\n[\s\S]*?^## /mu)?.[0] ?? ''
    const rows = [...section.matchAll(/^\| `([\w.]+)` +\| (.+?) +\|$/gmu)].map(
      ([, name, meaning]) => `${name}: ${meaning}`,
    )
    expect(rows).toEqual(
      templateVariables.map(
        ({ name, meaning, optional }) => `${name}: ${meaning}${optional ? '; may be missing' : ''}`,
      ),
    )
  })

  it('shows every helper of templates as it is, and no other', () => {
    const rows = [...file('docs/templates.md').matchAll(/^\| `(\w+)` +\| `(\{\{.+?\}\})` +\| (.+?) +\|$/gmu)]
    expect(rows.map(([, name, usage, meaning]) => ({ name, usage, meaning }))).toEqual(
      templateHelpers.map(({ name, usage, meaning }) => ({ name, usage, meaning })),
    )
  })

  it('shows the shipped template as it is, names each shipped one, and gives examples that are sound', () => {
    const text = file('docs/templates.md')
    expect(text).toContain(`\`\`\`\n${file('templates/ask-context.en.hbs')}\`\`\``)
    const shipped = new Set(
      openTemplates(['templates'])
        .all()
        .map(({ name }) => name),
    )
    const told = [...(text.match(/\| Shipped [\s\S]*?\n\n/u)?.[0] ?? '').matchAll(/^\| `([\w-]+)`/gmu)]
    expect(told.map(([, name]) => name).toSorted()).toEqual([...shipped].toSorted())
    const example = text.match(/```\n(\{\{#if commonConnections\}\}[\s\S]*?)```/u)?.[1] ?? ''
    const folder = mkdtempSync(join(tmpdir(), 'templates-docs-'))
    writeFileSync(join(folder, 'example.en.hbs'), example)
    expect(openTemplates([folder]).broken()).toEqual([])
    rmSync(folder, { recursive: true })
  })

  it('points to no file that is not there', () => {
    const links = ['README.md', 'CONTRIBUTING.md', 'docs/templates.md', 'docs/reviewing-drafts.md'].flatMap((name) =>
      [...file(name).matchAll(/(?:\]\(|src=")(?!https?:)([^)#"]+)[)"]/gu)].map(([, link = '']) =>
        join(dirname(name), link),
      ),
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
