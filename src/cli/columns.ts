import Table from 'cli-table3'
import stringWidth from 'string-width'
import type { Style } from './style.ts'

const noBorder = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((part) => [part, '']),
)

/** Control characters of a hostile name must not reach the terminal. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === '\n' ? '\n' : ''))

/** In columns of the terminal, as the table counts them: 佐 takes two. */
const longestCell = (rows: readonly (readonly string[])[], column: number): number =>
  Math.max(0, ...rows.map((row) => stringWidth(row[column] ?? '')))

/** Widths that fit: every column as wide as its text, and the last one takes, and wraps, what is left. */
const widthsFor = (rows: readonly (readonly string[])[], columns: number, width: number): readonly number[] => {
  const fixed = Array.from({ length: columns - 1 }, (_, column) => Math.min(longestCell(rows, column), 34) + 2)
  return [...fixed, Math.max(24, width - fixed.reduce((sum, one) => sum + one, 0))]
}

/** Aligned columns under a heading, without lines round them. */
export const renderColumns = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  paint: (cell: string, column: number) => string = (cell) => cell,
): string => {
  const clean = rows.map((row) => row.map(printable))
  const table = new Table({
    chars: noBorder,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colWidths: [...widthsFor([head, ...clean], head.length, style.width)],
    wordWrap: true,
  })
  table.push(head.map(style.dim), ...clean.map((row) => row.map((cell, column) => paint(cell, column))))
  return `${table.toString().replace(/[ \t]+$/gmu, '')}\n`
}
