/** How long to wait after failures, in milliseconds. */
export interface BackOff {
  /** After the first. */
  readonly first: number
  /** However many there are. */
  readonly most: number
}

/**
 * Milliseconds to wait after so many failures in a row: twice as long each time, and up to half of it less by chance, so
 * that those whom one failure met do not come back at one time.
 * @param chance from 0 to 1
 */
export const waitAfter = (failures: number, chance: number, { first, most }: BackOff): number =>
  Math.round(Math.min(first * 2 ** Math.max(0, failures - 1), most) * (1 - chance / 2))
