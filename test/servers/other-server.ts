import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { ImapServer } from './imap-server.ts'
import { removeTree, stopIn } from './server-tree.ts'

/** An IMAP server of another make than Dovecot; it logs in the users that were added. */
export interface OtherServer extends ImapServer {
  /** How a program is to come in, as `IMAP_SECURITY` has it, and where. */
  readonly security: 'tls' | 'starttls'
  readonly port: number
  /** PEM of the authority that a client is told to trust. */
  readonly caFile: string
  /** A user with the five mailboxes that people have besides INBOX. */
  addUser(name: string): void
  /** Ends the server and starts it again on the same ports, mailboxes kept. */
  restart(): Promise<void>
  /** Ends the server with all that it started, and removes its directory. */
  stop(): Promise<void>
}

export interface OtherServerOptions {
  /** What the mailboxes of a user may hold together, in units of 1024 octets. */
  readonly quota?: number
}

/** What a launcher knows of its server besides how to start it. */
export interface Launcher extends Pick<OtherServer, 'imapPort' | 'security' | 'port' | 'addUser'> {
  readonly tree: string
  readonly start: () => Promise<ChildProcess>
}

export const password = 'secret'

/** Starts a server that was laid out; a tree in which nothing came to run is not left behind. */
export const startOther = async ({ tree, start, ...rest }: Launcher): Promise<OtherServer> => {
  let server: ChildProcess
  try {
    server = await start()
  } catch (error) {
    await removeTree(tree)
    throw error
  }
  return {
    ...rest,
    host: '127.0.0.1',
    password,
    caFile: join(tree, 'srv', 'tls', 'ca.pem'),
    restart: async () => {
      await stopIn(tree, server)
      server = await start()
    },
    stop: () => removeTree(tree),
  }
}
