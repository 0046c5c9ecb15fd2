/** A map as a parser gives it: nothing is known of its values yet. */
export type Raw = Readonly<Record<string, unknown>>

/** Whether a value is a map, and not a list. */
export const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What may be left out, or left empty. */
export type Optional<T> = T | null | undefined

/** Whether it was neither. */
export const isGiven = (value: unknown): boolean => value !== null && value !== undefined

const laid = (below: unknown, above: unknown): unknown =>
  above === null ? below : isRaw(below) && isRaw(above) ? overlay(below, above) : above

/** One layer of settings over another: maps are laid key by key, anything else replaces; a key left empty changes nothing. */
export const overlay = (below: Raw, above: Raw): Raw =>
  Object.fromEntries([
    ...Object.entries(below),
    ...Object.entries(above).map(([key, value]) => [key, Object.hasOwn(below, key) ? laid(below[key], value) : value]),
  ])
