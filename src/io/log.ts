import { pino, stdTimeFunctions } from 'pino'
import pretty from 'pino-pretty'
import { redact } from '../core/redact.ts'
import type { LogLevel } from '../core/settings.ts'
import type { Log } from '../ports.ts'

interface LogOptions {
  readonly level: LogLevel
  /** Where lines go; standard error unless told. */
  readonly stream?: NodeJS.WritableStream
  /** A person is watching: lines to read instead of JSON. */
  readonly terminal: boolean
  readonly color: boolean
  /** Asked at each line, because tokens are renewed while the program runs. */
  readonly secrets: () => readonly string[]
}

type Details = Readonly<Record<string, unknown>>

const secretKey =
  /^pass$|password|passwd|passphrase|secret|token|authorization|credential|cookie|(?:shared|private|api)key|midsig/i
const reservedKey = /^(?:level|time|event|err|msg)$/
/** Deeper things are no details: a library's error may lead to sockets and whole connections. */
const maxDepth = 6

interface Scrub {
  readonly clean: (text: string) => string
  readonly stacks: boolean
}

const scrubError = (error: Error, scrub: Scrub, depth: number): unknown => {
  const { name, message, cause, stack } = error
  const told = ['code', 'hints'].flatMap((key) => (key in error ? [[key, Reflect.get(error, key)]] : []))
  const rest = {
    ...Object.fromEntries(told),
    ...(cause === undefined ? {} : { cause }),
    ...(scrub.stacks && { stack }),
  }
  return scrubValue({ name, message, ...rest }, scrub, depth)
}

const scrubRecord = (record: object, scrub: Scrub, depth: number): Details =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      scrub.clean(key),
      secretKey.test(key) ? '…' : scrubValue(value, scrub, depth + 1),
    ]),
  )

const isPlain = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null

const scrubObject = (value: object, scrub: Scrub, depth: number): unknown => {
  if (value instanceof Error) return scrubError(value, scrub, depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof URL) return scrub.clean(value.href)
  if (value instanceof Uint8Array) return `[${value.length} octets]`
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => scrubValue(item, scrub, depth + 1))
  return isPlain(value) ? scrubRecord(value, scrub, depth) : `[${value.constructor.name}]`
}

const scrubValue = (value: unknown, scrub: Scrub, depth: number): unknown => {
  if (typeof value === 'string') return scrub.clean(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  return depth > maxDepth ? '[…]' : scrubObject(value, scrub, depth)
}

/** A detail called `level` must not make a second level; pino would repeat the message of one called `err`. */
const withoutReserved = (details: Details): Details =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [reservedKey.test(key) ? `${key}_` : key, value]))

/** What a terminal would act on or hide behind: C1 controls, line separators, overrides of the writing direction. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const fieldOf = ([key, value]: readonly [string, unknown]): string => {
  const bare = typeof value === 'string' && /^[\w.:@/+-]+$/.test(value)
  return `${key}=${bare ? value : JSON.stringify(value)?.replace(unprintable, escaped)}`
}

/** `account-polled seen=3 because="…"`: names that strangers choose stay quoted, so they cannot forge a line. */
const lineOf = ({ level: _, time: __, event, ...details }: Details): string =>
  [event, ...Object.entries(details).map(fieldOf)].join(' ')

/** Formats in this thread and writes at once, so that the last line before an exit is not lost. */
const prettyStream = (stream: NodeJS.WritableStream, color: boolean): { write(line: string): void } => {
  const format = pretty.prettyFactory({
    colorize: color,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    include: 'level,time',
    messageFormat: lineOf,
  })
  return { write: (line) => void stream.write(format(line)) }
}

/**
 * One event, one line: `{"level":"info","time":"2026-11-23T12:00:00.000Z","event":"account-polled","seen":3}`, or the same
 * for people when a terminal watches. Every string of the details passes `redact`, whatever a key calls a secret is
 * replaced, errors are told by name, message and code (their stacks only at level debug). Level silent writes nothing.
 */
export const openLog = (options: LogOptions): Log => {
  const stream = options.stream ?? process.stderr
  const scrub = (details: Details): Details => {
    const secrets = options.secrets()
    return scrubRecord(details, { clean: (text) => redact(text, secrets), stacks: options.level === 'debug' }, 0)
  }
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    options.terminal ? prettyStream(stream, options.color) : stream,
  )
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (event: string, details: Details = {}) => {
      if (logger.isLevelEnabled(level)) logger[level]({ event, ...scrub(withoutReserved(details)) })
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
