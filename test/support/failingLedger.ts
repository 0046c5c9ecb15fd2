import type { Ledger } from '../../src/ledgerPort.ts'

const writes = ['enter', 'move', 'advance', 'see'] as const

const wrapped = (ledger: Ledger, write: (count: number, act: () => void) => void): Ledger => {
  let count = 0
  const own = writes.map((name) => [
    name,
    (...args: readonly unknown[]) => {
      count += 1
      write(count, () => Reflect.apply(ledger[name], ledger, args))
    },
  ])
  return { ...ledger, ...Object.fromEntries(own) }
}

/** The program is killed at the n-th write, just before it is on the disk or just after. */
export const dyingAt = (ledger: Ledger, at: number, when: 'before' | 'after'): Ledger =>
  wrapped(ledger, (count, act) => {
    if (count > at) throw new Error('dead already')
    if (count === at && when === 'before') throw new Error('killed')
    act()
    if (count === at) throw new Error('killed')
  })

/** The n-th write fails, and the ones after it succeed. */
export const failingAt = (ledger: Ledger, at: number, error: Error): Ledger =>
  wrapped(ledger, (count, act) => {
    if (count === at) throw error
    act()
  })
