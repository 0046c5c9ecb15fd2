import { gapIn, type Sample } from '../core/templateSamples.ts'
import type { Rendered, Templates } from '../ports.ts'

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
  return templates.all().map(({ name, language, file }) => {
    const said = samples.map(({ facts }) =>
      broken.has(file) ? null : sayingOf(templates.render(name, [language], facts)),
    )
    const full = said[samples.findIndex((sample) => sample.name === 'full')] ?? null
    const verdicts = said.map((saying, index) => verdictOn(saying, samples[index]?.name === 'sparse' ? full : null))
    return { name, language, file, verdicts }
  })
}

const sayingOf = ({ subject, text }: Rendered): string => (subject === null ? text : `${subject}\n\n${text}`)

/** @param full what the same template says when nothing is missing; null where no gap is looked for */
const verdictOn = (saying: string | null, full: string | null): Verdict => {
  if (saying === null) return { kind: 'broken', line: null }
  if (saying.trim() === '') return { kind: 'empty', line: null }
  const line = full === null ? null : gapIn(saying, full)
  return { kind: line === null ? 'ok' : 'gap', line }
}
