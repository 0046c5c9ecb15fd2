import { AppendRefused } from '../../src/core/appendRefused.ts'
import type { Appended, Envelope, Fetched, MailAccount, MailboxStatus, OpenMailbox } from '../../src/ports.ts'

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
  const state: { trouble: Trouble } = { trouble: null }
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
    const uid = deliver(path, Buffer.from(bytes), 0)
    if (state.trouble === 'stored-but-lost') throw new Error('connection lost')
    return { kind: 'stored', uid }
  }
  const connect = async (): Promise<MailAccount> => ({
    capabilities: new Set(['UIDPLUS']),
    list: async () => [...boxes].map(([path, one]) => statusOf(path, one)),
    examine: async (path, read) => {
      commands.push(`EXAMINE ${path}`)
      return read(opened(box(path), commands))
    },
    append,
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
    return messages.filter(({ uid }) => uid >= first && uid <= last).map(({ uid }) => uid)
  },
  fetch: async (uid): Promise<Fetched | null> => {
    commands.push(`FETCH ${uid}`)
    const found = messages.find((message) => message.uid === uid)
    return found ? { ...found, size: found.bytes.length, complete: true } : null
  },
  envelopes: async ({ first, last }): Promise<readonly Envelope[]> =>
    messages
      .filter(({ uid }) => uid >= first && uid <= last)
      .map(({ uid, bytes }) => ({
        uid,
        messageId: /^Message-ID: (.*)$/imu.exec(bytes.toString())?.[1]?.trim() ?? null,
      })),
})
