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
  if (linkedIn.test(host)) return host.replace(/^[a-z]{2}(?=\.linkedin\.com$)/i, 'uk')
  if (wellKnown.test(host)) return host
  if (!provider.test(host)) return `host${aliases.number('host', host)}.example.net`
  const labels = host.split('.')
  return [...labels.slice(0, -3).map((label) => runsOf(aliases, label)), ...labels.slice(-3)].join('.')
}

/** A url with its one-click secrets, ids and names replaced, and its kind (path words, `trk`, `ek`) as it was. */
export const urlOf = (aliases: Aliases, url: string): string => {
  const parts = /^(?<scheme>https?:\/\/)(?<host>[^/?#]*)(?<path>[^?#]*)(?<query>[^#]*)(?<rest>.*)$/isu.exec(url)?.groups
  const { scheme = '', host = '', path = '', query = '', rest = '' } = parts ?? {}
  const known = linkedIn.test(host) || wellKnown.test(host)
  const segments = path.split('/').map((segment, index, all) => {
    const plain = known && plainSegment.test(segment) && segment.length <= 40 && !naming.has(all[index - 1] ?? '')
    return plain ? segment : tokenOf(aliases, segment)
  })
  const pairs = query.split(/([?]|&amp;|&)/).map((part, index) => (index % 2 === 1 ? part : parameterOf(aliases, part)))
  return `${scheme}${hostOf(aliases, host)}${segments.join('/')}${pairs.join('')}${tokenOf(aliases, rest)}`
}

/** `trkEmail` and `lipi` begin with the template and end with a key of the mail. */
const parameterOf = (aliases: Aliases, pair: string): string => {
  const { name = '', value = '' } = /^(?<name>[^=]*)=?(?<value>.*)$/s.exec(pair)?.groups ?? {}
  if (plainParameters.has(name) || /^(?:true|false)?$/.test(value)) return pair
  const { kept = '', secret = value } =
    /^(?<kept>eml-.*-null-|urn.*(?:%3B|;))(?<secret>.*)$/is.exec(value)?.groups ?? {}
  return `${name}=${kept}${tokenOf(aliases, secret)}`
}
