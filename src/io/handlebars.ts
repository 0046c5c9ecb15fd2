import Handlebars from 'handlebars'
import { firstWithValue, listed, pluralForm, templateHelpers } from '../core/templateHelpers.ts'
import type { Place, TemplateNode, TemplateOption, TemplateValue } from '../core/templateTree.ts'
import { type DateStyle, dayInWords, type ReplyFacts, type TemplateVariables } from '../core/templateVariables.ts'

/** What helpers look up besides what they are given. */
export interface HelperContext extends Pick<ReplyFacts, 'invitedAt' | 'timezone'> {
  readonly locale: string
}

/** A compiled template. */
export type Render = (
  variables: TemplateVariables,
  context: HelperContext,
  partials: Readonly<Record<string, Render>>,
) => string

/** A template that handlebars cannot read. */
export interface SyntaxFault {
  readonly place: Place
  readonly cause: unknown
}

const engine = Handlebars.create()
const options = {
  strict: true,
  knownHelpersOnly: true,
  noEscape: true,
  knownHelpers: Object.fromEntries(templateHelpers.map(({ name }) => [name, true])),
}

const contextOf = (given: readonly unknown[]): HelperContext => (given.at(-1) as Handlebars.HelperOptions).data

engine.registerHelper('fallback', (...given: unknown[]) => firstWithValue(given.slice(0, -1)))
engine.registerHelper('list', (...given: unknown[]) => listed(given.slice(0, -1), contextOf(given).locale))
engine.registerHelper('plural', (count: unknown, given: Handlebars.HelperOptions) =>
  pluralForm(Number(count), given.hash, contextOf([given]).locale),
)
engine.registerHelper('date', (...given: unknown[]) => {
  const { invitedAt, locale, timezone } = contextOf(given)
  return dayInWords(invitedAt, locale, timezone, given.length > 2 ? (given[1] as DateStyle) : 'long')
})

const placeOf = ({ start }: hbs.AST.SourceLocation): Place => ({ line: start.line, column: start.column + 1 })

const isType = <T extends hbs.AST.Node>(node: hbs.AST.Node, type: T['type']): node is T => node.type === type

/** `{{[inviter.name]}}` is one word, which happens to hold a point. */
const nameIn = ({ original, parts }: hbs.AST.PathExpression): string =>
  parts.some((part) => part.includes('.')) ? `[${original}]` : original

const valueIn = (node: hbs.AST.Node): TemplateValue => {
  const place = placeOf(node.loc)
  if (isType<hbs.AST.PathExpression>(node, 'PathExpression')) return { kind: 'variable', name: nameIn(node), place }
  if (isType<hbs.AST.StringLiteral>(node, 'StringLiteral')) return { kind: 'text', text: node.value, place }
  return { kind: 'other', place }
}

const optionsOf = (hash: hbs.AST.Hash | undefined): readonly TemplateOption[] =>
  (hash?.pairs ?? []).map(({ key, value, loc }) => ({ name: key, value: valueIn(value), place: placeOf(loc) }))

const tagOf = ({ path, params, hash, loc }: hbs.AST.MustacheStatement | hbs.AST.BlockStatement) => ({
  head: valueIn(path),
  values: params.map(valueIn),
  options: optionsOf(hash),
  place: placeOf(loc),
})

/** Neither `{{#if a as |b|}}`, whose b would hide a variable, nor `{{{{if a}}}}`, whose text is not read. */
const isPlainBlock = ({ program, inverse, openStrip }: hbs.AST.BlockStatement): boolean =>
  [program, inverse].every((part) => !part?.blockParams?.length) && openStrip !== undefined && 'open' in openStrip

const nodeOf = (node: hbs.AST.Statement): readonly TemplateNode[] => {
  if (isType<hbs.AST.MustacheStatement>(node, 'MustacheStatement')) return [{ kind: 'print', ...tagOf(node) }]
  if (isType<hbs.AST.BlockStatement>(node, 'BlockStatement'))
    return isPlainBlock(node)
      ? [{ kind: 'block', ...tagOf(node), body: nodesOf(node.program), otherwise: nodesOf(node.inverse) }]
      : [{ kind: 'strange', place: placeOf(node.loc) }]
  if (isType<hbs.AST.PartialStatement>(node, 'PartialStatement')) {
    const name = isType<hbs.AST.PathExpression>(node.name, 'PathExpression') ? node.name.original : ''
    return [
      {
        kind: 'partial',
        name,
        simple: name !== '' && node.params.length === 0 && !node.hash,
        place: placeOf(node.loc),
      },
    ]
  }
  const isText = ['ContentStatement', 'CommentStatement'].includes(node.type)
  return isText ? [] : [{ kind: 'strange', place: placeOf(node.loc) }]
}

const nodesOf = (program: hbs.AST.Program | undefined): readonly TemplateNode[] => (program?.body ?? []).flatMap(nodeOf)

const sharedEnd = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one.at(-1 - length) === other.at(-1 - length)) length += 1
  return length
}

const sharedStart = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

/** Handlebars points at the place: `----^` below the twenty characters before it and those behind it. */
const pointedAt = (message: string, line: string): number => {
  const [, shown = '', pointer = ''] = message.split('\n')
  const at = pointer.indexOf('^')
  const before = shown.slice(0, at).replace(/^\.\.\./u, '')
  const behind = shown.slice(at).replace(/\.\.\.$/u, '')
  const fits = Array.from({ length: line.length + 1 }, (_, index) => ({
    column: index + 1,
    shared: sharedEnd(before, line.slice(0, index)) + sharedStart(behind, line.slice(index)),
  }))
  return fits.reduce((best, fit) => (fit.shared > best.shared ? fit : best)).column
}

const syntaxFault = (cause: unknown, source: string): SyntaxFault => {
  const { lineNumber, column } = cause as { readonly lineNumber?: number; readonly column?: number }
  if (lineNumber !== undefined) return { place: { line: lineNumber, column: (column ?? 0) + 1 }, cause }
  const line = Number(/ on line (\d+)/u.exec(String(cause))?.[1] ?? 1)
  const message = cause instanceof Error ? cause.message : ''
  return { place: { line, column: pointedAt(message, source.split('\n')[line - 1] ?? '') }, cause }
}

/** Reads a template into its tags, for its rules to judge; or says where handlebars stopped. */
export const readTemplate = (source: string): readonly TemplateNode[] | SyntaxFault => {
  try {
    return nodesOf(engine.parse(source))
  } catch (cause) {
    return syntaxFault(cause, source)
  }
}

/**
 * Compiles a template in which `readTemplate` and the rules found no fault. It is rendered once, never escaped (it is no
 * html), and sees nothing but the variables.
 */
export const compileTemplate = (source: string): Render => {
  const compiled = engine.compile<TemplateVariables>(source, options)
  engine.precompile(source, { ...options })
  return (variables, context, partials) =>
    compiled(variables, {
      data: { ...context },
      partials: Object.fromEntries(
        Object.entries(partials).map(([name, render]) => [name, () => render(variables, context, partials)]),
      ),
    })
}
