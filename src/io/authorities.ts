import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { exit, OperatorError } from '../errors.ts'

/**
 * The certificate authorities to trust: the one in the PEM file besides those of the system; without a file nothing is
 * said, and the system's hold.
 * @param setting the variable that names the file, for people
 * @throws OperatorError 78 when the file cannot be read
 */
export const authoritiesIn = (caFile: string | null, setting: string): { readonly ca?: string[] } => {
  if (caFile === null) return {}
  try {
    return { ca: [...rootCertificates, readFileSync(caFile, 'utf8')] }
  } catch (cause) {
    const sentence = `cannot read the certificate authority ${caFile}`
    throw new OperatorError(exit.config, sentence, [`check ${setting}`], { cause })
  }
}
