import type { Account } from '../core/settings.ts'
import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { Ledger } from '../ledgerPort.ts'
import { type Crew, openCrew } from './crew.ts'
import type { House } from './house.ts'
import { groundsFor, refuseUnusable } from './pollAccount.ts'

/**
 * `have-we-met run`: polls every account at once and then on its schedule, until SIGTERM or SIGINT. SIGHUP has the settings,
 * phrases and templates read again; what is wrong with them is told, and the old ones stay in use.
 * @throws OperatorError 78 for a schedule that never comes, and as `house.ledger`
 */
export const runCommand = async (house: House): Promise<ExitCode> => {
  const { accounts, stateDir } = house.settings()
  for (const account of accounts) await house.slots(account)
  const ledger = await house.ledger()
  house.lastWords((error) => {
    house.log.error('crashed', { error, stack: error instanceof Error ? error.stack : null })
    ledger.close()
  })
  try {
    house.log.info('started', { version: house.version, accounts: namesOf(accounts), stateDir })
    await workUntilStopped(house, ledger)
    house.log.info('stopped')
    return exit.ok
  } finally {
    ledger.close()
  }
}

const namesOf = (accounts: readonly Account[]): readonly string[] => accounts.map(({ name }) => name)

/** One crew after the other, each with the settings of its time. */
const workUntilStopped = async (house: House, ledger: Ledger): Promise<void> => {
  const waiting = waitingRoom(house)
  let current: House | null = house
  while (current !== null) {
    const crew: Crew = await openCrew(current, ledger)
    current = await nextHouse(current, waiting)
    crew.stop()
    await crew.ended
  }
}

/** Gives each time somebody asks what came: a hangup that came in the meantime, or the next one, or the end. */
const waitingRoom = (house: House): (() => Promise<'hangup' | 'stop'>) => {
  let hungUp = false
  let wake = (): void => {}
  house.onHangup(() => {
    hungUp = true
    wake()
  })
  const stopping = (): void => {
    house.log.info('stopping')
    wake()
  }
  house.stop.addEventListener('abort', stopping, { once: true })
  return async () => {
    if (!(hungUp || house.stop.aborted))
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    hungUp = false
    return house.stop.aborted ? 'stop' : 'hangup'
  }
}

/** The house as it is to go on; null when it is to end. Settings that cannot be used change nothing. */
const nextHouse = async (house: House, waiting: () => Promise<'hangup' | 'stop'>): Promise<House | null> => {
  while ((await waiting()) === 'hangup') {
    try {
      const next = await house.reread()
      await refuseBad(next, house)
      house.log.info('settings-read', { accounts: namesOf(next.settings().accounts) })
      return next
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      house.log.error('settings-refused', { sentence: error.message, hints: error.hints })
    }
  }
  return null
}

/** @throws OperatorError 78 for what a start would refuse, and for what only a start can change */
const refuseBad = async (next: House, house: House): Promise<void> => {
  const { accounts, stateDir } = next.settings()
  if (stateDir !== house.settings().stateDir)
    throw new OperatorError(exit.config, `STATE_DIR is another one now, ${stateDir}`, ['restart have-we-met'])
  for (const account of accounts) {
    await next.slots(account)
    refuseUnusable(await groundsFor(account, next), next.now())
  }
}
