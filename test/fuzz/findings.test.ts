import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultsOf } from './oracle.ts'

const folder = new URL('../fixtures/findings/', import.meta.url)
const findings = readdirSync(folder).filter((file) => file.endsWith('.eml'))

describe('what was once judged wrongly', () => {
  it.each(findings)('gets no reply any more: %s', async (file) => {
    expect(await faultsOf(readFileSync(new URL(file, folder)), false)).toEqual([])
  })
})
