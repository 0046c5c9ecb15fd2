import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FaultProxy, startProxy } from '../faults/proxy.ts'
import { type Dovecot, startDovecot } from '../servers/dovecot.ts'
import { browse, type OpenId, startOpenId } from '../servers/openid-provider.ts'
import { type Daemon, startDaemon } from '../support/daemon.ts'
import { type Home, makeHome } from '../support/program.ts'
import type { AccountName, Proxied } from './happenings.ts'
import { settingsText, userOf } from './settings.ts'
import type { Sent } from './verdict.ts'

/** An hour passes in five minutes, and the minute in which each operation must be answered in five seconds. */
export const haste = 12

/** Seconds that an access token is good for: the daemon renews it some times in an hour of its own. */
const tokenLife = 900

/** Mutable on purpose: what was delivered, and what the user did with the drafts. */
export type Mutable<T> = { -readonly [key in keyof T]: T[key] }

/** A message that was delivered. */
export interface Delivered extends Mutable<Sent> {
  readonly account: AccountName
  /** Which person's. */
  readonly n: number
  messageIds: string[]
}

/** The servers, the home of the daemon, and the daemon. */
export interface World {
  readonly dovecot: Dovecot
  readonly provider: OpenId
  readonly proxies: Readonly<Record<Proxied, FaultProxy>>
  readonly home: Home
  readonly daemon: Daemon
  readonly delivered: Delivered[]
  /** What mends what is broken for a while. */
  readonly mending: Set<() => Promise<void>>
  /** What the daemon's clock shows, in milliseconds of the epoch. */
  readonly now: () => number
  /** How many connections to IMAP servers the daemon has made. */
  readonly connections: () => number
  readonly leave: () => Promise<void>
}

type Servers = Pick<World, 'dovecot' | 'provider' | 'proxies'>

const startServers = async (): Promise<Servers> => {
  const provider = await startOpenId({ user: userOf('token'), accessTokenLife: tokenLife })
  const dovecot = await startDovecot({ hostnames: ['imap.gmail.com'], reuse: true, tokenInfo: provider.tokenInfo })
  const [watched, cut] = [await startProxy(dovecot.imapPort), await startProxy(dovecot.imapPort)]
  return { dovecot, provider, proxies: { watched, cut } }
}

const stopServers = async ({ dovecot, provider, proxies }: Servers): Promise<void> => {
  for (const proxy of Object.values(proxies)) await proxy.close()
  await dovecot.stop()
  await provider.stop()
}

const portsOf = ({ proxies }: Servers) => ({ watched: proxies.watched.port, cut: proxies.cut.port })

/** The settings as they are when nobody has edited them. */
export const usualSettings = (servers: Servers): string =>
  settingsText({ ...servers, ports: portsOf(servers) }, 'ask-context')

/** The settings after a good edit. */
export const otherSettings = (servers: Servers): string =>
  settingsText({ ...servers, ports: portsOf(servers) }, 'ask-context-brief')

/** The settings of the daemon, which the user edits; other commands go by what nobody edits. */
export const settingsFile = 'settings.yaml'

/** The template that the user edits. */
export const templateFile = 'templates/ask-context.en.hbs'

const shipped = new URL(`../../${templateFile}`, import.meta.url)
export const usualTemplate = (): string => readFileSync(shipped, 'utf8')

/** Logs in as a person does who opens the address that is said. */
const logIn = async (home: Home, account: AccountName): Promise<void> => {
  const { process: program, ended } = home.start(['login', account])
  let said = ''
  program.stderr?.on('data', (chunk) => {
    const waited = said.includes('waiting for you')
    said += chunk
    if (!waited && said.includes('waiting for you')) void browse(/^(?:open +)?(http:\S+)$/mu.exec(said)?.[1] ?? '')
  })
  const { code, stderr } = await ended
  if (code !== 0) throw new Error(`have-we-met login ended with ${code}: ${stderr}`)
}

const fastClock = new URL('./fastClock.mjs', import.meta.url).href

/** A home whose clocks go fast from now on, for every command in it. */
const hasten = (home: Home): number => {
  const began = Date.now()
  home.environment.NODE_OPTIONS += ` --import=${fastClock}`
  Object.assign(home.environment, { TEST_HASTE: String(haste), TEST_BEGAN: String(began) })
  return began
}

const furnish = async (home: Home, servers: Servers): Promise<void> => {
  home.environment.TEST_CONNECTIONS = join(home.directory, 'connections')
  mkdirSync(join(home.directory, 'templates'))
  home.write(templateFile, usualTemplate())
  for (const file of [settingsFile, 'unedited.yaml']) home.write(file, usualSettings(servers))
  await logIn(home, 'token')
}

const connectionsIn = (home: Home, servers: Servers): number => {
  const { dovecot, proxies } = servers
  const ports = [dovecot.imapsPort, proxies.watched.port, proxies.cut.port].map((port) => `:${port}`)
  const lines = readFileSync(join(home.directory, 'connections'), 'utf8').split('\n')
  return lines.filter((line) => line.startsWith('connect ') && ports.some((port) => line.endsWith(port))).length
}

/** Starts all there is, the daemon last. @throws Error with nothing left behind */
export const openWorld = async (): Promise<World> => {
  const servers = await startServers()
  const home = makeHome({ DOVECOT: servers.dovecot.password, HAVE_WE_MET_CONFIG: 'unedited.yaml' })
  const leave = async (): Promise<void> => {
    await stopServers(servers)
    home.remove()
  }
  try {
    await furnish(home, servers)
    const began = hasten(home)
    const daemon = startDaemon(home, { HAVE_WE_MET_CONFIG: settingsFile })
    return {
      ...{ ...servers, home, daemon, delivered: [], mending: new Set() },
      now: () => began + (Date.now() - began) * haste,
      connections: () => connectionsIn(home, servers),
      leave: async () => {
        daemon.signal('SIGKILL')
        await daemon.ended
        await leave()
      },
    }
  } catch (error) {
    await leave()
    throw error
  }
}
