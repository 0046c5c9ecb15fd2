/** What one of LinkedIn's own links tells. Nothing of the link itself is kept: its parameters are one-click secrets. */
export interface LinkFacts {
  /** Template ids named by the link: `trk=eml-{id}-…`, `ek=`, `tracking=`, `lipi=`, and the path parts of 2011. */
  readonly templates: readonly string[]
  /** The part of the message the link belongs to: `invitation~card-0-accept~invite`. */
  readonly region: string | null
  readonly invitationId: string | null
  /** The invitation's item in LinkedIn's mailbox: `mboxid=I{n}_500`. Its number is not that of the invitation. */
  readonly item: string | null
  /** The bare profile, without any tracking parameter. */
  readonly profile: string | null
  /** Whether it accepts (or, for a guest, confirms) the invitation. */
  readonly accepts: boolean
  /** Whether LinkedIn tracks it: a link that a person typed has no such parameter. */
  readonly tracked: boolean
  /** Whether it was made for a mail: it names a template, or carries a token of the reader's. */
  readonly mailed: boolean
}

const isLinkedIn = (host: string): boolean => host === 'linkedin.com' || host.endsWith('.linkedin.com')

const urlOf = (text: string): URL | null => (/^https?:\/\//iu.test(text) && URL.canParse(text) ? new URL(text) : null)

/** Microsoft's Safe Links wrap every link of a mail: `https://….safelinks.protection.outlook.com/?url=…`. */
const unwrapped = (url: URL): URL | null =>
  url.hostname.endsWith('.safelinks.protection.outlook.com') ? urlOf(url.searchParams.get('url') ?? '') : url

/** The link as a URL of LinkedIn's, or null for any other text. */
export const linkedInUrl = (href: string): URL | null => {
  const written = urlOf(href.trim())
  const url = written && unwrapped(written)
  return url && isLinkedIn(url.hostname) ? url : null
}

const trackOf = (url: URL): string | null => {
  const tracks = [url.searchParams.get('trk'), url.searchParams.get('tracking')]
  return tracks.find((track) => track?.startsWith('eml-')) ?? null
}

const templatesOf = (url: URL, track: string | null): readonly string[] => {
  const ids = [
    url.searchParams.get('ek'),
    track?.match(/^eml-([A-Za-z0-9_]+)/u)?.[1],
    url.searchParams.get('lipi')?.match(/^urn:li:page:email_(\w+)/u)?.[1],
    url.pathname.match(/\/(EML_\w+|svi)(?:\/|$)/u)?.[1],
  ]
  return ids.filter((id): id is string => typeof id === 'string' && id !== '')
}

const invitationIdOf = (url: URL): string | null =>
  url.searchParams.get('invitationId')?.match(/^\d{5,20}$/u)?.[0] ??
  url.pathname.match(/\/invitationId\/(\d{5,20})(?:\/|$)/u)?.[1] ??
  url.pathname.match(/\/I(\d{5,20})_\d+(?:\/|$)/u)?.[1] ??
  null

const itemOf = (url: URL): string | null =>
  ['mboxid', 'invAcpt']
    .map((name) => url.searchParams.get(name)?.match(/(?:^|_)I(\d{5,20})_\d+$/u)?.[1])
    .find((item) => item !== undefined) ?? null

/**
 * The profile a link leads to, as people may see it: `https://www.linkedin.com/in/{vanity}`, or
 * `https://www.linkedin.com/profile/view?id={id}` where there is no vanity, and no other parameter (DESIGN).
 */
const profileOf = (url: URL): string | null => {
  const vanity = url.pathname.match(/^\/(?:comm\/)?in\/([^/]{1,200})\/?$/u)?.[1]
  if (vanity) return `https://www.linkedin.com/in/${vanity}`
  const id = /^\/(?:comm\/)?profile\/view$/u.test(url.pathname) ? url.searchParams.get('id') : null
  return id && /^[\w-]{1,100}$/u.test(id) ? `https://www.linkedin.com/profile/view?id=${id}` : null
}

const acceptPath = /\/(?:invite-accept|accept-invitation|EML_comm_afe)(?:\/|$)/u

/** Reads a link of LinkedIn's; null for anything else. */
export const readLink = (href: string): LinkFacts | null => {
  const url = linkedInUrl(href)
  if (url === null) return null
  const track = trackOf(url)
  const templates = templatesOf(url, track)
  return {
    templates,
    region: track?.replace(/^eml-[A-Za-z0-9_]+-/u, '') ?? null,
    invitationId: invitationIdOf(url),
    item: itemOf(url),
    profile: profileOf(url),
    accepts: acceptPath.test(url.pathname) || url.searchParams.get('t') === 'ssuw',
    tracked: ['trk', 'tracking', 'midToken', 'eid', 'e', 'lipi', 'sharedKey'].some((name) =>
      url.searchParams.has(name),
    ),
    mailed: templates.length > 0 || ['midToken', 'eid'].some((name) => url.searchParams.has(name)),
  }
}

/** Urls in running text. */
export const urlsIn = (text: string): readonly string[] => text.match(/https?:\/\/[^\s<>"]+/giu) ?? []
