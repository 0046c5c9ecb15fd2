import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startCourier } from '../servers/courier.ts'
import { startCyrus } from '../servers/cyrus.ts'
import { deliver, readMailbox, type StoredMessage } from '../servers/dovecot.ts'
import type { OtherServer, OtherServerOptions } from '../servers/other-server.ts'
import { atGmail } from '../support/gmailHome.ts'
import { eml, multipart } from '../support/mail.ts'
import { type Home, jsonLines, makeHome } from '../support/program.ts'

/** A make of server: how it is started, and what is peculiar to it. */
export interface Make {
  readonly name: string
  readonly start: (options?: OtherServerOptions) => Promise<OtherServer>
  readonly drafts: string
  /** What `check` says of that mailbox. */
  readonly checked: string
  /** Before the name of a mailbox that a user makes. */
  readonly prefix: string
}

export const makes: readonly Make[] = [
  { name: 'Cyrus', start: startCyrus, drafts: 'Drafts', checked: 'ok       drafts go to Drafts\n', prefix: '' },
  {
    name: 'Courier',
    start: startCourier,
    drafts: 'INBOX.Drafts',
    checked: 'note     drafts go to INBOX.Drafts, known by its name: the server marks no \\Drafts\n',
    prefix: 'INBOX.',
  },
]

export interface Polled {
  readonly code: number | null
  readonly stderr: string
  readonly lines: readonly Record<string, unknown>[]
}

/** A user nobody has been before, and the program as that user has set it up. */
export interface Account {
  readonly user: string
  readonly address: string
  readonly home: Home
  readonly poll: () => Promise<Polled>
  readonly arrives: (message: Buffer | string, mailbox?: string) => Promise<number>
  readonly read: (mailbox: string) => Promise<readonly StoredMessage[]>
}

export interface AccountOptions {
  /** Lines for config/local.yaml. */
  readonly settings?: string
  /** Further lines for .env. */
  readonly environment?: Readonly<Record<string, string>>
}

let users = 0

const homeOf = (server: OtherServer, user: string, { settings = '', environment = {} }: AccountOptions): Home => {
  const home = makeHome({
    IMAP_HOST: 'localhost',
    IMAP_PORT: String(server.port),
    IMAP_SECURITY: server.security,
    IMAP_USER: user,
    IMAP_PASSWORD: server.password,
    IMAP_CA_FILE: server.caFile,
    MAIL_FROM: `Rowan Ashby <${user}@example.org>`,
    ...environment,
  })
  mkdirSync(join(home.directory, 'config'))
  home.write('config/local.yaml', `trust:\n  authservIds: [mx.google.com]\n${settings}`)
  return home
}

export const newAccount = (server: OtherServer, options: AccountOptions = {}): Account => {
  users += 1
  const user = `rowan${users}`
  const address = `${user}@example.org`
  server.addUser(user)
  const home = homeOf(server, user, options)
  return {
    user,
    address,
    home,
    poll: async () => {
      const { code, stdout, stderr } = await home.run(['poll', '--json'])
      return { code, stderr, lines: jsonLines(stdout) }
    },
    arrives: (message, mailbox = 'INBOX') => deliver(server, user, mailbox, atGmail(message, address)),
    read: (mailbox) => readMailbox(server, user, mailbox),
  }
}

/** Today's invitation without a note, from the n-th person. */
export const invitationBy = (n: number): string =>
  eml(multipart)
    .toString('utf8')
    .replaceAll('Ingrid', `Person${'abcdefghijklmnopqrst'[n]}`)
    .replaceAll('90aa12c4', `90aa12c${n}`)
    .replaceAll('7357397350991444546', `735739735099144400${n}`)
    .replace('@lva1-', `.${n}@lva1-`)
