import type { Entry } from '../core/state.ts'
/** Invitations that were not answered because we may read them wrongly, or of which we do not know whether they were. */
export interface Doubts {
  /** In a layout that is not known. */
  readonly unrecognised: number
  /** In a known layout, with something in them that may be a note. */
  readonly unclear: number
  /** Answered, perhaps: the connection broke, and nothing tells whether the reply was stored or sent. */
  readonly uncertain: number
}

const many = (count: number): string => `${count} invitation${count === 1 ? '' : 's'}`

/** What to do about them, a line each: LinkedIn changes its mail, and nobody but the user sees it. */
export const doubtsInWords = ({ unrecognised, unclear, uncertain }: Doubts): readonly string[] => [
  ...(unrecognised === 0
    ? []
    : [`${many(unrecognised)} in a layout we do not know: save one and run have-we-met sanitize on it`]),
  ...(unclear === 0
    ? []
    : [
        `${many(unclear)} with something that may be a note: save one and run have-we-met explain on it; if LinkedIn wrote that itself, have-we-met sanitize`,
      ]),
  ...(uncertain === 0
    ? []
    : [
        `${many(uncertain)} with a reply that may or may not have been stored or sent: look into Drafts and Sent; what is in neither, have-we-met retry ID leaves as a draft`,
      ]),
]

/** How many of the entries are in doubt. */
export const doubtsIn = (entries: readonly Entry[]): Doubts => ({
  unrecognised: entries.filter(({ kind }) => kind === 'unrecognised').length,
  unclear: entries.filter(({ state }) => state.kind === 'skipped' && state.reason === 'note-unknown').length,
  uncertain: entries.filter(({ state }) => state.kind === 'uncertain').length,
})
