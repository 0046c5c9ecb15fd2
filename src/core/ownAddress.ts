import { domainOf } from './addrSpec.ts'

/** Gmail delivers whatever the dots and the plus part; elsewhere both may be another person's mailbox. */
const canonical = (address: string): string => {
  const [local, domain] = [address.slice(0, address.lastIndexOf('@')).toLowerCase(), domainOf(address)]
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return `${local}@${domain}`
  return `${local.split('+', 1).join('').replaceAll('.', '')}@gmail.com`
}

/**
 * Whether an address is the user's. `own` holds addresses and `*@domain` patterns (that very domain, not those under
 * it). Case never counts. Dots and plus parts are understood for gmail.com and googlemail.com alone: at other
 * providers, Workspace domains among them, the user names each address in MAIL_ALIASES.
 */
export const isOwn = (address: string, own: readonly string[]): boolean => {
  const wanted = canonical(address.trim())
  return own.some((each) => {
    const pattern = each.trim()
    return pattern.startsWith('*@') ? domainOf(pattern) === domainOf(wanted) : canonical(pattern) === wanted
  })
}
