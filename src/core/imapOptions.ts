import type { Login } from './login.ts'
import type { Server } from './settings.ts'

const greetingTime = 16_000

/**
 * How the IMAP library is to connect; the TLS authorities are the door's. Clear text only for `security: none`:
 * with doSTARTTLS left undefined the library would go on in clear text when STARTTLS is not offered.
 * Half of `deadline` (milliseconds) goes to TCP and TLS, so that an unreachable host is told from a silent server.
 */
export const imapOptions = ({ host, port, security, user }: Server, login: Login, deadline: number) => ({
  host,
  port,
  secure: security === 'tls',
  doSTARTTLS: security === 'starttls',
  auth: { user, ...(login.kind === 'password' ? { pass: login.password } : { accessToken: login.accessToken }) },
  clientInfo: { name: 'have-we-met', version: false, vendor: false, 'support-url': false } as const,
  connectionTimeout: deadline / 2,
  greetingTimeout: Math.min(greetingTime, deadline / 2),
  /** ENABLE, COMPRESS and IDLE are of no use for one short pass, and each is one more way to fail. */
  disableAutoIdle: true,
  disableAutoEnable: true,
  disableCompression: true,
})
