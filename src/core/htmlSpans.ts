import { inline } from './blocks.ts'
import { addText, type Span } from './spans.ts'

/** Where the parser stands: the first and the last character of what it tells of. */
export interface ParserPlace {
  readonly startIndex: number
  readonly endIndex: number
}

/** What an html parser tells, in the words of htmlparser2. */
export interface HtmlEvents {
  readonly onattribute: (name: string, value: string, quote: string | null | undefined) => void
  readonly onopentag: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly ontext: (text: string) => void
  readonly oncomment: () => void
  readonly onclosetag: (name: string) => void
}

/** LinkedIn's links are buttons and names, each a text of its own. */
const endsLine = (name: string): boolean => name === 'a' || !inline.has(name)

/** Collects texts, attributes but for look, comments and scripts, with their places; styles only where they hold urls. */
export const spanCollector = (html: string, spans: Span[], place: () => ParserPlace): HtmlEvents => {
  const anchors: (string | null)[] = [null]
  let attributes: Span[] = []
  let code: string | null = null
  let line = 0
  const span = (kind: Span['kind'], name: string, value: string, end = place().endIndex + 1): Span => {
    return { kind, name, value, line, href: anchors.at(-1) ?? null, image: null, start: place().startIndex, end }
  }
  return {
    onattribute(name, value, quote) {
      if (quote === undefined || name === 'class' || (name === 'style' && !value.includes('http'))) return
      attributes.push(span('attribute', name, value, place().endIndex))
    },
    onopentag(name, { href, src }) {
      for (const attribute of attributes) spans.push({ ...attribute, image: src ?? null })
      attributes = []
      anchors.push(name === 'a' ? (href ?? null) : (anchors.at(-1) ?? null))
      code = name === 'script' || name === 'style' ? name : null
      if (endsLine(name)) line += 1
    },
    ontext(text) {
      if (code === null) addText(spans, span('text', '', text))
      else if (code === 'script' || text.includes('http')) spans.push(span('attribute', `<${code}`, text))
    },
    oncomment() {
      spans.push(span('attribute', '<!--', html.slice(place().startIndex, place().endIndex + 1)))
    },
    onclosetag(name) {
      anchors.pop()
      code = null
      if (endsLine(name)) line += 1
    },
  }
}
