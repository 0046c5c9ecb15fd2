interface Range {
  readonly first: number
  readonly last: number
}

const yahoo = /(^|\.)(yahoo|aol)\./i

/**
 * How many messages one command may touch before the server cuts its answer and still says OK: MESSAGELIMIT
 * (RFC 9738), else 1000 at Yahoo and AOL, else no limit. `capabilities` are in upper case.
 */
export const messageLimit = (host: string, capabilities: Iterable<string>): number => {
  const told = [...capabilities].map((name) => /^MESSAGELIMIT=([1-9]\d*)$/.exec(name)?.[1]).find(Boolean)
  if (told !== undefined) return Number(told)
  return yahoo.test(host) ? 1000 : Number.POSITIVE_INFINITY
}

/** The range in parts of at most `width` UIDs, ascending; nothing for an empty, inverted or impossible range. */
export function* partsOf(range: Range, width: number): Generator<Range> {
  for (let first = range.first; first >= 1 && first <= range.last; first += width) {
    yield { first, last: Math.min(range.last, first + width - 1) }
  }
}
