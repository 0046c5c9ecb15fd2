import type { Block } from './blocks.ts'
import type { Kind } from './kinds.ts'
import { type LinkFacts, readLink, urlsIn } from './links.ts'
import { fieldValues, type Message } from './message.ts'
import type { Phrases } from './phrases.ts'
import { kindOfTemplate } from './templateIds.ts'
import { decodeEntities, everyPhrase, matcherFor, visible } from './wording.ts'

export interface Claim {
  readonly kind: Kind
  readonly template: string | null
  readonly because: string
}

/**
 * What a message says it is: by LinkedIn's template id, from X-LinkedIn-Template or else from the links; without any,
 * by sender and subject. A mail that claims to be an invitation in a way we do not know is `unrecognised`, and so is one
 * whose field and links tell of different kinds: a field can be put on top of a mail that LinkedIn signed.
 */
export const kindOfMessage = (message: Message, blocks: readonly Block[], phrases: readonly Phrases[]): Claim => {
  const links = linksOf(message, blocks)
  const declared = fieldValues(message, 'X-LinkedIn-Template').map(visible).filter(Boolean)
  const ids = [...declared, ...links.flatMap((link) => link.templates)]
  const unknown = declared.find((id) => kindOfTemplate(id) === null)
  if (unknown !== undefined) return unlisted(unknown, message, links, phrases)
  const [known, ...others] = ids.filter((id) => kindOfTemplate(id) !== null)
  const [first] = ids
  if (known === undefined)
    return first === undefined ? bySubject(message, links, phrases) : unlisted(first, message, links, phrases)
  const kind = kindOfTemplate(known) ?? 'other'
  const odd = others.find((id) => kindOfTemplate(id) !== kind)
  return odd === undefined
    ? { kind, template: known, because: `its template is ${known}` }
    : { kind: 'unrecognised', template: known, because: `its template is ${known} and ${odd} at once` }
}

const linksOf = (message: Message, blocks: readonly Block[]): readonly LinkFacts[] => [
  ...blocks.flatMap((block) => (block.link === null ? [] : [block.link])),
  ...urlsIn(decodeEntities(message.text ?? '')).flatMap((url) => readLink(url) ?? []),
]

const claims = (message: Message, phrases: readonly Phrases[], sort: keyof Phrases['subjects']): boolean =>
  matcherFor(
    everyPhrase(phrases, (some) => some.subjects[sort]),
    { inviter: null, recipient: null },
  )(message.subject)

/** Ids that speak of inviting a person: not an event, a page, a newsletter or a group, and not of an answer. */
const invitesPerson = (template: string): boolean =>
  /m2m_invite/iu.test(template) ||
  (/invit|connect/iu.test(template) &&
    !/accept|acpt|event|page|newsletter|group|compan|(?:^|_)org(?:_|$)|suggest|follow|digest|remind/iu.test(template))

const invites = ({ accepts, region }: LinkFacts): boolean => accepts || (region?.startsWith('invitation~') ?? false)

/** An id of no kind we know: another sort of mail, or a new form of invitation that we must not guess at. */
const unlisted = (
  template: string,
  message: Message,
  links: readonly LinkFacts[],
  phrases: readonly Phrases[],
): Claim => {
  const claimed = invitesPerson(template) || links.some(invites) || claims(message, phrases, 'invitation')
  return claimed
    ? { kind: 'unrecognised', template, because: `it invites, but its template ${template} is not one we know` }
    : { kind: 'other', template, because: `its template is ${template}` }
}

const isFromLinkedIn = (message: Message): boolean =>
  message.from.some(({ address }) => /@(?:[a-z0-9-]+\.)*linkedin\.com$/iu.test(address))

/** Old or trimmed mail without an id: sender, subject and accept link must all agree before it is an invitation. */
const bySubject = (message: Message, links: readonly LinkFacts[], phrases: readonly Phrases[]): Claim => {
  const template = null
  if (!isFromLinkedIn(message))
    return { kind: 'other', template, because: 'it names no template and is not from linkedin.com' }
  if (claims(message, phrases, 'reminder'))
    return { kind: 'reminder', template, because: 'its subject is that of a reminder' }
  if (claims(message, phrases, 'accepted'))
    return { kind: 'accepted', template, because: 'its subject says that an invitation was accepted' }
  return byHalves(
    claims(message, phrases, 'invitation'),
    links.some((link) => link.accepts),
  )
}

/** One of the two alone may be a new form of invitation: the user must hear of it. */
const byHalves = (subject: boolean, link: boolean): Claim => {
  const template = null
  if (subject && link)
    return { kind: 'invitation', template, because: 'its subject and its accept link are those of an invitation' }
  if (subject)
    return {
      kind: 'unrecognised',
      template,
      because: 'its subject is that of an invitation, but it has no link to accept one',
    }
  return link
    ? {
        kind: 'unrecognised',
        template,
        because: 'it has a link to accept an invitation, but neither template nor subject',
      }
    : { kind: 'other', template, because: 'neither template nor subject is that of an invitation' }
}
