import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Account } from '../otherServers/account.ts'
import { chromiumProgram } from '../servers/install-clients.ts'
import type { Roundcube } from '../servers/roundcube.ts'

/** Without these, Chromium asks for hosts of its maker's at every start; as root it runs without its sandbox or not at all. */
const args = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

/** Starts Chromium in a home of its own, since it keeps crash reports beside the profile of its user. */
export const startBrowser = async (): Promise<Browser> => {
  const home = mkdtempSync(join(tmpdir(), 'have-we-met-chromium-'))
  const env = { PATH: process.env.PATH ?? '', HOME: home }
  const browser = await chromium.launch({ executablePath: chromiumProgram, args, env })
  browser.once('disconnected', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  return browser
}

/** A screen, in CSS pixels. */
const desktop = { width: 1100, height: 720 }
export const phone = { width: 390, height: 844 }

/** A user who has logged in to Roundcube. */
export interface Webmail {
  readonly page: Page
  /** Opens Drafts and gives what is listed there, one text a draft. */
  drafts(): Promise<readonly string[]>
  /** Shows a draft to be read. */
  readDraft(uid: number): Promise<void>
  /** Opens the only draft in the composer. */
  openDraft(): Promise<Composer>
  /** Selects the only draft in the list and deletes it. */
  deleteDraft(): Promise<void>
  close(): Promise<void>
}

export interface Composer {
  readonly page: Page
  shown(): Promise<{ readonly to: string; readonly subject: string; readonly text: string }>
  /** Writes at the top of the message. */
  write(text: string): Promise<void>
  /** Selects from the first of these characters to the end, and cuts it out. */
  cutFrom(line: string): Promise<void>
  address(recipient: string): Promise<void>
  save(): Promise<void>
  /** Tries to send, and gives what Roundcube says against it. */
  refusal(): Promise<string>
  /** Sends, and waits until Roundcube has filed its copy and removed the draft. */
  send(): Promise<void>
}

const composerOf = (page: Page): Composer => ({
  page,
  shown: async () => ({
    to: await page.inputValue('#_to'),
    subject: await page.inputValue('#compose-subject'),
    text: await page.inputValue('#composebody'),
  }),
  write: async (text) => {
    await page.focus('#composebody')
    await page.keyboard.press('Control+Home')
    await page.keyboard.insertText(text)
  },
  cutFrom: async (line) => {
    await page.focus('#composebody')
    await page.evaluate(`{
      const body = document.querySelector('#composebody')
      body.setSelectionRange(body.value.indexOf(${JSON.stringify(line)}), body.value.length)
    }`)
    await page.keyboard.press('Control+x')
  },
  address: async (recipient) => {
    await page.locator('#compose_to .recipient-input input').fill(recipient)
    await page.keyboard.press('Enter')
  },
  save: async () => {
    await page.click('a.save.draft')
    await page.getByText('Message saved to Drafts').waitFor()
  },
  refusal: async () => {
    await page.click('button.send')
    const said = (await page.getByRole('dialog').textContent()) ?? ''
    await page.keyboard.press('Escape')
    return said
  },
  send: async () => {
    await page.click('button.send')
    await page.waitForURL(({ search }) => !search.includes('_action=compose'))
  },
})

export const logIn = async (browser: Browser, roundcube: Roundcube, { user }: Account): Promise<Webmail> => {
  const page = await browser.newPage({ viewport: desktop })
  await page.goto(roundcube.url)
  await page.fill('#rcmloginuser', user)
  await page.fill('#rcmloginpwd', 'secret')
  await page.click('#rcmloginsubmit')
  await page.locator('#messagelist').waitFor()
  const row = page.locator('#messagelist tbody tr')
  const openDrafts = async (): Promise<void> => {
    await page.goto(`${roundcube.url}?_task=mail&_mbox=Drafts`)
    await row.first().waitFor()
  }
  return {
    page,
    drafts: async () => {
      await openDrafts()
      return row.allInnerTexts()
    },
    readDraft: async (uid) => {
      await page.goto(`${roundcube.url}?_task=mail&_mbox=Drafts&_uid=${uid}&_action=show`)
      await page.locator('#messagebody').waitFor()
    },
    openDraft: async () => {
      await openDrafts()
      await row.dblclick()
      await page.locator('#composebody').waitFor()
      return composerOf(page)
    },
    deleteDraft: async () => {
      await openDrafts()
      await row.click()
      // While Roundcube loads the message it takes no command.
      await page.frameLocator('#messagecontframe').locator('#messagebody').waitFor()
      const removed = page.waitForResponse((response) => /_action=(?:move|delete)/u.test(response.url()))
      await page.locator('#toolbar-menu a.delete:not(.disabled)').click()
      await (await removed).finished()
    },
    close: () => page.close(),
  }
}
