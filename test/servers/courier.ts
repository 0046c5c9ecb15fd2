import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OtherServer, type OtherServerOptions, password, startOther } from './other-server.ts'
import { freePorts } from './process.ts'
import { copyTree, giveTo, runIn, startIn, writeIn } from './server-tree.ts'

/** The user of the server and of all mail, as its tree knows it. */
const user = '64002:64002'

const authdaemonrc = `authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
`

/** Debian's own start script without its loggers, on one port, which STARTTLS protects. */
const startScript = (port: number): string => `set -a
. /etc/courier/authdaemonrc
. /etc/courier/imapd
. /etc/courier/imapd-ssl
IMAP_STARTTLS=YES
TLS_CERTFILE=/srv/tls/imapd.pem
TLS_DHPARAMS=
TLS_TRUSTCERTS=
TLS_CACHEFILE=
/usr/lib/courier/courier-authlib/authdaemond 5>&2 &
exec /usr/sbin/couriertcpd -address=127.0.0.1 -nodnslookup -noidentlookup -maxprocs=40 -maxperip=40 -user=courier \\
  ${port} /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir 3>&2
`

const layOut = (tree: string, port: number): void => {
  const tls = join(tree, 'srv', 'tls')
  const pem = ['server.key', 'server.pem'].map((name) => readFileSync(join(tls, name), 'utf8')).join('')
  writeIn(tree, 'etc/courier/authdaemonrc', authdaemonrc)
  writeIn(tree, 'srv/tls/imapd.pem', pem)
  writeIn(tree, 'srv/start', startScript(port))
  for (const name of ['srv/home', 'run/courier', 'run/courier/authdaemon']) mkdirSync(join(tree, name))
  chmodSync(join(tree, 'run/courier/authdaemon'), 0o755)
  giveTo(tree, user)
}

/** The two databases that `makeuserdb` makes, which is a Perl script: who there is, and their passwords. */
const writeUsers = (tree: string, names: readonly string[], hash: string): void => {
  const makeDatabase = (path: string, fields: (name: string) => string): void => {
    const lines = names.map((name) => `${name}\t${fields(name)}\n`).join('')
    const command = ['/usr/lib/courier/courier-authlib/makedatprog', '-', `${path}.new`, path]
    runIn(tree, '0:0', command, `${lines}.\n`)
  }
  const [uid, gid] = user.split(':')
  makeDatabase('/etc/courier/userdb.dat', (name) => `home=/srv/home/${name}|uid=${uid}|gid=${gid}`)
  makeDatabase('/etc/courier/userdbshadow.dat', () => `imappw=${hash}`)
}

const makeMaildir = (tree: string, name: string, quota: number | undefined): void => {
  const maildir = `/srv/home/${name}/Maildir`
  mkdirSync(join(tree, 'srv', 'home', name))
  giveTo(tree, user)
  const make = (...args: readonly string[]): string => runIn(tree, user, ['maildirmake.courier', ...args, maildir])
  make()
  for (const mailbox of ['Drafts', 'Sent', 'Junk', 'Trash', 'Archive']) make('-f', mailbox)
  if (quota !== undefined) make('-q', `${quota * 1024}S`)
}

/**
 * Starts a private Courier IMAP on a free port of the loopback interface, to be reached with STARTTLS: as Debian sets
 * it up, which is a server of the old kind. All mailboxes are below INBOX, and none tells its special use.
 *
 * @throws Error with its own words when it does not start
 */
export const startCourier = async ({ quota }: OtherServerOptions = {}): Promise<OtherServer> => {
  const tree = copyTree('courier')
  const [port] = await freePorts()
  layOut(tree, port)
  const hash = runIn(tree, '0:0', ['userdbpw', '-md5'], `${password}\n${password}\n`).trim()
  const names: string[] = []
  return startOther({
    tree,
    imapPort: port,
    security: 'starttls',
    port,
    addUser: (name) => {
      names.push(name)
      writeUsers(tree, names, hash)
      makeMaildir(tree, name, quota)
    },
    start: () => startIn(tree, ['/bin/sh', '/srv/start'], { user: '0:0', port }),
  })
}
