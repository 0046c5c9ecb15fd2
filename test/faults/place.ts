import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OperatorError } from '../../src/errors.ts'
import type { Ledger } from '../../src/ledgerPort.ts'
import { poll } from '../../src/poll.ts'
import type { Dovecot } from '../servers/dovecot.ts'
import { type Onlooker, onlookerAt } from './mailboxes.ts'
import { accountName, type Line, passOver, settle } from './pass.ts'
import type { Armed } from './strike.ts'
import { type Finding, findingsOf, worstOf } from './verdict.ts'

/** The place of one trial: a user and a state directory of its own, and clocks that can be put forward. */
export interface Place {
  readonly server: Dovecot
  readonly user: string
  readonly stateDir: string
  readonly onlooker: Onlooker
  readonly invitations: number
  /** By msg-id, what the ledger held of each reply before it was stored. */
  readonly frozen: Map<string, Set<string>>
  readonly findings: Finding[]
  skew: number
}

/** What came of a trial, and whether its fault happened at all. */
export interface Judged extends Finding {
  readonly struck: boolean
}

let users = 0

/** Every name is of the same length, so that the same octet is the same everywhere. */
const freshUser = (): string => `u${String(++users).padStart(6, '0')}@example.org`

/** In memory where that is to be had: a program that dies leaves the same there, and a thousand trials wear out no disk. */
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** The place of a trial, for as long as `use` takes: so many invitations are in INBOX. */
export const withPlace = async <T>(
  server: Dovecot,
  invitations: number,
  use: (place: Place) => Promise<T>,
  replyTo: string | null = null,
): Promise<T> => {
  const directory = mkdtempSync(join(parent, 'have-we-met-faults-'))
  const user = freshUser()
  const onlooker = await onlookerAt(server, user)
  try {
    await onlooker.seed(invitations, replyTo)
    const stateDir = join(directory, 'state')
    return await use({ server, user, stateDir, onlooker, invitations, frozen: new Map(), findings: [], skew: 0 })
  } finally {
    await onlooker.leave()
    rmSync(directory, { recursive: true, force: true })
  }
}

export const remember = ({ frozen }: Place, messageId: string | null, bytes: Uint8Array | null): void => {
  if (messageId === null || bytes === null) return
  frozen.set(messageId, (frozen.get(messageId) ?? new Set()).add(Buffer.from(bytes).toString('latin1')))
}

const remembering = (place: Place, ledger: Ledger): Ledger => ({
  ...ledger,
  enter: (entry) => {
    remember(place, entry.replyMessageId, entry.frozen)
    ledger.enter(entry)
  },
})

/** Milliseconds after which a poll hangs: every one of its operations has a deadline of its own, and they are few. */
const endless = 90_000

const untilEndless = (poll: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a poll does not end')), endless)
  })
  return Promise.race([poll, hung]).finally(() => clearTimeout(timer))
}

/**
 * Polls in this process; true when that went well. One that breaks off for a reason of the network is what trials are
 * about; anything else is a fault of ours.
 */
export const pollThrough = async (
  place: Place,
  ledger: Ledger,
  line: Omit<Line, 'server' | 'user'>,
): Promise<boolean> => {
  try {
    await untilEndless(poll(passOver({ ...place, ...line }, remembering(place, ledger), () => place.skew)))
    return true
  } catch (error) {
    if (!(error instanceof OperatorError)) place.findings.push({ verdict: 'broken', because: String(error) })
    return false
  }
}

/** The clocks are put forward, so that what is known to be over has been over for long enough. */
export const waitToSettle = (place: Place, milliseconds = settle): void => {
  place.skew += milliseconds + 1
}

/** Polls that a program may take to come to rest again. */
const attempts = 4

/** Whatever was late arrives, and is done with. */
export const arrive = async (armed: readonly Armed[]): Promise<void> => {
  for (const { release } of armed) release()
  await Promise.all(armed.map(({ over }) => over))
}

/**
 * Polls until nothing is open any more. The first poll comes at once, before late octets arrive; the clock is put
 * forward only when they have.
 */
export const recover = async (
  place: Place,
  ledger: Ledger,
  armed: readonly Armed[],
  pollOnce: () => Promise<boolean>,
): Promise<void> => {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const good = await pollOnce()
    await arrive(armed)
    if (good && ledger.unsettled(accountName).length === 0) return
    waitToSettle(place)
  }
}

/** Looks at what became of it, polls once more, and looks again. */
export const judge = async (place: Place, ledger: Ledger, pollOnce: () => Promise<boolean>): Promise<Finding> => {
  const { onlooker, findings } = place
  const before = { atRest: await onlooker.look(), entriesAtRest: ledger.entries(accountName) }
  waitToSettle(place)
  if (!(await pollOnce())) findings.push({ verdict: 'restless', because: 'a poll without a fault does not succeed' })
  const after = { afterwards: await onlooker.look(), entries: ledger.entries(accountName) }
  return worstOf([...findings, ...findingsOf({ ...place, ...before, ...after })])
}
