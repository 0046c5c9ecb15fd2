import { once } from 'node:events'
import type { Socket } from 'node:net'
import hoodiecrow, { type Hoodiecrow, type Options } from 'hoodiecrow-imap'
import type { SeededMessage } from './seed.ts'

/** Where the demo's mailbox is, and how to log in to it: with any mail client, without TLS. */
export interface DemoServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Cuts every connection; nothing of the mailbox is left. */
  close(): Promise<void>
}

const host = '127.0.0.1'
const user = 'demo@example.org'
const password = 'lighthouse'

const plugins = [
  'ENABLE',
  'ID',
  'IDLE',
  'LITERALPLUS',
  'NAMESPACE',
  'SASL-IR',
  'AUTH-PLAIN',
  'SPECIAL-USE',
  'UIDPLUS',
  'UNSELECT',
  'MOVE',
]

/** `date-time` of RFC 3501 §9, in UTC: what the server itself writes is malformed in zones such as +05:30. */
const internalDate = (date: Date): string => {
  const [, day, month, year, time] = date.toUTCString().split(' ')
  return `${day}-${month}-${year} ${time} +0000`
}

const optionsFor = (messages: readonly SeededMessage[]): Options => ({
  plugins,
  id: { name: 'the demo of have-we-met' },
  users: { [user]: { password } },
  storage: {
    INBOX: {
      messages: messages.map(({ bytes, at }) => ({
        raw: bytes.toString('latin1'),
        internaldate: internalDate(new Date(at)),
      })),
    },
    '': {
      separator: '/',
      folders: {
        Drafts: { 'special-use': '\\Drafts' },
        Sent: { 'special-use': '\\Sent' },
        Trash: { 'special-use': '\\Trash' },
      },
    },
  },
})

/** The server writes line by line; with Nagle's algorithm each answer would wait 40 ms for the client's ACK. */
const connectionsOf = ({ connectionHandlers }: Hoodiecrow): ReadonlySet<Socket> => {
  const open = new Set<Socket>()
  connectionHandlers.push(({ socket }) => {
    socket.setNoDelay(true)
    open.add(socket)
  })
  return open
}

/**
 * Starts an IMAP server in this process: on loopback, on a free port, in memory alone.
 * @param messages what lies in INBOX, oldest first; Drafts, Sent and Trash are empty
 */
export const startServer = async (messages: readonly SeededMessage[]): Promise<DemoServer> => {
  const imap = hoodiecrow(optionsFor(messages))
  imap.formatInternalDate = internalDate
  const open = connectionsOf(imap)
  imap.listen(0, host)
  await once(imap.server, 'listening')
  const address = imap.server.address()
  if (address === null || typeof address === 'string') throw new Error('the demo server has no port')
  const close = async (): Promise<void> => {
    imap.server.close()
    for (const socket of open) socket.destroy()
    await once(imap.server, 'close')
  }
  return { host, port: address.port, user, password, close }
}
