import { beforeAll, describe, expect, it } from 'vitest'
import { type Diagnostic, lint } from './lint.ts'

const globals = 'lint/style/noRestrictedGlobals'

const offences: readonly (readonly [what: string, path: string, source: string, rule: string])[] = [
  ['a clock in core', 'src/core/clock.ts', 'export const now = () => Date.now()', globals],
  ['a date in core', 'src/core/date.ts', 'export const today = () => new Date()', globals],
  ['a clock beside node:crypto', 'src/core/identity.ts', 'export const now = () => Date.now()', globals],
  ['a clock in a layout', 'src/core/layouts/clock.ts', 'export const now = () => Date.now()', globals],
  ['a stopwatch in core', 'src/core/watch.ts', 'export const now = () => performance.now()', globals],
  ['the process in core', 'src/core/process.ts', 'export const all = () => process.env', globals],
  ['a timer in core', 'src/core/timer.ts', 'export const wait = (act: () => void) => setTimeout(act, 1)', globals],
  ['an interval in core', 'src/core/tick.ts', 'export const tick = (act: () => void) => setInterval(act, 1)', globals],
  ['the network in core', 'src/core/net.ts', "export const ask = () => fetch('https://example.org')", globals],
  ['a back door in core', 'src/core/back.ts', "export const now = () => globalThis['Date'].now()", globals],
  [
    'chance in core',
    'src/core/dice.ts',
    'export const roll = () => Math.random()',
    'lint/nursery/noJsRestrictedProperties',
  ],
  ['talking past the log', 'src/io/loud.ts', "console.error('hello')", 'lint/suspicious/noConsole'],
  ['any', 'src/any.ts', 'export const same = (it: any) => it', 'lint/suspicious/noExplicitAny'],
  ['a default export', 'src/default.ts', 'export default 1', 'lint/style/noDefaultExport'],
  ['a barrel', 'src/core/barrel.ts', "export { two } from './two.ts'", 'lint/performance/noBarrelFile'],
  [
    'a circle',
    'src/core/one.ts',
    "import { two } from './two.ts'\nexport const one = () => two",
    'lint/suspicious/noImportCycles',
  ],
  [
    'its other half',
    'src/core/two.ts',
    "import { one } from './one.ts'\nexport const two = () => one",
    'lint/suspicious/noImportCycles',
  ],
  ['a skipped test', 'test/skipped.test.ts', "it.skip('later', () => {})", 'lint/suspicious/noSkippedTests'],
  ['a test alone', 'test/only.test.ts', "it.only('now', () => {})", 'lint/suspicious/noFocusedTests'],
  [
    'a forgotten promise',
    'src/io/late.ts',
    'const late = async () => {}\nexport const go = () => { late() }',
    'lint/nursery/noFloatingPromises',
  ],
]

describe('the linter refuses', () => {
  let diagnostics: readonly Diagnostic[]

  beforeAll(() => {
    diagnostics = lint(new Map(offences.map(([, path, source]) => [path, `${source}\n`])))
  })

  it.each(offences)('%s', (_, path, __, rule) => {
    const rules = diagnostics.filter(({ location }) => location.path === path).map(({ category }) => category)
    expect(rules).toContain(rule)
  })

  it('nothing of a plain function', () => {
    const source = 'export const days = (ms: number) => Math.floor(ms / 86_400_000)\n'
    expect(lint(new Map([['src/core/days.ts', source]]))).toEqual([])
  })
})
