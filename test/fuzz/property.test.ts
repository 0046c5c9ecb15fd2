/** Real mail, cut, swapped, repeated and spoiled by its structure: a verdict, and never a reply that it did not get whole. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bases } from './bases.ts'
import { judge } from './judge.ts'
import { mutated, mutations } from './mutations.ts'
import { faultsOf } from './oracle.ts'

describe.each(bases)('$name', ({ bytes, answered }) => {
  it('untouched, is answered as it should be', async () => {
    expect((await judge(bytes)).draft !== null).toBe(answered)
    expect(await faultsOf(bytes, answered)).toEqual([])
  })

  it('spoiled, gets a verdict and no reply that it would not get untouched', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (steps) => {
        expect(await faultsOf(mutated(bytes, steps), answered)).toEqual([])
      }),
      { numRuns: 15 },
    )
  })
})

describe('any octets at all', () => {
  it('get a verdict, and no reply', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 5000 }), fc.string({ unit: 'binary', maxLength: 5000 })),
        async (octets) => {
          expect((await judge(Buffer.from(octets as string))).draft).toBeNull()
        },
      ),
      { numRuns: 200 },
    )
  })
})
