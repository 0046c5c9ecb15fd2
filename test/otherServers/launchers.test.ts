/** The launchers themselves: what they start is theirs alone, and is gone afterwards. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMailbox } from '../servers/dovecot.ts'
import { greeting } from '../servers/process.ts'
import { makes } from './account.ts'

/** The directories that running processes take for their root. */
const roots = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => {
      try {
        return readlinkSync(join('/proc', pid, 'root'))
      } catch {
        return ''
      }
    })

describe.each(makes)('$name', ({ start, drafts }) => {
  it('stands twice side by side, and stopped leaves neither process nor port nor directory', async () => {
    const [one, other] = [await start(), await start()]
    const tree = dirname(dirname(dirname(one.caFile)))
    try {
      for (const server of [one, other]) server.addUser('rowan')
      expect(await readMailbox(one, 'rowan', drafts)).toEqual([])
      expect(roots()).toContain(tree)
      await one.stop()
      expect(roots().filter((root) => root.startsWith(tree))).toEqual([])
      expect(await greeting(one.imapPort)).toBe('')
      expect(existsSync(tree)).toBe(false)
      expect(await readMailbox(other, 'rowan', drafts)).toEqual([])
    } finally {
      await Promise.all([one.stop(), other.stop()])
    }
  })
})
