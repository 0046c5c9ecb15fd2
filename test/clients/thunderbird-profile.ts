import type { Account } from '../otherServers/account.ts'
import type { Provider } from './account.ts'

type Preferences = Readonly<Record<string, string | number | boolean>>

/** A password by login, in clear text (RFC 8314 would have it otherwise, on anything but loopback). */
const account = ({ dovecot, smtp }: Provider, { user, address }: Account): Preferences => ({
  'mail.accountmanager.accounts': 'account1',
  'mail.accountmanager.defaultaccount': 'account1',
  'mail.account.account1.server': 'server1',
  'mail.account.account1.identities': 'id1',
  'mail.server.server1.type': 'imap',
  'mail.server.server1.hostname': '127.0.0.1',
  'mail.server.server1.port': dovecot.imapPort,
  'mail.server.server1.userName': user,
  'mail.server.server1.name': address,
  'mail.server.server1.socketType': 0,
  'mail.server.server1.authMethod': 3,
  // Without these two it asks for a password before it can be given one.
  'mail.server.server1.login_at_startup': false,
  'mail.server.server1.check_new_mail': false,
  'mail.identity.id1.fullName': 'Rowan Ashby',
  'mail.identity.id1.useremail': address,
  'mail.identity.id1.smtpServer': 'smtp1',
  'mail.identity.id1.valid': true,
  'mail.identity.id1.draft_folder': `imap://${user}@127.0.0.1/Drafts`,
  'mail.identity.id1.fcc_folder': `imap://${user}@127.0.0.1/Sent`,
  'mail.smtpservers': 'smtp1',
  'mail.smtp.defaultserver': 'smtp1',
  'mail.smtpserver.smtp1.hostname': '127.0.0.1',
  'mail.smtpserver.smtp1.port': smtp.port,
  'mail.smtpserver.smtp1.username': user,
  'mail.smtpserver.smtp1.authMethod': 3,
  'mail.smtpserver.smtp1.try_ssl': 0,
})

/** It greets nobody, and asks for nothing but what the account needs. */
const quiet: Preferences = {
  'app.donation.eoy.version.viewed': 999,
  'app.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.update.enabled': false,
  'mail.inappnotifications.url': '',
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.rights.version': 1,
  'mail.shell.checkDefaultClient': false,
  'mail.spellcheck.inline': false,
  'mail.spotlight.firstRunDone': true,
  'mailnews.start_page.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.enabled': false,
}

/** The `user.js` of a profile for this user, steered by Marionette on a port that it chooses. */
export const preferences = (provider: Provider, user: Account): string =>
  Object.entries({ ...account(provider, user), ...quiet, 'marionette.port': 0 })
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
