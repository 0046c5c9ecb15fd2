import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TypedLines } from '../oauthPort.ts'

/** Reads what is typed or pasted into a terminal, line by line. Ctrl-C stays a signal. */
export const openTypedLines = (input: NodeJS.ReadStream): TypedLines => {
  const lines = createInterface({ input, terminal: false })
  return {
    next: async () => {
      const [line] = await once(lines, 'line')
      return String(line)
    },
    close: () => lines.close(),
  }
}
