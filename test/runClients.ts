/**
 * `npm run test:clients`: the built program's drafts in real mail clients, which are installed first where that is
 * possible. What follows `npm run test:clients --` goes to Vitest. `SCREENSHOTS=docs/images` makes the pictures there.
 */
import { runTests } from './runner.ts'
import { ensureClients } from './servers/install-clients.ts'
import { ensureDovecot } from './servers/install-dovecot.ts'

const prepare = (): void => {
  ensureDovecot()
  ensureClients()
}

await runTests(prepare, ['--config', 'vitest.clients.config.ts', ...process.argv.slice(2)])
