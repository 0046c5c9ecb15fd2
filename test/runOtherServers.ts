/**
 * `npm run test:servers`: the built program against Cyrus, Courier and Postfix, which are unpacked first and never
 * installed. What follows `npm run test:servers --` goes to Vitest.
 */
import { runTests } from './runner.ts'
import { ensureDovecot } from './servers/install-dovecot.ts'
import { ensureServers } from './servers/install-servers.ts'

const prepare = (): void => {
  ensureServers()
  ensureDovecot()
}

await runTests(prepare, ['--config', 'vitest.servers.config.ts', ...process.argv.slice(2)])
