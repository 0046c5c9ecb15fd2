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

/** Ends where a url begins; an accent belongs to the letter before it. */
const plain = "(?!https?:)[!-%'-_a-~](?!\\p{M})"

/** A url, an entity, a run that only changes its case, white space, anything else. */
const segments = new RegExp(
  `https?://[^\\s<>"]+|&(?:#\\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,6});|(?<run>(?:${plain}| (?=${plain})){1,500})|\\s+|.\\p{M}*`,
  'giu',
)

/** One segment as `normalise` would leave it within a longer text. */
const foldedSegment = (segment: string): string => {
  if (/^\s/.test(segment)) return ' '
  if (/^https?:/i.test(segment)) return '\ufffc'
  return normalise(`a${decodeEntities(segment)}a`).slice(1, -1)
}

/** A stretch of the folded text that begins at `at`; `run`: character by character. */
interface Segment extends Stretch {
  readonly at: number
  readonly index: number
  readonly run: boolean
}

/** Folds texts; those of one line are put together as they are. */
export const fold = (texts: readonly Text[]): Folded => {
  const known = new Map<string, string>()
  const pieces: string[] = []
  const all: Segment[] = []
  const lines: Stretch[] = []
  let [from, at] = [0, 0]
  const write = (piece: string, segment: Omit<Segment, 'at'>): void => {
    if (piece === '') return
    pieces.push(piece)
    all.push({ ...segment, at })
    at += piece.length
  }
  for (const [index, { value, line }] of texts.entries()) {
    for (const { 0: segment, index: start, groups } of value.matchAll(segments)) {
      const end = start + segment.length
      const run = groups?.run !== undefined
      const folded = run ? segment.toLowerCase() : (known.get(segment) ?? foldedSegment(segment))
      if (!run && segment.length < 9) known.set(segment, folded)
      write(folded, { index, start, end, run })
    }
    if (texts[index + 1]?.line === line) continue
    lines.push({ start: from, end: at })
    write('\n', { index, start: value.length, end: value.length, run: false })
    from = at
  }
  return { text: pieces.join(''), lines, origins: (stretch) => originsOf(stretch, all) }
}

const originsOf = (stretch: Stretch, all: readonly Segment[]): readonly (Stretch & { readonly index: number })[] => {
  const origins: { index: number; start: number; end: number }[] = []
  for (let number = segmentAt(stretch.start, all); number < all.length; number += 1) {
    const segment = all[number]
    if (segment === undefined || segment.at >= stretch.end) break
    const start = segment.run ? Math.max(segment.start, segment.start + stretch.start - segment.at) : segment.start
    const end = segment.run ? Math.min(segment.end, segment.start + stretch.end - segment.at) : segment.end
    const last = origins.at(-1)
    if (last?.index === segment.index) last.end = end
    else origins.push({ index: segment.index, start, end })
  }
  return origins
}

/** The number of the segment that a character was written from. */
const segmentAt = (at: number, all: readonly Segment[]): number => {
  let [low, high] = [0, all.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((all[middle]?.at ?? 0) <= at) low = middle
    else high = middle - 1
  }
  return low
}
