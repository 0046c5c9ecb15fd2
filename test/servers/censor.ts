import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What stands between a client and an IMAP server in clear text, and changes what they say. */
export interface Manner {
  /** A line of the server, without its CRLF, as the client is to hear it. */
  readonly edit?: (line: string) => string
  /** Answers a command itself (`{tag}` is the client's tag); null: the server hears it. May take its time. */
  readonly answer?: (command: string) => Promise<Answer | null> | Answer | null
  /** Whether a line of the server is to be held back for ever, with all that follows. */
  readonly withhold?: (line: string) => boolean
}

export interface Answer {
  readonly lines: readonly string[]
  /** The connection ends after these lines. */
  readonly ends?: boolean
}

export interface Censor {
  readonly port: number
  /** Every command since the censor was told how to behave, without its tag. */
  readonly commands: readonly string[]
  /** From the next connection on. */
  behave(manner: Manner): void
  stop(): Promise<void>
}

/** Every line that is complete, and the beginning of the next. */
const linesOf = (text: string): { readonly lines: readonly string[]; readonly rest: string } => {
  const lines = text.split('\r\n')
  return { rest: lines.pop() ?? '', lines }
}

const toClient = (client: Socket, server: Socket, { edit = (line) => line, withhold = () => false }: Manner): void => {
  let begun = ''
  let isSilent = false
  server.on('data', (chunk: Buffer) => {
    const { lines, rest } = linesOf(begun + chunk.toString('latin1'))
    begun = rest
    for (const line of lines) {
      isSilent ||= withhold(line)
      if (!isSilent) client.write(`${edit(line)}\r\n`, 'latin1')
    }
  })
}

/** Clients write a command in one piece; what is no command is part of a literal. */
const toServer = (client: Socket, server: Socket, { answer = () => null }: Manner, commands: string[]): void => {
  let last = Promise.resolve()
  const pass = async (chunk: Buffer): Promise<void> => {
    const [, tag = '', command = ''] = /^(\w+) ([^\r]*)\r\n/.exec(chunk.toString('latin1')) ?? []
    if (tag !== '') commands.push(command)
    const own = tag === '' ? null : await answer(command)
    if (own === null) return void server.write(chunk)
    client.write(own.lines.map((line) => `${line.replace('{tag}', tag)}\r\n`).join(''))
    if (own.ends) client.end()
  }
  client.on('data', (chunk: Buffer) => {
    last = last.then(() => pass(chunk))
  })
}

/** Listens on the loopback interface before the server on that port. */
export const startCensor = async (port: number): Promise<Censor> => {
  let manner: Manner = {}
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => one.destroy())
      one.on('close', () => other.destroy())
    }
    toClient(client, server, manner)
    toServer(client, server, manner, commands)
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    commands,
    behave: (changed) => {
      manner = changed
      commands.length = 0
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await once(listener.close(), 'close')
    },
  }
}
