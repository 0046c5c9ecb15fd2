import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Direction, Point } from './point.ts'

/**
 * `cut`: both sides see a reset, and what stands behind the point is lost. `stall`: nothing passes any more, and both
 * connections stay open. `half-close`: the direction ends with a FIN, the other one goes on. `late`: the client sees a
 * reset, and the server gets what the client had written when it is released, and only then the end.
 */
export const actions = ['cut', 'stall', 'half-close', 'late'] as const

export interface Fault {
  readonly point: Point
  readonly action: (typeof actions)[number]
}

/** A fault that waits for its point. */
export interface Armed {
  readonly hasStruck: () => boolean
  /** Settles when the point is reached and the octets before it have been handed on. */
  readonly struck: Promise<void>
  /** Lets `late` octets go on to the server: now, or as soon as there are any. */
  readonly release: () => void
  /** Settles when no octet of a struck connection is under way to the server any more. */
  readonly over: Promise<void>
}

export interface Trap extends Armed {
  readonly fault: Fault
  readonly released: Promise<void>
  readonly strike: () => void
  readonly end: () => void
}

const signal = (): readonly [happened: Promise<void>, happen: () => void] => {
  let happen = (): void => {}
  const happened = new Promise<void>((resolve) => {
    happen = resolve
  })
  return [happened, happen]
}

export const trapFor = (fault: Fault): Trap => {
  const [struck, happen] = signal()
  const [released, release] = signal()
  const [over, end] = signal()
  let struckYet = false
  const strike = (): void => {
    struckYet = true
    happen()
  }
  return { fault, struck, released, over, strike, release, end, hasStruck: () => struckYet }
}

/** One direction of one connection. */
export interface Way {
  readonly direction: Direction
  readonly from: Socket
  readonly to: Socket
  seen: string
  passed: number
  open: boolean
}

export interface Link {
  readonly client: Socket
  readonly server: Socket
  readonly ways: readonly [Way, Way]
}

/** Hands on what has not passed yet, up to this octet, and says when the system has taken it. */
export const write = (way: Way, until: number, then: () => void = () => {}): void => {
  const octets = Buffer.from(way.seen.slice(way.passed, until), 'latin1')
  way.passed = Math.max(way.passed, until)
  if (octets.length === 0 || !way.to.writable) then()
  else way.to.write(octets, then)
}

/** How long the client must have been silent for us to believe that all it had written has come. */
const quiet = 20

const untilQuiet = async (way: Way): Promise<void> => {
  for (let before = -1; before !== way.seen.length; await delay(quiet)) before = way.seen.length
}

const deliverLate = async ({ client, server, ways: [toServer] }: Link, released: Promise<void>): Promise<void> => {
  await untilQuiet(toServer)
  client.resetAndDestroy()
  await released
  const closed = server.closed ? null : once(server, 'close')
  write(toServer, toServer.seen.length)
  server.end()
  await closed
}

export const act = ({ fault: { action }, released, end }: Trap, struck: Way, link: Link): void => {
  if (action === 'late') return void deliverLate(link, released).then(end, end)
  if (action === 'half-close') struck.to.end()
  if (action === 'cut') for (const socket of [link.client, link.server]) socket.resetAndDestroy()
  end()
}
