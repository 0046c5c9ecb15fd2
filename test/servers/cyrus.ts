import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type OtherServer, type OtherServerOptions, password, startOther } from './other-server.ts'
import { freePorts } from './process.ts'
import { copyTree, giveTo, runIn, startIn, writeIn } from './server-tree.ts'

const mailboxes = ['Drafts', 'Sent', 'Junk', 'Trash', 'Archive']

/** `quota` 0 is no limit. As Debian has it, but for places, and with special uses (RFC 6154) for the mailboxes of a new user. */
const imapdConf = (quota: number): string => `configdirectory: /srv/conf
defaultpartition: default
partition-default: /srv/spool
proc_path: /srv/conf/proc
mboxname_lockpath: /srv/lock
cyrus_user: cyrus
cyrus_group: cyrus
servername: localhost
altnamespace: yes
unixhierarchysep: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: /srv/sasldb2
sasl_mech_list: PLAIN LOGIN
autocreate_quota: ${quota}
autocreate_inbox_folders: ${mailboxes.join(' | ')}
autocreate_subscribe_folders: ${mailboxes.join(' | ')}
${mailboxes.map((name) => `xlist-${name.toLowerCase()}: ${name}`).join('\n')}
tls_server_cert: /srv/tls/server.pem
tls_server_key: /srv/tls/server.key
`

const cyrusConf = (imapPort: number, imapsPort: number): string => `START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"
}
SERVICES {
  imap cmd="/usr/lib/cyrus/bin/imapd" listen="127.0.0.1:${imapPort}" prefork=1
  imaps cmd="/usr/lib/cyrus/bin/imapd -s" listen="127.0.0.1:${imapsPort}" prefork=1
}
DAEMON {
  idled cmd="/usr/lib/cyrus/bin/idled"
}
`

/** The user of the server, as its tree knows it. */
const user = '64001:64001'

const layOut = (tree: string, imapd: string, services: string): void => {
  for (const name of ['conf', 'conf/socket', 'conf/proc', 'spool', 'lock']) mkdirSync(join(tree, 'srv', name))
  writeIn(tree, 'etc/imapd.conf', imapd)
  writeIn(tree, 'etc/cyrus.conf', services)
  giveTo(tree, user)
}

/**
 * Starts a private Cyrus IMAP on free ports of the loopback interface, to be reached over TLS.
 *
 * @throws Error with its own words when it does not start
 */
export const startCyrus = async ({ quota = 0 }: OtherServerOptions = {}): Promise<OtherServer> => {
  const tree = copyTree('cyrus')
  const [imapPort, imapsPort] = await freePorts()
  layOut(tree, imapdConf(quota), cyrusConf(imapPort, imapsPort))
  const create = ['saslpasswd2', '-f', '/srv/sasldb2', '-p', '-c', '-u', 'localhost']
  return startOther({
    tree,
    imapPort,
    security: 'tls',
    port: imapsPort,
    addUser: (name) => {
      runIn(tree, user, [...create, name], password)
    },
    start: () => startIn(tree, ['/usr/lib/cyrus/bin/master', '-D', '-p', '/srv/master.pid'], { user, port: imapPort }),
  })
}
