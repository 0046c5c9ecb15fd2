/**
 * `npm run demo`: a mailbox with sample notifications, the built program polling it over a real socket, and the drafts
 * it leaves there. No account, no network but loopback, nothing left behind. `-- --serve` keeps the mailbox open for a
 * mail client. `--program FILE` and `--expect N` are for the test of the demo itself.
 */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { styleFor } from '../../src/cli/style.ts'
import { parse } from '../../src/io/parse.ts'
import { listMailbox, readMailbox } from './mailbox.ts'
import { type Program, programFor } from './program.ts'
import { type SeededMessage, seed } from './seed.ts'
import { type DemoServer, startServer } from './server.ts'
import { renderDrafts, renderLogin, renderSkipped, renderTitle } from './show.ts'
import { type Draft, draftsOf, faultIn, type Met, type Seen } from './verdict.ts'

const built = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const style = styleFor(process.stdout, process.env)
const say = (text: string): void => void process.stdout.write(text)
const tell = (title: string, text = ''): void => say(renderTitle(title, style) + text)

interface Options {
  readonly serve: boolean
  readonly program: string
  readonly expect: number | null
}

const readOptions = (): Options => {
  const { values } = parseArgs({
    options: { serve: { type: 'boolean' }, program: { type: 'string' }, expect: { type: 'string' } },
  })
  const { serve = false, program = built, expect } = values
  return { serve, program, expect: expect === undefined ? null : Number(expect) }
}

const draftsIn = async (server: DemoServer): Promise<readonly Draft[]> => {
  const lying = await readMailbox(server, 'Drafts')
  return Promise.all(lying.map(async (one) => ({ ...one, message: await parse(one.bytes) })))
}

const metBy = async (program: Program): Promise<readonly Met[]> => {
  const told: { accounts: readonly { entries: readonly Met[] }[] } = JSON.parse(await program.ask('status', '--json'))
  return told.accounts.flatMap(({ entries }) => entries)
}

/** A poll that is asked to end does so with 0, having read less: that is no ground for a verdict. */
const poll = async (program: Program, end: AbortSignal, ...args: readonly string[]): Promise<void> => {
  const code = await program.run('poll', ...args)
  if (end.aborted) throw new Error('interrupted')
  if (code !== 0) throw new Error(`poll ended with ${code ?? 'a signal'}`)
}

/** Polls twice, and shows what each poll left behind. */
const perform = async (server: DemoServer, program: Program, end: AbortSignal): Promise<Seen> => {
  const before = { inbox: await listMailbox(server, 'INBOX') }
  tell(`${before.inbox.length} messages lie in INBOX; the program looks for LinkedIn's`)
  await poll(program, end, '--since', '30d')
  const drafts = await draftsIn(server)
  const met = await metBy(program)
  tell('Drafts, as they now lie on the server', renderDrafts(drafts, style))
  tell('Why the others got none', renderSkipped(met, style))
  tell('The second poll changes nothing')
  await poll(program, end)
  return {
    before,
    drafts,
    met,
    after: { inbox: await listMailbox(server, 'INBOX'), drafts: await readMailbox(server, 'Drafts') },
  }
}

const conclude = (seeded: readonly SeededMessage[], seen: Seen, wanted: number): number => {
  const fault = faultIn(seeded, seen, wanted)
  if (fault !== null) process.stderr.write(`\ndemo: ${fault}\n`)
  say(`\n${seen.drafts.length} drafts\n`)
  return fault === null ? 0 : 1
}

const keepServing = async (server: DemoServer, program: Program, file: string, end: AbortSignal): Promise<void> => {
  const status = `cd ${program.folder} && node ${file} status --config have-we-met.yaml`
  tell('The mailbox stays open until Ctrl-C', `${renderLogin(server)}\n${status}\n`)
  if (!end.aborted) await once(end, 'abort')
}

/**
 * Aborts on Ctrl-C, which may come twice, since tsx passes it on. The demo then ends in its own order: a program that
 * runs has got the signal too, the folder is removed, the server closed.
 */
const signalled = (): AbortSignal => {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  process.on('SIGINT', abort).on('SIGTERM', abort)
  return controller.signal
}

const demo = async (options: Options, server: DemoServer, seeded: readonly SeededMessage[]): Promise<number> => {
  const end = signalled()
  const program = programFor(server, options.program, (line) => say(`${style.dim(line)}\n`))
  try {
    const seen = await perform(server, program, end)
    const code = conclude(seeded, seen, options.expect ?? draftsOf(seeded))
    if (options.serve) await keepServing(server, program, options.program, end)
    return code
  } finally {
    program.remove()
  }
}

const withServer = async (options: Options): Promise<number> => {
  const seeded = seed(Date.now())
  const server = await startServer(seeded)
  try {
    return await demo(options, server, seeded)
  } finally {
    await server.close()
  }
}

try {
  process.exitCode = await withServer(readOptions())
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
