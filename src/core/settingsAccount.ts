import { isAddrSpec } from './addrSpec.ts'
import type { Address } from './message.ts'
import type { Account, Credential, Security, Server } from './settings.ts'
import { type OAuthOwner, oauthOf, type WrittenOAuth } from './settingsOAuth.ts'
import { isGiven, isRaw, type Optional, type Raw } from './settingsRaw.ts'
import { isLoopback, mailboxOf } from './settingsRules.ts'
import { doubledIssues, type Issue, type Path } from './settingsWords.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A server as it is written: paths are absolute, the rest is what the user gave. */
export interface WrittenServer {
  readonly host: string
  readonly port?: Optional<number>
  readonly security?: Optional<Security>
  readonly user?: Optional<string>
  readonly passwordEnv?: Optional<string>
  readonly passwordFile?: Optional<string>
  readonly passwordCommand?: Optional<string>
  readonly accessTokenCommand?: Optional<string>
  readonly oauth?: Optional<WrittenOAuth>
  readonly caFile?: Optional<string>
}

/** An account as it is written, over the settings that hold for all accounts. */
export type WrittenAccount = Omit<Account, 'imap' | 'smtp' | 'from' | 'aliases'> & {
  readonly imap: WrittenServer
  readonly smtp?: Optional<WrittenServer>
  readonly from?: Optional<string>
  readonly aliases?: Optional<readonly string[]>
}

/** The ways to give a secret; a server has exactly one. */
export const secretKeys = ['passwordEnv', 'passwordFile', 'passwordCommand', 'accessTokenCommand', 'oauth'] as const

/** The port of RFC 8314 §3, or of STARTTLS, that goes with each kind of security. */
export const ports = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 587 },
} as const

export type Protocol = keyof typeof ports

/** TLS from the first octet (RFC 8314), except on the port where servers wait for STARTTLS. */
const securityOf = (protocol: Protocol, { port, security }: WrittenServer): Security =>
  security ?? (port === ports[protocol].starttls ? 'starttls' : 'tls')

const credentialOf = (written: WrittenServer, env: Environment, owner: OAuthOwner): Credential | null => {
  if (written.passwordEnv) {
    return { kind: 'password', secret: { kind: 'value', value: env[written.passwordEnv] ?? '' } }
  }
  if (written.passwordFile) return { kind: 'password', secret: { kind: 'file', path: written.passwordFile } }
  if (written.passwordCommand) {
    return { kind: 'password', secret: { kind: 'command', command: written.passwordCommand } }
  }
  if (written.accessTokenCommand) return { kind: 'access-token', command: written.accessTokenCommand }
  return written.oauth ? { kind: 'oauth', oauth: oauthOf(written.oauth, owner, env) } : null
}

type Login = Pick<Server, 'user' | 'credential'>

export const fromExample = '"Your Name <you@example.org>"'

const nobody: Login = { user: '', credential: { kind: 'password', secret: { kind: 'value', value: '' } } }

const serverOf = (
  protocol: Protocol,
  written: WrittenServer,
  login: Login,
  env: Environment,
  owner: OAuthOwner,
): Server => {
  const security = securityOf(protocol, written)
  return {
    host: written.host,
    port: written.port ?? ports[protocol][security],
    security,
    user: written.user ?? login.user,
    credential: credentialOf(written, env, owner) ?? login.credential,
    caFile: written.caFile ?? null,
  }
}

/** The user's own address: as written, else the IMAP user where that is an address; null when neither is. */
const fromOf = (from: Optional<string>, user: string): Address | null =>
  from ? mailboxOf(from) : isAddrSpec(user) ? { name: '', address: user } : null

/** Whether a password would cross a network in the clear. */
const clearTextIssues = ({ host, security }: Raw): Issue[] =>
  security === 'none' && typeof host === 'string' && !isLoopback(host)
    ? [{ path: ['security'], input: null, message: 'may be none only for localhost; use tls or starttls' }]
    : []

/**
 * What is wrong between the values of one server, however wrong each may be on its own.
 * @param name a path within the server, in the words of whoever wrote it
 * @param required whether a login must stand here; submission may use the one for IMAP
 */
export const serverIssues = (server: Raw, name: (path: Path) => string, required: boolean): Issue[] => {
  const needed = required ? ['user', ...(secretKeys.some((key) => isGiven(server[key])) ? [] : [secretKeys[0]])] : []
  const absent = needed.filter((key) => !isGiven(server[key]))
  return [
    ...absent.map((key) => ({ path: [key], message: 'is missing' })),
    ...doubledIssues(
      secretKeys.filter((key) => isGiven(server[key])),
      name,
    ),
    ...clearTextIssues(server),
  ]
}

/** An own address must be known: replies are written in its name. */
export const fromIssues = (account: Raw, name: (path: Path) => string): Issue[] => {
  const user = isRaw(account.imap) ? account.imap.user : undefined
  if (isGiven(account.from) || typeof user !== 'string' || isAddrSpec(user)) return []
  const message = `is missing and ${name(['imap', 'user'])} is not an address; write ${fromExample}`
  return [{ path: ['from'], input: null, message }]
}

/** Who sends needs a server to send by. */
export const sendingIssues = ({ mode, smtp }: Raw, name: (path: Path) => string): Issue[] => {
  if (mode !== 'send' || isGiven(smtp)) return []
  const message = `: send needs a server to send by; set ${name(['smtp', 'host'])}, or use mode: draft`
  return [{ path: ['mode'], input: mode, message }]
}

/** A command is given where it is to be run, and nowhere else. */
export const notifyIssues = ({ by, command }: Raw): Issue[] => {
  if (by === 'command' && !isGiven(command))
    return [{ path: ['by'], input: null, message: ': command needs a command to run; set notify.command' }]
  if (by !== 'command' && isGiven(command))
    return [{ path: ['command'], input: null, message: 'is never run; set by: command, or leave it out' }]
  return []
}

/**
 * The settled account: every default that depends on another value filled in (ports, security, the login for
 * submission, the own address). `written` has passed the schema; `env` holds what `passwordEnv` names. OAuth2 tokens
 * are kept below `stateDir`.
 */
export const settleAccount = (written: WrittenAccount, env: Environment, stateDir: string): Account => {
  const owner = { account: written.name, tokenFolder: `${stateDir}/tokens` }
  const imap = serverOf('imap', written.imap, nobody, env, owner)
  return {
    ...written,
    imap,
    smtp: written.smtp ? serverOf('smtp', written.smtp, imap, env, owner) : null,
    from: fromOf(written.from, imap.user) ?? { name: '', address: imap.user },
    aliases: written.aliases ?? [],
  }
}
