import { appendRefusal } from '../core/imapErrors.ts'
import type { Login } from '../core/login.ts'
import { countsOf, describedMessage, envelopesOf, listedMailbox } from '../core/mailboxListing.ts'
import { type ReadingCommands, readingWith } from '../core/mailboxReading.ts'
import { day } from '../core/message.ts'
import type { Server } from '../core/settings.ts'
import { messageLimit } from '../core/uidRange.ts'
import type { Appended, MailAccount, MailboxStatus, OpenMailbox, StoredAs } from '../ports.ts'
import {
  ask,
  type Criteria,
  hangUp,
  type Items,
  type Line,
  type LineOptions,
  logIn,
  openLine,
  type Row,
  unanswered,
} from './imapLine.ts'

export interface ConnectOptions extends LineOptions {
  readonly maxBytes?: number
}

const byUid = { uid: true }
const statusQuery = { messages: true, uidNext: true, uidValidity: true }

const list = async (line: Line): Promise<readonly MailboxStatus[]> => {
  const listed = await ask(line, 'LIST', () => line.client.list({ statusQuery }))
  // A connection that breaks after LIST looks like a refused STATUS of every mailbox.
  if (!line.client.usable) throw unanswered(line, 'LIST')
  return listed.map(listedMailbox)
}

const fetchItems = async (line: Line, uid: number, items: Items): Promise<Row | null> =>
  (await ask(line, 'FETCH', () => line.client.fetchOne(String(uid), items, byUid))) || null

const section = async (line: Line, uid: number, items: Items): Promise<Uint8Array | null> => {
  const row = await fetchItems(line, uid, items)
  const bytes = row && (row.source ?? row.headers)
  if (row && !bytes) throw unanswered(line, 'FETCH')
  return bytes ?? null
}

const search = async (line: Line, query: Criteria, since?: number): Promise<readonly number[]> => {
  // SINCE compares days in the server's time zone: one day more, so that none is lost at the edge.
  const criteria = since === undefined ? {} : { since: new Date(since - day) }
  const found = await ask(line, 'SEARCH', () => line.client.search({ ...query, ...criteria }, byUid))
  if (!Array.isArray(found)) throw unanswered(line, 'SEARCH')
  return found
}

const commands = (line: Line): ReadingCommands => ({
  search: ({ first, last }, since) => search(line, { uid: `${first}:${last}`, from: 'linkedin.com' }, since),
  arrived: ({ first, last }, since) => search(line, { uid: `${first}:${last}` }, since),
  addressedTo: (who, since) => search(line, { to: who }, since),
  describe: async (uid) => {
    const row = await fetchItems(line, uid, { size: true, internalDate: true })
    const described = row && describedMessage(row)
    if (row && !described) throw unanswered(line, 'FETCH')
    return described
  },
  whole: (uid, maxLength) => section(line, uid, { source: { maxLength } }),
  header: (uid, maxLength) => section(line, uid, { bodyParts: [{ key: 'HEADER', maxLength }] }),
  envelopes: async ({ first, last }) => {
    // In-Reply-To stands in the envelope, References does not (RFC 9051 §2.3.5).
    const items = { uid: true, envelope: true, headers: ['references'] }
    const fetchAll = () => line.client.fetchAll(`${first}:${last}`, items, byUid)
    return envelopesOf(await ask(line, 'FETCH', fetchAll))
  },
})

/** UIDVALIDITY and UIDNEXT of the examined mailbox; Courier leaves UIDNEXT out of its answer to EXAMINE. */
const identity = async (line: Line, path: string): Promise<Pick<OpenMailbox, 'uidValidity' | 'uidNext'>> => {
  const { mailbox } = line.client
  const told = countsOf(mailbox && { ...mailbox, messages: mailbox.exists })
  const counts = told ?? countsOf(await ask(line, 'STATUS', () => line.client.status(path, statusQuery)))
  if (counts === null) throw unanswered(line, `to tell UIDVALIDITY and UIDNEXT of "${path}"`)
  return { uidValidity: counts.uidValidity, uidNext: counts.uidNext }
}

/** Leaves the mailbox: STATUS and EXAMINE of a mailbox that stays selected are stale. Never fails. */
const leave = async (line: Line): Promise<void> => {
  const { mailbox } = line.client
  // CLOSE expunges, unless the mailbox was opened with EXAMINE and the server holds to it (RFC 9051 §6.4.1).
  if (!mailbox || mailbox.readOnly === false) return
  await ask(line, 'CLOSE', () => line.client.mailboxClose()).catch(() => {})
}

type Read<T> = (mailbox: OpenMailbox) => Promise<T>

const examine = async <T>(line: Line, maxBytes: number, path: string, read: Read<T>): Promise<T> => {
  const operation = `EXAMINE of "${path}"`
  const lock = await ask(line, operation, () => line.client.getMailboxLock(path, { readOnly: true }))
  try {
    const limit = messageLimit(line.server.host, line.client.capabilities.keys())
    return await read({ ...(await identity(line, path)), ...readingWith(commands(line), limit, maxBytes) })
  } finally {
    await leave(line)
    lock.release()
  }
}

const flagsOf = { draft: ['\\Draft', '\\Seen'], sent: ['\\Seen'], notice: [] }

const append = async (line: Line, path: string, bytes: Uint8Array, as: StoredAs): Promise<Appended> => {
  const refusal = (error: unknown) => appendRefusal(line.server, line.login, error)
  const store = () => line.client.append(path, Buffer.from(bytes), flagsOf[as])
  const stored = await ask(line, 'APPEND', store, { refusal })
  if (stored === false) throw unanswered(line, 'APPEND')
  // Without UIDPLUS the library guesses a UID from the last sequence number; only APPENDUID has a UIDVALIDITY.
  if (stored.uidValidity === undefined) return { kind: 'stored', uidValidity: null, uid: null }
  return { kind: 'stored', uidValidity: String(stored.uidValidity), uid: stored.uid ?? null }
}

const create = async (line: Line, path: string): Promise<void> => {
  if (!(await ask(line, 'CREATE', () => line.client.mailboxCreate(path)))) throw unanswered(line, 'CREATE')
}

/**
 * Logs in to an IMAP server (RFC 9051), over TLS that is always verified unless `security` is `none`. `deadline` is
 * in milliseconds and holds for each operation (60 s by default), `maxBytes` in octets (1 MiB by default).
 *
 * @throws OperatorError 69 for host, port, TLS or certificate; 75 throttled, refused, silent, stopped or lost; 77 login
 *   refused; 78 no such mailbox, or an unreadable `caFile`. `append` throws AppendRefused when nothing was stored.
 */
export const connect = async (server: Server, login: Login, options: ConnectOptions): Promise<MailAccount> => {
  const { maxBytes = 1_048_576 } = options
  const line = openLine(server, login, options)
  await logIn(line)
  return {
    capabilities: new Set([...line.client.capabilities.keys()].map((name) => name.toUpperCase())),
    list: () => list(line),
    examine: (path, read) => examine(line, maxBytes, path, read),
    append: (path, bytes, as) => append(line, path, bytes, as),
    create: (path) => create(line, path),
    alive: () => line.client.usable,
    close: () => hangUp(line),
  }
}
