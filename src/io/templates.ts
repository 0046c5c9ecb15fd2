import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { exit, OperatorError } from '../errors.ts'
import type { Rendered, Templates, TemplateVariables } from '../ports.ts'

const variable = (name: string, meaning: string, optional = false) => ({ name, meaning, optional })

/**
 * Every name a template may use between braces. `optional` ones can be without a value, so a template prints them
 * inside `{{#if …}}` or through `{{fallback …}}`; `openTemplates` refuses anything else.
 */
export const templateVariables: readonly ReturnType<typeof variable>[] = [
  variable('inviter.name', 'full name of the person who invites'),
  variable('inviter.firstName', 'first name, where a greeting by it cannot look wrong', true),
  variable('inviter.headline', 'headline of the profile, as LinkedIn shortened it', true),
  variable('inviter.profile', 'link of the profile, without tracking parameters', true),
  variable('invitationDate', 'day of the invitation, written in the language of the reply', true),
  variable('ownName', 'your name from MAIL_FROM; empty when only an address is known'),
  variable('language', 'language of the reply, such as de'),
  variable('recipientKind', 'where a reply can go: relay, inviter or on-site'),
  variable('invitationManager', "link of LinkedIn's list of open invitations"),
]

const names = templateVariables.map(({ name }) => name)
const defaultLanguage = 'en'
const grammar = 'a template knows {{variable}}, {{fallback a b}}, {{#if a}}…{{else}}…{{/if}} and {{#unless a}}'

const engine = Handlebars.create()
/** `{{fallback a b "text"}}`: the first of them that has a value. */
engine.registerHelper('fallback', (...given: unknown[]) =>
  given.slice(0, -1).find((value) => value !== null && value !== ''),
)
const options = { strict: true, knownHelpersOnly: true, noEscape: true, knownHelpers: { fallback: true } }

type Source = Templates['all'][number]
type Render = HandlebarsTemplateDelegate<TemplateVariables>
type Template = Source & { readonly subject: Render | null; readonly text: Render }

const fault = (file: string, line: number, sentence: string, hint = grammar, cause?: unknown): OperatorError =>
  new OperatorError(exit.config, `${file}:${line}: ${sentence}`, [hint], { cause })

/** The name with the most letter pairs in common. */
const nearest = (wrong: string): string => {
  const pairs = Array.from(wrong.toLowerCase(), (_, at) => wrong.toLowerCase().slice(at, at + 2))
  const shared = (name: string) => pairs.filter((pair) => name.toLowerCase().includes(pair)).length
  return names.reduce((best, name) => (shared(name) > shared(best) ? name : best))
}

const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement => node.type === 'MustacheStatement'
const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement'
const isPath = (node: hbs.AST.Node | undefined): node is hbs.AST.PathExpression => node?.type === 'PathExpression'

const checkVariable = (path: hbs.AST.PathExpression, file: string): void => {
  if (names.includes(path.original)) return
  const hint = `write {{${nearest(path.original)}}}; the variables are ${names.join(', ')}`
  throw fault(file, path.loc.start.line, `there is no variable ${path.original}`, hint)
}

const checkPrinted = (path: hbs.AST.PathExpression, present: ReadonlySet<string>, file: string): void => {
  checkVariable(path, file)
  const name = path.original
  if (present.has(name) || !templateVariables.some((one) => one.name === name && one.optional)) return
  const sentence = `${name} has no value here for some inviters: wrap it in {{#if}} or use {{fallback …}}`
  throw fault(file, path.loc.start.line, sentence, `write {{#if ${name}}}{{${name}}}{{/if}}`)
}

const checkFallback = (node: hbs.AST.MustacheStatement, present: ReadonlySet<string>, file: string): void => {
  const last = node.params.at(-1)
  if (!last || node.params.some((param) => !isPath(param) && param.type !== 'StringLiteral'))
    throw fault(file, node.loc.start.line, 'fallback is not followed by variables or texts in quotes')
  for (const path of node.params.filter(isPath)) checkVariable(path, file)
  if (isPath(last)) checkPrinted(last, present, file)
}

const checkMustache = (node: hbs.AST.MustacheStatement, present: ReadonlySet<string>, file: string): void => {
  const { path, params, hash, loc } = node
  if (!isPath(path)) throw fault(file, loc.start.line, 'a tag does not begin with the name of a variable')
  const isFallback = path.original === 'fallback'
  if (hash || (params.length > 0 && !isFallback))
    throw fault(file, loc.start.line, `there is no helper ${path.original} of this form`)
  if (isFallback) checkFallback(node, present, file)
  else checkPrinted(path, present, file)
}

const checkBlock = (node: hbs.AST.BlockStatement, present: ReadonlySet<string>, file: string): void => {
  const { path, params, hash, program, inverse, loc } = node
  const [condition, ...more] = params
  if (!['if', 'unless'].includes(path.original) || !isPath(condition) || more.length > 0 || hash)
    throw fault(file, loc.start.line, `there is no block {{#${path.original}}} of this form`)
  checkVariable(condition, file)
  const [held, missing] = path.original === 'if' ? [program, inverse] : [inverse, program]
  checkProgram(held, new Set([...present, condition.original]), file)
  checkProgram(missing, present, file)
}

/** Branches that are not taken are checked too: a misspelt name must not wait for the one inviter who takes them. */
const checkProgram = (program: hbs.AST.Program | undefined, present: ReadonlySet<string>, file: string): void => {
  for (const node of program?.body ?? []) {
    if (isMustache(node)) checkMustache(node, present, file)
    else if (isBlock(node)) checkBlock(node, present, file)
    else if (node.type !== 'ContentStatement' && node.type !== 'CommentStatement')
      throw fault(file, node.loc.start.line, 'there are no partials and no decorators')
  }
}

const compile = (source: string, file: string): Render => {
  try {
    checkProgram(engine.parse(source), new Set(), file)
    engine.precompile(source, { ...options })
    return engine.compile<TemplateVariables>(source, options)
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause
    const line = /(?: on line |- )(\d+)/.exec(String(cause))?.[1] ?? 1
    const hint = 'look for {{ without }} and {{#if}} without {{/if}}'
    throw fault(file, Number(line), 'a tag is not closed or not well formed', hint, cause)
  }
}

/** Lines keep their numbers: the subject and its blank line become empty lines, which rendering trims. */
const load = (source: Source): Template => {
  const { file } = source
  const content = read(file, () => readFileSync(file, 'utf8').replace(/^\uFEFF|\r/g, ''))
  const [, subject, rest] = /^Subject:(.*)(?:\n([\s\S]*))?$/i.exec(content) ?? []
  if (subject !== undefined && rest?.split('\n')[0]?.trim())
    throw fault(file, 2, 'no blank line parts the subject from the text', 'leave line 2 empty')
  const text = subject === undefined ? content : `\n${rest ?? ''}`
  if (text.trim() === '') throw fault(file, 1, 'the template has no text', `write it, or remove ${file}`)
  return { ...source, subject: subject === undefined ? null : compile(subject, file), text: compile(text, file) }
}

const read = <T>(path: string, action: () => T): T => {
  try {
    return action()
  } catch (cause) {
    throw new OperatorError(exit.config, `${path} cannot be read`, [`look at it: ls -l ${path}`], { cause })
  }
}

const sourceOf = (folder: string, entry: string): Source => {
  const file = join(folder, entry)
  const [, name, language] = /^([\w-]+)\.([a-z]{2,3}(?:-[a-z\d]{2,8})*)\.hbs$/i.exec(entry) ?? []
  if (name !== undefined && language !== undefined) return { name, language, file }
  const hint = 'call it NAME.LANGUAGE.hbs, such as ask-context.de.hbs'
  throw new OperatorError(exit.config, `${file} does not tell its language`, [hint])
}

const sourcesIn = (folder: string): readonly Source[] =>
  read(folder, () => (existsSync(folder) ? readdirSync(folder).sort() : []))
    .filter((entry) => entry.endsWith('.hbs') && !entry.startsWith('.'))
    .map((entry) => sourceOf(folder, entry))

const key = (name: string, language: string): string => `${name}.${language.toLowerCase()}`

const unavailable = (all: readonly Source[], name: string): OperatorError => {
  const tags = all.filter((source) => source.name === name).map(({ language }) => language)
  const others = [...new Set(all.map((source) => source.name))].join(', ') || 'none'
  if (tags.length === 0) return new OperatorError(exit.config, `there is no template ${name}`, [`there are: ${others}`])
  const hint = `add ${name}.${defaultLanguage}.hbs, which serves every other language`
  return new OperatorError(exit.config, `the template ${name} is only there in ${tags.join(', ')}`, [hint])
}

/** `de-CH`, `de`, the default. A template that is there in one language only serves all: its author wants no other. */
const pick = (templates: ReadonlyMap<string, Template>, name: string, language: string): Template => {
  const all = [...templates.values()]
  const [only, ...more] = all.filter((template) => template.name === name)
  const chain = [language, language.replace(/-.*/, ''), defaultLanguage]
  const [hit] = chain.flatMap((tag) => templates.get(key(name, tag)) ?? [])
  const found = hit ?? (more.length === 0 ? only : undefined)
  if (found) return found
  throw unavailable(all, name)
}

/** One line: a line break in a value would begin a field of its own (RFC 5322 §2.2). */
const tidySubject = (text: string): string | null => text.replace(/[\p{Cc}\s]+/gu, ' ').trim() || null

const tidyText = (text: string): string => `${text.replace(/\n(?:[ \t]*\n){3,}/g, '\n\n\n').trim()}\n`

const renderWith = (template: Template, variables: TemplateVariables): Rendered => ({
  template: template.name,
  language: template.language,
  subject: template.subject && tidySubject(template.subject(variables)),
  text: tidyText(template.text(variables)),
})

/**
 * Loads every `NAME.LANGUAGE.hbs` of the folders; of two files with one name the one in the earlier folder counts, and
 * a folder that is not there holds none. Gives plain text, rendered once, without escaping.
 * @throws OperatorError 78 with file and line, at once, for whatever any template gets wrong in any of its branches
 */
export const openTemplates = (folders: readonly string[]): Templates => {
  const sources = folders.toReversed().flatMap(sourcesIn)
  const chosen = new Map(sources.map((source) => [key(source.name, source.language), source]))
  const templates = new Map([...chosen].sort().map(([at, source]) => [at, load(source)]))
  return {
    render: (name, language, variables) => renderWith(pick(templates, name, language ?? defaultLanguage), variables),
    all: [...templates.values()].map(({ name, language, file }) => ({ name, language, file })),
  }
}
