/** What a person sees in a terminal after a poll of a mailbox like that of the demo. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seed, trustedServer } from '../demo/seed.ts'
import { type Dovecot, deliver, startDovecot } from '../servers/dovecot.ts'
import { type Home, makeHome } from '../support/program.ts'
import { pageOf } from './ansi.ts'
import { keepScreenshot } from './screenshots.ts'
import { openTerminal } from './terminal.ts'
import { startBrowser } from './webmail.ts'

const built = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const host = 'imap.example.org'
const user = 'rowan@example.org'

/** Of the demo's messages, those that have a row of their own about a person. */
const outcomes = new Set<string | null>(['drafted', 'note-present', 'forged', 'unverified'])

let dovecot: Dovecot
let home: Home

beforeAll(async () => {
  dovecot = await startDovecot({ hostnames: [host] })
  home = makeHome({
    ...{ IMAP_HOST: host, IMAP_PORT: String(dovecot.imapsPort), IMAP_USER: user, IMAP_PASSWORD: dovecot.password },
    ...{ IMAP_CA_FILE: dovecot.caFile, MAIL_FROM: 'Rowan Ashby <demo@example.org>' },
  })
  mkdirSync(join(home.directory, 'config'))
  home.write('config/local.yaml', `trust: { authservIds: [${trustedServer}], verifyDkim: false }\n`)
  for (const { bytes, at } of seed(Date.now()).filter(({ outcome }) => outcomes.has(outcome)))
    await deliver(dovecot, user, 'INBOX', bytes, { internalDate: new Date(at) })
})

afterAll(async () => {
  home?.remove()
  await dovecot?.stop()
})

it('a poll shows a table in colours that fits the terminal', async () => {
  const run = `echo '$ have-we-met poll --since 14d'; cd ${home.directory}; ${process.execPath} ${built} poll --since 14d; read -r key`
  const terminal = openTerminal(run, { environment: home.environment })
  try {
    const screen = await terminal.shows(/\d+ seen, .*skipped$/mu)
    expect(screen).toMatch(/^FROM +KIND +NOTE +TRUST +WHAT AND WHY$/mu)
    expect(screen).toMatch(/^Ingrid Solberg +invitation +none +direct +draft in Drafts$/mu)
    expect(screen).toMatch(/^Amara Okafor +invitation +yes +direct +note-present: /mu)
    expect(terminal.coloured()).toContain('\u001b[32mdraft in Drafts')
    const browser = await startBrowser()
    const page = await browser.newPage()
    await page.setContent(pageOf(terminal.coloured()))
    await keepScreenshot('table-after-a-poll', () => page.locator('pre').screenshot())
    await browser.close()
  } finally {
    terminal.close()
  }
})
