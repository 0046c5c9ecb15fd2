import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { Security, Server } from '../../src/core/settings.ts'
import { type CertificateKind, makeCertificates } from './certificates.ts'

/** What the server does otherwise than a good one. A refusal is a reply, like `550 5.7.1 sender not authorised`. */
export interface Manners {
  readonly auth?: string
  readonly mail?: string
  readonly rcpt?: string
  /** In answer to the final dot. */
  readonly message?: string
  /** In place of an answer to the final dot; `kept`: the message was taken all the same. */
  readonly afterDot?: { readonly kind: 'silence' | 'reset'; readonly kept: boolean }
}

export interface SmtpOptions {
  /** starttls unless told; none is clear text. */
  readonly security?: Security
  readonly certificate?: CertificateKind
  /** An address of the loopback interface; the certificate names 127.0.0.1 alone. */
  readonly address?: string
  /** Extensions that are not offered. */
  readonly without?: readonly ('STARTTLS' | 'PIPELINING' | '8BITMIME' | 'SMTPUTF8' | 'AUTH')[]
  readonly manners?: Manners
}

/** A message that was taken. */
export interface TakenMessage {
  readonly user: string
  readonly from: string
  readonly to: readonly string[]
  /** As they were given to DATA, dot-stuffing undone. */
  readonly bytes: Buffer
  readonly encrypted: boolean
}

export interface Smtp {
  readonly port: number
  /** PEM of the authority that a client is told to trust; null where there is no TLS. */
  readonly caFile: string | null
  readonly messages: readonly TakenMessage[]
  /** How many connections were opened so far. */
  connections(): number
  /** From now on. */
  behave(manners: Manners): void
  /** Resolves when so many final dots have been read since the start. */
  dots(count: number): Promise<void>
  /** The settings of an account that submits here; any user logs in with the password or the access token `secret`. */
  server(parts?: Partial<Server>): Server
  /** Ends the server and removes its files. */
  stop(): Promise<void>
}

interface Tls {
  readonly directory: string
  readonly files: Pick<SMTPServerOptions, 'key' | 'cert'>
}

const makeTls = (certificate: CertificateKind): Tls => {
  const parent = mkdtempSync(join(tmpdir(), 'have-we-met-smtp-'))
  const directory = join(parent, 'tls')
  makeCertificates(directory, certificate, [])
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
  return { directory: parent, files: { key: read('server.key'), cert: read('server.pem') } }
}

const refusal = (reply: string): Error =>
  Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })

const answer = (reply: string | undefined, done: (error?: Error | null) => void): void =>
  done(reply === undefined ? null : refusal(reply))

/** What the clients see of a server whose manners may change. */
class Desk {
  readonly messages: TakenMessage[] = []
  readonly sockets = new Map<number, Socket>()
  manners: Manners
  opened = 0
  dots = 0
  waiting: (() => void)[] = []

  constructor(manners: Manners) {
    this.manners = manners
  }

  welcome(socket: Socket): void {
    this.opened += 1
    socket.on('error', () => socket.destroy())
    if (socket.remotePort !== undefined) this.sockets.set(socket.remotePort, socket)
  }

  async take(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void) {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const { message, afterDot } = this.manners
    if (message === undefined && afterDot?.kept !== false) this.keep(Buffer.concat(chunks), session)
    this.dots += 1
    for (const look of this.waiting) look()
    if (afterDot === undefined) answer(message, done)
    else if (afterDot.kind === 'reset') this.sockets.get(session.remotePort)?.resetAndDestroy()
  }

  keep(bytes: Buffer, { envelope: { mailFrom, rcptTo }, user, secure }: SMTPServerSession): void {
    const from = mailFrom === false ? '' : mailFrom.address
    this.messages.push({ user, from, to: rcptTo.map(({ address }) => address), bytes, encrypted: secure })
  }
}

const handlers = (desk: Desk): SMTPServerOptions => ({
  onAuth: ({ username, password, accessToken }, _, done) => {
    const { auth } = desk.manners
    if (auth !== undefined) done(refusal(auth))
    else if (password === 'secret' || accessToken === 'secret') done(null, { user: username })
    else done(null, { message: '5.7.8 bad credentials' })
  },
  onMailFrom: (_, __, done) => answer(desk.manners.mail, done),
  onRcptTo: (_, __, done) => answer(desk.manners.rcpt, done),
  // A client that goes in the middle of a message has submitted nothing.
  onData: (stream, session, done) => void desk.take(stream, session, done).catch(() => {}),
})

const features = (security: Security, without: NonNullable<SmtpOptions['without']>): SMTPServerOptions => ({
  secure: security === 'tls',
  authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
  allowInsecureAuth: security === 'none',
  authOptional: without.includes('AUTH'),
  disabledCommands: [
    ...(security === 'starttls' && !without.includes('STARTTLS') ? [] : ['STARTTLS']),
    ...(without.includes('AUTH') ? ['AUTH'] : []),
  ],
  hidePIPELINING: without.includes('PIPELINING'),
  hide8BITMIME: without.includes('8BITMIME'),
  hideSMTPUTF8: without.includes('SMTPUTF8'),
})

const credential: Server['credential'] = { kind: 'password', secret: { kind: 'value', value: 'secret' } }

/** Starts a real submission server on the loopback interface that takes down what it is sent. */
export const startSmtp = async (options: SmtpOptions = {}): Promise<Smtp> => {
  const { security = 'starttls', certificate = 'valid', address = '127.0.0.1', without = [], manners = {} } = options
  const desk = new Desk(manners)
  const tls = security === 'none' ? null : makeTls(certificate)
  const smtp = new SMTPServer({
    ...features(security, without),
    ...handlers(desk),
    ...tls?.files,
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
  })
  smtp.on('error', () => {})
  smtp.server.on('connection', (socket) => desk.welcome(socket))
  await once(smtp.listen(0, address), 'listening')
  const { port } = smtp.server.address() as AddressInfo
  const caFile = tls === null ? null : join(tls.directory, 'tls', 'ca.pem')
  return {
    port,
    caFile,
    messages: desk.messages,
    connections: () => desk.opened,
    behave: (changed) => {
      desk.manners = changed
    },
    dots: (count) =>
      new Promise((resolve) => {
        const look = (): void => void (desk.dots >= count && resolve())
        desk.waiting.push(look)
        look()
      }),
    server: (parts) => ({ host: address, port, security, user: 'rowan', credential, caFile, ...parts }),
    stop: async () => {
      const closed = once(smtp.server, 'close')
      smtp.close()
      for (const { _socket: socket } of smtp.connections) socket.destroy()
      await closed
      if (tls !== null) rmSync(tls.directory, { recursive: true })
    },
  }
}
