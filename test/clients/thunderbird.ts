import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from '../otherServers/account.ts'
import { thunderbirdProgram } from '../servers/install-clients.ts'
import { hasEnded, terminate } from '../servers/process.ts'
import type { Provider } from './account.ts'
import { connectMarionette, type Marionette } from './marionette.ts'
import { preferences } from './thunderbird-profile.ts'

/** Thunderbird with the user's account. */
export interface Thunderbird {
  /** Opens the only draft in the composer, and gives what that shows. */
  openDraft(): Promise<{ readonly to: readonly string[]; readonly subject: string; readonly text: string }>
  /** Writes at the top of the message. */
  write(text: string): Promise<void>
  /** Selects from the line that begins so to the end, and cuts it out. Gives what is left. */
  cutFrom(line: string): Promise<string>
  address(recipient: string): Promise<void>
  /** Sends, and waits until the composer closes: the copy is then filed. */
  send(): Promise<void>
  /** What the composer looks like: PNG. */
  screenshot(): Promise<Buffer>
  close(): Promise<void>
}

/** For every script: the windows, and a wait for what tells of nothing by itself. */
const prelude = `
const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
const until = async (look) => {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = look()
    if (found) return found
    if (Date.now() > end) throw new Error('did not come: ' + look)
  }
}
const composer = () => Services.wm.getMostRecentWindow('msgcompose')
`

const givePassword = `
for (const origin of ['imap://127.0.0.1', 'smtp://127.0.0.1']) {
  const login = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo)
  login.init(origin, null, origin, args[0], 'secret', '', '')
  await Services.logins.addLoginAsync(login)
}`

const openDraft = `
const window = Services.wm.getMostRecentWindow('mail:3pane')
const account = MailServices.accounts.defaultAccount
const root = account.incomingServer.rootFolder
account.incomingServer.getNewMessages(root, window.msgWindow, null)
const drafts = await until(() => root.descendants.find(({ name }) => name === 'Drafts'))
const pane = await until(() => window.document.getElementById('tabmail').currentAbout3Pane)
await until(() => pane.displayFolder)
pane.displayFolder(drafts.URI)
const draft = await until(() => pane.gFolder?.URI === drafts.URI && pane.gDBView?.rowCount === 1 && pane.gDBView.getMsgHdrAt(0))
const { Draft } = Ci.nsIMsgCompType
const { Default } = Ci.nsIMsgCompFormat
MailServices.compose.OpenComposeWindow(null, draft, drafts.getUriForMsg(draft), Draft, Default, account.defaultIdentity, null, null)
const subject = await until(() => composer()?.gMsgCompose?.editor && composer().document.getElementById('msgSubject').value)
return {
  to: [...composer().document.querySelectorAll('#toAddrContainer mail-address-pill')].map((pill) => pill.emailAddress),
  subject,
  text: composer().GetCurrentEditor().rootElement.innerText,
}`

const write = `
composer().GetCurrentEditor().beginningOfDocument()
composer().GetCurrentEditor().insertText(args[0])`

const cutFrom = `
const editor = composer().GetCurrentEditor()
const texts = editor.document.createNodeIterator(editor.rootElement, 4)
const first = () => { for (let text = texts.nextNode(); text; text = texts.nextNode()) if (text.data.startsWith(args[0])) return text }
const range = editor.document.createRange()
range.setStart(first(), 0)
range.setEndAfter(editor.rootElement.lastChild)
editor.selection.removeAllRanges()
editor.selection.addRange(range)
editor.cut()
return editor.rootElement.innerText`

const address = `
const field = composer().document.getElementById('toAddrInput')
field.value = args[0]
composer().recipientAddPills(field)`

const send = `
composer().goDoCommand('cmd_sendNow')
await until(() => composer() === null)`

const take = async ({ command }: Marionette): Promise<Buffer> => {
  const main = ((await command('WebDriver:GetWindowHandle')) as { value: string }).value
  const others = (await command('WebDriver:GetWindowHandles')) as readonly string[]
  await command('WebDriver:SwitchToWindow', { handle: others.find((handle) => handle !== main) })
  await command('WebDriver:SetWindowRect', { width: 760, height: 500 })
  const { value } = (await command('WebDriver:TakeScreenshot', { full: false })) as { value: string }
  await command('WebDriver:SwitchToWindow', { handle: main })
  return Buffer.from(value, 'base64')
}

const launch = (home: string): ChildProcess => {
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', MOZ_CRASHREPORTER_DISABLE: '1' }
  const args = ['--headless', '--no-remote', '--profile', join(home, 'profile'), '--marionette']
  const program = spawn(thunderbirdProgram, [...args, '-remote-allow-system-access'], { env, stdio: 'ignore' })
  const endWithUs = (): boolean => program.kill()
  process.once('exit', endWithUs)
  program.once('exit', () => process.off('exit', endWithUs))
  return program
}

/** It writes the port that it listens on into its profile. */
const untilSteerable = async (home: string, program: ChildProcess): Promise<number> => {
  const file = join(home, 'profile', 'MarionetteActivePort')
  for (;;) {
    const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
    if (port > 0) return port
    if (hasEnded(program)) throw new Error('thunderbird ended before it could be steered')
    await delay(50)
  }
}

/** Starts Thunderbird without a screen, in a home and a profile of its own. */
export const startThunderbird = async (provider: Provider, user: Account): Promise<Thunderbird> => {
  const home = mkdtempSync(join(tmpdir(), 'have-we-met-thunderbird-'))
  mkdirSync(join(home, 'profile'))
  writeFileSync(join(home, 'profile', 'user.js'), preferences(provider, user))
  const program = launch(home)
  const marionette = await connectMarionette(await untilSteerable(home, program))
  const run = (script: string, ...args: readonly unknown[]) => marionette.run(prelude + script, ...args)
  await run(givePassword, user.user)
  return {
    openDraft: async () => (await run(openDraft)) as Awaited<ReturnType<Thunderbird['openDraft']>>,
    write: async (text) => void (await run(write, text)),
    cutFrom: async (line) => String(await run(cutFrom, line)),
    address: async (recipient) => void (await run(address, recipient)),
    send: async () => void (await run(send)),
    screenshot: () => take(marionette),
    close: async () => {
      marionette.close()
      await terminate(program)
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
