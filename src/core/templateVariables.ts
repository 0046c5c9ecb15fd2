import type { Instant } from './message.ts'
import type { Recipient } from './recipient.ts'

const invitationManager = 'https://www.linkedin.com/mynetwork/invitation-manager/'

const variable = (name: string, meaning: string, optional = false) => ({ name, meaning, optional })

/**
 * Every name a template may use between braces; docs/templates.md has the same table. `optional` ones can be without a
 * value, so a template prints them inside `{{#if …}}` or through `{{fallback …}}`.
 */
export const templateVariables: readonly ReturnType<typeof variable>[] = [
  variable('inviter.name', 'full name of the person who invites'),
  variable('inviter.firstName', 'first name, where a greeting by it cannot look wrong', true),
  variable('inviter.headline', 'headline of the profile, as LinkedIn shortened it', true),
  variable('inviter.profile', 'link of the profile, without tracking parameters', true),
  variable('invitationDate', 'day of the invitation, in words of the language', true),
  variable('commonConnections', 'how many connections you have in common, a number', true),
  variable('ownName', 'your name from MAIL_FROM, else as LinkedIn writes it; empty where neither tells one'),
  variable('language', 'language of the reply, such as de'),
  variable('recipientKind', 'where a reply can go: relay, inviter or on-site'),
  variable('invitationManager', "link of LinkedIn's list of open invitations"),
]

/** What a template sees of the inviter; a missing value is null. */
export interface InviterVariables {
  readonly name: string
  readonly firstName: string | null
  readonly headline: string | null
  readonly profile: string | null
}

/** What a reply is about, before it is known in which language it is written. */
export interface ReplyFacts {
  readonly inviter: InviterVariables
  readonly invitedAt: Instant | null
  /** IANA time zone in which the day of the invitation is told. */
  readonly timezone: string
  readonly commonConnections: number | null
  readonly ownName: string
  readonly recipientKind: Recipient['kind']
}

/** The names users write in `{{…}}`, as plain values. A missing value is null, an unknown name an error. */
export interface TemplateVariables {
  readonly inviter: InviterVariables
  readonly invitationDate: string | null
  readonly commonConnections: number | null
  readonly ownName: string
  readonly language: string
  readonly recipientKind: Recipient['kind']
  readonly invitationManager: string
}

/** The part of a language tag (RFC 5646 §2.1) that Intl takes from anybody; it throws at many that mail may declare. */
const plainTag = /^[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?![a-z\d])/iu

/**
 * The locale in which a template's dates, plurals and lists are written: the one that was wanted where the template serves
 * it as the more general one (a template in German serves de-AT, where January is Jänner), else the template's own.
 */
export const localeFor = (wanted: readonly string[], language: string): string => {
  const general = `${language.toLowerCase()}-`
  const tag = wanted.find((one) => one.toLowerCase().startsWith(general)) ?? language
  return tag.match(plainTag)?.[0] ?? language.replace(/-.*/u, '')
}

/** How a date may be written, from long to short (`dateStyle` of Intl.DateTimeFormat). */
export const dateStyles = ['full', 'long', 'medium', 'short'] as const

export type DateStyle = (typeof dateStyles)[number]

/** A day in words of a locale, in a time zone. */
export const dayInWords = (
  instant: Instant | null,
  locale: string,
  timezone: string,
  style: DateStyle = 'long',
): string | null =>
  instant === null
    ? null
    : new Intl.DateTimeFormat([locale, 'en'], { dateStyle: style, timeZone: timezone }).format(instant)

/** What a template of this language sees of a reply: plain values, none of the notification's own links. */
export const variablesFor = (facts: ReplyFacts, language: string, locale: string): TemplateVariables => ({
  inviter: facts.inviter,
  invitationDate: dayInWords(facts.invitedAt, locale, facts.timezone),
  commonConnections: facts.commonConnections,
  ownName: facts.ownName,
  language,
  recipientKind: facts.recipientKind,
  invitationManager,
})
