import { authenticity } from '../../src/core/authenticity.ts'
import { readNotification } from '../../src/core/notification.ts'
import type { Phrases } from '../../src/core/phrases.ts'
import { recipientFor } from '../../src/core/recipient.ts'
import { messageOf, phrases as shipped } from './mail.ts'

/** What of a message must be the same when everything personal in it was replaced. */
export const readingOf = async (bytes: Uint8Array, phrases: readonly Phrases[] = shipped): Promise<unknown> => {
  const message = await messageOf(bytes)
  const found = readNotification(message, phrases)
  const { kind, template, layout, language, note, invitationId, inviter } = found
  const trust = { authservIds: ['mx.google.com'], withoutId: false, receivedBy: null }
  const told = authenticity(message, trust, null)
  return {
    kind,
    template,
    layout,
    language,
    note: note?.kind,
    invitationId: invitationId !== null,
    inviter: inviter !== null,
    headline: inviter?.headline != null,
    profile: inviter?.profile != null,
    level: told.level,
    recipient: recipientFor(message, told, []).kind,
    fields: message.fields.map(({ name }) => name),
    from: message.from.length,
  }
}
