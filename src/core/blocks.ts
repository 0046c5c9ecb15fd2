import { type LinkFacts, readLink } from './links.ts'
import type { HtmlElement, HtmlNode } from './message.ts'
import { visible } from './wording.ts'

/** One run of text as a reader sees it, with what stands round it. Blocks are in the order of the document. */
export interface Block {
  readonly text: string
  /** The outermost link it stands in: LinkedIn's buttons are anchors within anchors. */
  readonly href: string | null
  readonly link: LinkFacts | null
  /** Hidden from sight: the preheader that mail clients show beside the subject. */
  readonly hidden: boolean
  readonly heading: boolean
  /** The table cell it stands in, or null. */
  readonly cell: HtmlElement | null
}

/** Elements that stand within a line. */
export const inline: ReadonlySet<string> = new Set([
  'a',
  'span',
  'b',
  'i',
  'em',
  'strong',
  'font',
  'u',
  'small',
  'img',
  'sup',
  'sub',
  'code',
  'bdi',
  'bdo',
  'wbr',
  'abbr',
  'mark',
  'label',
])
const unseen = new Set(['title', 'style', 'script', 'template', 'meta', 'link'])
const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'])

const hides = ({ attributes }: HtmlElement): boolean =>
  attributes['data-email-preheader'] === 'true' ||
  /visibility:\s*hidden|display:\s*none|mso-hide:\s*all/iu.test(attributes.style ?? '')

type Place = Pick<Block, 'href' | 'hidden' | 'heading' | 'cell'>

type Step = { readonly node: HtmlNode; readonly place: Place } | 'break'

const enter = (element: HtmlElement, place: Place): Place => ({
  href: place.href ?? (element.tag === 'a' ? (element.attributes.href ?? null) : null),
  hidden: place.hidden || hides(element),
  heading: place.heading || headings.has(element.tag),
  cell: element.tag === 'td' || element.tag === 'th' ? element : place.cell,
})

const samePlace = (one: Place, other: Place): boolean =>
  one.href === other.href && one.hidden === other.hidden && one.heading === other.heading && one.cell === other.cell

/** Html as blocks; an empty link (a picture) gives a block with empty text, so that its region is still seen. */
export const blocksOf = (root: HtmlElement): readonly Block[] => {
  const blocks: Block[] = []
  let run = ''
  let at: Place = { href: null, hidden: false, heading: false, cell: null }
  const flush = (next: Place): void => {
    const text = visible(run)
    if (text !== '' || at.href !== null) blocks.push({ text, link: at.href ? readLink(at.href) : null, ...at })
    run = ''
    at = next
  }
  const stack: Step[] = [{ node: root, place: at }]
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (step === 'break') flush({ ...at, href: null })
    else if (typeof step.node === 'string') {
      if (!samePlace(step.place, at)) flush(step.place)
      run += step.node
    } else if (!unseen.has(step.node.tag)) descend(step.node, step.place, stack, flush)
  }
  flush(at)
  return mergeLinks(blocks)
}

const descend = (element: HtmlElement, outer: Place, stack: Step[], flush: (next: Place) => void): void => {
  const place = enter(element, outer)
  const breaks = !inline.has(element.tag)
  if (breaks || place.href !== outer.href) flush(place)
  if (breaks) stack.push('break')
  for (const child of [...element.children].reverse()) stack.push({ node: child, place })
}

/** What stands for the pictures of html where it is written as text: their words, and where they lie. */
export const picturesOf = (root: HtmlElement): readonly string[] => {
  const pictures: string[] = []
  const stack: HtmlNode[] = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (typeof node === 'string') continue
    if (node.tag === 'img') pictures.push(node.attributes.alt ?? '', node.attributes.src ?? '')
    stack.push(...node.children)
  }
  return pictures.filter(Boolean)
}

/** Pieces of one link that stand side by side are one block: a button is many cells round one word. */
const mergeLinks = (blocks: readonly Block[]): readonly Block[] => {
  const merged: Block[] = []
  for (const block of blocks) {
    const last = merged.at(-1)
    if (last && block.href !== null && last.href === block.href && (last.text === '' || block.text === '')) {
      merged[merged.length - 1] = { ...last, text: last.text || block.text, heading: last.heading || block.heading }
    } else merged.push(block)
  }
  return merged
}
