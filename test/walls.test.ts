import { beforeAll, describe, expect, it } from 'vitest'
import { lint } from './lint.ts'

/** A file, and what it imports. */
type Import = readonly [path: string, from: string]

const allowed: readonly Import[] = [
  ['src/core/rules.ts', './message.ts'],
  ['src/core/notification.ts', './layouts/card.ts'],
  ['src/core/layouts/card.ts', './text2009.ts'],
  ['src/core/layouts/card.ts', '../message.ts'],
  ['src/core/identity.ts', 'node:crypto'],
  ['src/cli/pollReport.ts', './style.ts'],
  ['src/cli/pollReport.ts', '../core/outcome.ts'],
  ['src/cli/arguments.ts', '../errors.ts'],
  ['src/cli/columns.ts', 'cli-table3'],
  ['src/cli/columns.ts', 'string-width'],
  ['src/cli/style.ts', 'picocolors'],
  ['src/poll.ts', './ports.ts'],
  ['src/poll.ts', './core/decide.ts'],
  ['src/poll.ts', './errors.ts'],
  ['src/ports.ts', './core/message.ts'],
  ['src/commands/check.ts', '../cli/style.ts'],
  ['src/commands/check.ts', '../core/settings.ts'],
  ['src/commands/check.ts', '../ports.ts'],
  ['src/commands/check.ts', '../poll.ts'],
  ['src/commands/check.ts', './house.ts'],
  ['src/doors.ts', './io/mailbox.ts'],
  ['src/main.ts', './io/mailbox.ts'],
  ['src/doors.ts', './mailDoors.ts'],
  ['src/doors.ts', './daemonDoors.ts'],
  ['src/daemonDoors.ts', './io/schedule.ts'],
  ['src/mailDoors.ts', './io/mailbox.ts'],
  ['src/io/prompts.ts', '../ports.ts'],
  ['src/io/prompts.ts', '../initPort.ts'],
  ['src/io/files.ts', 'node:fs'],
  ['src/io/exchangers.ts', 'node:dns/promises'],
  ['src/io/mailbox.ts', '../core/message.ts'],
  ['src/io/mailbox.ts', '../ports.ts'],
  ['src/io/mailbox.ts', '../errors.ts'],
  ['src/io/mailbox.ts', 'node:tls'],
  ['src/io/archive.ts', 'node:fs/promises'],
  ['src/io/command.ts', 'node:child_process'],
  ['src/io/noticeCommand.ts', './command.ts'],
  ['src/io/secrets.ts', './command.ts'],
  ['src/io/noticeCommand.ts', '../ports.ts'],
  ['src/noticing.ts', './core/notices.ts'],
  ['src/io/submission.ts', '../core/submissionFailure.ts'],
  ['src/io/mailbox.ts', './parse.ts'],
  ['src/io/mailbox.ts', './imapLine.ts'],
  ['src/io/watch.ts', './imapLine.ts'],
  ['src/io/watch.ts', '../ports.ts'],
  ['src/io/imapLine.ts', './authorities.ts'],
  ['src/io/submission.ts', './authorities.ts'],
  ['src/io/oauth.ts', '../oauthPort.ts'],
  ['src/io/tokenFile.ts', '../oauthPort.ts'],
  ['src/io/tokenFile.ts', './drafting.ts'],
  ['src/io/files.ts', './drafting.ts'],
  ['src/io/files.ts', '../initPort.ts'],
  ['src/io/drafting.ts', 'node:fs'],
  ['src/io/loopback.ts', 'node:http'],
  ['src/tokenKeeper.ts', './oauthPort.ts'],
  ['src/oauthPort.ts', './core/tokens.ts'],
  ['src/io/parse.ts', './signatures.ts'],
  ['src/io/parseWorker.ts', './parse.ts'],
  ['src/io/templates.ts', './templateSet.ts'],
  ['src/io/templates.ts', './templateFiles.ts'],
  ['src/io/settings.ts', './settingsYaml.ts'],
  ['src/io/templateSet.ts', './handlebars.ts'],
  ['src/io/templateSet.ts', './templateReading.ts'],
  ['src/io/templateReading.ts', './handlebars.ts'],
  ['test/poll.test.ts', '../src/io/mailbox.ts'],
]

const forbidden: readonly Import[] = [
  ['src/core/rules.ts', '../ports.ts'],
  ['src/core/rules.ts', '../errors.ts'],
  ['src/core/rules.ts', '../cli/style.ts'],
  ['src/core/rules.ts', '../io/mailbox.ts'],
  ['src/core/rules.ts', './../ports.ts'],
  ['src/core/rules.ts', 'node:crypto'],
  ['src/core/rules.ts', 'zod'],
  ['src/core/identity.ts', 'node:fs'],
  ['src/core/identity.ts', '../ports.ts'],
  ['src/core/layouts/card.ts', '../../ports.ts'],
  ['src/core/layouts/card.ts', 'htmlparser2'],
  ['src/cli/pollReport.ts', '../ports.ts'],
  ['src/cli/pollReport.ts', '../poll.ts'],
  ['src/cli/pollReport.ts', '../io/ledger.ts'],
  ['src/cli/pollReport.ts', 'node:fs'],
  ['src/cli/pollReport.ts', 'pino'],
  ['src/poll.ts', './io/mailbox.ts'],
  ['src/poll.ts', './cli/style.ts'],
  ['src/poll.ts', './commands/check.ts'],
  ['src/poll.ts', './doors.ts'],
  ['src/poll.ts', './main.ts'],
  ['src/poll.ts', 'node:fs'],
  ['src/poll.ts', 'imapflow'],
  ['src/deliver.ts', './io/mailbox.ts'],
  ['src/ports.ts', './errors.ts'],
  ['src/ports.ts', './io/mailbox.ts'],
  ['src/errors.ts', './core/message.ts'],
  ['src/commands/check.ts', '../io/mailbox.ts'],
  ['src/commands/check.ts', '../doors.ts'],
  ['src/commands/check.ts', '../main.ts'],
  ['src/commands/check.ts', 'imapflow'],
  ['src/commands/check.ts', 'node:fs'],
  ['src/doors.ts', 'imapflow'],
  ['src/mailDoors.ts', 'imapflow'],
  ['src/poll.ts', './mailDoors.ts'],
  ['src/worker.ts', './daemonDoors.ts'],
  ['src/daemonDoors.ts', 'node-cron'],
  ['src/commands/crew.ts', '../daemonDoors.ts'],
  ['src/commands/init.ts', '../mailDoors.ts'],
  ['src/commands/init.ts', '../io/prompts.ts'],
  ['src/commands/init.ts', '@clack/prompts'],
  ['src/io/prompts.ts', './files.ts'],
  ['src/io/files.ts', './secrets.ts'],
  ['src/io/files.ts', './command.ts'],
  ['src/io/noticeCommand.ts', './secrets.ts'],
  ['src/noticeDelivery.ts', './io/noticeCommand.ts'],
  ['src/noticing.ts', './commands/house.ts'],
  ['src/main.ts', 'imapflow'],
  ['src/io/mailbox.ts', './ledger.ts'],
  ['src/io/mailbox.ts', './signatures.ts'],
  ['src/io/mailbox.ts', './authorities.ts'],
  ['src/io/imapLine.ts', './mailbox.ts'],
  ['src/io/watch.ts', './mailbox.ts'],
  ['src/io/watch.ts', './authorities.ts'],
  ['src/io/watch.ts', '../scan.ts'],
  ['src/io/mailbox.ts', './watch.ts'],
  ['src/io/submission.ts', './imapLine.ts'],
  ['src/poll.ts', './io/imapLine.ts'],
  ['src/io/submission.ts', './encode.ts'],
  ['src/io/submission.ts', './mailbox.ts'],
  ['src/io/parse.ts', './mailbox.ts'],
  ['src/io/ledger.ts', './mailbox.ts'],
  ['src/io/sqlite.ts', './ledger.ts'],
  ['src/io/authorities.ts', './mailbox.ts'],
  ['src/io/ledger.ts', './authorities.ts'],
  ['src/io/sqlite.ts', '../ledgerPort.ts'],
  ['src/io/oauth.ts', './tokenFile.ts'],
  ['src/io/tokenFile.ts', './oauth.ts'],
  ['src/io/loopback.ts', './oauth.ts'],
  ['src/io/secrets.ts', './tokenFile.ts'],
  ['src/io/mailbox.ts', '../oauthPort.ts'],
  ['src/io/mailbox.ts', '../initPort.ts'],
  ['src/io/pause.ts', './drafting.ts'],
  ['src/io/drafting.ts', './files.ts'],
  ['src/tokenKeeper.ts', './io/oauth.ts'],
  ['src/tokenKeeper.ts', 'openid-client'],
  ['src/oauthPort.ts', './ports.ts'],
  ['src/initPort.ts', './ports.ts'],
  ['src/io/mailbox.ts', './sqlite.ts'],
  ['src/ledgerPort.ts', './ports.ts'],
  ['src/io/ledger.ts', '../cli/style.ts'],
  ['src/io/ledger.ts', '../poll.ts'],
  ['src/io/archive.ts', './parse.ts'],
  ['src/io/templates.ts', './handlebars.ts'],
  ['src/io/templateSet.ts', './templates.ts'],
  ['src/io/settingsYaml.ts', './settings.ts'],
  ['src/io/handlebars.ts', './templateSet.ts'],
  ['src/io/templateReading.ts', './templateSet.ts'],
  ['src/io/parseApart.ts', './parse.ts'],
  ['src/io/parseWorker.ts', './mailbox.ts'],
]

const packages: readonly (readonly [from: string, doors: readonly string[]])[] = [
  ['imapflow', ['imapLine']],
  ['mailparser', ['parse']],
  ['htmlparser2', ['parse', 'sanitize']],
  ['mailauth', ['signatures']],
  ['mailauth/lib/dkim/verify', ['signatures']],
  ['nodemailer', []],
  ['nodemailer/lib/mail-composer', ['encode']],
  ['nodemailer/lib/smtp-connection', ['submission']],
  ['handlebars', ['handlebars']],
  ['node-cron', ['schedule']],
  ['p-limit', ['places']],
  ['zod', ['settings']],
  ['dotenv', ['settings']],
  ['yaml', ['phrases', 'settingsYaml']],
  ['libsql', ['sqlite']],
  ['pino', ['log']],
  ['pino-pretty', ['log']],
  ['mailsplit', ['sanitize']],
  ['string-argv', ['command']],
  ['openid-client', ['oauth']],
  ['@clack/prompts', ['prompts']],
  ['cli-table3', []],
  ['string-width', []],
  ['picocolors', []],
]

/** Every door that a package belongs to, and some that have none. */
const doors = [...new Set(packages.flatMap(([, owners]) => owners)), 'archive', 'mailbox', 'watch'].sort()

const throughDoors = doors.flatMap((door) => packages.map(([from]): Import => [`src/io/${door}.ts`, from]))

const importedBy = (imports: readonly Import[]): ReadonlyMap<string, readonly string[]> => {
  const byPath = new Map<string, string[]>()
  for (const [path, from] of imports) byPath.set(path, [...(byPath.get(path) ?? []), from])
  return byPath
}

/** The imports that meet a wall. The linter is asked once: each file holds all its imports, one a line. */
const walledOff = (imports: readonly Import[]): ReadonlySet<string> => {
  const byPath = importedBy(imports)
  const sourceOf = (from: readonly string[]): string => from.map((name) => `import '${name}'\n`).join('')
  return new Set(
    lint(new Map([...byPath].map(([path, from]) => [path, sourceOf(from)])))
      .filter(({ category }) => category === 'lint/style/noRestrictedImports')
      .map(({ location: { path, start } }) => `${path} ${byPath.get(path)?.[start.line - 1]}`),
  )
}

describe('the walls of the house', () => {
  let walled: ReadonlySet<string>

  beforeAll(() => {
    walled = walledOff([...allowed, ...forbidden, ...throughDoors])
  })

  it.each(allowed)('let %s import %s', (path, from) => {
    expect(walled).not.toContain(`${path} ${from}`)
  })

  it.each(forbidden)('do not let %s import %s', (path, from) => {
    expect(walled).toContain(`${path} ${from}`)
  })

  it.each(packages)('let %s in by no other door than %j', (from, owners) => {
    expect(doors.filter((door) => !walled.has(`src/io/${door}.ts ${from}`))).toEqual(owners)
  })
})
