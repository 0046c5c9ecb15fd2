/** One `method=result` with its properties, names lower-case: `{ 'header.d': 'linkedin.com' }` (RFC 8601 §2.2). */
export interface MethodResult {
  readonly method: string
  readonly result: string
  readonly properties: Readonly<Record<string, string>>
}

export interface AuthenticationResults {
  /** The server that speaks; null where it gives no name (Microsoft). */
  readonly authservId: string | null
  readonly results: readonly MethodResult[]
}

/** A word of a statement, and what follows its `=`. */
interface Item {
  readonly key: string
  readonly value: string | null
}

type Statement = readonly Item[]

interface Read {
  readonly item: Item
  readonly next: number
}

const blank = /\s/

/** The index behind the quoted string that begins at `start` (RFC 5322 §3.2.4), or null when it never ends. */
export const quotedEnd = (text: string, start: number): number | null => {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return null
}

/** The index behind the comment that begins at `start`, nested ones within it (RFC 5322 §3.2.2), or null when it never ends. */
export const commentEnd = (text: string, start: number): number | null => {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '(') depth++
    else if (text[at] === ')') depth--
    if (depth === 0) return at + 1
  }
  return null
}

/**
 * Servers quote the sender in comments: `MAIL FROM:<"a) ; dkim=pass (b"@evil.test>` would close one early and forge
 * a result. Such a local part leaves a half quoted string behind.
 */
const hidesQuote = (comment: string): boolean => (comment.replace(/\\[\s\S]/g, '').match(/"/g)?.length ?? 0) % 2 === 1

/** Skips white space and comments; null where a comment is not to be trusted to end there. */
const skipBlanks = (text: string, start: number): number | null => {
  let at = start
  while (at < text.length) {
    if (blank.test(text.charAt(at))) at++
    else if (text[at] === '(') {
      const end = commentEnd(text, at)
      if (end === null || hidesQuote(text.slice(at, end))) return null
      at = end
    } else break
  }
  return at
}

const wordEnd = (text: string, start: number, stops: string): number => {
  let at = start
  while (at < text.length && !stops.includes(text.charAt(at)) && !blank.test(text.charAt(at))) at++
  return at
}

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\([\s\S])/g, '$1')

/**
 * A property's value runs to white space or `;`. A quoted string in it is one piece, and a `(` glued to it belongs to
 * it: signers choose d= and s=, and `linkedin.com(.evil.test` must not read as linkedin.com.
 */
const valueEnd = (text: string, start: number): number | null => {
  let at = start
  while (at < text.length && text[at] !== ';' && !blank.test(text.charAt(at))) {
    const next: number | null = text[at] === '"' ? quotedEnd(text, at) : at + 1
    if (next === null) return null
    at = next
  }
  return at
}

const readValue = (text: string, start: number, glued: boolean): { value: string; next: number } | null => {
  const next = glued ? wordEnd(text, start, ';(') : valueEnd(text, start)
  if (next === null) return null
  const whole = text[start] === '"' && quotedEnd(text, start) === next
  return { value: whole ? unquoted(text.slice(start, next)) : text.slice(start, next), next }
}

const readItem = (text: string, start: number, isFirst: boolean): Read | null => {
  const quoted = text[start] === '"'
  const end = quoted ? quotedEnd(text, start) : wordEnd(text, start, ';=("')
  if (end === null) return null
  const key = quoted ? unquoted(text.slice(start, end)) : text.slice(start, end)
  const equals = skipBlanks(text, end)
  if (equals === null || text[equals] !== '=')
    return equals === null ? null : { item: { key, value: null }, next: equals }
  const from = skipBlanks(text, equals + 1)
  const read = from === null ? null : readValue(text, from, isFirst)
  return read && { item: { key, value: read.value }, next: read.next }
}

/** The value cut at its semicolons; null where a quoted string or a comment breaks the grammar. */
const statementsOf = (text: string): readonly Statement[] | null => {
  const statements: Statement[] = []
  let items: Item[] = []
  let at = skipBlanks(text, 0)
  while (at !== null && at < text.length) {
    if (text[at] === ';') {
      statements.push(items)
      items = []
      at = skipBlanks(text, at + 1)
      continue
    }
    const read = readItem(text, at, items.length === 0)
    if (read === null) return null
    items.push(read.item)
    at = skipBlanks(text, read.next)
  }
  return at === null ? null : [...statements, items]
}

/** A property that is told twice, differently, tells nothing: one of the two may be the sender's own words. */
const propertiesOf = (items: Statement): Readonly<Record<string, string>> => {
  const properties = new Map<string, string>()
  for (const { key, value } of items) {
    const name = key.toLowerCase()
    if (value !== null) properties.set(name, (properties.get(name) ?? value) === value ? value : '')
  }
  return Object.fromEntries(properties)
}

const resultOf = ([first, ...rest]: Statement): readonly MethodResult[] => {
  if (first === undefined || first.value === null) return []
  const method = first.key.toLowerCase().replace(/\/\d+$/, '')
  return [{ method, result: first.value.toLowerCase(), properties: propertiesOf(rest) }]
}

/**
 * The value of an Authentication-Results field (RFC 8601 §2.2), read with patience: comments, folding, quoted strings,
 * a version after the authserv-id or none, no authserv-id at all, private methods, `pass(p=REJECT)`, a last `;`.
 * null when it cannot be read, and then it must not be believed. Never throws; linear in the length of the value.
 */
export const parseAuthenticationResults = (value: string): AuthenticationResults | null => {
  const statements = statementsOf(value)
  const id = statements?.[0]?.[0]
  if (!statements || id === undefined) return null
  return { authservId: id.value === null ? id.key : null, results: statements.flatMap(resultOf) }
}

/** A DKIM-Signature field as it stands in the header (RFC 6376 §3.5); nothing here says that it verifies. */
export interface DkimSignature {
  readonly domain: string
  readonly selector: string
  /** Names in h=, lower-case. */
  readonly signedFields: readonly string[]
  /** Whether l= leaves the end of the body unsigned. */
  readonly partial: boolean
}

/** The tags of a DKIM-Signature value, or null where one is told twice: readers would differ on which counts. */
export const dkimSignature = (value: string): DkimSignature | null => {
  const tags = new Map<string, string>()
  for (const tag of value.split(';')) {
    const [name = '', ...rest] = tag.replace(/\s+/g, '').split('=')
    if (tags.has(name.toLowerCase())) return null
    if (name !== '') tags.set(name.toLowerCase(), rest.join('='))
  }
  const [domain = '', selector = '', fields = ''] = ['d', 's', 'h'].map((name) => tags.get(name)?.toLowerCase())
  return { domain, selector, signedFields: fields.split(':'), partial: tags.has('l') }
}
