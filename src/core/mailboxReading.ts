import type { Instant } from './message.ts'
import type { Envelope } from './replySearch.ts'
import { partsOf } from './uidRange.ts'

interface Range {
  readonly first: number
  readonly last: number
}

/** One IMAP command each; null when the message is gone. */
export interface ReadingCommands {
  search(range: Range, since?: Instant): Promise<readonly number[]>
  describe(uid: number): Promise<{ readonly arrivedAt: Instant; readonly size: number } | null>
  /** At most `maxLength` octets of the message. */
  whole(uid: number, maxLength: number): Promise<Uint8Array | null>
  /** At most `maxLength` octets of its header. */
  header(uid: number, maxLength: number): Promise<Uint8Array | null>
  envelopes(range: Range): Promise<readonly Envelope[]>
  /** UIDs of whatever came in since a day. */
  arrived(range: Range, since: Instant): Promise<readonly number[]>
  addressedTo(who: string, since: Instant): Promise<readonly number[]>
}

const inParts = async <T>(range: Range, width: number, read: (part: Range) => Promise<readonly T[]>): Promise<T[]> => {
  const found: T[] = []
  for (const part of partsOf(range, width)) found.push(...(await read(part)))
  return found
}

const within = ({ first, last }: Range, uid: number): boolean => uid >= first && uid <= last

/** From the first to the last of these UIDs, as far as they lie in the range; null when none does. */
const spanOf = (range: Range, uids: readonly number[]): Range | null => {
  const found = uids.filter((uid) => within(range, uid))
  const first = found.reduce((least, uid) => Math.min(least, uid), Number.POSITIVE_INFINITY)
  return found.length === 0 ? null : { first, last: found.reduce((most, uid) => Math.max(most, uid), first) }
}

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
  envelopes: (range: Range, since?: Instant) =>
    inParts(range, width, async (part) => {
      const arrived = since === undefined ? part : spanOf(part, await commands.arrived(part, since))
      return arrived === null ? [] : (await commands.envelopes(arrived)).filter(({ uid }) => within(arrived, uid))
    }),
  holdsMailTo: async (who: string, since: Instant) => (await commands.addressedTo(who, since)).length > 0,
})
