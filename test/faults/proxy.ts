import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { type Direction, reachOf, wholeLines } from './point.ts'
import { type Armed, act, type Fault, type Link, type Trap, trapFor, type Way, write } from './strike.ts'

/** What both sides said in one connection, one character an octet, whether it got through or not. */
export interface Recording {
  readonly toServer: string
  readonly toClient: string
}

export interface FaultProxy {
  readonly port: number
  readonly connections: () => number
  /** What was said in each connection, in the order in which they began. */
  readonly recordings: () => readonly Recording[]
  /** One fault at a time: the first connection that reaches the point is struck, later ones pass. */
  readonly arm: (fault: Fault) => Armed
  /** From now on everything passes. */
  readonly disarm: () => void
  readonly close: () => Promise<void>
}

export interface ProxyOptions {
  /** A word the server says (a capability) that clients must not see: it reaches them as underscores. */
  readonly conceal?: string
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
    act(trap, way, link)
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

const disarm = (state: State): void => {
  state.trap?.end()
  state.trap = null
}

const closeAll = async (listener: Server, state: State): Promise<void> => {
  const closed = once(listener, 'close')
  listener.close()
  for (const { client, server } of state.links) for (const socket of [client, server]) socket.destroy()
  disarm(state)
  await closed
}

/** Passes every connection on to a port of this machine, until an armed fault strikes it. */
export const startProxy = async (port: number, options: ProxyOptions = {}): Promise<FaultProxy> => {
  const state: State = { options: { conceal: '', ...options }, links: [], trap: null }
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(client, port, state))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    connections: () => state.links.length,
    recordings: () =>
      state.links.map(({ ways: [toServer, toClient] }) => ({ toServer: toServer.seen, toClient: toClient.seen })),
    arm: (fault) => {
      disarm(state)
      const trap = trapFor(fault)
      state.trap = trap
      return trap
    },
    disarm: () => disarm(state),
    close: () => closeAll(listener, state),
  }
}
