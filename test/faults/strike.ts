import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Direction, Point } from './point.ts'

/**
 * `cut`: both sides see a reset, and what stands behind the point is lost. `stall`: nothing passes any more, and both
 * connections stay open. `half-close`: the direction ends with a FIN, the other one goes on. `late`: the client sees a
 * reset, and the server gets what the client had written a while later, and only then the end.
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
  /** Settles when no octet of a struck connection is under way to the server any more. */
  readonly over: Promise<void>
}

export interface Trap extends Armed {
  readonly fault: Fault
  readonly strike: () => void
  readonly end: () => void
}

export const trapFor = (fault: Fault): Trap => {
  let struckYet = false
  let strike = (): void => {}
  let end = (): void => {}
  const struck = new Promise<void>((resolve) => {
    strike = () => {
      struckYet = true
      resolve()
    }
  })
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  return { fault, struck, over, strike, end, hasStruck: () => struckYet }
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

const deliverLate = async ({ client, server, ways: [toServer] }: Link, lateness: number): Promise<void> => {
  await untilQuiet(toServer)
  client.resetAndDestroy()
  await delay(lateness)
  const closed = server.closed ? null : once(server, 'close')
  write(toServer, toServer.seen.length)
  server.end()
  await closed
}

/** @param lateness milliseconds from a `late` reset until the server gets the rest */
export const act = ({ fault: { action }, end }: Trap, struck: Way, link: Link, lateness: number): void => {
  if (action === 'late') return void deliverLate(link, lateness).then(end, end)
  if (action === 'half-close') struck.to.end()
  if (action === 'cut') for (const socket of [link.client, link.server]) socket.resetAndDestroy()
  end()
}
