import type { Inviter } from './kinds.ts'
import type { Instant } from './message.ts'
import type { Entry, State } from './state.ts'

/** The columns `entryOf` reads. */
export const entryColumns = 'entry, state, state_at AS stateAt, frozen, fallback'

type StoredApart = 'state' | 'stateAt' | 'frozen' | 'fallback'

/** The only names that reach the disk: whatever else an object may carry, a token least of all, stays out. */
const entryFields = Object.keys({
  id: true,
  account: true,
  messageKey: true,
  mailbox: true,
  uidValidity: true,
  uid: true,
  kind: true,
  inviter: true,
  name: true,
  firstName: true,
  headline: true,
  profile: true,
  invitationKey: true,
  personKeys: true,
  sentAt: true,
  fingerprint: true,
  replyMessageId: true,
  submitTo: true,
} satisfies Record<Exclude<keyof Entry, StoredApart> | keyof Inviter, true>)

type FieldOf<T> = T extends unknown ? keyof T : never
type ElsewhereOf<T> = T extends { readonly elsewhere: readonly (infer Mark)[] } ? Mark : never
type CopyOf<T> = T extends { readonly copy: infer Copy } ? Copy : never

const stateFields = Object.keys({
  kind: true,
  reason: true,
  because: true,
  mailbox: true,
  uidValidity: true,
  uidNext: true,
  uid: true,
  error: true,
  elsewhere: true,
  via: true,
  brokenAt: true,
  attempts: true,
  retryAt: true,
  response: true,
  copy: true,
  messageId: true,
  place: true,
} satisfies Record<FieldOf<State> | FieldOf<CopyOf<State>> | FieldOf<ElsewhereOf<State>>, true>)

/** An entry as JSON for the column `entry`: all of it but what has columns of its own. */
export const entryJson = (entry: Entry): string => JSON.stringify(entry, entryFields)

/** A state as JSON for the column `state`. */
export const stateJson = (state: State): string => JSON.stringify(state, stateFields)

/** A row of `entryColumns`, as SQLite gives it. */
export interface EntryColumns {
  readonly entry: string
  readonly state: string
  readonly stateAt: Instant
  readonly frozen: ArrayBuffer | null
  readonly fallback: ArrayBuffer | null
}

/** Entries of version 1 were drafts, all of them. */
const withSubmitTo = <T extends { readonly submitTo?: string | null }>(entry: T): T & { submitTo: string | null } => ({
  ...entry,
  submitTo: entry.submitTo ?? null,
})

/** The entry of a row. @throws SyntaxError where the JSON is damaged */
export const entryOf = ({ entry, state, stateAt, frozen, fallback }: EntryColumns): Entry => ({
  ...withSubmitTo(JSON.parse(entry) as Omit<Entry, StoredApart>),
  state: JSON.parse(state) as State,
  stateAt,
  frozen: frozen && new Uint8Array(frozen),
  fallback: fallback && new Uint8Array(fallback),
})
