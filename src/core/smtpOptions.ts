import type { Server } from './settings.ts'

/** Nothing is told by silence alone: the door has a deadline of its own for every step. */
const never = 2 ** 31 - 1

/**
 * How the SMTP library is to connect; the TLS authorities are the door's. With `starttls` it goes on over TLS or not at
 * all, with `none` it does not try. Connecting has to be done in four fifths of `deadline` (milliseconds) and a greeting
 * to come in half of it, so that an unreachable host is told from a silent server.
 */
export const smtpOptions = ({ host, port, security }: Server, deadline: number) => ({
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  /** An address literal (RFC 5321 §4.1.3), as mail clients have it: the name of this computer is nobody's business. */
  name: '[127.0.0.1]',
  connectionTimeout: deadline * 0.8,
  dnsTimeout: deadline / 2,
  greetingTimeout: deadline / 2,
  socketTimeout: never,
  socketCloseTimeout: 0,
  maxResponseSize: 65_536,
  /** Its log holds the user's name and the server's words. */
  logger: false as const,
})
