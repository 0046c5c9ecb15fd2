import { exit, OperatorError } from '../errors.ts'
import type { NoticeCommand } from '../ports.ts'
import { CommandFailed, runCommand } from './command.ts'

const fault = (command: string, { message, complaint }: CommandFailed): OperatorError =>
  new OperatorError(exit.unavailable, `the command of notify ${message}`, [
    `run it yourself, with a text on its standard input: ${command}`,
    ...(complaint === '' ? [] : [`it said: ${complaint}`]),
  ])

/**
 * Runs the command that tells, without a shell; it gets the text on standard input, and has told when it ends with 0.
 * @param env what the command sees
 * @param seconds how long it may take
 */
export const noticeCommand =
  (env: Readonly<Record<string, string | undefined>>, seconds = 30): NoticeCommand =>
  async (command, text, signal) => {
    try {
      await runCommand(command, { env, seconds, input: text, signal })
    } catch (error) {
      throw error instanceof CommandFailed ? fault(command, error) : error
    }
  }
