import { decodeEntities, normalise } from './wording.ts'

/** A text of a message, and the line of it that it stands in: html breaks lines at other places than text does. */
export interface Text {
  readonly value: string
  readonly line: number
}

/** From `start` to before `end`, in characters. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Several texts as one, written as phrases are compared: lower case, straight quotes, no filler, `\ufffc` for a url. */
export interface Folded {
  readonly text: string
  /** Where the lines stand in `text`; what is between them is `\n`. */
  readonly lines: readonly Stretch[]
  /** The stretch of each of the texts that a stretch of `text` was written from. */
  readonly origins: (stretch: Stretch) => readonly (Stretch & { readonly index: number })[]
}

const segments = /https?:\/\/[^\s<>"]+|&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,6});|\s+|.\p{M}*/giu

/** One segment as `normalise` would leave it within a longer text. */
const foldedSegment = (segment: string): string => {
  if (/^\s/.test(segment)) return ' '
  if (/^https?:/i.test(segment)) return '\ufffc'
  return normalise(`a${decodeEntities(segment)}a`).slice(1, -1)
}

/** Folds texts; those of one line are put together as they are. */
export const fold = (texts: readonly Text[]): Folded => {
  const known = new Map<string, string>()
  const written: string[] = []
  const [owners, starts, ends]: [number[], number[], number[]] = [[], [], []]
  const lines: Stretch[] = []
  let from = 0
  const write = (character: string, owner: number, start: number, end: number): void => {
    written.push(character)
    owners.push(owner)
    starts.push(start)
    ends.push(end)
  }
  for (const [index, { value, line }] of texts.entries()) {
    for (const { 0: segment, index: at } of value.matchAll(segments)) {
      const folded = known.get(segment) ?? foldedSegment(segment)
      if (segment.length < 9) known.set(segment, folded)
      for (const unit of folded.split(''))
        if (unit !== ' ' || written.at(-1) !== ' ') write(unit, index, at, at + segment.length)
    }
    if (texts[index + 1]?.line === line) continue
    lines.push({ start: from, end: written.length })
    write('\n', index, value.length, value.length)
    from = written.length
  }
  return { text: written.join(''), lines, origins: (stretch) => originsOf(stretch, owners, starts, ends) }
}

const originsOf = (
  { start, end }: Stretch,
  owners: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
): readonly (Stretch & { readonly index: number })[] => {
  const origins: { index: number; start: number; end: number }[] = []
  for (let at = start; at < end; at += 1) {
    const [index = 0, from = 0, to = 0] = [owners[at], starts[at], ends[at]]
    const last = origins.at(-1)
    if (last?.index === index) last.end = to
    else origins.push({ index, start: from, end: to })
  }
  return origins
}
