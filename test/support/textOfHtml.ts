import type { HtmlNode, Message } from '../../src/core/message.ts'

const inline = new Set(['a', 'span', 'b', 'img', 'font', 'strong', 'i'])
const unseen = new Set(['head', 'style', 'title'])

/** A text part as a server makes it of the html, Exchange among them: `Accept<https://…>`, `[words of a picture]`. */
export const textOfHtml = ({ html }: Message): string => {
  const out: string[] = []
  const walk = (node: HtmlNode): void => {
    if (typeof node === 'string') out.push(node.replace(/\s+/gu, ' '))
    else if (node.tag === 'img') out.push(`[${node.attributes.alt || node.attributes.src}]`)
    else if (!unseen.has(node.tag)) {
      const ends = inline.has(node.tag) ? '' : '\n'
      out.push(ends)
      for (const child of node.children) walk(child)
      out.push(node.tag === 'a' ? `<${node.attributes.href}>` : '', ends)
    }
  }
  if (html !== null) walk(html)
  return out.join('').replace(/\n\s*\n+/gu, '\n')
}
