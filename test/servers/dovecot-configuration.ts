import { basename } from 'node:path'

/** What a private Dovecot needs to know; everything lies in one directory and runs as one unprivileged user. */
export interface DovecotPlan {
  readonly directory: string
  readonly password: string
  readonly user: { readonly name: string; readonly group: string; readonly uid: number; readonly gid: number }
  readonly imapPort: number
  readonly imapsPort: number
  readonly quotaBytes: number | null
  readonly drafts: boolean
  readonly delivery: { readonly lmtpPort: number; readonly saslPort: number } | null
  readonly reuse: boolean
  /** Where to ask whose an access token is, which is appended; null: nobody logs in with one. */
  readonly tokenInfo: string | null
}

/** Mailboxes with a special use (RFC 6154) that every user finds at the first login. */
const specialUseMailboxes = ['Drafts', 'Sent', 'Junk', 'Trash', 'Archive'] as const

const mailboxBlock = (name: string): string => `  mailbox ${name} {
    auto = subscribe
    special_use = \\${name}
  }`

const mailboxBlocks = (plan: DovecotPlan): string =>
  specialUseMailboxes
    .filter((name) => name !== 'Drafts' || plan.drafts)
    .map(mailboxBlock)
    .join('\n')

/** The program for LMTP may come from a later package than the server: the two are not to insist on being alike. */
const deliveryBlocks = ({ directory, user, delivery }: DovecotPlan): string =>
  delivery === null
    ? ''
    : `version_ignore = yes
service lmtp {
  executable = ${directory}/lmtp
  user = ${user.name}
  inet_listener lmtp {
    port = ${delivery.lmtpPort}
  }
}
service auth {
  inet_listener sasl {
    port = ${delivery.saslPort}
  }
}
`

/** Processes that serve one connection after the other: a login costs a third of what a new process costs. */
const reuse = `service imap-login {
  service_count = 0
}
service imap {
  service_count = 1000
  process_min_avail = 4
}
`

/**
 * What both configuration languages say alike. The rawlog records what clients send once they are logged in; without
 * anvil's penalty a wrong password in one test would delay the logins of the next.
 */
const common = (plan: DovecotPlan): string => `protocols = imap${plan.delivery === null ? '' : ' lmtp'}
listen = 127.0.0.1
base_dir = ${plan.directory}/run
state_dir = ${plan.directory}/state
instance_name = test-${plan.imapPort}
login_greeting = Dovecot ready, ${basename(plan.directory)}
log_path = ${plan.directory}/dovecot.log
info_log_path = ${plan.directory}/dovecot.log
default_internal_user = ${plan.user.name}
default_internal_group = ${plan.user.group}
default_login_user = ${plan.user.name}
service imap-login {
  chroot =
  process_min_avail = 1
  inet_listener imap {
    port = ${plan.imapPort}
  }
  inet_listener imaps {
    port = ${plan.imapsPort}
    ssl = yes
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  user = ${plan.user.name}
}
service auth-worker {
  user = ${plan.user.name}
}
ssl = yes
auth_mechanisms = plain login${plan.tokenInfo === null ? '' : ' xoauth2 oauthbearer'}
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 200
mail_fsync = never
rawlog_dir = ${plan.directory}/rawlog
namespace inbox {
  inbox = yes
  separator = /
${mailboxBlocks(plan)}
}
${deliveryBlocks(plan)}${plan.reuse ? reuse : ''}`

/** What stands in a file of its own: the authorisation server says whose a token is, and Dovecot compares. */
export const oauth23 = (tokenInfo: string): string => `tokeninfo_url = ${tokenInfo}
introspection_mode = auth
username_attribute = email
`

const oauthPassdb23 = (directory: string): string => `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/oauth2.conf.ext
}
`

/** 2.4 asks for tokens without a passdb. */
const oauth24 = (tokenInfo: string): string => `oauth2 {
  tokeninfo_url = ${tokenInfo}
  introspection_mode = auth
  username_attribute = email
}
`

const quota23 = (bytes: number): string => `mail_plugins = quota
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = count:User quota
  quota_rule = *:storage=${bytes}B
  quota_vsizes = yes
}
`

/** A configuration for Dovecot 2.3 (Debian 12). */
export const configuration23 = (plan: DovecotPlan): string => `${common(plan)}
service anvil {
  chroot =
}
service stats {
  chroot =
}
ssl_cert = <${plan.directory}/tls/server.pem
ssl_key = <${plan.directory}/tls/server.key
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
${plan.tokenInfo === null ? '' : oauthPassdb23(plan.directory)}passdb {
  driver = static
  args = password=${plan.password}
}
userdb {
  driver = static
  args = uid=${plan.user.uid} gid=${plan.user.gid} home=${plan.directory}/home/%u allow_all_users=yes
}
${plan.quotaBytes === null ? '' : quota23(plan.quotaBytes)}`

const quota24 = (bytes: number): string => `mail_plugins {
  quota = yes
}
protocol imap {
  mail_plugins {
    imap_quota = yes
  }
}
quota_storage_size = ${bytes}B
quota "User quota" {
}
`

/** A configuration for Dovecot 2.4 (Debian 13), whose language differs; its two version settings must come first. */
export const configuration24 = (plan: DovecotPlan): string => `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
${common(plan)}
ssl_server_cert_file = ${plan.directory}/tls/server.pem
ssl_server_key_file = ${plan.directory}/tls/server.key
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
passdb static {
  passdb_static_password = ${plan.password}
}
userdb static {
  userdb_static_allow_all_users = yes
  fields {
    uid = ${plan.user.uid}
    gid = ${plan.user.gid}
    home = ${plan.directory}/home/%{user}
  }
}
${plan.tokenInfo === null ? '' : oauth24(plan.tokenInfo)}${plan.quotaBytes === null ? '' : quota24(plan.quotaBytes)}`
