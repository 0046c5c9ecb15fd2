/** The guide for those who run the program, held against the program. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { help } from '../src/cli/help.ts'
import { events } from '../src/core/events.ts'
import { environmentVariables } from '../src/core/settingsEnvironment.ts'
import { exit } from '../src/errors.ts'
import { readSettings } from '../src/io/settings.ts'

const guide = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')
const found = (pattern: RegExp, text = guide): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, first = '']) => first)),
]

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/gu, '')
    .replaceAll(' ', '-')

describe('docs/operations.md', () => {
  it('has a row for every exit code, and for no other', () => {
    const codes = found(/^\| (\d+) +\|/gmu)
    expect(codes.map(Number)).toEqual(Object.values(exit))
  })

  it('shows every event of the log as it is, and no other', () => {
    const rows = [...guide.matchAll(/^\| `([\w-]+)` +\| ((?:debug|info|warn|error)[^|]*?) +\| (.+?) +\|$/gmu)]
    expect(rows.map(([, event, levels, meaning]) => [event, levels, meaning])).toEqual(
      Object.entries(events).map(([event, [levels, meaning]]) => [event, levels, meaning]),
    )
  })

  it('shows no event that is never told', () => {
    const sources = readdirSync(new URL('../src', import.meta.url), { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('.ts') && !path.endsWith('core/events.ts'))
      .map((path) => readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8'))
      .join('')
    const composed = ['submission-later', 'submission-refused', 'submission-unknown']
    const never = Object.keys(events).filter((event) => !sources.includes(`'${event}'`))
    expect(never).toEqual(composed)
  })

  it('names no environment variable that there is not', () => {
    const named = found(/\b((?:IMAP|SMTP|MAIL)_[A-Z_]+|STATE_DIR|LOG_LEVEL)\b/gu)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !environmentVariables.includes(name))).toEqual([])
  })

  it('names each unit of deploy/, and no other', () => {
    const files = readdirSync(new URL('../deploy/systemd', import.meta.url), { recursive: true }).map(String)
    const units = new Set(files.map((path) => basename(path)).filter((name) => /\.(?:service|timer)$/u.test(name)))
    expect(new Set(found(/\b(have-we-met[\w-]*\.(?:service|timer))\b/gu))).toEqual(units)
    expect(files).toContain(found(/^sudo (have-we-met-[\w-]+) check$/gmu)[0])
  })

  it('copies only files that are there', () => {
    const copied = found(/\b(deploy\/[\w./-]+)(?=[\s`]|$)/gmu)
    expect(copied.length).toBeGreaterThan(3)
    expect(copied.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([])
  })

  it('uses no command that there is not', () => {
    const commands = found(/^ {2}([a-z]+)\b/gmu, help)
    const used = found(/(?:(?:^|[`']|sudo |--rm )have-we-met(?:-as-service)?|node dist\/main\.js) ([a-z]+)\b/gmu)
    expect(used).toEqual(expect.arrayContaining(['check', 'health', 'status', 'pause']))
    expect(used.filter((command) => !commands.includes(command))).toEqual([])
  })

  it('points to headings and files that are there', () => {
    const links = found(/\]\((?!https?:)([^)]+)\)/gu)
    const anchors = found(/^#+ (.+)$/gmu).map((heading) => `#${anchorOf(heading)}`)
    expect(links.length).toBeGreaterThan(8)
    const isThere = (link: string): boolean =>
      link.startsWith('#') ? anchors.includes(link) : existsSync(new URL(`../docs/${link}`, import.meta.url))
    expect(links.filter((link) => !isThere(link))).toEqual([])
  })

  it('gives an example of several accounts that is read as it stands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'have-we-met-guide-'))
    const config = join(folder, 'config.yaml')
    writeFileSync(config, found(/```yaml\n([\s\S]*?)```/gu)[0] ?? '')
    const shipped = new URL('..', import.meta.url).pathname
    const options = { config, cwd: folder, env: { HOME: folder }, shipped, logLevel: null, accountRequired: true }
    const { accounts } = readSettings(options)
    expect(accounts.map(({ name, schedule, reply }) => [name, schedule, reply.template, reply.language])).toEqual([
      ['work', '*/10 * * * *', 'ask-context', 'auto'],
      ['private', '*/10 * * * *', 'ask-context-brief', 'de'],
    ])
    rmSync(folder, { recursive: true })
  })
})
