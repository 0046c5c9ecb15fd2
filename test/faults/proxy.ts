import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { type Direction, reachOf, wholeLines } from './point.ts'
import { type Armed, act, type Fault, type Link, type Trap, trapFor, type Way, write } from './strike.ts'

export interface FaultProxy {
  readonly port: number
  readonly connections: () => number
  /** Everything that clients and server said, one character an octet, of all connections in turn. */
  readonly said: (direction: Direction) => string
  /** One fault at a time: the first connection that reaches the point is struck, later ones pass. */
  readonly arm: (fault: Fault) => Armed
  readonly close: () => Promise<void>
}

export interface ProxyOptions {
  /** A word the server says (a capability) that clients must not see: it reaches them as underscores. */
  readonly conceal?: string
  /** Milliseconds from a `late` reset to the client until its octets reach the server. */
  readonly lateness?: number
}

interface State {
  readonly options: Required<ProxyOptions>
  readonly links: Link[]
  trap: Trap | null
}

const wayOf = (direction: Direction, from: Socket, to: Socket): Way => ({
  direction,
  from,
  to,
  seen: '',
  passed: 0,
  open: true,
})

const strikeAt = (way: Way, until: number, link: Link, state: State, trap: Trap): void => {
  state.trap = null
  for (const one of trap.fault.action === 'half-close' ? [way] : link.ways) one.open = false
  write(way, until, () => {
    trap.strike()
    act(trap, way, link, state.options.lateness)
  })
}

const advance = (way: Way, link: Link, state: State): void => {
  const { trap, options } = state
  if (!way.open) return
  if (trap?.fault.point.direction === way.direction) {
    const { pass, reached } = reachOf(trap.fault.point, way.seen)
    if (reached) strikeAt(way, pass, link, state, trap)
    else write(way, pass)
  } else write(way, options.conceal === '' ? way.seen.length : wholeLines(way.seen))
}

const heard = (way: Way, chunk: Buffer, { options: { conceal } }: State): void => {
  way.seen += chunk.toString('latin1')
  if (conceal !== '' && way.direction === 'to-client')
    way.seen = way.seen.replaceAll(conceal, '_'.repeat(conceal.length))
}

const runWay = (way: Way, link: Link, state: State): void => {
  const { from, to } = way
  from.on('data', (chunk: Buffer) => {
    heard(way, chunk, state)
    advance(way, link, state)
  })
  from.on('end', () => {
    if (!way.open) return
    write(way, way.seen.length)
    to.end()
  })
  from.on('error', () => way.open && to.resetAndDestroy())
  advance(way, link, state)
}

const accept = (client: Socket, port: number, state: State): void => {
  const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const link: Link = { client, server, ways: [wayOf('to-server', client, server), wayOf('to-client', server, client)] }
  state.links.push(link)
  for (const way of link.ways) runWay(way, link, state)
}

const closeAll = async (listener: Server, { links, trap }: State): Promise<void> => {
  const closed = once(listener, 'close')
  listener.close()
  for (const { client, server } of links) for (const socket of [client, server]) socket.destroy()
  trap?.end()
  await closed
}

/** Passes every connection on to a port of this machine, until an armed fault strikes it. */
export const startProxy = async (port: number, options: ProxyOptions = {}): Promise<FaultProxy> => {
  const state: State = { options: { conceal: '', lateness: 300, ...options }, links: [], trap: null }
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(client, port, state))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    connections: () => state.links.length,
    said: (direction) =>
      state.links
        .flatMap(({ ways }) => ways)
        .filter((way) => way.direction === direction)
        .map(({ seen }) => seen)
        .join(''),
    arm: (fault) => {
      const trap = trapFor(fault)
      state.trap = trap
      return trap
    },
    close: () => closeAll(listener, state),
  }
}
