import type { ImapFlow } from 'imapflow'
import type { Dovecot, StoredMessage } from '../servers/dovecot.ts'
import { connectHelper } from '../servers/imap-server.ts'
import { eml, multipart } from '../support/mail.ts'
import { marks } from '../support/signing.ts'

const hour = 3_600_000

/** What the reply to the n-th invitation answers. */
export const messageIdOf = (n: number): string => `<${n}.1762243948131@ltx1-app1.prod.linkedin.com>`

const names = ['Felix', 'Conor', 'Marta', 'Ravil', 'Sadie']

/** The first as LinkedIn writes today, in 66 kB; the others as it wrote in 2011, in 2 kB, because mail is not the point. */
const invitationOf = (n: number): string =>
  n === 1
    ? eml(multipart).toString()
    : eml('2011-05_en_invite-no-note')
        .toString()
        .replaceAll('Felix', names[n] ?? 'Irena')
        .replaceAll('Nadia', 'Rowan')
        .replaceAll('I09045132', `I0904513${n}`)

/** An invitation by the n-th person without a note, sent now to this user and marked by Gmail. */
const invitationBy = (n: number, user: string, replyTo: string | null): Buffer => {
  const source = `${marks('01-gmail').trimEnd()}\n${invitationOf(n)}`
    .replace(/^Date: .*$/mu, `Date: ${new Date().toUTCString()}`)
    .replace(/^To: .*$/mu, `To: Rowan Ashby <${user}>`)
    .replace(/^Message-ID: .*$/mu, `Message-ID: ${messageIdOf(n)}`)
    .replace(/^(?=Subject: )/mu, replyTo === null ? '' : `Reply-To: ${replyTo}\n`)
  return Buffer.from(source.replace(/\r?\n/gu, '\r\n'))
}

export type Mailboxes = Readonly<Record<'INBOX' | 'Drafts' | 'Sent', readonly StoredMessage[]>>

/** What lies in a mailbox; looking, with EXAMINE, changes nothing. `\Recent` tells of the session, not of the message. */
const messagesIn = async (client: ImapFlow, mailbox: string): Promise<readonly StoredMessage[]> => {
  const { exists } = await client.mailboxOpen(mailbox, { readOnly: true })
  const source = mailbox !== 'INBOX'
  const messages = exists === 0 ? [] : await client.fetchAll('1:*', { uid: true, flags: true, source })
  return messages.map((one) => ({
    uid: one.uid,
    flags: [...(one.flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
    source: (one.source ?? Buffer.alloc(0)).toString('latin1'),
  }))
}

/** A connection of our own to a user's mailboxes, apart from the program's and past the proxy. */
export interface Onlooker {
  /** So many invitations come in. An hour ahead, so that they are new for a program that its first poll installs. `replyTo`: where they may be answered by mail. */
  readonly seed: (invitations: number, replyTo: string | null) => Promise<void>
  readonly look: () => Promise<Mailboxes>
  readonly leave: () => Promise<void>
}

export const onlookerAt = async (server: Dovecot, user: string): Promise<Onlooker> => {
  const client = await connectHelper(server, user)
  return {
    seed: async (invitations, replyTo) => {
      const arrival = new Date(Date.now() + hour)
      for (let n = 1; n <= invitations; n += 1)
        await client.append('INBOX', invitationBy(n, user, replyTo), [], arrival)
    },
    look: async () => {
      const found = {
        INBOX: await messagesIn(client, 'INBOX'),
        Drafts: await messagesIn(client, 'Drafts'),
        Sent: await messagesIn(client, 'Sent'),
      }
      await client.mailboxClose()
      return found
    },
    leave: () => client.logout(),
  }
}
