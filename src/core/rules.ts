import { beforeInstallation, tooOld } from './ageRules.ts'
import type { RuleName } from './decision.ts'
import { ignoredBy } from './ignoreList.ts'
import type { Kind } from './kinds.ts'
import { fieldValues } from './message.ts'
import { isBareGreeting } from './note.ts'
import { isOwn } from './ownAddress.ts'
import { quote } from './reading.ts'
import { defer, pass, type Rule, skip, withAccount } from './rule.ts'

/** Only a single invitation is answered; every other kind is a reason of its own. */
const onlyKind = (kind: Exclude<Kind, 'invitation'>): Rule => ({
  name: kind,
  look: ({ notification, policy }) => {
    if (notification.kind !== kind) return pass(`it is not ${kind}: ${notification.because}`)
    if (kind === 'guest-invitation' && policy.guestInvitations) return pass('policy.guestInvitations allows it')
    return skip(notification.because)
  },
})

/** A forged notification would make a mail reflector of us. */
const forged: Rule = {
  name: 'forged',
  look: ({ authenticity }) =>
    authenticity.level === 'failed' ? skip(authenticity.because) : pass(authenticity.because),
}

/** RFC 2919, RFC 2369: what a list distributes was not written to the user. */
const listMail: Rule = {
  name: 'list-mail',
  look: ({ message }) => {
    const field = ['List-Id', 'List-Post'].find((name) => fieldValues(message, name).length > 0)
    return field === undefined ? pass('no List-Id and no List-Post') : skip(`it came over a mailing list (${field})`)
  },
}

const ownMail: Rule = {
  name: 'own-mail',
  look: withAccount((account, { message }) => {
    const own = message.from.find(({ address }) => isOwn(address, account.own))
    return own === undefined ? pass('From is not an own address') : skip(`${own.address} is an own address`)
  }),
}

const unverified: Rule = {
  name: 'unverified',
  look: ({ authenticity, policy }) => {
    if (authenticity.level !== 'unverified') return pass(`level ${authenticity.level}: ${authenticity.because}`)
    if (authenticity.dnsUnavailable) return pass('not known before the name server answers')
    return policy.unverified === 'draft' ? pass('policy.unverified: draft allows it') : skip(authenticity.because)
  },
}

const notAddressedToYou: Rule = {
  name: 'not-addressed-to-you',
  look: withAccount((account, { message }) => {
    const own = message.to.find(({ address }) => isOwn(address, account.own))
    if (own !== undefined) return pass(`To holds ${own.address}`)
    const to = message.to.map(({ address }) => address).join(', ') || 'nobody'
    return skip(`it is addressed to ${to}; if that is you, add it to MAIL_ALIASES (accounts: aliases)`)
  }),
}

const notePresent: Rule = {
  name: 'note-present',
  look: ({ notification: { note }, policy, phrases }) => {
    if (note?.kind !== 'present') return pass('no note was read')
    if (policy.shortNotes === 'none' && isBareGreeting(note.text, phrases))
      return pass('a bare greeting (policy.shortNotes: none)')
    return skip(`there is a note: ${quote(note.text)}`)
  },
}

const noteUnknown: Rule = {
  name: 'note-unknown',
  look: ({ notification: { note } }) =>
    note?.kind === 'unknown' ? skip(note.because) : pass('nothing is left unexplained'),
}

const ignoredByYou: Rule = {
  name: 'ignored-by-you',
  look: ({ notification, message, policy }) => {
    const because = ignoredBy(policy.ignore, notification.inviter, message)
    return because === null ? pass('nothing in policy.ignore matches') : skip(because)
  },
}

/** A message that was answered stays so, even when a newer program reads another invitation in it. */
const alreadyAnswered: Rule = {
  name: 'already-answered',
  look: withAccount(({ answered, known }) => {
    const before = known === null || known.state.kind === 'skipped' ? answered : known
    return before === null
      ? pass('this invitation was not answered before')
      : skip(`this invitation is entry ${before.id}: ${before.state.kind}`)
  }),
}

/** LinkedIn reminds, and invitations are withdrawn and sent again: one reply a person. */
const alreadyAsked: Rule = {
  name: 'already-asked',
  look: withAccount(({ asked }) =>
    asked === null
      ? pass('this person was not asked before')
      : skip(`this person was asked in entry ${asked.id}: ${asked.state.kind}`),
  ),
}

const settled: Rule = {
  name: 'settled',
  look: withAccount(({ accepted }, { message }) => {
    const later = accepted !== null && (accepted.sentAt ?? Number.POSITIVE_INFINITY) >= (message.date ?? 0)
    return later ? skip('a later notice says that you are connected') : pass('no notice says that you are connected')
  }),
}

/** A name server that does not answer today may answer tomorrow: not-yet, never "no". */
const dnsUnavailable: Rule = {
  name: 'dns-unavailable',
  look: ({ authenticity }) =>
    authenticity.dnsUnavailable ? defer(authenticity.because) : pass('no DNS answer is missing'),
}

const limitPerPoll: Rule = {
  name: 'limit-per-poll',
  look: withAccount(({ repliesThisPoll }, { policy }) =>
    repliesThisPoll >= policy.maxPerPoll
      ? defer(`policy.maxPerPoll is ${policy.maxPerPoll}`)
      : pass(`${repliesThisPoll} of ${policy.maxPerPoll} in this poll`),
  ),
}

const limitPerDay: Rule = {
  name: 'limit-per-day',
  look: withAccount(({ repliesToday }, { policy }) =>
    repliesToday >= policy.maxPerDay
      ? defer(`policy.maxPerDay is ${policy.maxPerDay}`)
      : pass(`${repliesToday} of ${policy.maxPerDay} in 24 hours`),
  ),
}

/** Every rule, in the order in which it strikes. A new rule is one constant here and one row in its test. */
export const rules: readonly Rule[] = [
  onlyKind('unrecognised'),
  onlyKind('accepted'),
  onlyKind('digest'),
  onlyKind('guest-invitation'),
  onlyKind('guest-reminder'),
  onlyKind('reminder'),
  onlyKind('other'),
  forged,
  listMail,
  ownMail,
  unverified,
  notAddressedToYou,
  beforeInstallation,
  tooOld,
  notePresent,
  noteUnknown,
  ignoredByYou,
  alreadyAnswered,
  alreadyAsked,
  settled,
  dnsUnavailable,
  limitPerPoll,
  limitPerDay,
]

/** Doubts that a newer program, phrase or setting may settle; such messages are looked at again within maxAgeDays. */
export const lookedAtAgain: readonly RuleName[] = ['unrecognised', 'note-unknown', 'unverified', 'not-addressed-to-you']
