import { isAddrSpec } from './addrSpec.ts'
import type { Address } from './message.ts'

const second = 1000
const units = { s: second, m: 60 * second, h: 3600 * second }

/** The milliseconds of a written duration (`30s`, `5m`, `1h`); null when it is none. */
export const durationOf = (written: string): number | null => {
  const match = /^(?<amount>[1-9]\d{0,4})(?<unit>[smh])$/.exec(written)
  const { amount, unit } = match?.groups ?? {}
  return unit === 's' || unit === 'm' || unit === 'h' ? Number(amount) * units[unit] : null
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdays = 'sun mon tue wed thu fri sat'.split(' ')

interface CronField {
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
}

const cronFields: readonly CronField[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: months },
  { least: 0, most: 7, names: weekdays },
]

const isCronValue = (value: string, field: CronField): boolean =>
  field.names.includes(value.toLowerCase()) ||
  (/^\d{1,2}$/.test(value) && Number(value) >= field.least && Number(value) <= field.most)

/** One of `*`, `1`, `1-5`, `mon-fri`; `*` and a range may have a step. */
const isCronItem = (item: string, field: CronField): boolean => {
  const [, range = '', step] = /^([^/]+)(\/[1-9]\d?)?$/.exec(item) ?? []
  if (range === '*') return true
  const ends = range.split('-')
  return (
    ends.length <= (step === undefined ? 2 : 3) &&
    ends.every((end) => isCronValue(end, field)) &&
    !(step && ends.length === 1)
  )
}

/** Whether a text is five cron fields; a sixth (seconds) would poll a mailbox every second. */
export const isCron = (written: string): boolean => {
  const fields = written.trim().split(/\s+/)
  return (
    fields.length === cronFields.length &&
    cronFields.every((field, index) => fields[index]?.split(',').every((item) => isCronItem(item, field)))
  )
}

/** What `system` or nothing stands for: the time zone of the machine. */
const systemTimezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'

/** Whether a text names an IANA time zone; an offset such as `+01:00` is none, it knows no summer time. */
const isTimezone = (written: string): boolean => {
  if (!/^[A-Za-z]/.test(written)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: written }))
  } catch {
    return false
  }
}

/** The IANA time zone of a written one: `system` or nothing is the machine's; null when there is no such zone. */
export const timezoneOf = (written: string): string | null => {
  if (written === '' || written === 'system') return systemTimezone()
  return isTimezone(written) ? written : null
}

/** Whether a host is this very machine: the only place a password may travel to without TLS. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Whether a text is a bare host name or IP address, without scheme, port or spaces. */
export const isHost = (written: string): boolean =>
  /^[\p{L}\p{N}]([\p{L}\p{N}._-]*[\p{L}\p{N}])?$/u.test(written) || /^[\da-f]*(:[\da-f.]*){2,7}$/i.test(written)

/** Whether a text can be an alias: an address, or `*@domain` for everybody at a domain of one's own. */
export const isAlias = (written: string): boolean => {
  const address = written.replace(/^\*@/, 'anybody@')
  return isAddrSpec(address) && !address.includes('*')
}

const unquote = (name: string): string =>
  /^"(?:[^"\\]|\\.)*"$/.test(name) ? name.slice(1, -1).replace(/\\(.)/g, '$1').trim() : name

/**
 * Reads exactly one mailbox (RFC 5322 §3.4): `Name <address>`, `"Name" <address>` or a bare address; null for
 * anything else. A second address or a control character in From would let a setting write further fields.
 */
export const mailboxOf = (written: string): Address | null => {
  const text = written.trim()
  if (/\p{Cc}/u.test(text)) return null
  if (isAddrSpec(text)) return { name: '', address: text }
  const [, display = '', address = ''] = /^(.*?)\s*<([^<>\s]+)>$/.exec(text) ?? []
  const name = unquote(display)
  return isAddrSpec(address) && !/[<>@";:\\]/.test(name) ? { name, address } : null
}
