import { readLink, urlsIn } from '../links.ts'
import { noteIn } from '../note.ts'
import type { Reading, ReadingContext } from '../reading.ts'
import { isSeparator, unknownNote } from '../reading.ts'
import { visible } from '../wording.ts'
import { wordsFor } from '../words.ts'
import { linesOf } from './agreement.ts'

/**
 * The text mail of 2009 to 2013, read for `explain` and archives: a frame line, dashes, `{First},` body, `- {First}`,
 * `Accept invitation from {Name}`. The box of the invitation is printed between the greeting and the signature.
 */
export const readText2009 = (text: string, context: ReadingContext): Reading | null => {
  const lines = linesOf(text)
  return readInvitation(lines, context) ?? readReminder(lines)
}

/** Lines, at the top; a rule further down is the writer's own. */
const longestFrame = 8

const readInvitation = (lines: readonly string[], context: ReadingContext): Reading | null => {
  const accept = lines.findIndex((line) => /^accept invitation from \S/iu.test(line))
  if (accept === -1) return null
  const name = visible((lines[accept] ?? '').replace(/^accept invitation from /iu, ''))
  const head = lines.slice(0, accept)
  const frameEnd = head.slice(0, longestFrame).findLastIndex((line) => line.length >= 10 && isSeparator(line))
  const box = head.slice(frameEnd + 1).filter((line) => line !== '')
  const signed = box.at(-1)?.match(/^[-–—]\s*(\S.{0,80})$/u)?.[1] ?? null
  const link = readLink(urlsIn(lines.slice(accept, accept + 3).join('\n'))[0] ?? '')
  const body = (signed === null ? box : box.slice(0, -1)).join('\n')
  return {
    layout: 'text-2009',
    name,
    given: signed,
    headline: null,
    profile: link?.profile ?? null,
    invitationId: link?.invitationId ?? null,
    item: link?.item ?? null,
    commonConnections: null,
    note: noteIn(body, wordsFor(context.phrases, { inviter: name, recipient: context.recipient })),
  }
}

/** The reminder of 2013 quotes nothing; it names the person, a headline and a location. */
const readReminder = (lines: readonly string[]): Reading | null => {
  const texts = lines.filter((line) => line !== '')
  const name = texts[0]?.match(/^(.{1,80}) would like to connect on LinkedIn\./u)?.[1]
  if (!name || texts[1] !== name) return null
  return {
    layout: 'text-2009',
    name,
    given: null,
    headline: texts[2] ?? null,
    profile: null,
    invitationId: null,
    item: null,
    commonConnections: null,
    note: unknownNote('a reminder proves nothing about a note'),
  }
}
