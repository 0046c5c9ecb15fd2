/** Where something stands in a template, both counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** What a tag is given: a variable, a text in quotes, or what no template needs (a number, a helper's result). */
export type TemplateValue =
  | { readonly kind: 'variable'; readonly name: string; readonly place: Place }
  | { readonly kind: 'text'; readonly text: string; readonly place: Place }
  | { readonly kind: 'other'; readonly place: Place }

/** `name="value"` in a tag. */
export interface TemplateOption {
  readonly name: string
  readonly value: TemplateValue
  readonly place: Place
}

/** What stands between the braces of a tag. */
interface Tag {
  readonly head: TemplateValue
  readonly values: readonly TemplateValue[]
  readonly options: readonly TemplateOption[]
  readonly place: Place
}

/** A template as its rules read it: its tags in their order; the words between them are nobody's business. */
export type TemplateNode =
  | (Tag & { readonly kind: 'print' })
  | (Tag & {
      readonly kind: 'block'
      readonly body: readonly TemplateNode[]
      readonly otherwise: readonly TemplateNode[]
    })
  /** `{{> name}}`; `simple` unless it has values or options, or its name is computed. */
  | { readonly kind: 'partial'; readonly name: string; readonly simple: boolean; readonly place: Place }
  | { readonly kind: 'strange'; readonly place: Place }

/** What is wrong with a template, where, and what to write instead. */
export interface TemplateFault {
  readonly place: Place
  readonly sentence: string
  readonly hint: string
}
