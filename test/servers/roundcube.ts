import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImapServer } from './imap-server.ts'
import { freePorts, terminate } from './process.ts'
import type { Smtp } from './smtp.ts'

/** Debian's Roundcube: the directory its package lets a web server serve, and its shipped settings. */
const documentRoot = '/var/lib/roundcube'
const shippedSettings = '/etc/roundcube'

export interface Roundcube {
  readonly url: string
  /** Ends the server and removes its directory. */
  stop(): Promise<void>
}

const settings = (directory: string, imap: ImapServer, smtp: Smtp): string => `<?php
$config = [
  'db_dsnw' => 'sqlite:///${directory}/roundcube.db?mode=0600',
  'imap_host' => '${imap.host}:${imap.imapPort}',
  'smtp_host' => '127.0.0.1:${smtp.port}',
  'smtp_user' => '%u',
  'smtp_pass' => '%p',
  'mail_domain' => 'example.org',
  'des_key' => 'a key for tests, no more',
  'product_name' => 'Roundcube',
  'language' => 'en_GB',
  'plugins' => [],
  'log_dir' => '${directory}/logs',
  'temp_dir' => '${directory}/temp',
  'drafts_mbox' => 'Drafts',
  'sent_mbox' => 'Sent',
  'trash_mbox' => 'Trash',
  'draft_autosave' => 0,
  'enable_spellcheck' => false,
];
`

/** PHP's own server knows no rewriting: what is no file of the skin is Roundcube's to answer. */
const router = `<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($_SERVER['DOCUMENT_ROOT'] . $path)) return false;
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
`

/** Roundcube makes an identity of the login; a person would set the name, and here it is set for everybody. */
const nameEverybody = `CREATE TRIGGER named AFTER INSERT ON identities BEGIN
  UPDATE identities SET name = 'Rowan Ashby' WHERE identity_id = NEW.identity_id;
END;`

const makeDatabase = `$database = new SQLite3($argv[1]);
$database->enableExceptions(true);
$database->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));
$database->exec($argv[2]);`

const layOut = (imap: ImapServer, smtp: Smtp): string => {
  const directory = mkdtempSync(join(tmpdir(), 'have-we-met-roundcube-'))
  for (const name of ['config', 'logs', 'temp']) mkdirSync(join(directory, name))
  for (const name of ['defaults.inc.php', 'mimetypes.php'])
    copyFileSync(join(shippedSettings, name), join(directory, 'config', name))
  writeFileSync(join(directory, 'config', 'config.inc.php'), settings(directory, imap, smtp))
  writeFileSync(join(directory, 'router.php'), router)
  execFileSync('php', ['-r', makeDatabase, join(directory, 'roundcube.db'), nameEverybody])
  return directory
}

const startPhp = async (directory: string, port: number) => {
  const ini = ['date.timezone=UTC', `session.save_path=${directory}/temp`].flatMap((line) => ['-d', line])
  const where = ['-S', `127.0.0.1:${port}`, '-t', documentRoot, join(directory, 'router.php')]
  const php = spawn('php', [...ini, ...where], {
    env: { PATH: process.env.PATH, ROUNDCUBE_CONFIG_DIR: join(directory, 'config') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const endWithUs = (): boolean => php.kill()
  process.once('exit', endWithUs)
  php.once('exit', () => process.off('exit', endWithUs))
  let output = ''
  php.stderr.on('data', (data) => {
    output += data
  })
  while (!output.includes(' started')) {
    const [ended] = await Promise.race([once(php.stderr, 'data'), once(php, 'exit').then(() => [null])])
    if (ended === null) throw new Error(`php did not start:\n${output}`)
  }
  return php
}

/**
 * Starts a private Roundcube on a free port of the loopback interface: its own settings, database and directory, nothing of
 * the system's. Users log in as they do to the IMAP server, and to submit with the same password.
 */
export const startRoundcube = async (imap: ImapServer, smtp: Smtp): Promise<Roundcube> => {
  const directory = layOut(imap, smtp)
  const [port] = await freePorts()
  const php = await startPhp(directory, port)
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      await terminate(php)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
