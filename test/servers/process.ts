import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const portOf = async (server: ReturnType<typeof createServer>): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the port of a listening socket is unknown')
  return address.port
}

/** Ports that were free a moment ago; both are held until both are known, so that they differ. */
export const freePorts = async (): Promise<readonly [number, number]> => {
  const [first, second] = [createServer(), createServer()]
  const ports = [await portOf(first), await portOf(second)] as const
  await Promise.all([first, second].map((server) => once(server.close(), 'close')))
  return ports
}

/** The greeting of whoever listens, or '' when nobody does. */
export const greeting = async (port: number): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  try {
    const [data] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
    return Buffer.isBuffer(data) ? data.toString() : ''
  } catch {
    return ''
  } finally {
    socket.destroy()
  }
}

export const hasEnded = (server: ChildProcess): boolean => server.exitCode !== null || server.signalCode !== null

/** Ends a server so that another can take its place: in order, which takes some a second or more. */
export const terminate = async (server: ChildProcess): Promise<void> => {
  if (hasEnded(server)) return
  const exited = once(server, 'exit')
  server.kill()
  await exited
}

export const killProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
