import { type CANCEL_SYMBOL, confirm, isCancel, password, select, text } from '@clack/prompts'
import { Interrupted } from '../errors.ts'
import type { Prompts } from '../initPort.ts'

const answered = <T>(answer: T | typeof CANCEL_SYMBOL): T => {
  if (isCancel(answer)) throw new Interrupted()
  return answer
}

/** Asks on a terminal. What is typed as a secret is shown as dots. */
export const openPrompts = (input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prompts => {
  const terminal = { input, output }
  return {
    text: async (message, { initial, fault }) => {
      const validate = (typed = ''): string | undefined => fault(typed.trim()) ?? undefined
      return answered(await text({ ...terminal, message, initialValue: initial, validate })).trim()
    },
    secret: async (message, fault) =>
      answered(await password({ ...terminal, message, validate: (typed = '') => fault(typed) ?? undefined })),
    choose: async <T extends string>(message: string, options: readonly { value: T; label: string }[], initial: T) =>
      answered(
        await select<string>({
          ...terminal,
          message,
          options: options.map((each) => ({ ...each })),
          initialValue: initial,
        }),
      ) as T,
    confirm: async (message, initial) => answered(await confirm({ ...terminal, message, initialValue: initial })),
    progress: (told) => void output.write(`\r\u001b[2K${(told ?? '').slice(0, Math.max(20, output.columns - 1))}`),
  }
}
