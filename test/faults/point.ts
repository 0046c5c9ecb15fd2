/** A way through the proxy. */
export type Direction = 'to-server' | 'to-client'

/**
 * Where a fault strikes: after so many octets of one direction since the connection began, or at the n-th place where
 * that direction reads like `match` (the source of a regular expression within one line), and `beyond` octets further.
 */
export type Point =
  | { readonly direction: Direction; readonly octets: number }
  | {
      readonly direction: Direction
      readonly match: string
      readonly occurrence: number
      readonly side: 'before' | 'after'
      readonly beyond: number
    }

/** How much of a direction may pass, counted since the connection began, and whether the point is reached by then. */
export interface Reach {
  readonly pass: number
  readonly reached: boolean
}

/** An unfinished line is held back: what it will read like is not known yet, and what has passed cannot be recalled. */
export const wholeLines = (seen: string): number => seen.lastIndexOf('\n') + 1

/** @param seen everything of this direction since the connection began, one character an octet */
export const reachOf = (point: Point, seen: string): Reach => {
  const at = placeOf(point, seen)
  if (at === null) return { pass: wholeLines(seen), reached: false }
  return { pass: Math.min(at, seen.length), reached: at <= seen.length }
}

/** null while the text has not come by. */
const placeOf = (point: Point, seen: string): number | null => {
  if ('octets' in point) return point.octets
  const found = [...seen.matchAll(new RegExp(point.match, 'gmu'))][point.occurrence - 1]
  if (found === undefined) return null
  return found.index + (point.side === 'after' ? found[0].length : 0) + point.beyond
}

export const describePoint = (point: Point): string => {
  if ('octets' in point) return `${point.direction} after ${point.octets} octets`
  const { direction, side, match, occurrence, beyond } = point
  return `${direction} ${side} /${match}/ #${occurrence}${beyond === 0 ? '' : ` and ${beyond} octets`}`
}

/** A point at a text. */
export const pointAt = (
  direction: Direction,
  match: string,
  side: 'before' | 'after',
  occurrence = 1,
  beyond = 0,
): Point => ({ direction, match, occurrence, side, beyond })
