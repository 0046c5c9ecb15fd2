/**
 * `npm run test:deployment`: the package, the image and the units, each as on a machine of its own, with programs of
 * systemd that are installed first where that is possible. What follows `npm run test:deployment --` goes to Vitest.
 */
import { runTests } from './runner.ts'
import { ensureDovecot } from './servers/install-dovecot.ts'
import { ensureSystemd } from './servers/install-systemd.ts'

const prepare = (): void => {
  ensureSystemd()
  ensureDovecot()
}

await runTests(prepare, ['--config', 'vitest.deployment.config.ts', ...process.argv.slice(2)])
