import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What the server does when a command is complete. An empty answer is silence; `cut` is what follows without a line end. */
export interface Answer {
  readonly lines?: readonly string[]
  readonly cut?: string
  readonly ending?: 'reset' | 'end'
}

export const say = (...lines: readonly string[]): Answer => ({ lines })
export const silence: Answer = {}
export const reset: Answer = { ending: 'reset' }
/** The server closes its side and goes on reading. */
export const halfClose: Answer = { ending: 'end' }

/** By command; `greeting` is what a client hears first, `.` what it hears after the message. */
export type Stage = 'greeting' | 'EHLO' | 'HELO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | '.' | 'QUIT'

export interface ScriptedSmtp {
  readonly port: number
  /** Every command line that came in; messages are left out. */
  readonly commands: readonly string[]
  /** Every message that came in to its final dot, dot-stuffing included. */
  readonly messages: readonly string[]
  /** Resolves when a command that begins with the words has come in. */
  heard(words: string): Promise<void>
  /** Resolves when so many messages have come in to their final dots. */
  took(count: number): Promise<void>
  /** Resolves when the client has closed every connection. */
  left(): Promise<void>
  stop(): Promise<void>
}

const defaults: Readonly<Record<Stage, Answer>> = {
  greeting: say('220 ready'),
  EHLO: say('250-here', '250 AUTH PLAIN XOAUTH2'),
  HELO: say('250 here'),
  STARTTLS: say('502 no'),
  AUTH: say('235 welcome'),
  MAIL: say('250 ok'),
  RCPT: say('250 ok'),
  DATA: say('354 go on'),
  '.': say('250 2.0.0 queued as 7'),
  QUIT: { lines: ['221 bye'], ending: 'end' },
}

const act = (socket: Socket, { lines = [], cut = '', ending }: Answer): void => {
  socket.write(`${lines.map((line) => `${line}\r\n`).join('')}${cut}`)
  if (ending === 'end') socket.end()
  if (ending === 'reset') socket.resetAndDestroy()
}

interface Reader {
  readonly onCommand: (command: string) => Answer
  readonly onMessage: (message: string) => Answer
}

/** Cuts what came in into command lines and, after 354, a message. */
const reader = (socket: Socket, { onCommand, onMessage }: Reader) => {
  let pending = ''
  let inMessage = false
  return (chunk: Buffer): void => {
    pending += chunk.toString('latin1')
    for (;;) {
      const mark = inMessage ? '\r\n.\r\n' : '\r\n'
      const end = pending.indexOf(mark)
      if (end === -1) return
      const piece = pending.slice(0, end)
      pending = pending.slice(end + mark.length)
      const answer = inMessage ? onMessage(`${piece}\r\n`.slice(2)) : onCommand(piece)
      inMessage = !inMessage && piece === 'DATA' && (answer.lines?.at(-1) ?? '').startsWith('3')
      // So that a dot that follows at once is a final one, too.
      if (inMessage) pending = `\r\n${pending}`
      act(socket, answer)
    }
  }
}

const stageOf = (command: string): Stage => (/^\S+/.exec(command)?.[0].toUpperCase() ?? '') as Stage

/** Starts a tiny SMTP server on the loopback interface that gives the answers a real one will not give. */
export const startScriptedSmtp = async (answers: Partial<Record<Stage, Answer>> = {}): Promise<ScriptedSmtp> => {
  const commands: string[] = []
  const messages: string[] = []
  const waiting: (() => void)[] = []
  const sockets = new Set<Socket>()
  const answerTo = (stage: Stage): Answer => answers[stage] ?? defaults[stage] ?? say('500 what')
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.setNoDelay()
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    const onCommand = (command: string): Answer => {
      commands.push(command)
      for (const look of waiting) look()
      return answerTo(stageOf(command))
    }
    const onMessage = (message: string): Answer => {
      messages.push(message)
      for (const look of waiting) look()
      return answerTo('.')
    }
    socket.on('data', reader(socket, { onCommand, onMessage }))
    act(socket, answerTo('greeting'))
  })
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (isSo() && resolve())
      waiting.push(look)
      look()
    })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    commands,
    messages,
    heard: (words) => until(() => commands.some((command) => command.startsWith(words))),
    took: (count) => until(() => messages.length >= count),
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
