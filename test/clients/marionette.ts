import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Who steers a program of Mozilla's from outside, in the context of its own windows. */
export interface Marionette {
  /** Gives a command, such as `WebDriver:TakeScreenshot`, and gives its answer. */
  command(name: string, parameters?: object): Promise<unknown>
  /** Runs the body of an asynchronous function in the program; it finds `args`, and what it returns is given. */
  run(script: string, ...args: readonly unknown[]): Promise<unknown>
  close(): void
}

/** Cuts what arrives into messages: the length of each in octets, a colon, JSON. */
const reader = (onMessage: (message: unknown) => void): ((chunk: Buffer) => void) => {
  let pending = Buffer.alloc(0)
  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    for (let colon = pending.indexOf(':'); colon !== -1; colon = pending.indexOf(':')) {
      const end = colon + 1 + Number(pending.subarray(0, colon))
      if (pending.length < end) return
      onMessage(JSON.parse(pending.subarray(colon + 1, end).toString()))
      pending = pending.subarray(end)
    }
  }
}

type Answer = readonly [kind: 1, id: number, error: { readonly message: string } | null, result: unknown]

/** Commands are numbered, and answers bear the number. */
const commander = (socket: Socket): Marionette['command'] => {
  const waiting: ((answer: Answer) => void)[] = []
  const onMessage = (message: unknown): void => {
    if (Array.isArray(message)) waiting[message[1]]?.(message as unknown as Answer)
  }
  socket.on('data', reader(onMessage))
  return (name, parameters = {}) =>
    new Promise((resolve, reject) => {
      const id = waiting.push(([, , error, result]) => (error ? reject(new Error(error.message)) : resolve(result))) - 1
      const text = JSON.stringify([0, id, name, parameters])
      socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
}

const scriptTimeout = 60_000

/** Begins a session with the program that listens on this port. */
export const connectMarionette = async (port: number): Promise<Marionette> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  const command = commander(socket)
  await command('WebDriver:NewSession')
  await command('Marionette:SetContext', { value: 'chrome' })
  await command('WebDriver:SetTimeouts', { script: scriptTimeout })
  return {
    command,
    run: async (script, ...args) => {
      const body = `return (async (...args) => {${script}})(...arguments)`
      const { value } = (await command('WebDriver:ExecuteScript', { script: body, args })) as { value: unknown }
      return value
    },
    close: () => socket.destroy(),
  }
}
