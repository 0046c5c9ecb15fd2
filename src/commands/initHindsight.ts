import { renderHindsight } from '../cli/initReport.ts'
import type { AccountFacts } from '../core/rule.ts'
import { explain } from './explain.ts'
import type { InitDesk } from './initDesk.ts'
import { type Plan, rehearse } from './initPlan.ts'
import { invitationsIn } from './initPropose.ts'
import type { Found } from './initScan.ts'
import { lookBack } from './linkedInMail.ts'
import { groundsFor, ownAddresses } from './pollAccount.ts'

/** As if each had just come, and nothing had been answered before. */
const factsOf = (own: readonly string[]): AccountFacts => ({
  own,
  installedAt: 0,
  arrivedAt: 0,
  isFirstLook: false,
  known: null,
  since: 0,
  answered: null,
  asked: null,
  accepted: null,
  repliesThisPoll: 0,
  repliesToday: 0,
})

const mostShown = 10

/** Shows what the invitations that were found would have got, as `explain` judges them. */
export const showHindsight = async (desk: InitDesk, plan: Plan, found: readonly Found[]): Promise<void> => {
  const { house, account } = await rehearse(desk, plan)
  const grounds = await groundsFor(account, house)
  const invitations = invitationsIn(found, grounds)
  if (invitations.length === 0) {
    const what = found.length === 0 ? 'no mail from LinkedIn' : 'no invitation among the newest mail from LinkedIn'
    desk.note(`${what} in the last ${lookBack.days} days, so there is nothing to show`)
    return
  }
  desk.ok(`what the newest invitations of the last ${lookBack.days} days would have got:`)
  const light = { at: null, account: factsOf(ownAddresses(account)) }
  const judged = []
  for (const { message, bytes } of invitations.slice(0, mostShown))
    judged.push({ date: message.date, explained: await explain(message, bytes, grounds, light, house) })
  desk.house.out(`\n${renderHindsight(judged, account.mode, desk.house.style)}\n`)
}
