const mark = '…'

/** Tracking and sign-in values in LinkedIn's links; `token` also ends otpToken, midToken, authToken and access_token. */
const parameter = /(sharedKey|token|tok|midSig|loid|lipi|trkEmail|eid)(=|%(?:25)*3D|"\s?:\s?")[^&\s"'<>]+/gi

/** One-click keys that stand in the path: `/invite-accept/invitationId/7/sharedKey/…/`. */
const pathKey = /(sharedKey(?:\/|%(?:25)*2F))[^/?#&%\s"'<>]+/gi

const word = /[^\s"'<>]+/g

const query = /[?#]|%(?:25)*3F|(?:\/|%(?:25)*2F)e(?:\/|%(?:25)*2F)/i

/** From `?`, `#` or the token path `/e/…` (links of 2011) on, a link of linkedin.com is cut off; also inside another. */
const cutLink = (link: string): string => {
  const host = link.search(/linkedin\.com/i)
  const found = host < 0 ? null : query.exec(link.slice(host))
  if (!found) return link
  const end = host + found.index + found[0].length
  return end === link.length ? link : link.slice(0, end) + mark
}

const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret !== '')
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, mark), text)

/**
 * The text without what nobody else may read: the secrets themselves, the query strings of linkedin.com links, and
 * the keys and tokens in such links wherever they stand (an accept link signs the reader in). Each becomes `…`.
 * Takes time linear in the text; redacting twice changes nothing.
 */
export const redact = (text: string, secrets: readonly string[]): string =>
  withoutSecrets(text, secrets).replace(word, cutLink).replace(parameter, `$1$2${mark}`).replace(pathKey, `$1${mark}`)
