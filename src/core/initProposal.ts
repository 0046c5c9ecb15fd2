/** A mailbox as far as its place among the others goes. */
interface Listed {
  readonly path: string
  readonly specialUse: string | null
  readonly selectable: boolean
}

/** Where no notification is to be answered, and what shows again what lies elsewhere. */
const passedOver = ['\\Drafts', '\\Sent', '\\Trash', '\\Junk', '\\All', '\\Flagged']

/** Where LinkedIn's mail may lie: everywhere but in Drafts, Sent, Trash and Junk; at Gmail All Mail has it all. */
export const searchable = <T extends Listed>(all: readonly T[], gmail: boolean): readonly T[] => {
  const selectable = all.filter((mailbox) => mailbox.selectable)
  const everything = gmail ? selectable.filter(({ specialUse }) => specialUse === '\\All') : []
  if (everything.length > 0) return everything
  return selectable.filter(({ specialUse }) => specialUse === null || !passedOver.includes(specialUse))
}

/** One message of LinkedIn's: where it lies, and whether it invites. */
interface Found {
  readonly path: string
  readonly invites: boolean
}

/**
 * The mailboxes to read: `auto` where that takes in all that hold invitations (or, where there is none, mail of
 * LinkedIn's at all), else those of `auto` and those.
 */
export const mailboxesFor = (auto: readonly string[], found: readonly Found[]): 'auto' | readonly string[] => {
  const invitations = found.filter(({ invites }) => invites)
  const telling = invitations.length > 0 ? invitations : found
  const further = [...new Set(telling.map(({ path }) => path))].filter((path) => !auto.includes(path))
  return further.length === 0 ? 'auto' : [...auto, ...further]
}
