import { describe, expect, it } from 'vitest'
import { mailboxesFor, searchable } from '../../src/core/initProposal.ts'

const mailbox = (path: string, specialUse: string | null = null, selectable = true) => ({
  path,
  specialUse,
  selectable,
})

const all = [
  mailbox('INBOX'),
  mailbox('Networking'),
  mailbox('[Gmail]', null, false),
  mailbox('Everything', '\\All'),
  mailbox('Drafts', '\\Drafts'),
  mailbox('Sent', '\\Sent'),
  mailbox('Spam', '\\Junk'),
  mailbox('Bin', '\\Trash'),
  mailbox('Starred', '\\Flagged'),
  mailbox('Archive', '\\Archive'),
]

describe('the mailboxes where LinkedIn’s mail is looked for', () => {
  it.each([
    ['every one that holds mail of its own', all, false, ['INBOX', 'Networking', 'Archive']],
    ['at Gmail All Mail, which has it all', all, true, ['Everything']],
    [
      'at Gmail the others where All Mail is hidden',
      all.filter(({ specialUse }) => specialUse !== '\\All'),
      true,
      ['INBOX', 'Networking', 'Archive'],
    ],
  ])('are %s', (_, listed, gmail, expected) => {
    expect(searchable(listed, gmail).map(({ path }) => path)).toEqual(expected)
  })
})

const invitation = (path: string) => ({ path, invites: true })
const news = (path: string) => ({ path, invites: false })

describe('the mailboxes that are proposed', () => {
  it.each([
    ['auto where nothing was found', [], 'auto'],
    ['auto where it takes in the invitations', [invitation('INBOX'), news('Newsletters')], 'auto'],
    ['those with invitations besides', [invitation('Networking'), invitation('Networking')], ['INBOX', 'Networking']],
    ['not those with other mail', [invitation('Networking'), news('News')], ['INBOX', 'Networking']],
    ['those with other mail where no invitation was found', [news('News'), news('INBOX')], ['INBOX', 'News']],
  ] as const)('are %s', (_, found, expected) => {
    expect(mailboxesFor(['INBOX'], found)).toEqual(expected)
  })
})
