import { type ExitCode, exit, OperatorError } from '../errors.ts'
import type { House } from './house.ts'

/** `have-we-met sanitize FILE`: one message, with people, ids and tokens replaced, on standard output. */
export const sanitizeCommand = async (file: string, house: House): Promise<ExitCode> => {
  const messages: Uint8Array[] = []
  for await (const { bytes } of house.readMessages(file)) {
    messages.push(bytes)
    if (messages.length > 1)
      throw new OperatorError(exit.malformedInput, `${file} holds more than one message`, [
        'save the one you mean as a file of its own',
      ])
  }
  const phrases = await house.phrases()
  for (const bytes of messages) house.out(await house.sanitize(bytes, phrases))
  house.talk('read it once more before you attach it: a person knows best what is personal\n')
  return exit.ok
}
