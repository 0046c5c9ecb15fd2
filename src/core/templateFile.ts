import { longestTag } from './languageTag.ts'
import type { TemplateFault } from './templateTree.ts'

/** A template is known by its name and its language. */
export interface TemplateName {
  readonly name: string
  /** A language tag (RFC 5646), as the file name has it. */
  readonly language: string
}

/** The language that serves where there is no other. */
const lastLanguage = 'en'

/** `ask-context.pt-BR.hbs`; null for a file name that tells no language. */
export const templateNameOf = (entry: string): TemplateName | null => {
  const [, name, language] = /^([a-z\d][\w-]*)\.([a-z]{2,3}(?:-[a-z\d]{2,8})*)\.hbs$/iu.exec(entry) ?? []
  return name === undefined || language === undefined ? null : { name, language }
}

/** Two files with one key are one template; the earlier folder's counts. */
export const templateKey = ({ name, language }: TemplateName): string => `${name}.${language.toLowerCase()}`

/** The tag, and what is left of it when its parts are taken off from the end (lookup, RFC 4647 §3.4). */
const lookup = (tag: string): readonly string[] => {
  const parts = tag.slice(0, longestTag).split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}

/**
 * The template of that name in the language wanted most: `pt-BR`, `pt`, the next one wanted, and English at last. One that
 * is there in a single language serves all: its author wants no other.
 */
export const pickTemplate = <T extends TemplateName>(
  templates: ReadonlyMap<string, T>,
  name: string,
  wanted: readonly string[],
): T | null => {
  const chain = [...wanted, lastLanguage].flatMap(lookup)
  const [hit] = chain.flatMap((language) => templates.get(templateKey({ name, language })) ?? [])
  const [only, ...more] = [...templates.values()].filter((template) => template.name === name)
  return hit ?? (more.length === 0 ? (only ?? null) : null)
}

/** Why no template was picked, and what to do. */
export const notPicked = (all: Iterable<TemplateName>, name: string): { sentence: string; hint: string } => {
  const known = [...all]
  const tags = known.filter((one) => one.name === name).map(({ language }) => language)
  const others = [...new Set(known.map((one) => one.name))].join(', ') || 'none'
  if (tags.length === 0) return { sentence: `there is no template ${name}`, hint: `there are: ${others}` }
  return {
    sentence: `the template ${name} is only there in ${tags.join(', ')}`,
    hint: `add ${name}.${lastLanguage}.hbs, which serves every other language`,
  }
}

export interface TemplateParts {
  /** What stands behind `Subject:`, in its own column; null where there is none. */
  readonly subject: string | null
  readonly text: string
}

const at = (line: number, sentence: string, hint: string): TemplateFault => ({
  place: { line, column: 1 },
  sentence,
  hint,
})

/**
 * Parts a template into subject and text. Both keep their places, so that a fault in them is told where the file has it:
 * what stands before them becomes blanks, which rendering trims.
 */
export const partsOf = (content: string): TemplateParts | TemplateFault => {
  const [, field = '', subject, rest = ''] = /^(Subject:)([^\n]*)(?:\n([\s\S]*))?$/iu.exec(content) ?? []
  if (subject !== undefined && rest.split('\n')[0]?.trim())
    return at(2, 'no blank line parts the subject from the text', 'leave line 2 empty')
  const [late] = subject === undefined ? (/^(?:\s|\{\{![\s\S]*?\}\})*Subject:/iu.exec(content) ?? []) : []
  if (late !== undefined)
    return at(late.split('\n').length, 'the subject does not begin the file', 'move it to the very beginning')
  const text = subject === undefined ? content : `\n${rest}`
  if (text.trim() === '') return at(1, 'the template has no text', 'write it, or remove the file')
  return { subject: subject === undefined ? null : ' '.repeat(field.length) + subject, text }
}

/** One line: a line break in a value would begin a field of its own (RFC 5322 §2.2). */
export const tidySubject = (text: string): string | null => text.replace(/[\p{Cc}\s]+/gu, ' ').trim() || null

/** Blank lines that a missing value leaves behind do not add up; one newline at the end. */
export const tidyText = (text: string): string => `${text.replace(/\n(?:[ \t]*\n){3,}/g, '\n\n\n').trim()}\n`
