import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../errors.ts'

/** One message out of a file, an mbox, a Maildir, a directory of .eml files, or standard input. */
export interface Archived {
  /** The path; `path#3` for the third message of an mbox. */
  readonly source: string
  readonly bytes: Uint8Array
}

/** Octets. A mail with more is no notification, and an archive must not fill the memory. */
const largestMessage = 25 * 1024 * 1024

const lineFeed = 0x0a

/**
 * The messages stored at a path: an .eml file, an mbox (RFC 4155, `>From ` unescaped as in mboxrd), a Maildir (`new`
 * and `cur`, by file name), a directory of .eml files, or `-` for standard input (one message or an mbox). Messages are
 * read one at a time, so an mbox may be larger than the memory.
 * @throws OperatorError 66 when there is nothing to read at the path, 65 when what is there is no message, is empty, or
 * is over 25 MiB; both while iterating
 */
export async function* readMessages(path: string): AsyncIterable<Archived> {
  if (path === '-') {
    yield* messagesIn(process.stdin, 'standard input')
    return
  }
  for (const file of await filesAt(path)) yield* messagesIn(createReadStream(file), file)
}

const filesAt = async (path: string): Promise<readonly string[]> => {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const files = await filesIn(path)
    if (files.length > 0) return files
  } catch (cause) {
    throw unreadable(path, cause)
  }
  throw new OperatorError(65, `there is no message in ${path}`, ['name a Maildir, or a directory with .eml files'])
}

const filesIn = async (path: string): Promise<readonly string[]> => {
  const names = (await readdir(path)).sort()
  if (!names.includes('cur')) return names.filter((name) => /\.eml$/i.test(name)).map((name) => join(path, name))
  const mailboxes = ['new', 'cur'].filter((name) => names.includes(name)).map((name) => join(path, name))
  const stored = await Promise.all(mailboxes.map(async (mailbox) => entriesOf(mailbox, await readdir(mailbox))))
  return stored
    .flat()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => entry.file)
}

const entriesOf = (mailbox: string, names: readonly string[]): readonly { name: string; file: string }[] =>
  names.filter((name) => !name.startsWith('.')).map((name) => ({ name, file: join(mailbox, name) }))

const unreadable = (path: string, cause: unknown): OperatorError =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    ? new OperatorError(66, `there is no file ${path}`, ['check the path'], { cause })
    : new OperatorError(66, `${path} cannot be read`, [`look at its permissions: ls -l ${path}`], { cause })

/** One message, or every message of an mbox: told by the first line. */
async function* messagesIn(chunks: AsyncIterable<Buffer>, name: string): AsyncIterable<Archived> {
  let mbox = false
  let count = 0
  let lines: Buffer[] = []
  let size = 0
  const source = (): string => (mbox ? `${name}#${count}` : name)
  const finished = (): Archived => ({ source: source(), bytes: message(lines, mbox, source()) })
  for await (const batch of linesOf(chunks, name)) {
    for (const line of batch) {
      const first = count === 0
      if (first) mbox = isSeparator(line)
      if (first || (mbox && isSeparator(line) && isBlank(lines.at(-1)))) {
        if (!first) yield finished()
        count += 1
        lines = mbox ? [] : [line]
        size = line.length
        continue
      }
      size += line.length
      if (size > largestMessage) throw tooLarge(source())
      lines.push(mbox ? unescaped(line) : line)
    }
  }
  yield finished()
}

/** Lines with their line ends, however the chunks fall; those of one chunk together, because single ones are slow. */
async function* linesOf(chunks: AsyncIterable<Buffer>, name: string): AsyncIterable<readonly Buffer[]> {
  let rest: Buffer[] = []
  for await (const chunk of readable(chunks, name)) {
    const lines = splitAfterLineFeeds(chunk)
    const unfinished = lines.at(-1)?.at(-1) === lineFeed ? [] : lines.splice(-1)
    const [first, ...others] = lines
    if (first !== undefined) {
      yield [Buffer.concat([...rest, first]), ...others]
      rest = []
    }
    rest.push(...unfinished)
    if (octetsOf(rest) > largestMessage) throw tooLarge(name)
  }
  if (rest.length > 0) yield [Buffer.concat(rest)]
}

const octetsOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0)

const splitAfterLineFeeds = (chunk: Buffer): Buffer[] => {
  const lines: Buffer[] = []
  let start = 0
  for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
    lines.push(chunk.subarray(start, end + 1))
    start = end + 1
  }
  if (start < chunk.length) lines.push(chunk.subarray(start))
  return lines
}

async function* readable(chunks: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  try {
    yield* chunks
  } catch (cause) {
    throw unreadable(name, cause)
  }
}

const isSeparator = (line: Buffer): boolean => line.subarray(0, 5).toString('latin1') === 'From '

const isBlank = (line: Buffer | undefined): boolean => line === undefined || /^\r?\n?$/.test(line.toString('latin1'))

/** mboxrd: every line that began with any number of `>` and `From ` was given one `>` more. */
const unescaped = (line: Buffer): Buffer =>
  line[0] === 0x3e && /^>+From /.test(line.toString('latin1')) ? line.subarray(1) : line

/** The blank line before the next separator belongs to the mbox, not to the message. */
const message = (lines: readonly Buffer[], mbox: boolean, source: string): Uint8Array => {
  const own = mbox && isBlank(lines.at(-1)) ? lines.slice(0, -1) : lines
  if (own.every(isBlank)) throw notAMessage(source, 'is empty')
  if (!beginsWithField(own)) throw notAMessage(source, 'is not a mail message')
  return Buffer.concat(own)
}

/** RFC 5322 §2.2; blank lines in front are forgiven. */
const beginsWithField = (lines: readonly Buffer[]): boolean => {
  const first = lines.slice(0, 10).find((line) => !isBlank(line))
  return first !== undefined && /^[a-z][\w-]*[ \t]*:/i.test(first.subarray(0, 998).toString('latin1'))
}

const notAMessage = (source: string, is: string): OperatorError =>
  new OperatorError(65, `${source} ${is}`, ['save the message as it is, with its header: .eml, mbox or Maildir'])

const tooLarge = (source: string): OperatorError =>
  new OperatorError(65, `${source} is over 25 MiB`, ['LinkedIn sends nothing of that size'])
