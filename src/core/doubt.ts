import type { State } from './state.ts'

/** Why a reply of unknown outcome is left to the user, by the way it went. */
export const leftBecause = {
  append:
    'the connection broke while the draft was under way; it is in none of Drafts, Sent and Trash, but Drafts has changed since, so nobody can tell whether it was stored',
  submission:
    'the connection broke while the reply was under way; it was not in Sent for half an hour, so nobody can tell whether it was sent',
} as const

/** Whether a reply was looked for as long as that could tell anything; what to do about it is the user's to say. */
export const isLeftToUser = (state: State): boolean =>
  state.kind === 'uncertain' && state.because === leftBecause[state.via]
