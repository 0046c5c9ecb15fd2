const nextRow = (row: readonly number[], letter: string, other: string): number[] => {
  const next = [(row[0] ?? 0) + 1]
  for (const [index, candidate] of [...other].entries()) {
    const changed = (row[index] ?? 0) + (candidate === letter ? 0 : 1)
    next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
  }
  return next
}

/** Levenshtein's distance: letters to add, drop or change to make one text of the other. */
const distance = (one: string, other: string): number => {
  const first = Array.from({ length: [...other].length + 1 }, (_, index) => index)
  return [...one].reduce((row, letter) => nextRow(row, letter, other), first).at(-1) ?? 0
}

/** The known name that was most likely meant, or null when none is near (a third of its letters, case aside). */
export const nearest = (written: string, known: readonly string[]): string | null => {
  const ranked = known
    .map((name) => ({ name, far: distance(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best && best.far <= Math.ceil(best.name.length / 3) ? best.name : null
}
