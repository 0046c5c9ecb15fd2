import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Direction, Point } from './point.ts'
import { type FaultProxy, startProxy } from './proxy.ts'
import type { Fault } from './strike.ts'

/** One end of a connection: what it received, and how that ended. */
interface End {
  readonly socket: Socket
  readonly received: () => string
  readonly ended: Promise<string>
}

const endOf = (socket: Socket): End => {
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => resolve('FIN'))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''))
  })
  return { socket, received: () => received, ended }
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await turn()
}

/** A match that begins so many octets into the stream, in each of the two directions. */
const text = (direction: Direction, side: 'before' | 'after', beyond = 0): Point => ({
  direction,
  match: 'APPEND',
  occurrence: 2,
  side,
  beyond,
})

let listener: Server
let proxy: FaultProxy
let servers: End[]

beforeEach(async () => {
  servers = []
  listener = createServer({ allowHalfOpen: true }, (socket) => servers.push(endOf(socket)))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  proxy = await startProxy((listener.address() as AddressInfo).port)
})

afterEach(async () => {
  await proxy.close()
  for (const { socket } of servers) socket.destroy()
  listener.close()
})

interface Pair {
  readonly client: End
  readonly server: End
}

/** libuv takes a reset that comes together with octets for an end. */
const broken = /^(?:ECONNRESET|EPIPE|FIN)$/u

const pair = async (): Promise<Pair> => {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const number = servers.length
  const client = endOf(socket)
  await until(() => servers[number] !== undefined)
  return { client, server: servers[number] as End }
}

/** Says it octet by octet, each in a packet of its own as far as we can see to it. */
const spell = async (from: End, words: string): Promise<void> => {
  for (const octet of words) {
    from.socket.write(octet)
    await turn()
  }
}

const arm = (point: Point, action: Fault['action']) => proxy.arm({ point, action })
const twice = 'a APPEND x\r\nb APPEND y\r\nc NOOP\r\n'

describe('the fault proxy', () => {
  it('passes everything, over many connections at once, until it is told otherwise', async () => {
    const pairs = [await pair(), await pair(), await pair()]
    for (const [index, { client, server }] of pairs.entries()) {
      client.socket.end(`hello ${index}`)
      expect(await server.ended).toBe('FIN')
      server.socket.end(`bye ${index}`)
      expect(await client.ended).toBe('FIN')
      expect([server.received(), client.received()]).toEqual([`hello ${index}`, `bye ${index}`])
    }
    expect(proxy.connections()).toBe(3)
    expect(proxy.recordings().map(({ toServer }) => toServer)).toEqual(['hello 0', 'hello 1', 'hello 2'])
  })

  it('passes a reset on', async () => {
    const { client, server } = await pair()
    client.socket.resetAndDestroy()
    expect(await server.ended).toBe('ECONNRESET')
  })

  it.each<[string, Point, string]>([
    ['before a text', text('to-server', 'before'), 'a APPEND x\r\nb '],
    ['after it', text('to-server', 'after'), 'a APPEND x\r\nb APPEND'],
    ['some octets further', text('to-server', 'after', 2), 'a APPEND x\r\nb APPEND y'],
    ['after so many octets', { direction: 'to-server', octets: 7 }, 'a APPEN'],
  ])('cuts %s, however the text is split', async (_, point, passed) => {
    const armed = arm(point, 'cut')
    const { client, server } = await pair()
    await spell(client, twice)
    expect(await client.ended).toMatch(broken)
    expect(await server.ended).toMatch(broken)
    expect(server.received()).toBe(passed)
    await armed.over
    expect(armed.hasStruck()).toBe(true)
  })

  it('cuts what the server says, too', async () => {
    arm(text('to-client', 'before'), 'cut')
    const { client, server } = await pair()
    await spell(server, twice)
    expect(await client.ended).toMatch(broken)
    expect(client.received()).toBe('a APPEND x\r\nb ')
  })

  it('resets a connection before its first octet', async () => {
    const armed = arm({ direction: 'to-client', octets: 0 }, 'cut')
    const client = endOf(connect(proxy.port, '127.0.0.1'))
    expect(await client.ended).toBe('ECONNRESET')
    await armed.struck
  })

  it('strikes one connection once, and lets the others pass', async () => {
    const armed = arm(text('to-server', 'before'), 'cut')
    const [first, second] = [await pair(), await pair()]
    first.client.socket.write(twice)
    await armed.struck
    second.client.socket.end(twice)
    expect(await second.server.ended).toBe('FIN')
    expect(second.server.received()).toBe(twice)
  })

  it('stalls both directions and keeps both connections', async () => {
    const armed = arm(text('to-server', 'after'), 'stall')
    const { client, server } = await pair()
    client.socket.write(twice)
    await armed.struck
    server.socket.write('nobody hears this')
    await until(() => proxy.recordings()[0]?.toClient !== '')
    client.socket.destroy()
    await once(client.socket, 'close')
    expect([server.received(), client.received()]).toEqual(['a APPEND x\r\nb APPEND', ''])
    expect(server.socket.readyState).toBe('open')
  })

  it('ends one direction and lets the other one speak', async () => {
    arm(text('to-server', 'after'), 'half-close')
    const { client, server } = await pair()
    client.socket.write(twice)
    expect(await server.ended).toBe('FIN')
    expect(server.received()).toBe('a APPEND x\r\nb APPEND')
    server.socket.end('still here')
    expect(await client.ended).toBe('FIN')
    expect(client.received()).toBe('still here')
  })

  it('resets the client and gives the server the rest late', async () => {
    const armed = arm(text('to-server', 'before'), 'late')
    const { client, server } = await pair()
    client.socket.write(twice)
    expect(await client.ended).toBe('ECONNRESET')
    expect(server.received()).toBe('a APPEND x\r\nb ')
    armed.release()
    expect(await server.ended).toBe('FIN')
    expect(server.received()).toBe(twice)
    server.socket.end()
    await armed.over
  })

  it('conceals a word of the server', async () => {
    const other = await startProxy((listener.address() as AddressInfo).port, { conceal: 'LITERAL+' })
    const socket = connect({ port: other.port, host: '127.0.0.1' })
    const client = endOf(socket)
    await until(() => servers.length === 1)
    await spell(servers[0] as End, '* OK [LITERAL+]\r\n')
    await until(() => client.received().endsWith('\n'))
    expect(client.received()).toBe('* OK [________]\r\n')
    await other.close()
  })
})
