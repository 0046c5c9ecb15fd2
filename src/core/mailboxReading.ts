import type { Instant } from './message.ts'
import { partsOf } from './uidRange.ts'

interface Range {
  readonly first: number
  readonly last: number
}

interface Row {
  readonly uid: number
  readonly messageId: string | null
}

/** One IMAP command each; null when the message is gone. */
export interface ReadingCommands {
  search(range: Range, since?: Instant): Promise<readonly number[]>
  describe(uid: number): Promise<{ readonly arrivedAt: Instant; readonly size: number } | null>
  /** At most `maxLength` octets of the message. */
  whole(uid: number, maxLength: number): Promise<Uint8Array | null>
  /** At most `maxLength` octets of its header. */
  header(uid: number, maxLength: number): Promise<Uint8Array | null>
  envelopes(range: Range): Promise<readonly Row[]>
}

const inParts = async <T>(range: Range, width: number, read: (part: Range) => Promise<readonly T[]>): Promise<T[]> => {
  const found: T[] = []
  for (const part of partsOf(range, width)) found.push(...(await read(part)))
  return found
}

const within = ({ first, last }: Range, uid: number): boolean => uid >= first && uid <= last

const fetchWith = (commands: ReadingCommands, maxBytes: number) => async (uid: number) => {
  const told = await commands.describe(uid)
  if (told === null) return null
  if (told.size <= maxBytes) {
    // One octet more than the cap: some servers only estimate RFC822.SIZE.
    const bytes = await commands.whole(uid, maxBytes + 1)
    if (bytes === null) return null
    if (bytes.length <= maxBytes) return { uid, ...told, bytes, complete: true }
  }
  const bytes = await commands.header(uid, maxBytes)
  return bytes === null ? null : { uid, ...told, bytes, complete: false }
}

/**
 * How an examined mailbox is read: closed ranges in parts of `width` UIDs (what the server answers whole), nothing
 * taken from outside the range, and no message above `maxBytes` octets fetched further than its header.
 */
export const readingWith = (commands: ReadingCommands, width: number, maxBytes: number) => ({
  search: (range: Range, since?: Instant) =>
    inParts(range, width, async (part) => {
      const found = await commands.search(part, since)
      return found.filter((uid) => within(part, uid)).sort((one, other) => one - other)
    }),
  fetch: fetchWith(commands, maxBytes),
  envelopes: (range: Range) =>
    inParts(range, width, async (part) => (await commands.envelopes(part)).filter(({ uid }) => within(part, uid))),
})
