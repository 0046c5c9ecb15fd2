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

const pick = (set: TemplateSet, name: string, wanted: readonly string[]): Template => {
  const { chosen, templates, blocked, unread, troubles } = set
  if (unread !== null) throw unread
  const there = [...chosen].filter(([key]) => templates.has(key) || blocked.has(key))
  const picked = pickTemplate(new Map(there.map(([key, one]) => [key, { ...one, key }])), name, wanted)
  const template = picked === null ? undefined : templates.get(picked.key)
  if (template !== undefined) return template
  const trouble = picked === null ? undefined : troubles.find(({ key }) => key === picked.key)
  if (trouble !== undefined) throw trouble.error
  const { sentence, hint } = notPicked(chosen.values(), name)
  throw new OperatorError(exit.config, sentence, [hint])
}

const toldOf = ({ file, key, error }: Trouble, { blocked, unread }: TemplateSet): BrokenTemplate => ({
  file,
  sentence: error.message,
  hints: error.hints,
  lastGood: unread === null && key !== null && !blocked.has(key),
})

/** What is broken now and was not, or otherwise; and what is whole again. */
const tellChanges = (before: readonly Trouble[], set: TemplateSet, files: TemplateFiles, log?: Log): void => {
  const isTold = ({ error: { message } }: Trouble): boolean => before.some(({ error }) => error.message === message)
  for (const trouble of set.troubles.filter((one) => !isTold(one))) {
    const { file, sentence, hints, lastGood } = toldOf(trouble, set)
    log?.warn('template-broken', { file, sentence, hint: hints[0], lastGood })
  }
  const isMended = (file: string): boolean => files.has(file) && !set.troubles.some((one) => one.file === file)
  for (const { file } of before.filter((one) => isMended(one.file))) log?.info('template-mended', { file })
}

/**
 * Opens every `NAME.LANGUAGE.hbs` of the folders; of two files with one name the one in the earlier folder counts, and a
 * folder that is not there holds none. The files are looked at anew at every use, so an edit counts from the next reply
 * on; where an edit broke a template the last good one stays in use, and the log says `template-broken`, once, and
 * `template-mended`. Replies are plain text, rendered once, without escaping.
 */
export const openTemplates = (
  folders: readonly string[],
  { log, now = Date.now }: { readonly log?: Log | undefined; readonly now?: () => number } = {},
): Templates => {
  const read = templateFilesIn(folders, now)
  let files = read()
  let set = templateSetOf(files, noTemplates)
  tellChanges([], set, files, log)
  const look = (): TemplateSet => {
    const latest = read()
    if (!isSame(files, latest)) {
      const before = set
      set = templateSetOf(latest, before)
      tellChanges(before.troubles, set, latest, log)
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
