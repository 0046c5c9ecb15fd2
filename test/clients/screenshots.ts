import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'

const directory = process.env.SCREENSHOTS

/** Keeps what is shown as `NAME.png` in the directory of `SCREENSHOTS`, when there is one. */
export const keepScreenshot = async (page: Page | Locator, name: string): Promise<void> => {
  if (directory === undefined) return
  mkdirSync(directory, { recursive: true })
  await page.screenshot({ path: join(directory, `${name}.png`), animations: 'disabled', caret: 'hide' })
}
