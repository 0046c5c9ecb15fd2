import { isMap, isNode, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { lineKey } from '../core/settingsLayers.ts'
import type { ParsedYaml } from '../core/settingsReading.ts'
import type { Path } from '../core/settingsWords.ts'
import { yamlProblems } from '../core/settingsYaml.ts'

type Line = [key: string, line: number]

const linesOf = (node: unknown, path: Path, lineAt: (node: unknown) => number): Line[] => {
  const pairs = isMap(node) ? node.items.map(({ key, value }) => ({ step: String(key), at: key, value })) : []
  const items = isSeq(node) ? node.items.map((value, step) => ({ step, at: value, value })) : pairs
  return items.flatMap(({ step, at, value }): Line[] => [
    [lineKey([...path, step]), lineAt(at)],
    ...linesOf(value, [...path, step], lineAt),
  ])
}

/** A YAML text as a value, with the lines of its keys; or what is wrong with it. */
export const parseYaml = (text: string, file: string): ParsedYaml => {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const placeAt = (offset: number) => ({
    file,
    line: counter.linePos(offset).line,
    column: counter.linePos(offset).col,
  })
  const aliases: number[] = []
  visit(document, { Alias: (_key, { range }) => void aliases.push(range?.[0] ?? 0) })
  const problems = yamlProblems([...document.errors, ...document.warnings], aliases, placeAt)
  const lineAt = (node: unknown) => counter.linePos(isNode(node) ? (node.range?.[0] ?? 0) : 0).line
  return {
    value: problems.length > 0 ? null : document.toJS(),
    lines: new Map(linesOf(document.contents, [], lineAt)),
    problems,
  }
}
