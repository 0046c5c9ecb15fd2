import { printable, renderColumns } from './columns.ts'
import type { Style } from './style.ts'

/** A template as it is rendered, under its own name. */
export const renderPreview = (
  rendered: {
    readonly template: string
    readonly language: string
    readonly subject: string | null
    readonly text: string
  },
  meaning: string,
  style: Style,
): string => {
  const subject = rendered.subject === null ? '' : `Subject: ${rendered.subject}\n\n`
  const heading = style.bold(`${rendered.template}, ${rendered.language}`)
  return `${heading}, ${meaning}\n\n${printable(`${subject}${rendered.text}`)}\n`
}

interface Trial {
  readonly name: string
  readonly language: string
  readonly verdicts: readonly { readonly kind: 'ok' | 'gap' | 'empty' | 'broken'; readonly line: string | null }[]
}

interface Broken {
  readonly sentence: string
  readonly hints: readonly string[]
}

/** What a gap is, and where it was seen. */
export const gapsInWords = ({ name, language, verdicts }: Trial): readonly string[] =>
  verdicts.flatMap(({ line }) =>
    line === null ? [] : [`${name}, ${language} leaves a gap where a value is missing: "${printable(line)}"`],
  )

/** `preview --all`: one row a template, one column a sample; then what is wrong. */
export const renderTrials = (
  samples: readonly { readonly name: string }[],
  trials: readonly Trial[],
  broken: readonly Broken[],
  style: Style,
): string => {
  const rows = trials.map(({ name, language, verdicts }) => [name, language, ...verdicts.map(({ kind }) => kind)])
  const paint = (cell: string, column: number): string => {
    if (column < 2 || cell === 'empty') return cell
    return cell === 'ok' ? style.good(cell) : cell === 'gap' ? style.warn(cell) : style.bad(cell)
  }
  const head = ['TEMPLATE', 'LANGUAGE', ...samples.map(({ name }) => name.toUpperCase())]
  const gaps = trials.flatMap(gapsInWords).map((line) => `\n${style.warn(line)}\n`)
  const faults = broken.map(({ sentence, hints }) =>
    ['', style.bad(printable(sentence)), ...hints.map((hint) => `  ${printable(hint)}`), ''].join('\n'),
  )
  return [renderColumns(head, rows, style, paint), ...gaps, ...faults].join('')
}
