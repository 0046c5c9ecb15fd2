import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = process.env.SCREENSHOTS

/** Keeps a picture as `NAME.png` in the directory of `SCREENSHOTS`; without one, none is taken. */
export const keepScreenshot = async (name: string, take: () => Promise<Buffer>): Promise<void> => {
  if (directory === undefined) return
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, `${name}.png`), await take())
}
