import { resolveMx } from 'node:dns/promises'

const deadline = 3000

/**
 * The hosts that take mail for a domain (RFC 5321 §5.1), the preferred ones first. None where the name server knows
 * none, or gives no answer in time: then the user is asked.
 */
export const exchangersOf = async (domain: string): Promise<readonly string[]> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly never[]>((resolve) => {
    timer = setTimeout(() => resolve([]), deadline)
  })
  try {
    const records = await Promise.race([resolveMx(domain), late])
    return records.toSorted((one, other) => one.priority - other.priority).map(({ exchange }) => exchange)
  } catch {
    return []
  } finally {
    clearTimeout(timer)
  }
}
