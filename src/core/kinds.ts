/** What a message from LinkedIn is; `unrecognised` claims to be an invitation and fits no layout we know. */
export type Kind =
  | 'invitation'
  | 'reminder'
  | 'guest-invitation'
  | 'guest-reminder'
  | 'digest'
  | 'accepted'
  | 'other'
  | 'unrecognised'

export type LayoutName = 'card' | 'text-2015' | 'text-2009'

/** Three answers, because not knowing is not "no": anything unexplained in a note's place is `present` or `unknown`. */
export type Note =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly text: string }
  | { readonly kind: 'unknown'; readonly because: string }

/** The person who invites. `firstName` is null when a greeting by it could look wrong. */
export interface Inviter {
  readonly name: string
  readonly firstName: string | null
  readonly headline: string | null
  /** `https://www.linkedin.com/in/…` or `…/profile/view?id=…`, without any other parameter. */
  readonly profile: string | null
}

/** What LinkedIn sent, read: the same shape for every layout. */
export interface Notification {
  readonly kind: Kind
  /** LinkedIn's template id, from X-LinkedIn-Template or from the mail's own links. */
  readonly template: string | null
  readonly layout: LayoutName | null
  readonly inviter: Inviter | null
  readonly invitationId: string | null
  /** The invitation's item in LinkedIn's mailbox, where a link names one. */
  readonly item: string | null
  /** How many connections inviter and user have in common; null where it does not tell. */
  readonly commonConnections: number | null
  /** Language of the chrome, a BCP 47 tag. */
  readonly language: string | null
  /** null where a note has no place (accepted, other). */
  readonly note: Note | null
  /** Why the message is this kind, for `explain`. */
  readonly because: string
}
