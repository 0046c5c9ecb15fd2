import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What the server does when a command is complete; an empty answer is silence. `{tag}` stands for the client's tag. */
export interface Answer {
  readonly lines?: readonly string[]
  readonly ending?: 'reset' | 'end'
}

export const say = (...lines: readonly string[]): Answer => ({ lines })
export const silence: Answer = {}
export const reset: Answer = { ending: 'reset' }

export interface Script {
  /** null: the server says nothing until it is spoken to. */
  readonly greeting?: string | null
  /** Besides IMAP4rev1 and NAMESPACE. */
  readonly capabilities?: string
  /** By verb, such as `LIST` or `UID FETCH`. With several answers the last one is repeated. */
  readonly answers?: Readonly<Record<string, Answer | readonly Answer[]>>
}

export interface ScriptedImap {
  readonly port: number
  /** Every command line that came in, without its tag; literals are left out. */
  readonly commands: readonly string[]
  /** Resolves when a command line that begins with the verb has come in, so many times. */
  heard(verb: string, times?: number): Promise<void>
  /** Resolves when the client has closed the connection. */
  left(): Promise<void>
  stop(): Promise<void>
}

const examined = ['* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 40] ok', '{tag} OK [READ-ONLY] done']

const defaults = (capabilities: string): Readonly<Record<string, Answer>> => ({
  CAPABILITY: say(`* CAPABILITY IMAP4rev1 NAMESPACE ${capabilities}`, '{tag} OK done'),
  NAMESPACE: say('* NAMESPACE (("" "/")) NIL NIL', '{tag} OK done'),
  LIST: say('* LIST () "/" INBOX', '* LIST () "/" Drafts', '{tag} OK done'),
  STATUS: say('* STATUS INBOX (MESSAGES 3 UIDNEXT 40 UIDVALIDITY 7)', '{tag} OK done'),
  EXAMINE: say(...examined),
  IDLE: say('+ idling'),
  LOGOUT: { lines: ['* BYE', '{tag} OK done'], ending: 'end' },
})

const verbOf = (command: string): string => /^(UID )?\S+/i.exec(command)?.[0].toUpperCase() ?? ''

const act = (socket: Socket, tag: string, { lines = [], ending }: Answer): void => {
  socket.write(lines.map((line) => `${line.replaceAll('{tag}', tag)}\r\n`).join(''))
  if (ending === 'end') socket.end()
  if (ending === 'reset') socket.resetAndDestroy()
}

/** Cuts what came in into command lines; asks for each literal (RFC 9051 §4.3) and swallows it. */
const lineReader = (socket: Socket, onCommand: (tag: string, command: string) => void) => {
  let pending = Buffer.alloc(0)
  let literal = 0
  let begun = ''
  return (chunk: Buffer): void => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      if (pending.length < literal) return
      const end = pending.indexOf('\r\n', literal)
      if (end === -1) return
      const piece = pending.toString('latin1', literal, end)
      const line = `${begun}${piece}`
      pending = pending.subarray(end + 2)
      literal = Number(/\{(\d+)\+?\}$/.exec(piece)?.[1] ?? 0)
      begun = literal > 0 ? line : ''
      if (literal > 0) socket.write('+ go on\r\n')
      else onCommand(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1))
    }
  }
}

/** Starts a tiny IMAP server on the loopback interface that gives the answers a real one will not give. */
export const startScriptedImap = async (script: Script = {}): Promise<ScriptedImap> => {
  const { greeting = '* OK ready', capabilities = '', answers = {} } = script
  const commands: string[] = []
  const waiting: (() => void)[] = []
  const sockets = new Set<Socket>()
  const given = new Map<string, number>()
  const answerTo = (verb: string): Answer => {
    const turn = given.get(verb) ?? 0
    given.set(verb, turn + 1)
    const own = answers[verb] ?? defaults(capabilities)[verb] ?? say('{tag} OK done')
    return 'at' in own ? (own.at(Math.min(turn, own.length - 1)) ?? silence) : own
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    let idle = ''
    socket.setNoDelay()
    socket.on('error', () => socket.destroy())
    socket.on(
      'data',
      lineReader(socket, (tag, command) => {
        commands.push(command)
        for (const wake of waiting) wake()
        if (verbOf(command) === 'IDLE') idle = tag
        // DONE has no tag: it ends the command IDLE (RFC 2177).
        act(socket, command === 'DONE' ? idle : tag, answerTo(verbOf(command)))
      }),
    )
    if (greeting !== null) socket.write(`${greeting}\r\n`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    commands,
    heard: (verb, times = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (commands.filter((command) => command.startsWith(verb)).length >= times) resolve()
        }
        waiting.push(look)
        look()
      }),
    left: async () => {
      await Promise.all([...sockets].map((socket) => socket.closed || once(socket, 'close')))
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
