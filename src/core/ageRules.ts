import { day, type Instant } from './message.ts'
import { pass, type Rule, skip, withAccount } from './rule.ts'

const dateOf = (instant: Instant): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'UTC' }).format(instant)

/**
 * The backlog is never answered. What arrived after the installation counts as new unless LinkedIn had sent it more
 * than a day before: a mailbox that is moved to another server arrives anew, with old dates. What was too old once stays
 * so, whatever becomes of clocks and UIDVALIDITY.
 */
export const beforeInstallation: Rule = {
  name: 'before-installation',
  look: withAccount((account, { message, now }) => {
    if (account.since !== null) return pass('--since replaces this rule')
    const { known, isFirstLook } = account
    if (known?.state.kind === 'skipped' && known.state.reason === 'before-installation')
      return skip(known.state.because)
    if (isFirstLook && message.date !== null && message.date > now + day)
      return skip('it was there before, dated ahead of the clock of this machine; is that clock right?')
    const from = Math.floor(account.installedAt / 1000) * 1000
    const old = account.arrivedAt < from || (message.date !== null && message.date < from - day)
    const when = `have-we-met was installed at ${dateOf(account.installedAt)} UTC`
    return old ? skip(`it is older: ${when}; to answer it all the same, poll with --since`) : pass(when)
  }),
}

/** What nobody waits for an answer to any more. */
export const tooOld: Rule = {
  name: 'too-old',
  look: ({ message, now, policy, account }) => {
    const since = account?.since ?? now - policy.maxAgeDays * day
    const limit = account?.since == null ? `policy.maxAgeDays is ${policy.maxAgeDays}` : '--since'
    if (message.date === null) return skip('it has no date')
    if (message.date > now + day) return skip(`it is dated in the future (${dateOf(message.date)} UTC)`)
    return message.date < since ? skip(`it was sent at ${dateOf(message.date)} UTC; ${limit}`) : pass(limit)
  },
}
