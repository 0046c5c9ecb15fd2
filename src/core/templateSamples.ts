import { inviterVariables } from './compose.ts'
import type { Instant } from './message.ts'
import type { ReplyFacts } from './templateVariables.ts'

/** An invitation that nobody sent, for trying templates. */
export interface Sample {
  readonly name: string
  /** In words, behind the template's name. */
  readonly meaning: string
  readonly facts: ReplyFacts
}

const full = {
  name: 'Ingrid Solberg',
  firstName: 'Ingrid',
  headline: 'Procurement Lead | Cold chain | Oslo',
  profile: 'https://www.linkedin.com/in/ingrid-solberg-90aa12c4',
}

const sparse = { ...full, firstName: null, headline: null, profile: null }

/** What a stranger may write: tags, html, fields, the line to cut at, letters in disguise, another direction, and a lot. */
const hostile = {
  name: "{{ownName}} O'Brien <b>&amp;</b>\r\nBcc: eve@example.org\u202e---- 8< ----",
  firstName: 'Zo\u00eb\u2011Ji\u0159ina',
  headline: `{{#each this}} "CEO" & <script> \u2028 \u5c71\u7530 \u05d0\u05d1\u05d2 \u{1f680} ${'very '.repeat(40)}long`,
  profile: 'https://www.linkedin.com/profile/view?id=AAsAA',
}

/**
 * The invitations every template must cope with: one that tells everything, one that tells a name alone, and one by
 * somebody who means harm.
 * @param reply what is the user's: own name, time zone, and now for a date
 */
export const samplesFor = ({
  ownName,
  timezone,
  now,
}: {
  readonly ownName: string
  readonly timezone: string
  readonly now: Instant
}): readonly Sample[] => {
  const facts: ReplyFacts = {
    inviter: full,
    invitedAt: now,
    timezone,
    commonConnections: 7,
    ownName,
    recipientKind: 'on-site',
  }
  return [
    { name: 'full', meaning: 'with everything known', facts },
    {
      name: 'sparse',
      meaning: 'with a name alone known',
      facts: { ...facts, inviter: sparse, invitedAt: null, commonConnections: null, ownName: '' },
    },
    {
      name: 'hostile',
      meaning: 'with what a stranger may write',
      facts: { ...facts, inviter: inviterVariables({ inviter: hostile }), commonConnections: 1 },
    },
  ]
}

const gap = /\S {2,}\S| [,.;:!?](?=\s|$)|\(\s*\)|""|“”|„“|«\s*»/gu

const gapsIn = (line: string): number => line.match(gap)?.length ?? 0

/**
 * The first line in which a missing value left a gap: `Hello ,`, `(  )`. What stands there with every value too is how its
 * author writes.
 */
export const gapIn = (sparse: string, full: string): string | null => {
  if (gapsIn(sparse) <= gapsIn(full)) return null
  const lines = new Set(full.split('\n'))
  return sparse.split('\n').find((line) => gapsIn(line) > 0 && !lines.has(line)) ?? null
}
