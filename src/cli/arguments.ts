import { parseArgs } from 'node:util'
import type { Instant } from '../core/message.ts'
import type { LogLevel } from '../core/settings.ts'
import { type InitCommand, initCommandOf, initOptions } from './initOptions.ts'
import { at, type Since, sinceOf, usage } from './moments.ts'

/** What the user asked for, as a value: nothing has happened yet. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | InitCommand
  | { readonly name: 'login'; readonly account: string | null; readonly device: boolean }
  | { readonly name: 'check' | 'run' | 'health' | 'pause' | 'resume' }
  | { readonly name: 'poll'; readonly dryRun: boolean; readonly since: Since | null; readonly json: boolean }
  | {
      readonly name: 'explain'
      readonly files: readonly string[]
      readonly json: boolean
      readonly at: Instant | null
      readonly dns: boolean
    }
  | {
      readonly name: 'preview'
      readonly template: string | null
      readonly language: string | null
      readonly message: string | null
      readonly all: boolean
    }
  | { readonly name: 'status'; readonly json: boolean }
  | { readonly name: 'sanitize'; readonly file: string }
  | { readonly name: 'retry'; readonly id: string }
  | { readonly name: 'forget'; readonly person: string }

export interface Invocation {
  readonly command: Command
  readonly config: string | null
  readonly logLevel: LogLevel | null
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

const everywhere = {
  config: { type: 'string' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

const flag = { type: 'boolean' } as const
const value = { type: 'string' } as const

/** The options of each command besides those that are understood everywhere. */
const options: Readonly<Record<string, Readonly<Record<string, typeof flag | typeof value>>>> = {
  init: initOptions,
  login: { device: flag },
  check: {},
  poll: { 'dry-run': flag, since: value, json: flag },
  run: {},
  explain: { json: flag, at: value, dns: flag },
  preview: { language: value, message: value, all: flag },
  status: { json: flag },
  health: {},
  sanitize: {},
  retry: {},
  forget: {},
  pause: {},
  resume: {},
}

/** The names of all commands and of the options of each, for the test that keeps help and code together. */
export const commandOptions: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(options).map(([name, own]) => [name, Object.keys(own)]),
)

type Values = Readonly<Record<string, string | boolean | undefined>>

const parsed = (argv: readonly string[], own: (typeof options)[string]): { values: Values; positionals: string[] } => {
  try {
    return parseArgs({ args: [...argv], options: { ...everywhere, ...own }, allowPositionals: true, strict: true })
  } catch (error) {
    throw usage(tidied(error instanceof Error ? error.message : String(error)))
  }
}

/** Node says `Unknown option '--x'. To specify a positional …`; its first sentence is enough. */
const tidied = (message: string): string => {
  const [first = message] = message.split('. ')
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`.replace(/\.$/u, '')
}

const text = (found: string | boolean | undefined): string | null => (typeof found === 'string' ? found : null)

const none = (name: string, positionals: readonly string[]): void => {
  if (positionals.length > 0) throw usage(`${name} takes no argument, but got ${positionals[0]}`)
}

const single = (name: string, what: string, positionals: readonly string[]): string => {
  const [only, ...more] = positionals
  if (only === undefined || more.length > 0) throw usage(`${name} takes one ${what}`)
  return only
}

const commandOf = (name: string, values: Values, positionals: readonly string[]): Command => {
  const is = (option: string): boolean => values[option] === true
  switch (name) {
    case 'init':
      none(name, positionals)
      return initCommandOf(values)
    case 'login':
      if (positionals.length > 1) throw usage('login takes the name of one account')
      return { name, account: positionals[0] ?? null, device: is('device') }
    case 'poll':
      none(name, positionals)
      return {
        name,
        dryRun: is('dry-run'),
        since: typeof values.since === 'string' ? sinceOf(values.since) : null,
        json: is('json'),
      }
    case 'explain':
      if (positionals.length === 0) throw usage('explain takes at least one file, or - for standard input')
      return { name, files: positionals, json: is('json'), at: at(text(values.at)), dns: is('dns') }
    case 'preview':
      if (positionals.length > 1) throw usage('preview takes one template name')
      return {
        name,
        template: positionals[0] ?? null,
        language: text(values.language),
        message: text(values.message),
        all: is('all'),
      }
    case 'status':
      none(name, positionals)
      return { name, json: is('json') }
    case 'sanitize':
      return { name, file: single(name, 'file', positionals) }
    case 'retry':
      return { name, id: single(name, 'ID', positionals) }
    case 'forget':
      if (positionals.length === 0) throw usage('forget takes a name, a profile or an ID')
      return { name, person: positionals.join(' ') }
    default:
      none(name, positionals)
      return { name: name as 'check' | 'run' | 'health' | 'pause' | 'resume' }
  }
}

const levelOf = (written: string | null): LogLevel | null => {
  const level = levels.find((one) => one === written) ?? null
  if (written !== null && level === null)
    throw usage(`--log-level ${written} is not a level`, `use one of ${levels.join(', ')}`)
  return level
}

/**
 * Reads the command line.
 * @throws OperatorError 64 with what is wrong with it
 */
export const readArguments = (argv: readonly string[]): Invocation => {
  const { name, at } = commandWord(argv)
  const own = Object.hasOwn(options, name) ? options[name] : undefined
  if (own === undefined) return withoutCommand(argv, name)
  const { values, positionals } = parsed([...argv.slice(0, at), ...argv.slice(at + 1)], own)
  if (values.help === true || values.version === true)
    return { command: { name: values.help ? 'help' : 'version' }, config: null, logLevel: null }
  return {
    command: commandOf(name, values, positionals),
    config: text(values.config),
    logLevel: levelOf(text(values['log-level'])),
  }
}

/** The first word that is a command; `--config FILE` and the like may stand before it. */
const commandWord = (argv: readonly string[]): { name: string; at: number } => {
  const { tokens } = parseArgs({
    args: [...argv],
    options: everywhere,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const words = tokens.filter((token) => token.kind === 'positional')
  const found = words.find(({ value }) => Object.hasOwn(options, value)) ?? words[0]
  return found === undefined ? { name: '', at: -1 } : { name: found.value, at: found.index }
}

const withoutCommand = (argv: readonly string[], name: string): Invocation => {
  const asks = (...words: string[]): boolean => argv.some((word) => words.includes(word))
  if (asks('--help', '-h') || name === 'help') return { command: { name: 'help' }, config: null, logLevel: null }
  if (asks('--version', '-V')) return { command: { name: 'version' }, config: null, logLevel: null }
  throw name === '' ? usage('no command was given') : usage(`there is no command ${name}`)
}
