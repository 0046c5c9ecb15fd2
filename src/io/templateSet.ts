import { basename } from 'node:path'
import { pickTemplate, type TemplateName, templateKey, templateNameOf } from '../core/templateFile.ts'
import { partialsIn, unknownPartial } from '../core/templateRules.ts'
import type { Place, TemplateFault } from '../core/templateTree.ts'
import { exit, OperatorError } from '../errors.ts'
import type { Render } from './handlebars.ts'
import type { TemplateFiles } from './templateFiles.ts'
import { type Broken, errorOf, isBroken, type Sound, soundIn } from './templateReading.ts'

/** A template whose partials are there, too. It keeps them as they were, so that it stays good when they change. */
export interface Template extends Sound {
  readonly partials: Readonly<Record<string, Render>>
}

/** A template that is broken, or a file that is none. */
export interface Trouble {
  readonly file: string
  readonly error: OperatorError
  /** The template it would be; null where the file does not tell. */
  readonly key: string | null
}

type Named = TemplateName & { readonly file: string }

/** What the files come to. `sound` and `templates` hold the last good one of whatever is broken now. */
export interface TemplateSet {
  /** Of two files with one name, the one in the earlier folder. */
  readonly chosen: ReadonlyMap<string, Named>
  readonly sound: ReadonlyMap<string, Sound>
  readonly templates: ReadonlyMap<string, Template>
  /**
   * Broken since the first look: what they would replace must not go out behind their author's back. One that comes later
   * changes nothing until it is good for the first time.
   */
  readonly blocked: ReadonlySet<string>
  /** A folder that was never read may hold any template. */
  readonly unread: OperatorError | null
  readonly troubles: readonly Trouble[]
}

export const noTemplates: TemplateSet = {
  chosen: new Map(),
  sound: new Map(),
  templates: new Map(),
  blocked: new Set(),
  unread: null,
  troubles: [],
}

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
  if (partial.subject !== null) return { place, sentence: `the partial ${name} has a subject of its own`, hint }
  return partial
}

/** The partials of a template and theirs, by name; the first that cannot be had is a fault of the template. */
const linked = (
  template: Sound,
  known: Known,
  within: readonly string[] = [template.name],
  nodes = template.nodes,
  partials = new Map<string, Sound>(),
): ReadonlyMap<string, Sound> | TemplateFault => {
  for (const asked of partialsIn(nodes)) {
    const { name, place } = asked
    const partial = partialFor(asked, template.language, within, known)
    if ('place' in partial) return partial
    if (partials.has(name)) continue
    const inner = linked(template, known, [...within, name], partial.nodes, partials)
    if ('place' in inner) return { ...inner, place }
    partials.set(name, partial)
  }
  return partials
}

const withPartials = (template: Sound, partials: ReadonlyMap<string, Sound>): Template => ({
  ...template,
  partials: Object.fromEntries([...partials].map(([name, { text }]) => [name, text])),
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

const nameless = (file: string): OperatorError =>
  new OperatorError(exit.config, `${file} does not tell its language`, [
    'call it NAME.LANGUAGE.hbs, such as ask-context.de.hbs',
  ])

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
  const good = new Map<string, Template>()
  for (const [key, one] of chosen) {
    const partials = isBroken(one) ? one : linked(one, { chosen, sound })
    if ('error' in partials) troubles.push({ file: partials.file, key, error: partials.error })
    else if ('place' in partials) troubles.push({ file: one.file, key, error: errorOf(one.file, [partials]) })
    else if (!isBroken(one)) good.set(key, withPartials(one, partials))
  }
  const templates = lastGood(chosen.keys(), good, before.templates)
  return { chosen, sound, templates, troubles, ...held({ chosen, templates, troubles }, before) }
}

/** What keeps replies from being rendered until it is mended. */
const held = (
  { chosen, templates, troubles }: Pick<TemplateSet, 'chosen' | 'templates' | 'troubles'>,
  before: TemplateSet,
): Pick<TemplateSet, 'blocked' | 'unread'> => {
  const isFirst = before === noTemplates
  const folder = troubles.find(({ key, file }) => key === null && !file.endsWith('.hbs'))
  return {
    blocked: new Set([...chosen.keys()].filter((key) => !templates.has(key) && (isFirst || before.blocked.has(key)))),
    unread: isFirst || before.unread !== null ? (folder?.error ?? null) : null,
  }
}
