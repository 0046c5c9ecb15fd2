import { addressFault, nameFault, portFault } from '../core/initAnswers.ts'
import { serviceNames } from '../core/mailService.ts'
import type { Security } from '../core/settings.ts'
import { isHost, isLoopback } from '../core/settingsRules.ts'
import { usage } from './moments.ts'

const flag = { type: 'boolean' } as const
const value = { type: 'string' } as const

/** The options of `init`: every answer can be given as one, but for the password, which `ps` would show. */
export const initOptions = {
  address: value,
  name: value,
  mode: value,
  provider: value,
  'imap-host': value,
  'imap-port': value,
  'imap-security': value,
  'smtp-host': value,
  'smtp-port': value,
  'smtp-security': value,
  user: value,
  'ca-file': value,
  'password-file': value,
  'password-command': value,
  'access-token-command': value,
  yes: flag,
  overwrite: flag,
} as const

/** A server as far as options tell it. */
export interface ToldServer {
  readonly host: string | null
  readonly port: number | null
  readonly security: Security | null
}

export interface ToldSecret {
  readonly kind: (typeof secretOptions)[number]
  /** A file, or a command. */
  readonly from: string
}

/** What the command line answers already; null: it does not. */
export interface InitCommand {
  readonly name: 'init'
  readonly address: string | null
  readonly fromName: string | null
  readonly mode: 'draft' | 'send' | null
  readonly provider: string | null
  readonly imap: ToldServer
  readonly smtp: ToldServer
  readonly user: string | null
  readonly caFile: string | null
  readonly secret: ToldSecret | null
  readonly yes: boolean
  readonly overwrite: boolean
}

const secretOptions = ['password-file', 'password-command', 'access-token-command'] as const

type Text = (option: keyof typeof initOptions) => string | null

const without = (option: string, found: string | null, fault: (text: string) => string | null): string | null => {
  const said = found === null ? null : fault(found)
  if (said !== null) throw usage(`--${option} ${said}`)
  return found?.trim() ?? null
}

const oneOf = <T extends string>(option: string, found: string | null, choices: readonly T[]): T | null => {
  const chosen = choices.find((choice) => choice === found) ?? null
  if (found !== null && chosen === null) throw usage(`--${option} ${found} is none of ${choices.join(', ')}`)
  return chosen
}

const serverIn = (protocol: 'imap' | 'smtp', text: Text): ToldServer => {
  const hostFault = (host: string): string | null => (isHost(host) ? null : 'must be a bare host name')
  const host = without(`${protocol}-host`, text(`${protocol}-host`), hostFault)
  const port = without(`${protocol}-port`, text(`${protocol}-port`), portFault)
  const choices: readonly Security[] = ['tls', 'starttls', 'none']
  const security = oneOf(`${protocol}-security`, text(`${protocol}-security`), choices)
  if (security === 'none' && (host === null || !isLoopback(host)))
    throw usage(`--${protocol}-security none is for localhost only`)
  if (host === null && (port !== null || security !== null)) throw usage(`--${protocol}-host is missing`)
  return { host, port: port === null ? null : Number(port), security }
}

const secretIn = (text: Text): ToldSecret | null => {
  const told = secretOptions.flatMap((kind) => {
    const from = text(kind)
    return from === null ? [] : [{ kind, from }]
  })
  const [first, second] = told
  if (first !== undefined && second !== undefined) throw usage(`--${second.kind} stands beside --${first.kind}`)
  return first ?? null
}

const providerIn = (found: string | null): string | null => {
  const known = serviceNames.find((name) => name.toLowerCase() === found?.toLowerCase()) ?? null
  if (found !== null && known === null)
    throw usage(`--provider ${found} is not known`, `it can be ${serviceNames.join(', ')}; for others give --imap-host`)
  return known
}

/**
 * Reads the options of `init`.
 * @throws OperatorError 64 with what is wrong with one of them
 */
export const initCommandOf = (values: Readonly<Record<string, string | boolean | undefined>>): InitCommand => {
  const text: Text = (option) => {
    const found = values[option]
    return typeof found === 'string' ? found : null
  }
  return {
    name: 'init',
    address: without('address', text('address'), addressFault),
    fromName: without('name', text('name'), nameFault),
    mode: oneOf('mode', text('mode'), ['draft', 'send']),
    provider: providerIn(text('provider')),
    imap: serverIn('imap', text),
    smtp: serverIn('smtp', text),
    user: text('user'),
    caFile: text('ca-file'),
    secret: secretIn(text),
    yes: values.yes === true,
    overwrite: values.overwrite === true,
  }
}
