import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `unknown-authority`: the server's certificate is signed by another authority than the one in `ca.pem`. */
export type CertificateKind = 'valid' | 'expired' | 'unknown-authority'

const configuration = `[ca]
default_ca = authority
[authority]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
prompt = no
[name]
CN = localhost
[ca_extensions]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
`

const openssl = (directory: string, args: readonly string[]): void => {
  execFileSync('openssl', [...args], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'openssl.cnf']

/** A new authority: `NAME.pem` and `NAME.key`. */
const makeAuthority = (directory: string, name: string): void => {
  const subject = ['-subj', `/CN=have-we-met test authority ${name}`, '-extensions', 'ca_extensions', '-days', '30']
  openssl(directory, ['req', '-x509', ...newKey, ...subject, '-keyout', `${name}.key`, '-out', `${name}.pem`])
}

/** A request for a certificate in the name of localhost and the given hosts. */
const makeRequest = (directory: string, hostnames: readonly string[]): void => {
  const names = ['localhost', ...hostnames].map((hostname) => `DNS:${hostname}`)
  const alternatives = ['-addext', `subjectAltName=IP:127.0.0.1,${names.join(',')}`]
  openssl(directory, ['req', '-new', ...newKey, ...alternatives, '-keyout', 'server.key', '-out', 'server.csr'])
}

/** UTCTime, as `openssl ca` wants a point in time. */
const utcTime = (instant: number): string => `${new Date(instant).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`

const day = 86_400_000

const validity = (expired: boolean): readonly [from: string, until: string] => {
  const until = Date.now() + (expired ? -day : 30 * day)
  return [utcTime(until - 40 * day), utcTime(until)]
}

const sign = (directory: string, authority: string, [from, until]: readonly [string, string]): void => {
  const signer = ['-config', 'openssl.cnf', '-cert', `${authority}.pem`, '-keyfile', `${authority}.key`]
  const period = ['-startdate', from, '-enddate', until, '-notext', '-batch']
  openssl(directory, ['ca', ...signer, ...period, '-in', 'server.csr', '-out', 'server.pem'])
}

/**
 * Makes `ca.pem` (the authority a client is told to trust), `server.pem` and `server.key` in a new folder.
 * Uses the openssl program, which Dovecot's package brings with it.
 */
export const makeCertificates = (directory: string, kind: CertificateKind, hostnames: readonly string[]): void => {
  mkdirSync(directory)
  writeFileSync(join(directory, 'openssl.cnf'), configuration)
  writeFileSync(join(directory, 'index.txt'), '')
  writeFileSync(join(directory, 'serial'), '01\n')
  makeAuthority(directory, 'ca')
  if (kind === 'unknown-authority') makeAuthority(directory, 'other')
  makeRequest(directory, hostnames)
  sign(directory, kind === 'unknown-authority' ? 'other' : 'ca', validity(kind === 'expired'))
}
