import { ports } from './settingsAccount.ts'
import { quoted, type Service, said, type Trouble, trouble, variable } from './trouble.ts'

/** A library's error that concerns the connection; '' where it has no such word. */
export interface ConnectionFailure {
  /** Node's, or the library's own. */
  readonly code: string
  /** Of a good-bye, or of a certificate that was refused. */
  readonly reason: string
  readonly syscall: string
  /** The server offers no STARTTLS, or refused it. */
  readonly withoutTls: boolean
}

const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|::1|\[::1\])$/i.test(host)

const privateAuthority = (service: Service): string =>
  isLoopback(service.host)
    ? `Proton Bridge: export its certificate (Settings, Advanced settings) and set ${variable(service, 'CA_FILE')} to the cert.pem`
    : `set ${variable(service, 'CA_FILE')} to the PEM file of its authority, if you know and trust this server`

const unknownAuthority = (service: Service): Trouble =>
  trouble(
    69,
    `the certificate of ${service.host} is signed by an authority this computer does not trust`,
    privateAuthority(service),
  )

type Explain = (service: Service, failure: ConnectionFailure) => Trouble

const byCertificate: Readonly<Record<string, Explain>> = {
  CERT_HAS_EXPIRED: ({ host }) =>
    trouble(
      69,
      `the certificate of ${host} has expired`,
      'check the date of this computer; else the server must renew it',
    ),
  CERT_NOT_YET_VALID: ({ host }) =>
    trouble(69, `the certificate of ${host} is not valid yet`, 'check the date of this computer'),
  DEPTH_ZERO_SELF_SIGNED_CERT: (service) =>
    trouble(69, `the certificate of ${service.host} is self-signed`, privateAuthority(service)),
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID: (service, { reason }) =>
    trouble(
      69,
      `the certificate of ${service.host} is for another host`,
      `set ${variable(service, 'HOST')} to a name in the certificate: ${quoted(reason.split('altnames: ')[1] ?? reason)}`,
    ),
}

/** `993 with tls, 143 with starttls` */
const usualPorts = ({ protocol }: Service): string =>
  `${ports[protocol].tls} with tls, ${ports[protocol].starttls} with starttls`

const silent: Explain = (service) => {
  const { host, port, protocol, security } = service
  return trouble(
    69,
    `${host} gave no ${protocol.toUpperCase()} greeting on port ${port}`,
    port === ports[protocol].tls && security !== 'tls'
      ? `port ${port} begins with TLS: set ${variable(service, 'SECURITY')}=tls`
      : `check ${variable(service, 'PORT')} and ${variable(service, 'SECURITY')}: ${usualPorts(service)}`,
  )
}

const notTls: Explain = (service) => {
  const { tls, starttls } = ports[service.protocol]
  return trouble(
    69,
    `${service.host} does not speak TLS on port ${service.port}`,
    `set ${variable(service, 'PORT')}=${tls}, or ${variable(service, 'SECURITY')}=starttls with port ${starttls}`,
  )
}

const noAnswer: Explain = (service) =>
  trouble(
    69,
    `${service.host} does not take connections on port ${service.port}`,
    `check ${variable(service, 'HOST')} and ${variable(service, 'PORT')}, and the firewall`,
  )

const unreachable: Explain = ({ host }) =>
  trouble(69, `${host} cannot be reached`, 'check the network of this computer')

const lost: Explain = ({ host }, { reason }) => trouble(75, `the connection to ${host} was lost`, said(reason))

const closedEarly: Explain = ({ host, port, protocol }, { reason }) =>
  trouble(
    75,
    `${host} closed the connection before the login was done`,
    said(reason) || `check that port ${port} is its ${protocol.toUpperCase()} port`,
  )

const noName: Explain = (service) =>
  trouble(69, `there is no host called ${service.host}`, `check ${variable(service, 'HOST')}`)

const noLookup: Explain = ({ host }) =>
  trouble(69, `the name ${host} could not be looked up`, 'check that this computer is online')

const refused: Explain = (service) =>
  trouble(
    69,
    `${service.host} refused the connection on port ${service.port}`,
    isLoopback(service.host)
      ? 'is the bridge or server on this computer running?'
      : `check ${variable(service, 'PORT')}: ${usualPorts(service)}`,
  )

const byNetwork: Readonly<Record<string, Explain>> = {
  ENOTFOUND: noName,
  EAI_AGAIN: noLookup,
  ECONNREFUSED: refused,
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  ENETDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  CONNECT_TIMEOUT: noAnswer,
  GREETING_TIMEOUT: silent,
  UPGRADE_TIMEOUT: ({ host, port }) => trouble(69, `${host} did not finish the TLS handshake on port ${port}`),
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

const withoutStarttls: Explain = (service) =>
  trouble(
    69,
    `${service.host} offers no STARTTLS on port ${service.port}`,
    `set ${variable(service, 'SECURITY')}=tls and ${variable(service, 'PORT')}=${ports[service.protocol].tls}`,
  )

/**
 * Host, port, TLS and certificate are for the operator to mend: 69. A connection that was lost is tried again: 75.
 * null when the error is none of these.
 */
export const explainConnection = (service: Service, failure: ConnectionFailure): Trouble | null => {
  const { code } = failure
  const known = byCertificate[code] ?? byNetwork[code]
  if (known !== undefined) return known(service, failure)
  if (code === 'ETIMEDOUT') return failure.syscall === 'connect' ? noAnswer(service, failure) : lost(service, failure)
  if (failure.withoutTls) return withoutStarttls(service, failure)
  if (/^ERR_(SSL|TLS)_|^EPROTO$|^CERT_/.test(code)) return trouble(69, `TLS with ${service.host} failed (${code})`)
  return null
}
