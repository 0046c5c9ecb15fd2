import { partsOf, type TemplateName } from '../core/templateFile.ts'
import { templateFaults } from '../core/templateRules.ts'
import type { TemplateFault, TemplateNode } from '../core/templateTree.ts'
import { exit, OperatorError } from '../errors.ts'
import { compileTemplate, type Render, readTemplate } from './handlebars.ts'

/** A file in which nothing is wrong by itself. */
export interface Sound extends TemplateName {
  readonly file: string
  readonly subject: Render | null
  readonly text: Render
  readonly nodes: readonly TemplateNode[]
}

/** A file that cannot be used as it is. */
export interface Broken extends TemplateName {
  readonly file: string
  readonly error: OperatorError
}

/** Faults of a file as one error: the first is its sentence, the others follow the hint. */
export const errorOf = (file: string, faults: readonly TemplateFault[], cause?: unknown): OperatorError => {
  const told = faults.map(({ place, sentence }) => `${file}:${place.line}:${place.column}: ${sentence}`)
  const [first = file, ...more] = told
  return new OperatorError(exit.config, first, [faults[0]?.hint ?? '', ...more], { cause })
}

const notWellFormed = 'a tag is not closed or not well formed'
const wellFormed = 'look for {{ without }} and {{#if}} without {{/if}}'

/** Everything that can be said of a file by itself. */
export const soundIn = (file: string, content: string, name: TemplateName): Sound | Broken => {
  const parts = partsOf(content)
  if ('place' in parts) return { ...name, file, error: errorOf(file, [parts]) }
  const nodes: TemplateNode[] = []
  for (const source of [parts.subject, parts.text]) {
    const read = source === null ? [] : readTemplate(source)
    if ('cause' in read) {
      const fault = { place: read.place, sentence: notWellFormed, hint: wellFormed }
      return { ...name, file, error: errorOf(file, [fault], read.cause) }
    }
    nodes.push(...read)
  }
  const faults = templateFaults(nodes)
  if (faults.length > 0) return { ...name, file, error: errorOf(file, faults) }
  const subject = parts.subject === null ? null : compileTemplate(parts.subject)
  return { ...name, file, subject, text: compileTemplate(parts.text), nodes }
}

export const isBroken = (one: Sound | Broken): one is Broken => 'error' in one
