import { type Failure, type ImapTrouble, type Peer, quoted, said, trouble } from './imapFailure.ts'

const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|::1|\[::1\])$/i.test(host)

const privateAuthority = ({ host }: Peer): string =>
  isLoopback(host)
    ? 'Proton Bridge: export its certificate (Settings, Advanced settings) and set IMAP_CA_FILE to the cert.pem'
    : 'set IMAP_CA_FILE to the PEM file of its authority, if you know and trust this server'

const unknownAuthority = (peer: Peer): ImapTrouble =>
  trouble(
    69,
    `the certificate of ${peer.host} is signed by an authority this computer does not trust`,
    privateAuthority(peer),
  )

type Explain = (peer: Peer, failure: Failure) => ImapTrouble

const byCertificate: Readonly<Record<string, Explain>> = {
  CERT_HAS_EXPIRED: ({ host }) =>
    trouble(
      69,
      `the certificate of ${host} has expired`,
      'check the date of this computer; else the server must renew it',
    ),
  CERT_NOT_YET_VALID: ({ host }) =>
    trouble(69, `the certificate of ${host} is not valid yet`, 'check the date of this computer'),
  DEPTH_ZERO_SELF_SIGNED_CERT: (peer) =>
    trouble(69, `the certificate of ${peer.host} is self-signed`, privateAuthority(peer)),
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }, { reason }) =>
    trouble(
      69,
      `the certificate of ${host} is for another host`,
      `set IMAP_HOST to a name in the certificate: ${quoted(reason.split('altnames: ')[1] ?? reason)}`,
    ),
}

const silent: Explain = ({ host, port, security }) =>
  trouble(
    69,
    `${host} gave no IMAP greeting on port ${port}`,
    port === 993 && security !== 'tls'
      ? 'port 993 begins with TLS: set IMAP_SECURITY=tls'
      : 'check IMAP_PORT and IMAP_SECURITY: 993 with tls, 143 with starttls',
  )

const notTls: Explain = ({ host, port }) =>
  trouble(
    69,
    `${host} does not speak TLS on port ${port}`,
    'set IMAP_PORT=993, or IMAP_SECURITY=starttls with port 143',
  )

const noAnswer: Explain = ({ host, port }) =>
  trouble(69, `${host} does not take connections on port ${port}`, 'check IMAP_HOST and IMAP_PORT, and the firewall')

const unreachable: Explain = ({ host }) =>
  trouble(69, `${host} cannot be reached`, 'check the network of this computer')

const lost: Explain = ({ host }, { reason }) => trouble(75, `the connection to ${host} was lost`, said(reason))

const closedEarly: Explain = ({ host, port }, { reason }) =>
  trouble(
    75,
    `${host} closed the connection before the login was done`,
    said(reason) || `check that port ${port} is its IMAP port`,
  )

const byNetwork: Readonly<Record<string, Explain>> = {
  ENOTFOUND: ({ host }) => trouble(69, `there is no host called ${host}`, 'check IMAP_HOST'),
  EAI_AGAIN: ({ host }) => trouble(69, `the name ${host} could not be looked up`, 'check that this computer is online'),
  ECONNREFUSED: ({ host, port }) =>
    trouble(
      69,
      `${host} refused the connection on port ${port}`,
      isLoopback(host)
        ? 'is the bridge or server on this computer running?'
        : 'check IMAP_PORT: 993 with tls, 143 with starttls',
    ),
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  ENETDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  CONNECT_TIMEOUT: noAnswer,
  GREETING_TIMEOUT: silent,
  ClosedAfterConnectText: closedEarly,
  ClosedAfterConnectTLS: closedEarly,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  STARTTLS_INJECTION: ({ host }) =>
    trouble(69, `${host} sent clear text where TLS must begin`, 'somebody may be reading along: try another network'),
  NoConnection: lost,
  EConnectionClosed: lost,
  ECONNRESET: lost,
  ECONNABORTED: lost,
  EPIPE: lost,
  ETIMEOUT: lost,
}

/**
 * Host, port, TLS and certificate are for the operator to mend: 69. A connection that was lost is tried again: 75.
 * null when the error is none of these.
 */
export const explainConnection = (peer: Peer, failure: Failure): ImapTrouble | null => {
  const { code } = failure
  const known = byCertificate[code] ?? byNetwork[code]
  if (known !== undefined) return known(peer, failure)
  if (code === 'ETIMEDOUT') return failure.syscall === 'connect' ? noAnswer(peer, failure) : lost(peer, failure)
  if (code === '' && failure.has('tlsFailed')) {
    return trouble(
      69,
      `${peer.host} offers no STARTTLS on port ${peer.port}`,
      'set IMAP_SECURITY=tls and IMAP_PORT=993',
    )
  }
  if (/^ERR_(SSL|TLS)_|^EPROTO$|^CERT_/.test(code)) return trouble(69, `TLS with ${peer.host} failed (${code})`)
  return null
}
