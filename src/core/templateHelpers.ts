import { dateStyles } from './templateVariables.ts'

/** What a helper may be given. */
export interface HelperRule {
  readonly name: string
  readonly usage: string
  readonly meaning: string
  /** Names of options in `name="…"` form. */
  readonly options: readonly string[]
}

/** The plural categories of all languages (CLDR; Intl.PluralRules). */
const pluralCategories = ['zero', 'one', 'two', 'few', 'many', 'other'] as const

/** Every helper; docs/templates.md has the same table. */
export const templateHelpers: readonly HelperRule[] = [
  {
    name: 'fallback',
    usage: '{{fallback inviter.firstName "there"}}',
    meaning: 'the first that has a value; the last one must',
    options: [],
  },
  {
    name: 'date',
    usage: '{{date invitationDate "full"}}',
    meaning: `the day, ${dateStyles.slice(0, -1).join(', ')} or ${dateStyles.at(-1)}`,
    options: [],
  },
  {
    name: 'plural',
    usage: '{{plural commonConnections one="# connection" other="# connections"}}',
    meaning: 'the form that the language has for the number, # standing for it',
    options: pluralCategories,
  },
  {
    name: 'list',
    usage: '{{list inviter.name inviter.headline}}',
    meaning: 'those that have a value, as a list: a, b and c',
    options: [],
  },
]

const hasValue = (value: unknown): boolean => value !== null && value !== undefined && value !== ''

/** `{{fallback a b "text"}}`: the first of them that has a value. */
export const firstWithValue = (values: readonly unknown[]): unknown => values.find(hasValue)

/** `{{list a b}}`: those that have a value, joined as the locale joins them. */
export const listed = (values: readonly unknown[], locale: string): string =>
  new Intl.ListFormat([locale, 'en'], { type: 'conjunction' }).format(values.filter(hasValue).map(String))

/** `{{plural n one="…" other="…"}}`: the form of the locale's plural category, `#` being the number as it is written there. */
export const pluralForm = (count: number, forms: Readonly<Record<string, unknown>>, locale: string): string => {
  const locales = [locale, 'en']
  const form = forms[new Intl.PluralRules(locales).select(count)] ?? forms.other
  return String(form).replaceAll('#', new Intl.NumberFormat(locales).format(count))
}
