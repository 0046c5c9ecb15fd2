import type { Ledger } from '../ledgerPort.ts'
import { attend } from './attend.ts'
import type { House } from './house.ts'
import { troubleTeller } from './tellTroubles.ts'

/** So many accounts are polled at a time, and of those whose polls fail so many besides. */
const places = { well: 3, ailing: 2 }

/** A poll that takes longer (milliseconds) lets another one begin: it mostly waits for its server. */
const patience = 2_000

/** The workers of all accounts, under one reading of the settings. */
export interface Crew {
  readonly stop: () => void
  /** Resolves when every worker has ended. */
  readonly ended: Promise<void>
}

/** Sets a worker to each account. */
export const openCrew = async (house: House, ledger: Ledger): Promise<Crew> => {
  const controller = new AbortController()
  const stop = AbortSignal.any([house.stop, controller.signal])
  const well = await house.places(places.well, patience)
  const ailing = await house.places(places.ailing, patience)
  const place = <T>(isAiling: boolean, run: () => Promise<T>): Promise<T> => (isAiling ? ailing(run) : well(run))
  const { accounts } = house.settings()
  const tell = troubleTeller(accounts, { ...house, stop }, ledger)
  const attended = accounts.map((account) => attend(account, house, { ledger, place, tell, stop }))
  return { stop: () => controller.abort(), ended: Promise.all(attended).then(() => {}) }
}
