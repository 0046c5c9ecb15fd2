import { AppendRefused } from '../../src/core/appendRefused.ts'
import { day, msgIdsIn } from '../../src/core/message.ts'
import type { Envelope } from '../../src/core/replySearch.ts'
import { exit, OperatorError } from '../../src/errors.ts'
import type { Appended, Fetched, MailAccount, MailboxStatus, OpenMailbox } from '../../src/ports.ts'

interface Stored {
  readonly uid: number
  readonly bytes: Buffer
  readonly arrivedAt: number
}

interface Box {
  uidValidity: string
  uidNext: number
  messages: Stored[]
  readonly specialUse: string | null
}

/** How an APPEND goes wrong: refused, lost before anything was stored, or stored although the answer is lost. */
export type Trouble = 'refused' | 'lost' | 'stored-but-lost' | null

/**
 * An account in memory that speaks the port's language, for scenarios of many polls. What IMAP really does is tested on
 * a real server; here it is only a shelf.
 */
export const fakeAccount = (
  paths: readonly (readonly [string, string | null])[] = [
    ['INBOX', null],
    ['Drafts', '\\Drafts'],
  ],
) => {
  const boxes = new Map<string, Box>(
    paths.map(([path, specialUse]) => [path, { uidValidity: '1', uidNext: 1, messages: [], specialUse }]),
  )
  const commands: string[] = []
  const barred = new Set<string>()
  const state: { trouble: Trouble } = { trouble: null }
  const unsettled = new Set<string>()
  const told = (path: string): Box => {
    const target = box(path)
    if (unsettled.has(path)) target.uidValidity = String(Number(target.uidValidity) + 1)
    return target
  }
  const box = (path: string): Box => {
    const found = boxes.get(path)
    if (found === undefined) throw new Error(`no mailbox ${path}`)
    return found
  }
  const deliver = (path: string, bytes: Buffer, arrivedAt: number): number => {
    const target = box(path)
    target.messages.push({ uid: target.uidNext, bytes, arrivedAt })
    target.uidNext += 1
    return target.uidNext - 1
  }
  const append = async (path: string, bytes: Uint8Array): Promise<Appended> => {
    commands.push(`APPEND ${path}`)
    if (state.trouble === 'refused') throw new AppendRefused('the mailbox is full', 'OVERQUOTA')
    if (state.trouble === 'lost') throw new Error('connection lost')
    const uid = deliver(path, Buffer.from(bytes), Number.POSITIVE_INFINITY)
    if (state.trouble === 'stored-but-lost') throw new Error('connection lost')
    return { kind: 'stored', uidValidity: box(path).uidValidity, uid }
  }
  /** One mailbox is open at a time: a second one within the first would wait for ever. */
  const open = { path: '' }
  const connect = async (): Promise<MailAccount> => ({
    capabilities: new Set(['UIDPLUS']),
    list: async () => [...boxes.keys()].map((path) => statusOf(path, told(path))),
    examine: async (path, read) => {
      if (open.path !== '') throw new Error(`${path} is opened while ${open.path} is open`)
      commands.push(`EXAMINE ${path}`)
      if (barred.has(path)) throw new OperatorError(exit.tryAgain, `the server refused EXAMINE of ${path}`)
      open.path = path
      try {
        return await read(opened(told(path), commands))
      } finally {
        open.path = ''
      }
    },
    append,
    create: async (path) => {
      commands.push(`CREATE ${path}`)
      boxes.set(path, { uidValidity: '9', uidNext: 1, messages: [], specialUse: '\\Drafts' })
    },
    alive: () => true,
    close: async () => {},
  })
  return {
    connect,
    commands,
    deliver,
    /** The next APPENDs go wrong like this. */
    trouble: (trouble: Trouble): void => {
      state.trouble = trouble
    },
    in: (path: string): readonly string[] => box(path).messages.map(({ bytes }) => bytes.toString()),
    /** The mailbox is deleted and made anew: the same messages under a new UIDVALIDITY and from UID 1. */
    remake: (path: string): void => {
      const target = box(path)
      target.uidValidity = String(Number(target.uidValidity) + 1)
      target.messages = target.messages.map((message, index) => ({ ...message, uid: index + 1 }))
    },
    remove: (path: string): void => {
      boxes.delete(path)
    },
    /** UIDVALIDITY is another one each time it is told, as at Courier before a client has opened the mailbox. */
    unsettle: (path: string): void => {
      unsettled.add(path)
    },
    /** The mailbox cannot be read any more, until it can be again. */
    bar: (path: string): void => void barred.add(path),
    unbar: (path: string): void => void barred.delete(path),
    /** What the user does in a mail client. */
    expunge: (path: string, uid: number): void => {
      const target = box(path)
      target.messages = target.messages.filter((message) => message.uid !== uid)
    },
    /** The index was restored from a backup: the newest messages are gone, and their UIDs are given out anew. */
    turnBack: (path: string, uidNext: number): void => {
      const target = box(path)
      target.messages = target.messages.filter((message) => message.uid < uidNext)
      target.uidNext = uidNext
    },
    /** The server tells no special use of it, and it has no name that is known. */
    unmark: (path: string): void => {
      boxes.set(path, { ...box(path), specialUse: null })
    },
    rename: (from: string, to: string): void => {
      const target = box(from)
      boxes.delete(from)
      boxes.set(to, target)
    },
  }
}

const statusOf = (path: string, { uidValidity, uidNext, messages, specialUse }: Box): MailboxStatus => ({
  path,
  specialUse,
  specialUseSource: specialUse === null ? null : 'server',
  selectable: true,
  status: { messages: messages.length, uidNext, uidValidity },
})

const opened = ({ uidValidity, uidNext, messages }: Box, commands: string[]): OpenMailbox => ({
  uidValidity,
  uidNext,
  search: async ({ first, last }, since) => {
    commands.push(`SEARCH ${first}:${last}${since === undefined ? '' : ' SINCE'}`)
    const isHit = ({ uid, bytes }: Stored): boolean =>
      uid >= first && uid <= last && fieldOf(bytes, 'From').includes('linkedin.com')
    return messages.filter(isHit).map(({ uid }) => uid)
  },
  fetch: async (uid): Promise<Fetched | null> => {
    commands.push(`FETCH ${uid}`)
    const found = messages.find((message) => message.uid === uid)
    return found ? { ...found, size: found.bytes.length, complete: true } : null
  },
  envelopes: async ({ first, last }, since = 0): Promise<readonly Envelope[]> =>
    messages
      .filter(({ uid, arrivedAt }) => uid >= first && uid <= last && arrivedAt >= since - day)
      .map(({ uid, bytes }) => ({
        uid,
        messageId: fieldOf(bytes, 'Message-ID') || null,
        inReplyTo: msgIdsIn(fieldOf(bytes, 'In-Reply-To')),
        references: msgIdsIn(fieldOf(bytes, 'References')),
      })),
  holdsMailTo: async (who, since) => {
    commands.push(`SEARCH TO ${who}`)
    return messages.some(({ bytes, arrivedAt }) => arrivedAt >= since && fieldOf(bytes, 'To').includes(who))
  },
})

const fieldOf = (bytes: Buffer, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'imu').exec(bytes.toString())?.[1]?.trim() ?? ''
