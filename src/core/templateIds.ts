import type { Kind } from './kinds.ts'

/**
 * LinkedIn's template ids and what they are (facts: "Which mail is an invitation"). An allow-list: a pattern such as
 * /invit/ would take `accept_invite` for an invitation.
 */
const kinds: Readonly<Record<string, Kind>> = {
  email_m2m_invite_single_01: 'invitation',
  M2M_Invitation: 'invitation',
  invite_member_28: 'invitation',
  comm_invm: 'invitation',
  EML_comm_afe: 'invitation',
  svi: 'invitation',
  email_m2m_invite_reminder_02: 'reminder',
  email_m2m_invite_digest_02: 'digest',
  invite_guest: 'guest-invitation',
  invite_guest_59: 'guest-invitation',
  first_guest_reminder_01: 'guest-reminder',
  second_guest_reminder_01: 'guest-reminder',
  email_second_guest_reminder_02: 'guest-reminder',
  email_second_guest_reminder_03: 'guest-reminder',
  accept_invite_04: 'accepted',
  email_accept_invite_single_01: 'accepted',
  comm_inv_acpt: 'accepted',
}

/** The kind of a template id; null for one that is not known. */
export const kindOfTemplate = (id: string): Kind | null => (Object.hasOwn(kinds, id) ? (kinds[id] ?? null) : null)
