import { ImapFlow } from 'imapflow'
import { helperName } from './conversation.ts'

/** An IMAP server of a test, as far as its mailboxes are filled and looked at. */
export interface ImapServer {
  readonly host: '127.0.0.1'
  /** Clear text with STARTTLS. */
  readonly imapPort: number
  /** Of every user; any name logs in to Dovecot with it. */
  readonly password: string
}

/** A connection of the test's own to a user's mailboxes. */
export const connectHelper = async (server: ImapServer, user: string): Promise<ImapFlow> => {
  const client = new ImapFlow({
    host: server.host,
    port: server.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: server.password },
    clientInfo: { name: helperName },
    disableAutoIdle: true,
    logger: false,
  })
  await client.connect()
  return client
}

/** Acts on the mailboxes of a user over a connection of its own. */
export const asUser = async <T>(
  server: ImapServer,
  user: string,
  act: (client: ImapFlow) => Promise<T>,
): Promise<T> => {
  const client = await connectHelper(server, user)
  try {
    return await act(client)
  } finally {
    await client.logout()
  }
}
