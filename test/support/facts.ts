import type { Authenticity } from '../../src/core/authenticity.ts'
import type { Notification } from '../../src/core/kinds.ts'
import { day, type Message } from '../../src/core/message.ts'
import type { AccountFacts, Facts } from '../../src/core/rule.ts'
import type { Policy } from '../../src/core/settings.ts'
import type { Entry } from '../../src/core/state.ts'
import { phrases } from './mail.ts'

export const noon = Date.UTC(2026, 10, 23, 12)

export const policy = (changes: Partial<Policy> = {}): Policy => ({
  maxAgeDays: 14,
  maxPerPoll: 10,
  maxPerDay: 25,
  unverified: 'skip',
  shortNotes: 'note',
  guestInvitations: false,
  ignore: { names: [], profiles: [], headlines: [], domains: [] },
  settle: 300_000,
  ...changes,
})

export const message = (changes: Partial<Message> = {}): Message => ({
  fields: [],
  messageId: '<1.2.3@ltx1-app1.prod.linkedin.com>',
  subject: 'I want to connect',
  date: noon - 3_600_000,
  from: [{ name: 'Ingrid Solberg', address: 'invitations@linkedin.com' }],
  to: [{ name: 'Rowan Ashby', address: 'rowan@example.org' }],
  replyTo: [],
  text: null,
  html: null,
  defects: [],
  ...changes,
})

export const invitation = (changes: Partial<Notification> = {}): Notification => ({
  kind: 'invitation',
  template: 'email_m2m_invite_single_01',
  layout: 'card',
  inviter: {
    name: 'Ingrid Solberg',
    firstName: 'Ingrid',
    headline: 'Procurement Lead',
    profile: 'https://www.linkedin.com/in/ingrid-solberg-90aa12c4',
  },
  invitationId: '7357397350991444546',
  item: null,
  commonConnections: null,
  language: 'en',
  note: { kind: 'absent' },
  because: 'its template is email_m2m_invite_single_01',
  ...changes,
})

export const trusted = (changes: Partial<Authenticity> = {}): Authenticity => ({
  level: 'direct',
  because: 'mx.example.org says so',
  dnsUnavailable: false,
  ...changes,
})

export const account = (changes: Partial<AccountFacts> = {}): AccountFacts => ({
  own: ['rowan@example.org'],
  installedAt: noon - 30 * day,
  arrivedAt: noon - 3_600_000,
  isFirstLook: false,
  known: null,
  since: null,
  answered: null,
  asked: null,
  accepted: null,
  repliesThisPoll: 0,
  repliesToday: 0,
  ...changes,
})

export const facts = (changes: Partial<Facts> = {}): Facts => ({
  message: message(),
  notification: invitation(),
  authenticity: trusted(),
  now: noon,
  policy: policy(),
  phrases,
  account: account(),
  ...changes,
})

export const entry = (changes: Partial<Entry> = {}): Entry => ({
  id: 'abcdefgh',
  account: 'default',
  messageKey: '<1.2.3@ltx1-app1.prod.linkedin.com>',
  mailbox: 'INBOX',
  uidValidity: '1',
  uid: 7,
  kind: 'invitation',
  inviter: invitation().inviter,
  invitationKey: 'invitation:7357397350991444546',
  personKeys: ['profile:https://www.linkedin.com/in/ingrid-solberg-90aa12c4'],
  sentAt: noon - 3_600_000,
  state: { kind: 'drafted', mailbox: 'Drafts', uidValidity: '1', uid: 3 },
  stateAt: noon,
  fingerprint: 'f',
  replyMessageId: '<hwm.a@example.org>',
  submitTo: null,
  frozen: null,
  fallback: null,
  ...changes,
})
