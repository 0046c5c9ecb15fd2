import { isDeepStrictEqual } from 'node:util'
import { fieldValues, type Message } from '../../src/core/message.ts'
import type { Listed, Lying } from './mailbox.ts'
import type { SeededMessage } from './seed.ts'

/** A draft as it lies in Drafts, and what it says. */
export interface Draft extends Lying {
  readonly message: Message
}

/** What `status --json` tells of one message. */
export interface Met {
  readonly messageId: string | null
  readonly kind: string
  readonly inviter: { readonly name: string } | null
  readonly state: string
  readonly reason: string | null
  readonly because: string | null
}

/** What was seen of both mailboxes: before the first poll, after it, and after the second. */
export interface Seen {
  readonly before: { readonly inbox: readonly Listed[] }
  readonly drafts: readonly Draft[]
  readonly met: readonly Met[]
  readonly after: { readonly inbox: readonly Listed[]; readonly drafts: readonly Lying[] }
}

/** How many drafts the seed is made for. */
export const draftsOf = (seeded: readonly SeededMessage[]): number =>
  seeded.filter(({ outcome }) => outcome === 'drafted').length

const outcomeOf = ({ state, reason }: Met): string => reason ?? state

const wronglyMet = (seeded: readonly SeededMessage[], met: readonly Met[]): string | undefined =>
  seeded
    .map(({ messageId, outcome }) => {
      const found = met.find((entry) => entry.messageId === messageId)
      const told = found === undefined ? null : outcomeOf(found)
      return told === outcome
        ? null
        : `${messageId} was to be ${outcome ?? 'left alone'}, but it is ${told ?? 'not known'}`
    })
    .find((sentence) => sentence !== null)

const answers = ({ message }: Draft): string | undefined => fieldValues(message, 'In-Reply-To')[0]

const unanswered = (seeded: readonly SeededMessage[], drafts: readonly Draft[]): SeededMessage | undefined =>
  seeded.find(
    ({ messageId, outcome }) => outcome === 'drafted' && !drafts.some((draft) => answers(draft) === messageId),
  )

const lying = ({ uid, flags, bytes }: Draft): Lying => ({ uid, flags, bytes })

/**
 * What is not as the seed says, in one sentence; null when all is.
 * @param wanted how many drafts there are to be
 */
export const faultIn = (seeded: readonly SeededMessage[], seen: Seen, wanted: number): string | null => {
  const { before, drafts, met, after } = seen
  if (drafts.length !== wanted) return `${wanted} drafts were to be there, but ${drafts.length} are`
  const left = unanswered(seeded, drafts)
  if (left !== undefined) return `no draft answers ${left.messageId}`
  const wrong = wronglyMet(seeded, met)
  if (wrong !== undefined) return wrong
  if (!isDeepStrictEqual(before.inbox, after.inbox)) return 'the messages in INBOX, or their flags, were changed'
  return isDeepStrictEqual(drafts.map(lying), after.drafts) ? null : 'the second poll changed the drafts'
}
