import { OperatorError } from '../errors.ts'
import type { House } from './house.ts'

/** Enters in the ledger what can also go without: what the disk refuses is told, and breaks nothing off. */
export const entering = ({ log }: Pick<House, 'log'>, enter: () => void): void => {
  try {
    enter()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    log.warn('not-entered', { sentence: error.message, hints: error.hints })
  }
}
