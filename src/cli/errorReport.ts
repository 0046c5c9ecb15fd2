import type { OperatorError } from '../errors.ts'
import { printable } from './columns.ts'
import type { Style } from './style.ts'

/** An error as the person at the keyboard reads it: one sentence, then what to type or look at. */
export const renderError = ({ message, hints }: OperatorError, style: Style): string =>
  [`${style.bad('have-we-met:')} ${printable(message)}`, ...hints.map((hint) => `  ${printable(hint)}`), ''].join('\n')
