/**
 * `npm test`: sees to it that Dovecot is there, runs every test once, and ends with the line `N passed, N failed`.
 * What follows `npm test --` goes to Vitest; coverage is measured, and asked for, only when all tests run.
 */
import { runTests } from './runner.ts'
import { ensureDovecot } from './servers/install-dovecot.ts'

const args = process.argv.slice(2)

await runTests(() => ensureDovecot(), args.length === 0 ? ['--coverage'] : args)
