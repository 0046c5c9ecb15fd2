import { gapIn, type Sample } from '../core/templateSamples.ts'
import type { Templates } from '../ports.ts'

/** What came of one template with one sample. */
interface Verdict {
  readonly kind: 'ok' | 'gap' | 'empty' | 'broken'
  /** The line with the gap. */
  readonly line: string | null
}

export interface TemplateTrial {
  readonly name: string
  readonly language: string
  readonly file: string
  /** In the order of the samples. */
  readonly verdicts: readonly Verdict[]
}

/** Renders every template in its language with every sample. What is broken is told by `templates.broken()`. */
export const tryTemplates = (templates: Templates, samples: readonly Sample[]): readonly TemplateTrial[] => {
  const broken = new Set(templates.broken().map(({ file }) => file))
  return templates.all().map(({ name, language, file }) => ({
    name,
    language,
    file,
    verdicts: samples.map((sample): Verdict => {
      if (broken.has(file)) return { kind: 'broken', line: null }
      return verdictOn(templates.render(name, [language], sample.facts).text, sample)
    }),
  }))
}

/** Only where values are missing does a gap come of the template; in others a person may have written it. */
const verdictOn = (text: string, { name }: Sample): Verdict => {
  if (text.trim() === '') return { kind: 'empty', line: null }
  const line = name === 'sparse' ? gapIn(text) : null
  return { kind: line === null ? 'ok' : 'gap', line }
}
