import { basename } from 'node:path'
import {
  partsOf,
  pickTemplate,
  type TemplateName,
  type TemplateParts,
  templateKey,
  templateNameOf,
} from '../core/templateFile.ts'
import { partialsIn, templateFaults, unknownPartial } from '../core/templateRules.ts'
import type { Place, TemplateFault, TemplateNode } from '../core/templateTree.ts'
import { exit, OperatorError } from '../errors.ts'
import { compileTemplate, type Render, readTemplate } from './handlebars.ts'
import type { TemplateFiles } from './templateFiles.ts'

/** A file in which nothing is wrong by itself. */
interface Sound extends TemplateName {
  readonly file: string
  readonly parts: TemplateParts
  readonly nodes: readonly TemplateNode[]
}

/** A template whose partials are there, too. It keeps them as they were, so that it stays good when they change. */
export interface Template extends TemplateName {
  readonly subject: Render | null
  readonly text: Render
  readonly partials: Readonly<Record<string, Render>>
}

interface Broken extends TemplateName {
  readonly file: string
  readonly error: OperatorError
}

/** A template that is broken, or a file that is none. */
export interface Trouble {
  readonly file: string
  readonly error: OperatorError
  /** The template it would be; null where the file does not tell. */
  readonly key: string | null
}

/** What the files come to. `sound` and `templates` hold the last good one of whatever is broken now. */
export interface TemplateSet {
  /** Of two files with one name, the one in the earlier folder. */
  readonly chosen: ReadonlyMap<string, TemplateName & { readonly file: string }>
  readonly sound: ReadonlyMap<string, Sound>
  readonly templates: ReadonlyMap<string, Template>
  readonly troubles: readonly Trouble[]
}

export const noTemplates: TemplateSet = { chosen: new Map(), sound: new Map(), templates: new Map(), troubles: [] }

const errorOf = (file: string, faults: readonly TemplateFault[], cause?: unknown): OperatorError => {
  const told = faults.map(({ place, sentence }) => `${file}:${place.line}:${place.column}: ${sentence}`)
  const [first = file, ...more] = told
  return new OperatorError(exit.config, first, [faults[0]?.hint ?? '', ...more], { cause })
}

const notWellFormed = 'a tag is not closed or not well formed'
const wellFormed = 'look for {{ without }} and {{#if}} without {{/if}}'

/** Everything that can be said of a file by itself. */
const soundIn = (file: string, content: string, name: TemplateName): Sound | Broken => {
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
  return faults.length > 0 ? { ...name, file, error: errorOf(file, faults) } : { ...name, file, parts, nodes }
}

const nameless = (file: string): OperatorError =>
  new OperatorError(exit.config, `${file} does not tell its language`, [
    'call it NAME.LANGUAGE.hbs, such as ask-context.de.hbs',
  ])

const isBroken = (one: Sound | Broken): one is Broken => 'error' in one

type Known = Pick<TemplateSet, 'chosen' | 'sound'>

/** The partial of that name for a language, or what is wrong with it. `within`: the templates it would stand in. */
const partialFor = (
  { name, place }: { readonly name: string; readonly place: Place },
  language: string,
  within: readonly string[],
  { chosen, sound }: Known,
): Sound | TemplateFault => {
  const picked = pickTemplate(chosen, name, [language])
  if (picked === null) {
    const names = new Set([...chosen.values()].map((one) => one.name))
    return unknownPartial(
      name,
      place,
      [...names].filter((one) => !within.includes(one)),
    )
  }
  const hint = `look at ${picked.file}`
  const partial = sound.get(templateKey(picked))
  if (partial === undefined) return { place, sentence: `the partial ${name} is broken itself`, hint }
  if (within.includes(name)) return { place, sentence: `the partial ${name} is part of itself`, hint }
  if (partial.parts.subject !== null) return { place, sentence: `the partial ${name} has a subject of its own`, hint }
  return partial
}

/** The partials of a template and theirs, by name; the first that cannot be had is a fault of the template. */
const linked = (
  template: Sound,
  known: Known,
  within: readonly string[] = [template.name],
  nodes = template.nodes,
): ReadonlyMap<string, Sound> | TemplateFault => {
  const partials = new Map<string, Sound>()
  for (const asked of partialsIn(nodes)) {
    const { name, place } = asked
    const partial = partialFor(asked, template.language, within, known)
    if ('place' in partial) return partial
    const inner = linked(template, known, [...within, name], partial.nodes)
    if ('place' in inner) return { ...inner, place }
    for (const [key, one] of [[name, partial] as const, ...inner]) partials.set(key, one)
  }
  return partials
}

const compiled = (template: Sound, partials: ReadonlyMap<string, Sound>): Template => ({
  name: template.name,
  language: template.language,
  subject: template.parts.subject === null ? null : compileTemplate(template.parts.subject),
  text: compileTemplate(template.parts.text),
  partials: Object.fromEntries([...partials].map(([name, { parts }]) => [name, compileTemplate(parts.text)])),
})

/** The value of each key that has one now, else the one it had before, for the keys that there are now. */
const lastGood = <T>(
  keys: Iterable<string>,
  now: ReadonlyMap<string, T>,
  before: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> =>
  new Map(
    [...keys].flatMap((key): [string, T][] => {
      const value = now.get(key) ?? before.get(key)
      return value === undefined ? [] : [[key, value]]
    }),
  )

/** Files by what they are called, the earlier folder's last so that it counts, and those that are called nothing. */
const called = (files: TemplateFiles) => {
  const order = [...files].toSorted(([, one], [, other]) => other.rank - one.rank)
  const chosen = new Map<string, Sound | Broken>()
  const troubles: Trouble[] = []
  for (const [file, { content }] of order) {
    const name = templateNameOf(basename(file))
    if (name !== null)
      chosen.set(
        templateKey(name),
        content instanceof OperatorError ? { ...name, file, error: content } : soundIn(file, content, name),
      )
    else troubles.push({ file, key: null, error: content instanceof OperatorError ? content : nameless(file) })
  }
  return { chosen: new Map([...chosen].sort()), troubles }
}

/**
 * Makes templates of files: each is judged by itself and then with its partials. What is broken is told, and what was good
 * of it `before` stays.
 */
export const templateSetOf = (files: TemplateFiles, before: TemplateSet): TemplateSet => {
  const { chosen, troubles } = called(files)
  const now = [...chosen].flatMap(([key, one]): [string, Sound][] => (isBroken(one) ? [] : [[key, one]]))
  const sound = lastGood(chosen.keys(), new Map(now), before.sound)
  const templates = new Map<string, Template>()
  for (const [key, one] of chosen) {
    const partials = isBroken(one) ? one : linked(one, { chosen, sound })
    if ('error' in partials) troubles.push({ file: partials.file, key, error: partials.error })
    else if ('place' in partials) troubles.push({ file: one.file, key, error: errorOf(one.file, [partials]) })
    else if (!isBroken(one)) templates.set(key, compiled(one, partials))
  }
  return { chosen, sound, templates: lastGood(chosen.keys(), templates, before.templates), troubles }
}
