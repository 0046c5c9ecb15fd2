import { type Dovecot, deliver } from '../servers/dovecot.ts'
import { type Home, makeHome } from './program.ts'
import { marks } from './signing.ts'

/** What .env holds of an account at Gmail, whose part the test's own server plays. */
const gmailLogin = (server: Dovecot, user: string): Record<string, string> => ({
  IMAP_HOST: 'imap.gmail.com',
  IMAP_PORT: String(server.imapsPort),
  IMAP_USER: user,
  IMAP_PASSWORD: server.password,
  IMAP_CA_FILE: server.caFile,
  MAIL_FROM: `Rowan Ashby <${user}>`,
})

/** A home of the program with such an account. */
export const gmailHome = (server: Dovecot, user: string, environment: Record<string, string> = {}): Home =>
  makeHome({ ...gmailLogin(server, user), ...environment })

/** A message as Gmail has it in store: marked, of today, and to this address. */
export const atGmail = (message: Buffer | string, address: string): Buffer => {
  const source = `${marks('01-gmail').trimEnd()}\n${message.toString()}`
    .replace(/^Date: .*$/mu, `Date: ${new Date().toUTCString()}`)
    .replace(/^To: .*$/mu, `To: Rowan Ashby <${address}>`)
  return Buffer.from(source.replace(/\r?\n/gu, '\r\n'))
}

/** A message as it comes in today, to this user, marked by Gmail. Gives its UID. */
export const arrivesAtGmail = (server: Dovecot, user: string, message: Buffer | string): Promise<number> =>
  deliver(server, user, 'INBOX', atGmail(message, user))
