/** hoodiecrow-imap ships no types: the part of it that is used here, as read in its lib/. */
declare module 'hoodiecrow-imap' {
  import type { Server, Socket } from 'node:net'

  export interface Stored {
    /** One character an octet. */
    readonly raw: string
    readonly flags?: readonly string[]
    /** `date-time` of RFC 3501 §9. */
    readonly internaldate?: string
  }

  export interface Mailbox {
    readonly messages?: Stored[]
    readonly 'special-use'?: string
  }

  export interface Options {
    /** Names of files in its lib/plugins; ENABLE comes first. */
    readonly plugins: string[]
    readonly id: Readonly<Record<string, string>>
    readonly users: Readonly<Record<string, { readonly password: string }>>
    readonly storage: {
      readonly INBOX: Mailbox
      readonly '': { readonly separator: string; readonly folders: Readonly<Record<string, Mailbox>> }
    }
  }

  export interface Hoodiecrow {
    readonly server: Server
    readonly connectionHandlers: ((connection: { readonly socket: Socket }) => void)[]
    formatInternalDate: (date: Date) => string
    listen(port: number, host: string): void
  }

  export default function hoodiecrow(options: Options): Hoodiecrow
}
