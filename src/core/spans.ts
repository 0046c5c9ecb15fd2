import type { Piece } from './personalText.ts'

/** A piece and where it stands in its part: from `start` to before `end`, in characters. */
export interface Span extends Piece {
  readonly start: number
  readonly end: number
}

/** The lines of a text/plain part, without their line ends. */
export const lineSpans = (text: string): readonly Span[] =>
  [...text.matchAll(/[^\r\n]+/g)].map((line, number) => ({
    kind: 'text',
    line: number,
    name: '',
    value: line[0],
    href: null,
    image: null,
    start: line.index,
    end: line.index + line[0].length,
  }))

/** The part with other values in its spans; what is not changed stays as it was written, character for character. */
export const withSpans = (
  part: string,
  spans: readonly Span[],
  values: readonly string[],
  write: (span: Span, written: string, value: string) => string,
): string => {
  let end = 0
  const pieces = spans.flatMap((span, index) => {
    const value = values[index] ?? ''
    if (value === span.value) return []
    const before = part.slice(end, span.start)
    end = span.end
    return [before, write(span, part.slice(span.start, span.end), value)]
  })
  return `${pieces.join('')}${part.slice(end)}`
}

/** A value as text or attribute of html, the attribute's name spelled as it was; comments and code (`<!--`) as they are. */
export const writeHtml = (span: Span, written: string, value: string): string => {
  const escaped = value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\u00a0', '&nbsp;')
  if (span.name.startsWith('<')) return value
  return span.kind === 'text' ? escaped.replaceAll('&quot;', '"') : `${/^[^=]*=/.exec(written)?.[0] ?? ''}"${escaped}"`
}

/** Adds a text span; one that follows directly on another (after an entity) is put together with it. */
export const addText = (spans: Span[], text: Span): void => {
  const last = spans.at(-1)
  const follows = last?.kind === 'text' && last.end === text.start && last.line === text.line
  if (follows) spans[spans.length - 1] = { ...last, value: last.value + text.value, end: text.end }
  else spans.push(text)
}
