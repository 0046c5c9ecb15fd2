import type { Entry } from '../../src/core/state.ts'
import type { StoredMessage } from '../servers/dovecot.ts'
import { type Mailboxes, messageIdOf } from './mailboxes.ts'

/** The worst first. Only the last two are good ends; the one before says so to the user and leaves the rest to him. */
export const verdicts = [
  'ledger unreadable',
  'broken',
  'doubled',
  'lost',
  'seen-flag touched',
  'altered',
  'restless',
  'left to the user',
  'ok',
] as const

export type Verdict = (typeof verdicts)[number]

export interface Finding {
  readonly verdict: Verdict
  readonly because: string
}

/** What a trial ended with: the mailboxes and the ledger at rest, and once more after a further poll. */
export interface Outcome {
  readonly invitations: number
  readonly atRest: Mailboxes
  readonly afterwards: Mailboxes
  readonly entriesAtRest: readonly Entry[]
  readonly entries: readonly Entry[]
  /** By msg-id, the bytes that the ledger held of a reply before it was stored. */
  readonly frozen: ReadonlyMap<string, ReadonlySet<string>>
}

const unfolded = ({ source }: StoredMessage): string => source.replace(/\r\n(?=[ \t])/gu, '')

const fieldOf = (message: StoredMessage, name: string): string =>
  new RegExp(`^${name}:[ \t]*(.*?)\r$`, 'imu').exec(unfolded(message))?.[1] ?? ''

const draftsFor = ({ Drafts }: Mailboxes, n: number): readonly StoredMessage[] =>
  Drafts.filter((draft) => fieldOf(draft, 'In-Reply-To') === messageIdOf(n))

const stateOf = (entries: readonly Entry[], n: number): Entry['state'] | null =>
  entries.find(({ messageKey }) => messageKey === messageIdOf(n))?.state ?? null

const ofInvitation = ({ afterwards, entries }: Outcome, n: number): readonly Finding[] => {
  const found = draftsFor(afterwards, n).length
  const state = stateOf(entries, n)
  const words = state !== null && 'because' in state ? `, because: ${state.because}` : ''
  const told = `invitation ${n} has ${found} drafts and is ${state?.kind ?? 'unknown'} in the ledger${words}`
  if (found > 1) return [{ verdict: 'doubled', because: told }]
  if (state?.kind === 'uncertain') return [{ verdict: 'left to the user', because: told }]
  if (found === 0) return [{ verdict: 'lost', because: told }]
  return state?.kind === 'drafted' ? [] : [{ verdict: 'altered', because: told }]
}

const ofDraft = (draft: StoredMessage, { frozen }: Outcome): readonly Finding[] => {
  const known = frozen.get(fieldOf(draft, 'Message-ID'))
  const findings: Finding[] = []
  if (draft.flags.join(' ') !== '\\Draft \\Seen')
    findings.push({ verdict: 'altered', because: `draft ${draft.uid} has the flags ${draft.flags.join(' ')}` })
  if (known !== undefined && (known.size > 1 || !known.has(draft.source)))
    findings.push({ verdict: 'altered', because: `draft ${draft.uid} is not the reply that was planned` })
  return findings
}

const ofInbox = ({ afterwards: { INBOX }, invitations }: Outcome): readonly Finding[] => {
  const touched = INBOX.filter(({ flags }) => flags.length > 0).map(({ uid }) => uid)
  if (touched.length > 0) return [{ verdict: 'seen-flag touched', because: `flags of ${touched.join(', ')} in INBOX` }]
  if (INBOX.length === invitations) return []
  return [{ verdict: 'altered', because: `INBOX holds ${INBOX.length} of ${invitations} messages` }]
}

const ofRest = ({ atRest, afterwards, entriesAtRest, entries }: Outcome): readonly Finding[] => {
  const [before, after] = [
    { atRest, entriesAtRest },
    { atRest: afterwards, entriesAtRest: entries },
  ].map(asText)
  return before === after ? [] : [{ verdict: 'restless', because: 'a further poll changed something' }]
}

const asText = (seen: { readonly atRest: Mailboxes; readonly entriesAtRest: readonly Entry[] }): string =>
  JSON.stringify([seen.atRest, seen.entriesAtRest.map(({ id, state }) => [id, state])])

export const findingsOf = (outcome: Outcome): readonly Finding[] => {
  const numbers = Array.from({ length: outcome.invitations }, (_, index) => index + 1)
  return [
    ...numbers.flatMap((n) => ofInvitation(outcome, n)),
    ...outcome.afterwards.Drafts.flatMap((draft) => ofDraft(draft, outcome)),
    ...ofInbox(outcome),
    ...ofRest(outcome),
  ]
}

/** The worst of them, with every reason; `ok` when there is none. */
export const worstOf = (findings: readonly Finding[]): Finding => {
  const verdict = verdicts.find((one) => findings.some((finding) => finding.verdict === one)) ?? 'ok'
  return { verdict, because: findings.map(({ because }) => because).join('; ') }
}
