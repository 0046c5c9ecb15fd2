import { domainOf } from './addrSpec.ts'
import type { Inviter } from './kinds.ts'
import type { Message } from './message.ts'
import type { Policy } from './settings.ts'
import { normalise } from './wording.ts'

/** `*` stands for any run of characters; without one the whole value must be the same. */
const matches = (value: string, pattern: string): boolean => {
  const pieces = normalise(pattern).split('*')
  const normal = normalise(value)
  if (pieces.length === 1) return normal === pieces[0]
  const [first = '', ...rest] = pieces
  const last = rest.pop() ?? ''
  if (!normal.startsWith(first) || !normal.endsWith(last) || normal.length < first.length + last.length) return false
  return inOrder(normal.slice(first.length, normal.length - last.length), rest)
}

const inOrder = (text: string, pieces: readonly string[]): boolean => {
  let from = 0
  return pieces.every((piece) => {
    const at = text.indexOf(piece, from)
    from = at + piece.length
    return at !== -1
  })
}

const profileName = (profile: string): string =>
  profile.replace(/^https?:\/\/(?:[a-z]+\.)?linkedin\.com\//u, '').replace(/\/$/u, '')

/**
 * Which entry of `policy.ignore` covers this invitation, as a sentence; null when none does. Names are compared
 * whole, headlines by words in them, `*` stands for any words; profiles with or without the address in front; domains are those of Reply-To.
 */
export const ignoredBy = (ignore: Policy['ignore'], inviter: Inviter | null, message: Message): string | null => {
  const say = (key: string, found: string | undefined): string | null =>
    found === undefined ? null : `policy.ignore.${key} holds ${found}`
  const domains = message.replyTo.map(({ address }) => domainOf(address))
  return (
    say(
      'names',
      ignore.names.find((pattern) => inviter !== null && matches(inviter.name, pattern)),
    ) ??
    say(
      'profiles',
      ignore.profiles.find(
        (pattern) => inviter?.profile != null && matches(profileName(inviter.profile), profileName(pattern)),
      ),
    ) ??
    say(
      'headlines',
      ignore.headlines.find((pattern) => inviter?.headline != null && matches(inviter.headline, `*${pattern}*`)),
    ) ??
    say(
      'domains',
      ignore.domains.find((pattern) => domains.some((domain) => matches(domain, pattern))),
    )
  )
}
