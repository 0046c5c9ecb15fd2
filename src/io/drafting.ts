import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'

/** Opens a file, or a folder to be read, and has what `act` did to it on the disk when it returns. A new one gets the mode. */
export const synced = (path: string, flag: 'r' | 'wx', mode: number, act: (file: number) => void = () => {}): void => {
  const file = openSync(path, flag, mode)
  try {
    act(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Writes a draft beside a file, and calls `use` with it when it is on the disk; what that leaves of it is removed. So a file
 * appears under its name with all its text, by renaming, or not at all; the mode is there from the first moment.
 */
export const drafting = (path: string, text: string, mode: number, use: (draft: string) => void): void => {
  const draft = `${path}.${process.pid}.new`
  rmSync(draft, { force: true })
  try {
    synced(draft, 'wx', mode, (file) => writeFileSync(file, text))
    use(draft)
  } finally {
    rmSync(draft, { force: true })
  }
}
