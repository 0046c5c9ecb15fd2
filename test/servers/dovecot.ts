import { type ChildProcess, execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CertificateKind, makeCertificates } from './certificates.ts'
import { readConversation } from './conversation.ts'
import { configuration23, configuration24, type DovecotPlan, oauth23 } from './dovecot-configuration.ts'
import { dovecotProgram, killServer, launch, logOf } from './dovecot-process.ts'
import { asUser, type ImapServer } from './imap-server.ts'
import { lmtpProgram } from './install-servers.ts'
import { freePorts, terminate } from './process.ts'

export interface DovecotOptions {
  /** Further names in the server's certificate, besides localhost and 127.0.0.1. */
  readonly hostnames?: readonly string[]
  /** Octets that all mailboxes of a user may hold; APPEND is refused with OVERQUOTA beyond (RFC 9208). */
  readonly quotaBytes?: number
  /** false: the account has no Drafts mailbox. */
  readonly drafts?: boolean
  readonly certificate?: CertificateKind
  /** true: a mail server can deliver to it by LMTP (RFC 2033), and ask it whether a login is right. */
  readonly delivery?: boolean
  /** true: its processes serve many connections, which is faster, and `conversation` cannot tell whose they were. */
  readonly reuse?: boolean
  /** Where it asks whose an access token is (the token is appended); then XOAUTH2 and OAUTHBEARER log in, too. */
  readonly tokenInfo?: string
}

export interface Dovecot extends ImapServer {
  readonly imapsPort: number
  /** PEM of the authority that a client is told to trust. */
  readonly caFile: string
  /** Of the running master process; another one after a restart. */
  readonly pid: number
  readonly directory: string
  /** Where a mail server finds it, when it was started with `delivery`. */
  readonly delivery: DovecotPlan['delivery']
  log(): string
  /** What clients of that user sent after their login; connections of the seeding helpers are left out. */
  conversation(user: string): Promise<string>
  /** Ends the server, awaits its exit and removes its directory. */
  stop(): Promise<void>
  /** Ends the server and starts it again on the same ports, mailboxes kept. */
  restart(): Promise<void>
}

interface Launched {
  readonly plan: DovecotPlan
  readonly server: ChildProcess
}

const idOf = (flags: string, user: string): string => execFileSync('id', [flags, user], { encoding: 'utf8' }).trim()

/** Dovecot refuses mail users with uid 0, so root hands the server to nobody. */
const serverUser = (): DovecotPlan['user'] => {
  const name = process.getuid?.() === 0 ? 'nobody' : execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
  return { name, group: idOf('-gn', name), uid: Number(idOf('-u', name)), gid: Number(idOf('-g', name)) }
}

const deliveryPorts = async (): Promise<DovecotPlan['delivery']> => {
  const [lmtpPort, saslPort] = await freePorts()
  return { lmtpPort, saslPort }
}

const makePlan = async (options: DovecotOptions): Promise<DovecotPlan> => {
  const directory = mkdtempSync(join(tmpdir(), 'have-we-met-dovecot-'))
  const [imapPort, imapsPort] = await freePorts()
  const { quotaBytes = null, drafts = true, reuse = false, tokenInfo = null } = options
  const delivery = options.delivery === true ? await deliveryPorts() : null
  const limits = { quotaBytes, drafts, delivery, reuse, tokenInfo }
  return { directory, password: 'secret', user: serverUser(), imapPort, imapsPort, ...limits }
}

const configuration = (plan: DovecotPlan): string => {
  const version = execFileSync(dovecotProgram, ['--version'], { encoding: 'utf8' })
  if (version.startsWith('2.3.')) return configuration23(plan)
  if (version.startsWith('2.4.')) return configuration24(plan)
  throw new Error(`the tests know how to configure Dovecot 2.3 and 2.4, not ${version.trim()}`)
}

const layOut = (plan: DovecotPlan, options: DovecotOptions): void => {
  chmodSync(plan.directory, 0o711)
  for (const name of ['run', 'state', 'home', 'rawlog']) mkdirSync(join(plan.directory, name))
  makeCertificates(join(plan.directory, 'tls'), options.certificate ?? 'valid', options.hostnames ?? [])
  writeFileSync(join(plan.directory, 'dovecot.conf'), configuration(plan))
  if (plan.tokenInfo !== null) writeFileSync(join(plan.directory, 'oauth2.conf.ext'), oauth23(plan.tokenInfo))
  if (plan.delivery !== null) copyFileSync(lmtpProgram(), join(plan.directory, 'lmtp'))
  execFileSync('chown', ['-R', `${plan.user.uid}:${plan.user.gid}`, plan.directory])
}

/** Another program may take a port between our asking for it and Dovecot's: then with other ports. */
const launchPlanned = async (options: DovecotOptions, attempts: number): Promise<Launched> => {
  const plan = await makePlan(options)
  try {
    layOut(plan, options)
    return { plan, server: await launch(plan) }
  } catch (error) {
    rmSync(plan.directory, { recursive: true, force: true })
    if (attempts > 1 && String(error).includes('Address already in use')) return launchPlanned(options, attempts - 1)
    throw error
  }
}

/**
 * Starts a private Dovecot on free ports of the loopback interface: its own configuration, directory and
 * certificates, nothing of the system's. Logs in any user with one password.
 *
 * @throws Error with Dovecot's own words when it does not start
 */
export const startDovecot = async (options: DovecotOptions = {}): Promise<Dovecot> => {
  const { plan, server: first } = await launchPlanned(options, 3)
  let server = first
  return {
    host: '127.0.0.1',
    imapPort: plan.imapPort,
    imapsPort: plan.imapsPort,
    caFile: join(plan.directory, 'tls', 'ca.pem'),
    password: plan.password,
    directory: plan.directory,
    delivery: plan.delivery,
    get pid() {
      return server.pid ?? Number.NaN
    },
    log: () => logOf(plan),
    conversation: (user) => readConversation(plan.directory, user),
    stop: async () => {
      await killServer(server)
      rmSync(plan.directory, { recursive: true, force: true, maxRetries: 5 })
    },
    restart: async () => {
      await terminate(server)
      server = await launch(plan)
    },
  }
}

/**
 * Puts a message into a mailbox, which is made when it is missing, and gives its UID.
 * `internalDate` is when it came in; now, when left out.
 */
export const deliver = (
  server: ImapServer,
  user: string,
  mailbox: string,
  bytes: Uint8Array,
  options: { readonly seen?: boolean; readonly internalDate?: Date } = {},
): Promise<number> =>
  asUser(server, user, async (client) => {
    // Of a mailbox that is there, Cyrus and Courier say NO as of any other; whether it is missing, APPEND tells.
    if (mailbox !== 'INBOX') await client.mailboxCreate(mailbox).catch(() => null)
    const flags = options.seen === true ? ['\\Seen'] : []
    const appended = await client.append(mailbox, Buffer.from(bytes), flags, options.internalDate)
    if (appended === false || appended.uid === undefined) throw new Error(`${mailbox} did not take the message`)
    return appended.uid
  })

export interface StoredMessage {
  readonly uid: number
  /** Without `\Recent`, which tells of the session and not of the message. */
  readonly flags: readonly string[]
  readonly source: string
}

/** Every message of a mailbox, by UID; read with EXAMINE, so that looking changes nothing. */
export const readMailbox = (server: ImapServer, user: string, mailbox: string): Promise<readonly StoredMessage[]> =>
  asUser(server, user, async (client) => {
    const { exists } = await client.mailboxOpen(mailbox, { readOnly: true })
    const messages = exists === 0 ? [] : await client.fetchAll('1:*', { uid: true, flags: true, source: true })
    return messages.map(({ uid, flags = new Set(), source = Buffer.alloc(0) }) => ({
      uid,
      flags: [...flags].filter((flag) => flag !== '\\Recent').sort(),
      source: source.toString('utf8'),
    }))
  })

/**
 * Ends the processes that serve a user, as a server that is stopped does: they outlive the restart of one that runs in a test.
 */
export const endSessions = (server: Dovecot, user: string): void => {
  for (const [, pid] of server.log().matchAll(new RegExp(`user=<${user}>.* mpid=(\\d+)`, 'g'))) endIfThere(Number(pid))
}

/** Asks a process to end; one that has ended already is left alone. */
export const endIfThere = (pid: number): void => {
  try {
    process.kill(pid)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
