import type { Entry } from '../../../src/core/state.ts'

/** Ada's invitation number `uid` in INBOX, skipped unless said otherwise. */
export const entryOfUid = (uid: number, change: Partial<Entry> = {}): Entry => ({
  id: `entry-${uid}`,
  account: 'ada',
  messageKey: `<${uid}@mail.example.org>`,
  mailbox: 'INBOX',
  uidValidity: '1700000000',
  uid,
  kind: 'invitation',
  inviter: { name: 'Grace Example', firstName: 'Grace', headline: 'Admiral', profile: null },
  invitationKey: `invitation:${uid}`,
  personKeys: [`profile:https://www.linkedin.com/in/grace-${uid}`],
  sentAt: 1_700_000_000_000 + uid,
  state: { kind: 'skipped', reason: 'note-present', because: 'she wrote a note' },
  stateAt: 1_700_000_100_000 + uid,
  fingerprint: 'today',
  replyMessageId: null,
  submitTo: null,
  frozen: null,
  fallback: null,
  ...change,
})
