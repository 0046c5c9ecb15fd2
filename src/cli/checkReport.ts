import { printable } from './columns.ts'
import type { Style } from './style.ts'

/** One thing that was checked. `advice` is what to do, in words. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'problem'
  readonly sentence: string
  readonly advice: readonly string[]
}

const marks = { ok: 'ok', note: 'note', problem: 'problem' } as const

const paint = (level: Finding['level'], style: Style): string => {
  const mark = marks[level].padEnd(8)
  if (level === 'ok') return style.good(mark)
  return level === 'note' ? style.warn(mark) : style.bad(mark)
}

/** One finding as it is made: check talks while it works. */
export const renderFinding = ({ level, sentence, advice }: Finding, style: Style): string =>
  [`${paint(level, style)} ${printable(sentence)}`, ...advice.map((line) => `         ${printable(line)}`), ''].join(
    '\n',
  )

/** The last line. */
export const renderVerdict = (findings: readonly Finding[], style: Style): string => {
  const problems = findings.filter(({ level }) => level === 'problem').length
  if (problems === 0) return `\n${style.good('everything is in order')}\n`
  return `\n${style.bad(problems === 1 ? 'one problem' : `${problems} problems`)}\n`
}
