import { type Aliases, aliasesFor } from './aliases.ts'
import type { Words } from './ownWords.ts'
import { hostOf, isLinkedIns, linkOf, runsOf, tokenOf, urlOf } from './pseudonymUrl.ts'

/** Who a message names, and which addresses are the user's own. */
export interface People {
  readonly names: readonly string[]
  readonly ownAddresses: readonly string[]
}

/** Replacing rules for one message: the same original is replaced by the same pseudonym wherever it stands. */
export interface Pseudonyms {
  /** Every word is replaced, but LinkedIn's name. */
  readonly prose: (value: string) => string
  /** Names, addresses, urls and opaque runs are replaced; all other words stay. */
  readonly text: (value: string) => string
  /** As text, and words with a capital: for a sentence whose language is not known. */
  readonly title: (value: string) => string
  /** Addresses, urls and opaque runs are replaced, and no word. */
  readonly urls: (value: string) => string
  /** The whole value is where a link leads. */
  readonly link: (value: string) => string
  /** Every run of letters and digits is replaced; what stands between them stays. */
  readonly token: (value: string) => string
  /** Hosts, IP addresses and ids of a trace field (RFC 5321 §4.4, RFC 8601) are replaced; methods and results stay. */
  readonly trace: (value: string) => string
  /** Words of names, in lower case. */
  readonly names: Words
  /** Whether the whole text is somebody's name. */
  readonly isPerson: (text: string) => boolean
  /** Originals that still stand in texts: addresses, secrets, ids, and words of names. */
  readonly leaks: (texts: readonly string[]) => readonly string[]
}

const url = '(?:https?://|\\bwww\\.|(?:\\b[a-z]{2}\\.)?\\blinkedin\\.com/)[^\\s<>"]+'
const local = "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~-]"
const address = `(?<!${local})${local}+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+`
const longRun = '(?<![\\w-])(?!eml-|email_)(?=[\\w-]*\\d)(?=[\\w-]*[a-z])[\\w-]{18,}'
const longNumber = '(?<![\\p{L}\\p{N}])\\d{9,}(?![\\p{L}\\p{N}])'
const ipv6 = '(?<![\\w:.])(?=[0-9a-f:]{0,39}::|(?:[0-9a-f]{1,4}:){4})[0-9a-f:]{3,39}(?![\\w:])'
const ipv4 = '(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?!\\w|\\.\\d)'
const host = '(?<![\\w.@-])[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){0,9}\\.[a-z]{2,}(?![\\w.-]{0,60}=)'
const word = '[\\p{L}\\p{M}\\p{N}]+'

/** RFC 8601 §2.2: a method and its result, a property and its type. No name, whoever is called `pass`. */
const result =
  '(?<![\\w.-])(?:[\\w.-]{1,60}=(?:pass|fail|none|neutral|softfail|policy|permerror|temperror|bestguesspass)\\b|[a-z][a-z.-]{1,60}(?==))'

/** Html entities stay: they stand in LinkedIn's text/plain too. */
const textParts = new RegExp(
  `(?<url>${url})|(?<address>${address})|(?<opaque>${longRun}|${longNumber})|&#?\\w{1,10};|(?<word>${word})`,
  'giu',
)
const traceParts = new RegExp(
  `(?<address>${address})|(?<ip>${ipv6}|${ipv4})|(?<label>\\bid\\s{1,9}|header\\.b=)(?<opaque>[^\\s;]+)|(?<host>${host})|${result}|(?<word>${word})`,
  'giu',
)

const isPseudonym = (addrSpec: string): boolean => /^(?:you@example\.org|person\d+@example\.com)$/.test(addrSpec)

/** The pseudonyms of one message. Order of use decides who becomes whom: use them from the top of the message on. */
export const pseudonymsFor = (people: People): Pseudonyms => {
  const aliases = aliasesFor(people.names)
  const persons = new Set(people.names.map((name) => name.trim()))
  const own = new Set(people.ownAddresses.map((addrSpec) => addrSpec.toLowerCase()))
  const rule = (pattern: RegExp, ofWord: (word: string) => string) => (value: string) =>
    value.replace(pattern, (...found) => partOf(aliases, own, ofWord, String(found[0]), found.at(-1)))
  const ofWord = (word: string): string => (/^linkedin$/i.test(word) ? word : aliases.alias(word))
  const ofName = (word: string): string => aliases.named(word) ?? word
  return {
    prose: rule(textParts, ofWord),
    text: rule(textParts, ofName),
    title: rule(textParts, (word) => (/^[^\p{Ll}\p{N}]/u.test(word) ? ofWord(word) : ofName(word))),
    urls: rule(textParts, (word) => word),
    link: (value) => linkOf(aliases, value, rule(textParts, aliases.alias)),
    token: (value) => tokenOf(aliases, value),
    trace: rule(traceParts, ofName),
    names: { has: aliases.isName },
    isPerson: (text) => persons.has(text.trim()),
    leaks: (texts) => leaksOf(aliases, texts),
  }
}

type Groups = Readonly<Record<string, string | undefined>>

const partOf = (
  aliases: Aliases,
  own: ReadonlySet<string>,
  ofWord: (word: string) => string,
  whole: string,
  groups: Groups,
): string => {
  if (groups.url) return urlOf(aliases, whole)
  if (groups.address) return addressOf(aliases, own, whole)
  if (groups.ip) return ipOf(aliases, whole)
  if (groups.host) return hostOf(aliases, whole)
  if (groups.opaque) return `${groups.label ?? ''}${tokenOf(aliases, groups.opaque)}`
  return groups.word ? ofWord(whole) : whole
}

/** The relay that passes a reply on (core/recipient). */
const relay = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A property of RFC 8601 may stand in front of it: `smtp.mailfrom=`. LinkedIn's own senders stay, its tokens do not. */
const addressOf = (aliases: Aliases, own: ReadonlySet<string>, whole: string): string => {
  const parts = /^(?<property>(?:[a-z.-]+=)*)(?<local>.*)@(?<domain>.*)$/iu.exec(whole)?.groups
  const { property = '', local = '', domain = '' } = parts ?? {}
  const addrSpec = `${local}@${domain}`
  if (/^linkedin\.com$/i.test(domain) || isPseudonym(addrSpec)) return whole
  if (relay.test(local)) {
    aliases.guard(addrSpec)
    return `${property}00000000-0000-4000-8000-${String(aliases.number('relay', local)).padStart(12, '0')}@${domain}`
  }
  if (isLinkedIns(domain)) return `${property}${runsOf(aliases, local)}@${domain}`
  aliases.guard(addrSpec)
  if (own.has(addrSpec.toLowerCase())) return `${property}you@example.org`
  return `${property}person${aliases.number('person', addrSpec)}@example.com`
}

const ipOf = ({ number }: Aliases, ip: string): string =>
  ip.includes(':') ? `2001:db8::${number('ip', ip)}` : `192.0.2.${number('ip', ip)}`

const plainAddress = /(?<![\p{L}\p{N}.+_-])[\p{L}\p{N}.+_-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu

const noNames = new RegExp(`${url}|${address}|${result}`, 'giu')

const leaksOf = ({ guarded, named }: Aliases, texts: readonly string[]): readonly string[] => {
  const all = texts.join('\n')
  const runs = new Set(all.match(/[\p{L}\p{M}\p{N}]+/gu))
  const addresses = new Set(all.match(plainAddress))
  const outside = new Set(all.replace(noNames, ' ').match(/[\p{L}\p{M}\p{N}]+/gu))
  return [
    ...[...outside].filter((run) => run.length > 2 && named(run) !== null),
    ...[...guarded].filter((original) => runs.has(original) || addresses.has(original.match(plainAddress)?.[0] ?? '')),
  ]
}
