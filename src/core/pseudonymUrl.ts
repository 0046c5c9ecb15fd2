import type { Aliases } from './aliases.ts'

/** Parameters that tell the kind of a link, not whose it is. */
const plainParameters = new Set(
  'trk ek m lang t a tracking authType fr fe li hs articleId mode launch cid referrer ct mt pt'.split(' '),
)

/** Path segments that are followed by somebody's name, or by a secret. */
const naming = new Set(
  'in pub company school showcase groups posts pulse newsletters events thread sharedKey invitationId'.split(' '),
)

const plainSegment = /^(?:[a-z]+(?:[-_][a-z]+)*|invitationId|sharedKey|EML_\w+|v2)?$/
const linkedIn = /(?:^|\.)(?:linkedin|licdn)\.com$/i
const wellKnown =
  /(?:^|\.)example\.(?:com|org|net)$|^(?:www\.w3\.org|(?:apps\.microsoft|(?:itunes|apps)\.apple|play\.google)\.com)$/i
const provider =
  /(?:^|\.)(?:google|outlook|microsoft|yahoo|icloud|messagingengine|zoho|protonmail|kundenserver|gmx)\.(?:com|ch|de|net)$/i

/** Path segments by which a link is read (core/links): they stay, whatever somebody is called. */
const telling =
  /^(?:comm|in|profile|view|people|mynetwork|help|legal|invite-accept|accept-invitation|invitationId|sharedKey|EML_\w+|svi)$/

/** Whether a domain is LinkedIn's own. */
export const isLinkedIns = (domain: string): boolean => linkedIn.test(domain)

/** Every run of letters and digits replaced; separators and percent-escapes stay. */
export const runsOf = ({ alias, guard }: Aliases, value: string): string =>
  value.replace(/%[0-9a-f]{2}|[\p{L}\p{M}\p{N}]+/giu, (run) => {
    if (run.startsWith('%')) return run
    if (run.length >= 10 && /\d|\p{Ll}\p{Lu}/u.test(run)) guard(run)
    return alias(run)
  })

/** A secret or an id. `I{digits}_{digits}` of mailbox items keeps its shape, because invitations are known by it. */
export const tokenOf = (aliases: Aliases, value: string): string => {
  const item = /^(?<member>(?:\d+_)?)I(?<id>\d+)(?<kind>_\d{1,4})$/.exec(value)?.groups
  if (item) return `${runsOf(aliases, item.member ?? '')}I${runsOf(aliases, item.id ?? '')}${item.kind}`
  const decoded = percentDecoded(value)
  return /^\p{ASCII}*$/u.test(decoded) ? runsOf(aliases, value) : encodeURIComponent(runsOf(aliases, decoded))
}

const percentDecoded = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** LinkedIn's hosts stay, but for the country; those of the great providers keep their domain; others are replaced. */
export const hostOf = (aliases: Aliases, host: string): string => {
  const port = /:\d{1,5}$/.exec(host)?.[0]
  if (port !== undefined) return `${hostOf(aliases, host.slice(0, -port.length))}${port}`
  if (linkedIn.test(host)) return host.replace(/^[a-z]{2}(?=\.linkedin\.com$)/i, 'uk')
  if (wellKnown.test(host)) return host
  if (!provider.test(host)) {
    const www = /^www\./i.exec(host)?.[0] ?? ''
    return `${www}host${aliases.number('host', host)}.example.net`
  }
  const labels = host.split('.')
  return [...labels.slice(0, -3).map((label) => runsOf(aliases, label)), ...labels.slice(-3)].join('.')
}

/** A url with its one-click secrets, ids and names replaced, and its kind (path words, `trk`, `ek`) as it was. */
export const urlOf = (aliases: Aliases, url: string): string => {
  const parts = /^(?<scheme>(?:https?:)?\/\/|)(?<host>[^/?#]*)(?<path>[^?#]*)(?<query>[^#]*)(?<rest>.*)$/isu.exec(
    url,
  )?.groups
  const { scheme = '', host = '', path = '', query = '', rest = '' } = parts ?? {}
  const bare = host.replace(/:\d{1,5}$/, '')
  const known = linkedIn.test(bare) || wellKnown.test(bare)
  const segments = path.split('/').map((segment, index, all) => {
    const plain = known && !naming.has(all[index - 1] ?? '') && isPlain(aliases, segment)
    return plain ? segment : tokenOf(aliases, segment)
  })
  const pairs = query
    .split(/([?]|&amp;|&)/)
    .map((part, index) => (index % 2 === 1 ? part : parameterOf(aliases, part, known)))
  return `${scheme}${hostOf(aliases, host)}${segments.join('/')}${pairs.join('')}${tokenOf(aliases, rest)}`
}

const isPlain = ({ isName }: Aliases, segment: string): boolean =>
  telling.test(segment) ||
  (segment.length <= 40 && plainSegment.test(segment) && !segment.toLowerCase().split(/[-_]/).some(isName))

/** Where a link leads. What follows another scheme (`linkedin:`) is a secret; `mailto:` is an address and words. */
export const linkOf = (aliases: Aliases, value: string, prose: (text: string) => string): string => {
  const {
    before = '',
    scheme = '',
    rest = '',
  } = /^(?<before>\s*)(?<scheme>[a-z][a-z0-9+.-]{0,20}:|)(?<rest>.*)$/isu.exec(value)?.groups ?? {}
  if (/^https?:$/i.test(scheme) || (scheme === '' && rest.startsWith('//')))
    return `${before}${urlOf(aliases, `${scheme}${rest}`)}`
  return `${before}${scheme}${/^(?:mailto:)$/i.test(scheme) ? prose(rest) : runsOf(aliases, rest)}`
}

/** `trkEmail` and `lipi` begin with the template and end with a key of the mail. */
const parameterOf = (aliases: Aliases, pair: string, known: boolean): string => {
  const { name = '', value } = /^(?<name>[^=]*)=(?<value>.*)$/s.exec(pair)?.groups ?? {}
  if (!known || value === undefined) return tokenOf(aliases, pair)
  if (plainParameters.has(name) || /^(?:true|false)?$/.test(value)) return pair
  const { kept = '', secret = value } =
    /^(?<kept>eml-.*-null-|urn.*(?:%3B|;))(?<secret>.*)$/is.exec(value)?.groups ?? {}
  return `${name}=${kept}${tokenOf(aliases, secret)}`
}
