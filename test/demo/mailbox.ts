import { type FetchMessageObject, ImapFlow } from 'imapflow'
import type { DemoServer } from './server.ts'

/** A message as a mailbox lists it. */
export interface Listed {
  readonly uid: number
  readonly flags: readonly string[]
}

/** A message as it lies in a mailbox. */
export interface Lying extends Listed {
  readonly bytes: Buffer
}

const clientFor = ({ host, port, user, password }: DemoServer): ImapFlow =>
  new ImapFlow({
    host,
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: password },
    disableAutoIdle: true,
    logger: false,
  })

/** Over a connection of its own, as any mail client would; EXAMINE changes nothing. */
const fetchFrom = async (server: DemoServer, path: string, source: boolean): Promise<readonly FetchMessageObject[]> => {
  const client = clientFor(server)
  await client.connect()
  try {
    await client.mailboxOpen(path, { readOnly: true })
    return await client.fetchAll('1:*', { uid: true, flags: true, source })
  } finally {
    await client.logout()
  }
}

const listed = ({ uid, flags }: FetchMessageObject): Listed => ({ uid, flags: [...(flags ?? [])].sort() })

/** The UIDs and flags of all messages in a mailbox. */
export const listMailbox = async (server: DemoServer, path: string): Promise<readonly Listed[]> =>
  (await fetchFrom(server, path, false)).map(listed)

/** All messages in a mailbox. */
export const readMailbox = async (server: DemoServer, path: string): Promise<readonly Lying[]> =>
  (await fetchFrom(server, path, true)).map((message) => ({
    ...listed(message),
    bytes: message.source ?? Buffer.alloc(0),
  }))
