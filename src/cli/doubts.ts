/** Invitations that were not answered because we may read them wrongly. */
export interface Doubts {
  /** In a layout that is not known. */
  readonly unrecognised: number
  /** In a known layout, with something in them that may be a note. */
  readonly unclear: number
}

const many = (count: number): string => `${count} invitation${count === 1 ? '' : 's'}`

/** What to do about them, a line each: LinkedIn changes its mail, and nobody but the user sees it. */
export const doubtsInWords = ({ unrecognised, unclear }: Doubts): readonly string[] => [
  ...(unrecognised === 0
    ? []
    : [`${many(unrecognised)} in a layout we do not know: save one and run have-we-met sanitize on it`]),
  ...(unclear === 0
    ? []
    : [
        `${many(unclear)} with something that may be a note: save one and run have-we-met explain on it; if LinkedIn wrote that itself, have-we-met sanitize`,
      ]),
]
