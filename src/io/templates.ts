import { notPicked, pickTemplate, tidySubject, tidyText } from '../core/templateFile.ts'
import { localeFor, type ReplyFacts, variablesFor } from '../core/templateVariables.ts'
import { exit, OperatorError } from '../errors.ts'
import type { BrokenTemplate, Log, Rendered, Templates } from '../ports.ts'
import { type TemplateFile, type TemplateFiles, templateFilesIn } from './templateFiles.ts'
import { noTemplates, type Template, type TemplateSet, type Trouble, templateSetOf } from './templateSet.ts'

const renderWith = (template: Template, wanted: readonly string[], facts: ReplyFacts): Rendered => {
  const { name, language, subject, text, partials } = template
  const locale = localeFor(wanted, language)
  const variables = variablesFor(facts, language, locale)
  const context = { locale, invitedAt: facts.invitedAt, timezone: facts.timezone }
  return {
    template: name,
    language,
    subject: subject && tidySubject(subject(variables, context, partials)),
    text: tidyText(text(variables, context, partials)),
  }
}

const pick = ({ chosen, templates, troubles }: TemplateSet, name: string, wanted: readonly string[]): Template => {
  const picked = pickTemplate(new Map([...chosen].map(([key, one]) => [key, { ...one, key }])), name, wanted)
  if (picked === null) {
    const { sentence, hint } = notPicked(chosen.values(), name)
    throw new OperatorError(exit.config, sentence, [hint])
  }
  const template = templates.get(picked.key)
  if (template !== undefined) return template
  throw troubles.find(({ key }) => key === picked.key)?.error ?? new Error(`${picked.key} is neither good nor broken`)
}

const tellChanges = (before: readonly Trouble[], after: readonly Trouble[], set: TemplateSet, log: Log): void => {
  const has = (troubles: readonly Trouble[], { error: { message } }: Trouble): boolean =>
    troubles.some(({ error }) => error.message === message)
  for (const trouble of after.filter((one) => !has(before, one)))
    log.warn('template-broken', { ...toldOf(trouble, set), hint: trouble.error.hints[0] })
  for (const { file } of before.filter((one) => !after.some(({ file }) => file === one.file)))
    log.info('template-mended', { file })
}

const toldOf = ({ file, key, error }: Trouble, { chosen, templates }: TemplateSet): BrokenTemplate => ({
  file,
  name: key === null ? null : (chosen.get(key)?.name ?? null),
  sentence: error.message,
  hints: error.hints,
  lastGood: key !== null && templates.has(key),
})

const silence: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Opens every `NAME.LANGUAGE.hbs` of the folders; of two files with one name the one in the earlier folder counts, and a
 * folder that is not there holds none. The files are looked at anew at every use, so an edit counts from the next reply
 * on; where an edit broke a template the last good one stays in use, and the log says `template-broken`, once, and
 * `template-mended`. Replies are plain text, rendered once, without escaping.
 */
export const openTemplates = (
  folders: readonly string[],
  {
    log = silence,
    now = () => performance.now(),
  }: { readonly log?: Log | undefined; readonly now?: () => number } = {},
): Templates => {
  const read = templateFilesIn(folders, now)
  let files = read()
  let set = templateSetOf(files, noTemplates)
  tellChanges([], set.troubles, set, log)
  const look = (): TemplateSet => {
    const latest = read()
    if (!isSame(files, latest)) {
      const before = set
      set = templateSetOf(latest, before)
      tellChanges(before.troubles, set.troubles, set, log)
    }
    files = latest
    return set
  }
  return {
    render: (name, wanted, facts) => renderWith(pick(look(), name, wanted), wanted, facts),
    all: () => [...look().chosen.values()].map(({ name, language, file }) => ({ name, language, file })),
    broken: () => {
      const looked = look()
      return looked.troubles.map((trouble) => toldOf(trouble, looked))
    },
  }
}

/** Whether two looks found the same. */
const isSame = (one: TemplateFiles, other: TemplateFiles): boolean => {
  const text = (file: TemplateFile | undefined): string | undefined =>
    file?.content instanceof OperatorError ? file.content.message : file?.content
  return one.size === other.size && [...one].every(([path, file]) => text(file) === text(other.get(path)))
}
