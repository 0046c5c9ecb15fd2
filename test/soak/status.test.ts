import { expect, it } from 'vitest'
import { leftBecause } from '../../src/core/doubt.ts'
import { readStatus } from './status.ts'

const entry = (state: string, messageId: string, because: string | null = null) => ({ state, messageId, because })

it('tells what is settled, what lies in Drafts, what is under way, and what was left to the user', () => {
  const status = readStatus({
    accounts: [
      { name: 'plain', entries: [entry('drafted', '<1@x>'), entry('removed', '<2@x>'), entry('skipped', '<3@x>')] },
      { name: 'cut', entries: [entry('uncertain', '<4@x>', 'the line broke'), entry('planned', '<5@x>')] },
      { name: 'watched', entries: [entry('uncertain', '<6@x>', leftBecause.append)] },
    ],
  })
  expect(status).toEqual({
    open: new Set(['cut']),
    drafted: new Set(['plain <1@x>']),
    settled: new Set(['plain <1@x>', 'plain <2@x>', 'plain <3@x>', 'watched <6@x>']),
    left: new Set(['<6@x>']),
  })
})
