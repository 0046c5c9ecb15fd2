import { nearest } from './nearest.ts'
import { type HelperRule, templateHelpers } from './templateHelpers.ts'
import type { Place, TemplateFault, TemplateNode, TemplateValue } from './templateTree.ts'
import { type DateStyle, dateStyles, templateVariables } from './templateVariables.ts'

type Print = Extract<TemplateNode, { kind: 'print' }>
type Block = Extract<TemplateNode, { kind: 'block' }>
type Variable = Extract<TemplateValue, { kind: 'variable' }>
type Faults = readonly TemplateFault[]

const names = templateVariables.map(({ name }) => name)
const optional = new Set(templateVariables.filter((one) => one.optional).map(({ name }) => name))
const blocks = ['if', 'unless']
const grammar = `a template knows {{variable}}, {{#if variable}}…{{else}}…{{/if}}, {{#unless variable}}, {{> partial}} and the helpers ${templateHelpers.map(({ name }) => name).join(', ')}`

const fault = (place: Place, sentence: string, hint = grammar): Faults => [{ place, sentence, hint }]

/** `{{firstName}}` means `inviter.firstName`: the last part of a name counts as the name, too. */
const meant = (written: string, known: readonly string[]): string | null => {
  const word = written.slice(0, 100).toLowerCase()
  const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  const holding = known.find((name) => word.length > 2 && name.toLowerCase().includes(word))
  const near = nearest(last(word), known.map(last))
  return (
    known.find((name) => last(name) === word) ??
    nearest(word, known) ??
    holding ??
    known.find((name) => last(name) === near) ??
    null
  )
}

/** A name that is none of the known ones, and the one that was meant. */
const unknownName = (
  what: string,
  written: string,
  place: Place,
  known: readonly string[],
  show: (name: string) => string,
): TemplateFault => {
  const near = meant(written, known)
  const all = known.length === 0 ? `there are no ${what}s` : `the ${what}s are ${known.join(', ')}`
  const hint = near === null ? all : `write ${show(near)}; ${all}`
  return { place, sentence: `there is no ${what} ${written}`, hint }
}

const unknown = (...named: Parameters<typeof unknownName>): Faults => [unknownName(...named)]

const unknownVariable = ({ name, place }: Variable): Faults =>
  names.includes(name) ? [] : unknown('variable', name, place, names, (near) => `{{${near}}}`)

/** A value that some inviters lack must not be printed where nobody has asked for it. */
const printed = (variable: Variable, present: ReadonlySet<string>): Faults => {
  const wrong = unknownVariable(variable)
  const { name, place } = variable
  if (wrong.length > 0 || !optional.has(name) || present.has(name)) return wrong
  const sentence = `${name} has no value here for some inviters: wrap it in {{#if}} or use {{fallback …}}`
  return fault(place, sentence, `write {{#if ${name}}}{{${name}}}{{/if}}`)
}

const misused = ({ name, usage }: HelperRule, place: Place, what: string): Faults =>
  fault(place, `${name} ${what}`, `write it like ${usage}`)

const strangeOptions = ({ options }: Print, helper: HelperRule): Faults =>
  options.flatMap(({ name, place, value }) => {
    if (helper.options.length === 0) return misused(helper, place, `takes no option ${name}=`)
    if (!helper.options.includes(name))
      return unknown(`plural form`, name, place, helper.options, (near) => `${near}="…"`)
    return value.kind === 'text' ? [] : misused(helper, place, 'takes texts in quotes')
  })

const isVariable = (value: TemplateValue | undefined): value is Variable => value?.kind === 'variable'

type Check = (tag: Print, rule: HelperRule, present: ReadonlySet<string>) => Faults

const checkFallback: Check = ({ values, place }, rule, present) => {
  const last = values.at(-1)
  if (last === undefined || values.some(({ kind }) => kind === 'other'))
    return misused(rule, place, 'is not followed by variables or texts in quotes')
  return [
    ...values.slice(0, -1).filter(isVariable).flatMap(unknownVariable),
    ...(isVariable(last) ? printed(last, present) : []),
  ]
}

const checkDate: Check = ({ values, place }, rule, present) => {
  const [date, style, ...more] = values
  if (!isVariable(date) || more.length > 0) return misused(rule, place, 'is not followed by invitationDate and a style')
  if (date.name !== 'invitationDate') return unknown('date', date.name, date.place, ['invitationDate'], (near) => near)
  if (style === undefined || style.kind !== 'text')
    return style === undefined ? printed(date, present) : misused(rule, style.place, 'takes its style in quotes')
  if (dateStyles.includes(style.text as DateStyle)) return printed(date, present)
  return unknown('date style', style.text, style.place, dateStyles, (near) => `"${near}"`)
}

const checkPlural: Check = (tag, rule, present) => {
  const [count, ...more] = tag.values
  if (!isVariable(count) || more.length > 0)
    return misused(rule, tag.place, 'is not followed by commonConnections alone')
  if (count.name !== 'commonConnections')
    return unknown('number', count.name, count.place, ['commonConnections'], (near) => near)
  if (!tag.options.some(({ name }) => name === 'other'))
    return misused(rule, tag.place, 'has no form other="…", which every language needs')
  return printed(count, present)
}

const checkList: Check = ({ values, place }, rule) =>
  values.length === 0 || values.some(({ kind }) => kind === 'other')
    ? misused(rule, place, 'is not followed by variables or texts in quotes')
    : values.filter(isVariable).flatMap(unknownVariable)

const checks: Readonly<Record<string, Check>> = {
  fallback: checkFallback,
  date: checkDate,
  plural: checkPlural,
  list: checkList,
}

const checkPrint = (tag: Print, present: ReadonlySet<string>): Faults => {
  const { head, values, options, place } = tag
  if (!isVariable(head)) return fault(place, 'a tag does not begin with the name of a variable')
  const rule = templateHelpers.find(({ name }) => name === head.name)
  const check = checks[head.name]
  if (rule !== undefined && check !== undefined) return [...strangeOptions(tag, rule), ...check(tag, rule, present)]
  if (values.length === 0 && options.length === 0) return printed(head, present)
  const helpers = templateHelpers.map(({ name }) => name)
  return unknown(
    'helper',
    head.name,
    place,
    helpers,
    (near) => templateHelpers.find(({ name }) => name === near)?.usage ?? near,
  )
}

const checkBlock = (block: Block, present: ReadonlySet<string>): Faults => {
  const { head, values, options, body, otherwise, place } = block
  const [condition, ...more] = values
  if (!isVariable(head)) return fault(place, 'a tag does not begin with the name of a variable')
  const { name } = head
  if (!blocks.includes(name)) return unknown('block', `{{#${name}}}`, place, blocks, (near) => `{{#${near} …}}`)
  if (!isVariable(condition) || more.length > 0 || options.length > 0)
    return fault(place, `{{#${name}}} is not followed by one variable`, `write {{#${name} inviter.headline}}`)
  const [held, missing] = name === 'if' ? [body, otherwise] : [otherwise, body]
  return [
    ...unknownVariable(condition),
    ...templateFaults(held, new Set([...present, condition.name])),
    ...templateFaults(missing, present),
  ]
}

const checkNode = (node: TemplateNode, present: ReadonlySet<string>): Faults => {
  switch (node.kind) {
    case 'print':
      return checkPrint(node, present)
    case 'block':
      return checkBlock(node, present)
    case 'partial':
      return node.simple ? [] : fault(node.place, 'a partial takes nothing but its name', 'write {{> signature}}')
    case 'strange':
      return fault(node.place, 'there is no such tag')
  }
}

/**
 * Whatever is wrong with a template, in any of its branches: a misspelt name must not wait for the one inviter who takes
 * that branch.
 * @param present variables that are known to have a value
 */
export const templateFaults = (nodes: readonly TemplateNode[], present: ReadonlySet<string> = new Set()): Faults =>
  nodes.flatMap((node) => checkNode(node, present)).toSorted(byPlace)

const byPlace = (one: TemplateFault, other: TemplateFault): number =>
  one.place.line - other.place.line || one.place.column - other.place.column

/** The partials a template asks for, in any of its branches. */
export const partialsIn = (
  nodes: readonly TemplateNode[],
): readonly { readonly name: string; readonly place: Place }[] =>
  nodes.flatMap((node) => {
    if (node.kind === 'partial') return [{ name: node.name, place: node.place }]
    return node.kind === 'block' ? [...partialsIn(node.body), ...partialsIn(node.otherwise)] : []
  })

/** A template asks for a partial that is not there. */
export const unknownPartial = (name: string, place: Place, known: readonly string[]): TemplateFault =>
  unknownName('partial', name, place, known, (near) => `{{> ${near}}}`)
