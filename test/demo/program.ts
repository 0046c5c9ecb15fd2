import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { environmentVariables } from '../../src/core/settingsEnvironment.ts'
import { trustedServer } from './seed.ts'
import type { DemoServer } from './server.ts'

/** The built program, with settings of its own in a temporary folder. */
export interface Program {
  /** Where its settings, its `.env` and its ledger are. */
  readonly folder: string
  /** Shows the command, runs it, and lets it talk to the user. Gives its exit code; null when a signal ended it. */
  run(...args: readonly string[]): Promise<number | null>
  /** Runs it unseen and gives its standard output. */
  ask(...args: readonly string[]): Promise<string>
  remove(): void
}

const settings = `# No name server is asked: the demo's own server says which mail is LinkedIn's.
trust:
  authservIds: [${trustedServer}]
  verifyDkim: false
`

const environment = ({ host, port, user, password }: DemoServer, stateDir: string): string => `IMAP_HOST=${host}
IMAP_PORT=${port}
IMAP_SECURITY=none
IMAP_USER=${user}
IMAP_PASSWORD=${password}
MAIL_FROM="Rowan Ashby <demo@example.org>"
STATE_DIR=${stateDir}
`

/** The user's environment without what the program reads: a variable set there would send the demo to a real account. */
const withoutAccount = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !environmentVariables.includes(name)))

const configName = 'have-we-met.yaml'

const writeSettings = (server: DemoServer): string => {
  const folder = mkdtempSync(join(tmpdir(), 'have-we-met-demo-'))
  writeFileSync(join(folder, configName), settings)
  writeFileSync(join(folder, '.env'), environment(server, join(folder, 'state')), { mode: 0o600 })
  return folder
}

/**
 * Writes settings for the demo's server into a temporary folder.
 * @param file the built program
 * @param show prints one line
 */
export const programFor = (server: DemoServer, file: string, show: (line: string) => void): Program => {
  const folder = writeSettings(server)
  const start = (args: readonly string[], stdout: 'inherit' | 'pipe') =>
    // The working directory is the folder: an .env where the user stands would come before the demo's.
    spawn(process.execPath, [file, ...args, '--config', configName], {
      cwd: folder,
      env: withoutAccount(),
      stdio: ['ignore', stdout, 'inherit'],
    })
  return {
    folder,
    run: async (...args) => {
      show(`$ node dist/main.js ${args.join(' ')} --config ${join(folder, configName)}`)
      const [code] = await once(start(args, 'inherit'), 'close')
      return code
    },
    ask: async (...args) => {
      const { stdout } = start(args, 'pipe')
      return stdout === null ? '' : text(stdout)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
