/**
 * Every event of the log, with its levels and what it means. Other people's scripts look for these names: none is ever
 * renamed. docs/operations.md shows this table.
 */
export const events = {
  started: ['info', 'the daemon has begun: version, accounts, stateDir'],
  'settings-read': ['info', 'SIGHUP: the settings as they are written now are in use'],
  'settings-refused': ['error', 'SIGHUP: they have problems (sentence, hints), so the old ones stay in use'],
  stopping: ['info', 'told to stop: the message in hand is finished'],
  stopped: ['info', 'the daemon has ended'],
  crashed: ['error', 'a fault of ours ends the program; please report it'],

  'account-polled': [
    'info',
    'a poll came to its end: how many were seen, replied, skipped, deferred, uncertain, failed',
  ],
  'poll-failed': [
    'warn, error',
    'it did not (sentence, hints, exitCode); warn: network or server, error: you must do something',
  ],
  'poll-abandoned': ['error', 'it took too long, and its connections were closed'],
  'abandoned-poll-ended': ['debug', 'how such a poll ended at last'],
  'poll-planned': ['debug, info', 'when the next poll is due (nextPollAt), and because of what; info: after a failure'],
  'poll-late': ['info', 'the computer slept through a poll, which is made up for'],
  'account-rests': ['error', 'the login was refused: it is tried again when the secret is another one, or hours later'],
  'poll-paused': ['info', 'have-we-met pause: nothing is scanned or written'],
  'poll-resumed': ['info', 'have-we-met resume: it goes on'],
  'not-entered': ['warn', 'the ledger could not be written, as when the disk is full'],

  'watch-ready': ['info', 'watch: idle: the server tells at once what comes in'],
  'watch-lost': ['info, warn, error', 'it does not any more (because); tried again after wait milliseconds'],
  'watch-not-offered': ['info', 'the server has no IDLE: the schedule alone is used'],
  'watch-limited': ['warn', 'more mailboxes than are watched; unwatched are read by the schedule alone'],

  'message-read': ['info', 'a message of LinkedIn was looked at: kind, inviter, trust, decision, reason, delivery'],
  'message-quarantined': ['warn', 'parts of a message could not be read, so it is not answered'],
  'message-failed': ['error', 'a message broke us; it is looked at again by the next poll'],
  'layout-unknown': ['warn', 'LinkedIn may have changed its mail: an invitation in a form that is not known'],
  'note-unclear': ['warn', 'something in an invitation may be a note, so it is not answered'],
  drafted: ['info', 'a draft was stored'],
  'append-refused': ['warn', 'the server refused a draft; it is tried again'],
  'append-uncertain': ['warn', 'the connection broke while a draft was stored; it is looked for'],
  'reply-found': ['info', 'a reply that was in doubt, or not in the ledger, was found'],
  'draft-absent': ['info', 'a draft in doubt is proven not to be there; it is stored again'],
  'left-to-you': ['warn', 'nobody can know what became of a reply: see have-we-met status'],
  sent: ['info', 'mode: send: a reply was taken by the submission server'],
  'submission-later': ['warn', 'it was refused for now; it is tried again'],
  'submission-refused': ['warn', 'it was refused for good'],
  'submission-unknown': ['warn', 'the connection broke after the message was handed over; it is looked for in Sent'],
  'sent-copy-failed': ['warn', 'the copy in Sent could not be stored'],
  'hands-noticed': ['info', 'you edited, sent or removed a draft, or were accepted'],

  'mailbox-made-anew': ['warn', 'a mailbox has another UIDVALIDITY; it is read again by the next poll'],
  'mailbox-unreadable': ['warn', 'a mailbox that is not indispensable could not be read'],
  'uidnext-went-back': ['warn', 'a mailbox stands further back than before, as after a restored backup'],
  'drafts-made-again': ['info', 'a mail client had deleted the Drafts mailbox'],
  'template-broken': ['warn', 'an edit broke a template (sentence); lastGood: the one before it stays in use'],
  'template-mended': ['info', 'it is whole again'],

  'notice-told': ['info', 'you were told of a trouble: kind, phase (broken, mended)'],
  'notice-postponed': ['warn', 'there is no way to tell you at present'],
  'notice-failed': ['warn, error', 'telling you failed'],

  'login-tried-again': ['debug', 'a refused login was tried once more with a fresh secret'],
  'token-renewed': ['debug', 'an OAuth2 access token was renewed'],
  'token-not-renewed': ['warn', 'it could not be; the one there is still good for a while'],
  'imap-connection-failed': ['debug', 'what the IMAP library says of a broken connection'],
  'smtp-connection-failed': ['debug', 'what the SMTP library says of one'],
} as const satisfies Readonly<Record<string, readonly [levels: string, meaning: string]>>

/** The name of an event. */
export type LogEvent = keyof typeof events
