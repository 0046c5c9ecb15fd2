import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { exit, OperatorError } from '../errors.ts'

interface Read {
  readonly text: string
  readonly secureContext: SecureContext
}

/** By file. A context holds all authorities there are, a few MiB outside of the heap, where no collector counts them. */
const known = new Map<string, Read>()

const readAnew = (caFile: string): Read => {
  const text = readFileSync(caFile, 'utf8')
  const before = known.get(caFile)
  if (before?.text === text) return before
  // TLS takes a text without a certificate without a word, and then blames the server.
  new X509Certificate(text)
  const read = { text, secureContext: createSecureContext({ ca: [...rootCertificates, text] }) }
  known.set(caFile, read)
  return read
}

/**
 * The certificate authorities to trust: the one in the PEM file besides those of the system; without a file nothing is
 * said, and the system's hold. The file is read at each call; as long as it says the same, all connections share one context.
 * @param setting the variable that names the file, for people
 * @throws OperatorError 78 when the file cannot be read, or holds no certificate
 */
export const authoritiesIn = (caFile: string | null, setting: string): { readonly secureContext?: SecureContext } => {
  if (caFile === null) return {}
  try {
    const { secureContext } = readAnew(caFile)
    return { secureContext }
  } catch (cause) {
    const sentence = `cannot read the certificate authority ${caFile}`
    throw new OperatorError(exit.config, sentence, [`check ${setting}`], { cause })
  }
}
