import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dovecot } from './dovecot.ts'
import { freePorts } from './process.ts'
import { copyTree, removeTree, startIn, writeIn } from './server-tree.ts'

export interface PostfixOptions {
  /** What the recipient address (or every one of a domain) is answered: `550 5.7.1 not here`, `450 4.2.0 later`. */
  readonly refuse?: Readonly<Record<string, string>>
}

/** Takes mail by submission (RFC 6409) and delivers all of it to one Dovecot, whoever it is for. */
export interface Postfix {
  readonly host: '127.0.0.1'
  /** STARTTLS, then AUTH as a user of the Dovecot; nothing is taken without. */
  readonly submissionPort: number
  /** PEM of the authority that a client is told to trust. */
  readonly caFile: string
  /** Of every user; any name logs in with it. */
  readonly password: string
  log(): string
  /** Ends the server with all that it started, and removes its directory. */
  stop(): Promise<void>
}

/** Every way that mail can take leads to Dovecot, and there is no service that could bring it elsewhere. */
const mainCf = ({ lmtpPort, saslPort }: NonNullable<Dovecot['delivery']>): string => {
  const transport = `lmtp:inet:127.0.0.1:${lmtpPort}`
  return `compatibility_level = 3.6
queue_directory = /srv/spool
data_directory = /srv/data
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.org
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all
virtual_transport = ${transport}
default_transport = ${transport}
relay_transport = ${transport}
local_transport = ${transport}
lmtp_destination_recipient_limit = 1
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = /srv/tls/server.pem
smtpd_tls_key_file = /srv/tls/server.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${saslPort}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:/srv/refuse
smtpd_error_sleep_time = 0
maillog_file = /srv/log/mail.log
maillog_file_prefixes = /srv/log
`
}

const masterCf = (port: number): string => `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`

/** Postfix wants the queue to be its own, and the directory around it to be root's. */
const queues = [
  ...['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'public', 'saved'],
  'trace',
]

const layOut = (tree: string, files: Readonly<Record<string, string>>): void => {
  const directories = ['postfix', 'log', 'data', 'spool', 'spool/pid', ...queues.map((name) => `spool/${name}`)]
  for (const name of directories) mkdirSync(join(tree, 'srv', name))
  const own = ['srv/data', ...queues.map((name) => `srv/spool/${name}`)].map((path) => join(tree, path))
  execFileSync('chown', ['64003:64003', ...own])
  for (const [path, content] of Object.entries(files)) writeIn(tree, join('srv', path), content)
}

const linesOf = (refuse: Readonly<Record<string, string>>): string =>
  Object.entries(refuse)
    .map(([address, answer]) => `${address} ${answer}\n`)
    .join('')

/**
 * Starts a private Postfix on a free port of the loopback interface, in front of a Dovecot that was started with
 * `delivery`: that one knows the passwords and keeps the mail.
 *
 * @throws Error with its own words when it does not start
 */
export const startPostfix = async (dovecot: Dovecot, { refuse = {} }: PostfixOptions = {}): Promise<Postfix> => {
  if (dovecot.delivery === null) throw new Error('Postfix needs a Dovecot that was started with delivery: true')
  const tree = copyTree('postfix')
  const [submissionPort] = await freePorts()
  const main = mainCf(dovecot.delivery)
  layOut(tree, { 'postfix/main.cf': main, 'postfix/master.cf': masterCf(submissionPort), refuse: linesOf(refuse) })
  try {
    const command = ['/usr/lib/postfix/sbin/master', '-c', '/srv/postfix', '-d']
    await startIn(tree, command, { user: '0:0', port: submissionPort })
  } catch (error) {
    await removeTree(tree)
    throw error
  }
  return {
    host: '127.0.0.1',
    submissionPort,
    caFile: join(tree, 'srv', 'tls', 'ca.pem'),
    password: dovecot.password,
    log: () => readFileSync(join(tree, 'srv', 'log', 'mail.log'), 'utf8'),
    stop: () => removeTree(tree),
  }
}
