import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** When the connection breaks: with half of an APPEND sent, with all of it, or when the server has answered it. */
export type Moment = 'within the literal' | 'after the literal' | 'before the answer'

export interface CuttingRelay {
  readonly port: number
  /** How many connections were cut. */
  readonly cuts: () => number
  readonly stop: () => Promise<void>
}

/** How much a client has sent at that moment; Infinity before its APPEND (RFC 9051 §6.3.12) announces the literal. */
const lengthAt = (moment: Moment, sent: Buffer): number => {
  const announced = /^\S+ APPEND [^\r\n]*\{(\d+)\+?\}\r\n/mu.exec(sent.toString('latin1'))
  if (announced === null) return Number.POSITIVE_INFINITY
  const start = announced.index + announced[0].length
  const octets = Number(announced[1])
  return moment === 'within the literal' ? start + Math.floor(octets / 2) : start + octets + 2
}

const handOn = (client: Socket, server: Socket, moment: Moment, cut: () => void): void => {
  let sent = Buffer.alloc(0)
  let complete = false
  client.on('data', (data) => {
    const before = sent.length
    sent = Buffer.concat([sent, data])
    const length = lengthAt(moment, sent)
    complete = sent.length >= length
    const cutNow = complete && moment !== 'before the answer'
    server.write(data.subarray(0, length - before), cutNow ? cut : undefined)
  })
  server.on('data', (data) => {
    if (complete) cut()
    else client.write(data)
  })
}

/**
 * Stands between a client and a server that speak in clear text, and breaks the first connection with an APPEND, at
 * that moment and on both sides. Every other connection passes.
 */
export const startCuttingRelay = async (target: number, moment: Moment): Promise<CuttingRelay> => {
  const sockets = new Set<Socket>()
  let cuts = 0
  const listener = createServer((client) => {
    const server = connect(target, '127.0.0.1')
    const end = (): void => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on('error', end)
      socket.on('close', end)
    }
    if (cuts > 0) client.pipe(server).pipe(client)
    else
      handOn(client, server, moment, () => {
        cuts += 1
        end()
      })
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    cuts: () => cuts,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await once(listener.close(), 'close')
    },
  }
}
