import { setTimeout as delay } from 'node:timers/promises'
import { mendAll } from './acts.ts'
import { accounts } from './happenings.ts'
import { type Status, statusOf } from './status.ts'
import type { World } from './world.ts'

/** Milliseconds after which a daemon that nobody troubles any more must have come to rest. */
const patience = 180_000

const isAtRest = ({ delivered }: World, status: Status): boolean =>
  status.open.size === 0 &&
  delivered
    .filter(({ answered }) => answered)
    .every(({ account, messageIds }) => messageIds.every((id) => status.settled.has(`${account} ${id}`)))

const unrestIn = ({ delivered }: World, status: Status): string => {
  const waiting = delivered
    .filter(({ answered }) => answered)
    .flatMap(({ account, messageIds }) => messageIds.map((id) => `${account} ${id}`))
    .filter((key) => !status.settled.has(key))
  return `the daemon did not come to rest: ${waiting.length} messages wait (${waiting.slice(0, 5).join(', ')}), and of ${[...status.open].join(', ') || 'no account'} a reply is under way`
}

/** How the daemon came to rest; what kept it from that, or null. */
export interface Rest {
  readonly status: Status
  readonly unrest: string | null
}

/** Mends everything, and waits until something came of each invitation, for three minutes at most. */
export const comeToRest = async (world: World): Promise<Rest> => {
  await mendAll(world)
  world.daemon.signal('SIGHUP')
  const until = performance.now() + patience
  for (;;) {
    const status = await statusOf(world)
    if (isAtRest(world, status)) return { status, unrest: null }
    if (performance.now() > until) return { status, unrest: unrestIn(world, status) }
    await delay(500)
  }
}

/** Resolves when every account was polled: what comes in from now on is new. */
export const installed = async ({ daemon }: World): Promise<void> => {
  await Promise.all(accounts.map((account) => daemon.until('account-polled', { account })))
}
