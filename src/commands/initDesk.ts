import { type Finding, renderFinding } from '../cli/checkReport.ts'
import type { InitCommand } from '../cli/initOptions.ts'
import { usage } from '../cli/moments.ts'
import { expandPath } from '../core/settingsPaths.ts'
import type { OperatorError } from '../errors.ts'
import type { Files, Prompts } from '../initPort.ts'
import type { House } from './house.ts'

/** Where `init` works: what the command line answers, whom it can ask, and what it has found so far, said at once. */
export interface InitDesk {
  readonly command: InitCommand
  readonly house: House
  readonly files: Files
  /** null where nobody is asked. */
  readonly prompts: Prompts | null
  readonly ok: (sentence: string) => void
  readonly note: (sentence: string, ...advice: readonly string[]) => void
  readonly problem: (error: OperatorError) => void
}

/** Opens the desk; with `--yes` nobody is asked, terminal or not. */
export const openDesk = async (command: InitCommand, house: House): Promise<InitDesk> => {
  const say = (finding: Finding): void => house.talk(renderFinding(finding, house.talkStyle))
  return {
    command,
    house,
    files: await house.files(),
    prompts: command.yes ? null : await house.prompts(),
    ok: (sentence) => say({ level: 'ok', sentence, advice: [] }),
    note: (sentence, ...advice) => say({ level: 'note', sentence, advice }),
    problem: ({ message, hints }) => say({ level: 'problem', sentence: message, advice: hints }),
  }
}

/** An answer that the command line has, or the person at the terminal. @throws OperatorError 64 where neither is there */
export const required = async <T>(
  { prompts }: InitDesk,
  given: T | null,
  missing: string,
  ask: (prompts: Prompts) => Promise<T>,
): Promise<T> => {
  if (given !== null) return given
  if (prompts === null) throw usage(missing, 'give it, or let init ask: on a terminal, without --yes')
  return ask(prompts)
}

/** The same for what has a usual answer. */
export const optional = async <T>(
  { prompts }: InitDesk,
  given: T | null,
  usual: T,
  ask: (prompts: Prompts) => Promise<T>,
): Promise<T> => given ?? (prompts === null ? usual : ask(prompts))

/** A written path as an absolute one: a daemon may be started elsewhere. */
export const absolute = ({ house: { start } }: InitDesk, path: string): string => expandPath(path, start.cwd, start.env)
