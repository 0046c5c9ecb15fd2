/** The help, as people read it; a test compares it word for word. */
export const help = `have-we-met: answers LinkedIn invitations that carry no personal note

Reads your own mailbox over IMAP and leaves a courteous draft that asks where
you might have met. You review it in your mail client. It never opens
linkedin.com.

Usage: have-we-met COMMAND [OPTIONS]

Begin here
  init                  Ask a few questions, try the login, show what would have
                        been answered, and write .env and the settings
      --address ADDRESS   Your address; --name NAME as replies shall show it
      --mode MODE         draft, or send
      --provider NAME     Gmail, Microsoft, iCloud, Yahoo, Fastmail or Proton,
                          where the address does not tell
      --imap-host HOST    Any other; also --imap-port, --imap-security, and for
                          sending --smtp-host, --smtp-port, --smtp-security
      --user NAME         The login, where it is not the address
      --ca-file FILE      Who signed the server's certificate
      --password-file FILE, --password-command COMMAND,
      --access-token-command COMMAND
                          Where the secret is kept; without them .env gets the
                          password, asked for or in $IMAP_PASSWORD
      --yes               Ask nothing, take what is proposed
      --overwrite         Replace files without asking
  login [ACCOUNT]       Log in by OAuth2 in a browser: Microsoft, Google, others
                        (see docs/operations.md); the tokens are kept
      --device            With a code, in a browser on any other computer
  check                 Is everything in order? Says in words what to do
  poll                  Look once for new invitations, then exit (cron, timers)
      --dry-run           Print each reply instead of leaving a draft
      --since 30d         Answer older ones too: an age (12h, 30d) or a date
      --json              One object a message, then the summary
  run                   Keep polling on the schedule until SIGTERM; SIGHUP reads
                        the settings anew

Understand
  explain FILE...|-     How saved messages are read (.eml, mbox, Maildir), rule
                        by rule, and the reply each would get
      --json              One object a message
      --at DATE           Judge the age as of this date, not the message's own
      --dns               Look up DKIM keys in the DNS
  preview [TEMPLATE]    Show reply templates, filled in
      --language xx       In this language only
      --message FILE      With the invitation in this message, not with samples
      --all               Try every template with every sample, in one table
  status                Every invitation met, and what became of it
      --json              As one JSON object
  health                Exit 0 while polls succeed as scheduled, else 1

Correct it
  retry ID              Look again at what was skipped; leave the draft that may
                        be lost (IDs are in status)
  forget PERSON         Remove what the ledger holds of a person, by name,
                        profile or ID

Help us
  sanitize FILE         The message with people, ids and tokens replaced, to
                        attach to a bug report

Hold it
  pause                 Stop a running daemon from scanning and writing
  resume                Let it go on

Everywhere
  --config FILE         Settings; by default config/local.yaml (see README)
  --log-level LEVEL     debug, info, warn, error or silent
  --help, --version

Example
  $ have-we-met poll --dry-run --since 14d

Exit codes: 0 ok, 64 usage, 65 malformed file, 66 no such file, 69 server not
reached, 70 a fault of ours, 75 try again later, 77 login refused, 78 settings,
130 left with Ctrl-C.
`
