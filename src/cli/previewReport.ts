import { printable } from './columns.ts'
import type { Style } from './style.ts'

/** A template as it is rendered, under its own name. */
export const renderPreview = (
  rendered: {
    readonly template: string
    readonly language: string
    readonly subject: string | null
    readonly text: string
  },
  style: Style,
): string => {
  const subject = rendered.subject === null ? '' : `Subject: ${rendered.subject}\n\n`
  return `${style.bold(`${rendered.template}, ${rendered.language}`)}\n\n${printable(`${subject}${rendered.text}`)}\n`
}
