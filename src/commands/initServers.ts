import { usage } from '../cli/moments.ts'
import { domainOf } from '../core/addrSpec.ts'
import { endpointOf, type InitServer, portFault } from '../core/initAnswers.ts'
import {
  type KnownService,
  serviceNamed,
  serviceNames,
  serviceOfAddress,
  serviceOfExchangers,
  type Users,
  usersFrom,
  usersOf,
} from '../core/mailService.ts'
import type { Security } from '../core/settings.ts'
import { type Protocol, ports } from '../core/settingsAccount.ts'
import { isHost, isLoopback } from '../core/settingsRules.ts'
import type { Prompts } from '../initPort.ts'
import { absolute, type InitDesk, required } from './initDesk.ts'

/** Where an address's mail is read, and where it would be sent. */
export interface Servers {
  /** null: the provider is in no table of ours. */
  readonly service: KnownService | null
  readonly imap: InitServer
  readonly smtp: InitServer | null
  readonly caFile: string | null
}

const recognise = async ({ command, house }: InitDesk, address: string): Promise<KnownService | null> => {
  if (command.imap.host !== null) return null
  if (command.provider !== null) return serviceNamed(command.provider, address)
  return serviceOfAddress(address) ?? serviceOfExchangers(await house.exchangers(domainOf(address)))
}

const chooseService = async (desk: InitDesk, address: string): Promise<KnownService | null> => {
  const known = await recognise(desk, address)
  if (known !== null || desk.command.imap.host !== null) return known
  if (desk.prompts === null) {
    const hint = `--provider can be ${serviceNames.join(', ')}; for others give --imap-host`
    throw usage(`--provider is missing: nothing shows who keeps the mail of ${domainOf(address)}`, hint)
  }
  const options = [...serviceNames, 'another'].map((value) => ({ value, label: value }))
  return serviceNamed(await desk.prompts.choose('Who keeps your mail?', options, 'another'), address)
}

const hostFault = (host: string): string | null => (isHost(host) ? null : 'must be a bare host name')

/** null on the usual ports, which tell; none crosses no network. */
const securityAt = async (prompts: Prompts, protocol: Protocol, server: InitServer): Promise<Security | null> => {
  const { tls, starttls } = ports[protocol]
  if (server.port === tls || server.port === starttls) return null
  const all: readonly Security[] = isLoopback(server.host) ? ['tls', 'starttls', 'none'] : ['tls', 'starttls']
  const options = all.map((value) => ({ value, label: value }))
  return prompts.choose(`Security on port ${server.port}`, options, server.security)
}

/** Asks for a server of somebody's own, with what is likely, or was answered before, already filled in. */
export const askServer = async (prompts: Prompts, protocol: Protocol, likely: InitServer): Promise<InitServer> => {
  const name = protocol.toUpperCase()
  const host = await prompts.text(`${name} server`, { initial: likely.host, fault: hostFault })
  const port = Number(await prompts.text(`${name} port`, { initial: String(likely.port), fault: portFault }))
  const told = { port, security: await securityAt(prompts, protocol, { ...likely, host, port }) }
  const fault = (text: string): string | null => (text === '' ? 'must not be empty' : null)
  const user = await prompts.text('The name you log in with', { initial: likely.user, fault })
  return { ...endpointOf(protocol, host, told), user }
}

const usersFor = async (desk: InitDesk, service: KnownService | null, address: string): Promise<Users> => {
  const { user } = desk.command
  if (service === null) return { imap: user ?? address, smtp: user ?? address }
  const own = user === null ? usersOf(service, address) : usersFrom(service, user)
  return required(desk, own, '--user is missing', async (prompts) => {
    const message = `Your ${service.provider} address, which you log in with there`
    const fault = (text: string): string | null => (text === '' ? 'must not be empty' : null)
    return usersFrom(service, await prompts.text(message, { initial: '', fault }))
  })
}

const serverFor = async (
  desk: InitDesk,
  protocol: Protocol,
  service: KnownService | null,
  likely: { readonly user: string; readonly address: string },
): Promise<InitServer | null> => {
  const told = desk.command[protocol]
  const { user, address } = likely
  if (told.host !== null) return { ...endpointOf(protocol, told.host, told), user }
  if (service !== null) return { ...service[protocol], user }
  const endpoint = endpointOf(protocol, `${protocol}.${domainOf(address)}`, told)
  return desk.prompts === null ? null : askServer(desk.prompts, protocol, { ...endpoint, user })
}

/** Asks for the certificate, or its authority's, of a server that nobody else vouches for; null: there is none. */
export const askCaFile = async (desk: InitDesk, prompts: Prompts, initial: string): Promise<string | null> => {
  const fault = (path: string): string | null =>
    path === '' || desk.files.stands(absolute(desk, path)) ? null : 'there is no such file'
  const message = "The server's certificate as a file (Bridge exports it: Settings, Advanced settings), or nothing"
  const path = await prompts.text(message, { initial, fault })
  return path === '' ? null : absolute(desk, path)
}

const caFileFor = async (desk: InitDesk, service: KnownService | null): Promise<string | null> => {
  const { caFile } = desk.command
  if (caFile !== null) return absolute(desk, caFile)
  return service?.ownCertificate === true && desk.prompts !== null ? askCaFile(desk, desk.prompts, '') : null
}

/** Said where a secret has to be got yet, or is of the wrong kind. */
const advise = ({ command, house, note }: InitDesk, service: KnownService | null): void => {
  const given = command.secret !== null || (Boolean(house.start.env.IMAP_PASSWORD) && service?.secret === 'password')
  if (service !== null && !given) note(service.advice)
}

/** Finds out where the mail of an address is kept: from the command line, by its domain, by its MX, or by asking. */
export const findServers = async (desk: InitDesk, address: string, mode: 'draft' | 'send'): Promise<Servers> => {
  const service = await chooseService(desk, address)
  const users = await usersFor(desk, service, address)
  const imap = await serverFor(desk, 'imap', service, { user: users.imap, address })
  if (imap === null) throw usage('--imap-host is missing')
  desk.ok(`mail of ${address}: ${imap.host}:${imap.port} (${imap.security})${service ? `, ${service.provider}` : ''}`)
  advise(desk, service)
  const sends = mode === 'send' || desk.command.smtp.host !== null
  const user = service === null ? imap.user : users.smtp
  const smtp = sends ? await serverFor(desk, 'smtp', service, { user, address }) : null
  if (mode === 'send' && smtp === null) throw usage('--smtp-host is missing: mode send needs a server to send by')
  return { service, imap, smtp, caFile: await caFileFor(desk, service) }
}
