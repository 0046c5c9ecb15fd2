import { domainOf } from './addrSpec.ts'
import { fits } from './providers.ts'
import { type MailService, providers, type SetUp } from './providerTable.ts'

/** A provider's service, with what its users are told. */
export interface KnownService extends Omit<SetUp, 'services'>, MailService {
  readonly provider: string
}

const services: readonly KnownService[] = providers.flatMap(({ name, setUp }) => {
  if (setUp === null) return []
  const { services, ...told } = setUp
  return services.map((service) => ({ provider: name, ...told, ...service }))
})

/** The names of the providers that need only be named. */
export const serviceNames: readonly string[] = [...new Set(services.map(({ provider }) => provider))]

/** Yahoo Japan is another company than Yahoo. */
const strangers = ['yahoo.co.jp']

const hasDomain = (pattern: string, domain: string): boolean => {
  if (!pattern.endsWith('.*')) return fits(pattern, domain)
  const country = domain.slice(pattern.length - 1)
  return domain.startsWith(pattern.slice(0, -1)) && /^(?:[a-z]{2,3}|com?\.[a-z]{2})$/.test(country)
}

/** The service of an address with one of a provider's own domains; null for any other. */
export const serviceOfAddress = (address: string): KnownService | null => {
  const domain = domainOf(address)
  if (strangers.includes(domain)) return null
  return services.find(({ domains }) => domains.some((pattern) => hasDomain(pattern, domain))) ?? null
}

/** The service that takes the mail of a domain, by the hosts of its MX records, the preferred ones first. */
export const serviceOfExchangers = (exchangers: readonly string[]): KnownService | null => {
  const [first] = exchangers.flatMap((host) =>
    services.filter((service) => service.exchangers.some((pattern) => fits(pattern, host.replace(/\.$/, '')))),
  )
  return first ?? null
}

/**
 * The service that a name means: of the several that a provider has the one that an address belongs to, else the one
 * for people's own domains.
 */
export const serviceNamed = (name: string, address: string): KnownService | null => {
  const own = services.filter(({ provider }) => provider.toLowerCase() === name.toLowerCase())
  const fitting = serviceOfAddress(address)
  return own.find((service) => service === fitting) ?? own.findLast(({ exchangers }) => exchangers.length > 0) ?? null
}

/** Who logs in, by protocol. */
export interface Users {
  readonly imap: string
  readonly smtp: string
}

/**
 * The names an address logs in with. null where the service knows its users by another address than this, as iCloud
 * does with people's own domains.
 */
export const usersOf = ({ localPartOf, domains }: KnownService, address: string): Users | null => {
  if (localPartOf === null) return { imap: address, smtp: address }
  if (!domains.includes(domainOf(address))) return null
  return { imap: address.slice(0, address.lastIndexOf('@')), smtp: address }
}

/** The same for a login that was given in full or as what stands before the @. */
export const usersFrom = ({ localPartOf }: KnownService, user: string): Users => {
  if (localPartOf === null) return { imap: user, smtp: user }
  const [local = user] = user.split('@')
  return { imap: local, smtp: user.includes('@') ? user : `${user}@${localPartOf}` }
}
