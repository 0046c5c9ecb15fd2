import { type Aliases, aliasesFor } from './aliases.ts'
import { ownSentences } from './ownSentences.ts'
import { hostOf, isLinkedIns, runsOf, tokenOf, urlOf } from './pseudonymUrl.ts'

/** Who a message names, and which addresses are the user's own. */
export interface People {
  readonly names: readonly string[]
  readonly ownAddresses: readonly string[]
}

/** Replacing rules for one message: the same original is replaced by the same pseudonym wherever it stands. */
export interface Pseudonyms {
  /** Names, addresses, urls and opaque runs are replaced; all other words stay. */
  readonly text: (value: string) => string
  /** Every word is replaced, but LinkedIn's own sentences stay: for headlines, locations, notes. */
  readonly prose: (value: string) => string
  /** As text, and words with a capital: for a job title inside a sentence whose language is not known. */
  readonly title: (value: string) => string
  /** Every run of letters and digits is replaced; what stands between them stays. */
  readonly token: (value: string) => string
  /** Hosts, IP addresses and ids of a trace field (RFC 5321 §4.4, RFC 8601) are replaced; methods and results stay. */
  readonly trace: (value: string) => string
  /** Originals that still stand in a text: addresses, secrets, ids, and words of names. */
  readonly leaks: (text: string) => readonly string[]
}

const url = 'https?://[^\\s<>"]+'
const address = "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+"
const longRun = '(?<![\\w-])(?!eml-|email_)(?=[\\w-]*\\d)(?=[\\w-]*[a-z])[\\w-]{18,}'
const longNumber = '(?<![\\p{L}\\p{N}])\\d{9,}(?![\\p{L}\\p{N}])'
const ipv6 = '(?<![\\w:.])(?=[0-9a-f:]*::|(?:[0-9a-f]+:){4})[0-9a-f:]{3,39}(?![\\w:])'
const ipv4 = '(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?!\\w|\\.\\d)'
const host = '(?<![\\w.@-])[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.[a-z]{2,}(?![\\w.-]*=)'
const word = '[\\p{L}\\p{M}\\p{N}]+'

/** Html entities stay: they stand in LinkedIn's text/plain too. */
const anywhere = `(?<url>${url})|(?<address>${address})|(?<opaque>${longRun}|${longNumber})|&#?\\w+;|(?<word>${word})`
const textParts = new RegExp(anywhere, 'giu')
const proseParts = new RegExp(`${ownSentences.join('|')}|${anywhere}`, 'giu')
const traceParts = new RegExp(
  `(?<address>${address})|(?<ip>${ipv6}|${ipv4})|(?<label>\\bid\\s+|header\\.b=)(?<opaque>[^\\s;]+)|(?<host>${host})|(?<word>${word})`,
  'giu',
)

const isPseudonym = (addrSpec: string): boolean => /^(?:you@example\.org|person\d+@example\.com)$/.test(addrSpec)

/** The pseudonyms of one message. Order of use decides who becomes whom: use them from the top of the message on. */
export const pseudonymsFor = (people: People): Pseudonyms => {
  const aliases = aliasesFor(people.names)
  const own = new Set(people.ownAddresses.map((addrSpec) => addrSpec.toLowerCase()))
  const rule = (pattern: RegExp, personal: (word: string) => boolean) => (value: string) =>
    value.replace(pattern, (...found) => partOf(aliases, own, personal, String(found[0]), found.at(-1)))
  const isName = (word: string): boolean => aliases.nameWords.has(word)
  return {
    text: rule(textParts, isName),
    prose: rule(proseParts, () => true),
    title: rule(proseParts, (word) => isName(word) || /^[^\p{Ll}\p{N}]/u.test(word)),
    token: (value) => tokenOf(aliases, value),
    trace: rule(traceParts, isName),
    leaks: (text) => leaksOf(aliases, text),
  }
}

type Groups = Readonly<Record<string, string | undefined>>

const partOf = (
  aliases: Aliases,
  own: ReadonlySet<string>,
  personal: (word: string) => boolean,
  whole: string,
  groups: Groups,
): string => {
  if (groups.url) return urlOf(aliases, whole)
  if (groups.address) return addressOf(aliases, own, whole)
  if (groups.ip) return ipOf(aliases, whole)
  if (groups.host) return hostOf(aliases, whole)
  if (groups.opaque) return `${groups.label ?? ''}${tokenOf(aliases, groups.opaque)}`
  return groups.word && personal(whole) ? aliases.alias(whole) : whole
}

/** A property of RFC 8601 may stand in front of it: `smtp.mailfrom=`. LinkedIn's own senders stay, its tokens do not. */
const addressOf = (aliases: Aliases, own: ReadonlySet<string>, whole: string): string => {
  const parts = /^(?<property>(?:[a-z.-]+=)*)(?<local>.*)@(?<domain>.*)$/iu.exec(whole)?.groups
  const { property = '', local = '', domain = '' } = parts ?? {}
  const addrSpec = `${local}@${domain}`
  if (/^linkedin\.com$/i.test(domain) || isPseudonym(addrSpec)) return whole
  if (isLinkedIns(domain)) return `${property}${runsOf(aliases, local)}@${domain}`
  aliases.guard(addrSpec)
  if (own.has(addrSpec.toLowerCase())) return `${property}you@example.org`
  return `${property}person${aliases.number('person', addrSpec)}@example.com`
}

const ipOf = ({ number }: Aliases, ip: string): string =>
  ip.includes(':') ? `2001:db8::${number('ip', ip)}` : `192.0.2.${number('ip', ip)}`

const leaksOf = ({ guarded, nameWords }: Aliases, text: string): readonly string[] => {
  const words = new Set(text.match(/[\p{L}\p{M}\p{N}]+/gu))
  const names = [...nameWords].filter((word) => word.length > 2 && words.has(word))
  return [...names, ...[...guarded].filter((original) => text.includes(original))]
}
