import { commentEnd, quotedEnd } from './authenticationResults.ts'

const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const topLevel = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/i
/** Folding leaves tabs; anything else below space has no place in an address (RFC 5322 §3.2.3). */
const controlCharacter = /[^\P{Cc}\t]/u

/** The domain of an address: what follows its last `@`, lower-case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Whether a domain is `parent` or stands under it. */
export const isUnder = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`)

const isDomain = (domain: string): boolean => {
  const labels = domain.split('.')
  return labels.length > 1 && labels.every((each) => label.test(each)) && topLevel.test(labels.at(-1) ?? '')
}

/**
 * Whether text is a plain addr-spec (RFC 5322 §3.4.1): dot-atom `@` domain name. Narrower than the RFC on purpose: no
 * quoted local part, no IP literal, no comment, at most 254 octets, so that no two programs read it differently.
 */
export const isAddrSpec = (text: string): boolean => {
  const at = text.lastIndexOf('@')
  return text.length <= 254 && at <= 64 && dotAtom.test(text.slice(0, Math.max(at, 0))) && isDomain(text.slice(at + 1))
}

/** A field's value without comments and with every quoted string as one `"`; null where one of them never ends. */
export const withoutQuoted = (value: string): string | null => {
  let bare = ''
  let at = 0
  while (at < value.length) {
    const character = value.charAt(at)
    const end = character === '"' ? quotedEnd(value, at) : character === '(' ? commentEnd(value, at) : at + 1
    if (end === null) return null
    bare += character === '(' ? ' ' : character
    at = end
  }
  return bare
}

/**
 * The one address of a raw From or Reply-To value, or null when it does not name exactly one plain mailbox: a list, a
 * group, `<a@linkedin.com> <x@evil.test>` (which parsers read as the first), an `@` outside the angle brackets.
 */
export const soleMailbox = (value: string): string | null => {
  const bare = controlCharacter.test(value) ? null : withoutQuoted(value)
  if (bare === null) return null
  const angle = /^[^<>@,:;]*<([^<>]*)>\s*$/.exec(bare)
  const address = (angle?.[1] ?? bare).trim()
  return isAddrSpec(address) ? address : null
}

/** Words for what keeps a value from naming one mailbox, in the order in which they are tried on it. */
const faults: readonly (readonly [RegExp, string])[] = [
  [/^\s*$/, 'is empty'],
  [/^[^<>]*<\s*>\s*$/, 'is the null address'],
  [/@\s*\[|@\s*[\d.]+\s*(?:>|$)/, 'has an IP address in the place of a domain'],
  [/[:;]/, 'is a group'],
  [/,|>[^<>]*<|@[^<>]*</, 'names more than one mailbox'],
  [/"[^<>]*@/, 'has a quoted local part'],
]

/** What is wrong with a raw From or Reply-To value where `soleMailbox` finds none: `its Reply-To …`. */
export const mailboxFault = (value: string): string => {
  if (controlCharacter.test(value)) return 'holds a control character'
  const bare = withoutQuoted(value)
  if (bare === null) return 'holds a quoted string or a comment without end'
  return faults.find(([pattern]) => pattern.test(bare))?.[1] ?? 'is no plain address'
}
