import type { Instant } from './message.ts'
import type { Notice, TroubleKind } from './notice.ts'
import { redact } from './redact.ts'

/** Whom a notice is about, and by which account it comes. */
export interface About {
  readonly account: string
  readonly address: string
  readonly timezone: string
  readonly maxAgeDays: number
  /** The address of another account in whose INBOX the notice is put; null where it is this one's own. */
  readonly carrier: string | null
}

interface Words {
  readonly subject: string
  readonly text: string
}

type OfKind<T> = Readonly<Record<TroubleKind, T>>

const minute = 60_000

const when = (instant: Instant, { timezone }: About): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: timezone }).format(instant)

const count = (units: number, unit: string): string => `${units} ${unit}${units === 1 ? '' : 's'}`

/** How long, in the unit in which one would say it; a clock that was set back in between makes it nothing. */
const span = (milliseconds: number): string => {
  const minutes = Math.max(1, Math.round(milliseconds / minute))
  if (minutes < 90) return count(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return hours < 48 ? count(hours, 'hour') : count(Math.round(hours / 24), 'day')
}

/** What servers and files said, in one line, without what nobody else may read. */
const said = (words: string): string => redact(words.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim(), [])

const explanations: OfKind<(since: string) => string> = {
  login: (since) => `Since ${since} the mail server does not let have-we-met in.

This needs you: most often a password was changed, or an access has
expired. Until it is mended, invitations to this address are not
answered.`,
  polls: (since) => `have-we-met cannot read this mail. It last did on ${since}.

It keeps trying, and goes on by itself when the server or the network
was to blame. Until then, invitations to this address are not answered.`,
  layout: () => `There is mail that looks like an invitation from LinkedIn, but is none
that have-we-met understands. LinkedIn may have changed its mail, or
somebody imitates it. It is not answered: please look at it yourself.`,
}

const commands: OfKind<readonly (readonly [command: string, does: string])[]> = {
  login: [
    ['have-we-met check', 'tries everything and says what is wrong'],
    ['have-we-met login', 'gets a new access (accounts with OAuth)'],
    ['have-we-met status', 'shows how every account stands'],
  ],
  polls: [
    ['have-we-met check', 'tries everything and says what is wrong'],
    ['have-we-met status', 'shows how every account stands'],
  ],
  layout: [
    ['have-we-met explain FILE', 'says what it reads in a saved message'],
    ['have-we-met sanitize FILE', 'takes names out, for a report to us'],
    ['have-we-met status', 'shows how every account stands'],
  ],
}

const worksAgain: OfKind<string> = {
  login: 'The mail server lets have-we-met in again.',
  polls: 'have-we-met reads this mail again.',
  layout: 'have-we-met understands the invitations that LinkedIn sends again.',
}

const caughtUp = ({ maxAgeDays }: About): string => `Nothing was lost: invitations that came in meanwhile are read now.
Only those older than ${maxAgeDays} days are left to you.`

const nothingLost: OfKind<(about: About) => string> = {
  login: caughtUp,
  polls: caughtUp,
  layout: () => 'Nothing was lost: what was not understood is where it was, for you.',
}

const subjects: OfKind<readonly [broken: string, works: string]> = {
  login: ['cannot log in', 'logs in again'],
  polls: ['cannot read your mail', 'reads your mail again'],
  layout: ['does not understand mail from LinkedIn', 'understands mail from LinkedIn again'],
}

const whose = ({ account, address }: About): string => `This is about ${address} (account "${account}").`

const lastError = ({ because, hints }: Notice): string =>
  [`    ${said(because)}`, ...hints.map((hint) => `    - ${said(hint)}`)].join('\n')

const whatToType = (kind: TroubleKind): string =>
  commands[kind].map(([command, does]) => `    ${command.padEnd(28)}${does}`).join('\n')

const brokenText = (notice: Notice, about: About): readonly string[] => [
  explanations[notice.kind](when(notice.since, about)),
  `What it met last:\n\n${lastError(notice)}`,
  `What you can type:\n\n${whatToType(notice.kind)}`,
  'No further message about this comes until it works again.',
]

const mendedText = (notice: Notice, about: About): readonly string[] => {
  const until = notice.mendedAt ?? notice.since
  const times = `from ${when(notice.since, about)} to ${when(until, about)}`
  const late = `There was no way to tell you while it did not. What it met last:\n\n${lastError(notice)}`
  return [
    `${worksAgain[notice.kind]}\nIt did not for about ${span(until - notice.since)},
${times}.`,
    ...(notice.toldAt === null ? [late] : []),
    nothingLost[notice.kind](about),
  ]
}

/** Subject and text of the message that is due for a notice, for somebody who has not thought of this program for long. */
export const noticeWords = (notice: Notice, about: About): Words => {
  const isBroken = notice.phase === 'broken'
  const { carrier } = about
  const paragraphs = [
    whose(about),
    ...(isBroken ? brokenText(notice, about) : mendedText(notice, about)),
    ...(carrier === null ? [] : [`It comes to ${carrier}\nbecause there was no way to that address itself.`]),
  ]
  return {
    subject: `have-we-met ${subjects[notice.kind][isBroken ? 0 : 1]} (${about.address})`,
    text: `${paragraphs.join('\n\n')}\n`,
  }
}
