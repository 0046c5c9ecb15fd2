import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Archived, readMessages } from '../../src/io/archive.ts'

let place = ''
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'archive-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(place, { recursive: true })
})

const store = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(place, name), content)
  return join(place, name)
}
const read = async (path: string): Promise<readonly (readonly [string, string])[]> =>
  (await all(path)).map(({ source, bytes }) => [source.replace(place, ''), Buffer.from(bytes).toString('latin1')])
const all = async (path: string): Promise<readonly Archived[]> => {
  const messages: Archived[] = []
  for await (const message of readMessages(path)) messages.push(message)
  return messages
}

describe('a file', () => {
  it('is one message, octet for octet', async () => {
    const message = 'Subject: a\r\n\r\n>From here\r\n\r\nFrom there\r\n\xff'
    expect(await read(await store('a.eml', Buffer.from(message, 'latin1')))).toEqual([['/a.eml', message]])
  })

  it('keeps its last blank line', async () => {
    expect(await read(await store('a.eml', 'Subject: a\n\n'))).toEqual([['/a.eml', 'Subject: a\n\n']])
  })

  it('may lack the last line end and begin with blank lines', async () => {
    expect(await read(await store('a.eml', '\n\nSubject: a'))).toEqual([['/a.eml', '\n\nSubject: a']])
  })
})

describe('an mbox', () => {
  it.each(['\n', '\r\n'])('with line ends %j is split at From lines that follow a blank line', async (end) => {
    const stored = [
      'From - Tue Nov  4 2025',
      'Subject: a',
      '',
      'one',
      'From the middle',
      '',
      'From x',
      'Subject: b',
      '',
      'two',
      '',
    ]
    expect(await read(await store('all.mbox', stored.join(end)))).toEqual([
      ['/all.mbox#1', ['Subject: a', '', 'one', 'From the middle', ''].join(end)],
      ['/all.mbox#2', ['Subject: b', '', 'two', ''].join(end)],
    ])
  })

  it('has one > taken off its quoted From lines', async () => {
    const stored = 'From x\nSubject: a\n\n>From me\n>>From you\n> From no\n>Fromage\n'
    expect(await read(await store('m', stored))).toEqual([
      ['/m#1', 'Subject: a\n\nFrom me\n>From you\n> From no\n>Fromage\n'],
    ])
  })

  it('keeps the blank lines of a message but the one before the separator', async () => {
    const stored = 'From x\nSubject: a\n\none\n\n\n\nFrom x\nSubject: b\n\n\n'
    expect((await read(await store('m', stored))).map(([, text]) => text)).toEqual([
      'Subject: a\n\none\n\n\n',
      'Subject: b\n\n',
    ])
  })

  it('is read message by message, not at once', async () => {
    const path = join(place, 'large.mbox')
    const file = createWriteStream(path)
    const one = `From x\nSubject: a\n\n${`${'y'.repeat(99)}\n`.repeat(10_000)}\n`
    for (let n = 0; n < 60; n += 1) file.write(one)
    file.end()
    await finished(file)
    let count = 0
    for await (const { bytes } of readMessages(path)) {
      count += 1
      expect(bytes.length).toBe(1_000_000 + 'Subject: a\n\n'.length)
      if (count === 3) break
    }
    expect(count).toBe(3)
  })
})

describe('a directory', () => {
  it('gives its .eml files by name', async () => {
    for (const name of ['b.eml', 'a.EML', 'notes.txt']) await store(name, `Subject: ${name}\n\n`)
    expect((await read(place)).map(([source]) => source)).toEqual(['/a.EML', '/b.eml'])
  })

  it('that is a Maildir gives cur and new together, by file name', async () => {
    for (const mailbox of ['cur', 'new', 'tmp']) await mkdir(join(place, mailbox))
    for (const name of ['new/2', 'cur/1:2,S', 'cur/3:2,', 'tmp/0', 'cur/.hidden']) await store(name, 'Subject: a\n\n')
    expect((await read(place)).map(([source]) => source)).toEqual(['/cur/1:2,S', '/new/2', '/cur/3:2,'])
  })
})

describe('standard input', () => {
  const pipe = (...chunks: string[]): void => {
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(
      Object.assign(Readable.from(chunks.map((c) => Buffer.from(c)))) as never,
    )
  }

  it('is one message', async () => {
    pipe('Subject', ': a\n\nhello')
    expect(await read('-')).toEqual([['standard input', 'Subject: a\n\nhello']])
  })

  it('is an mbox, however the chunks fall', async () => {
    pipe('Fr', 'om x\nSubject: a\n', '\n', '>Fr', 'om\n\nFrom', ' x\nSubject: b\n\n')
    expect((await read('-')).map(([source]) => source)).toEqual(['standard input#1', 'standard input#2'])
  })
})

describe('what is no message', () => {
  it('is a stream without end and without lines', async () => {
    const endless = function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, 'y')
    }
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Object.assign(Readable.from(endless())) as never)
    await expect(all('-')).rejects.toMatchObject({ exitCode: 65, message: 'standard input is over 25 MiB' })
  })

  it.each([
    ['is empty', ''],
    ['is empty', '\n\r\n\n'],
    ['is not a mail message', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['is not a mail message', '<!DOCTYPE html>\n<p style="color: red">'],
    ['is not a mail message', '{"subject": "a"}'],
    ['is not a mail message', 'Dear Ada: hello\n'],
  ])('%s and ends with 65: %j', async (is, content) => {
    const path = await store('odd', content)
    await expect(all(path)).rejects.toMatchObject({ exitCode: 65, message: `${path} ${is}` })
  })

  it('is told by its number inside an mbox', async () => {
    const path = await store('m', 'From x\nSubject: a\n\n\nFrom x\n<html>\n')
    await expect(all(path)).rejects.toMatchObject({ exitCode: 65, message: `${path}#2 is not a mail message` })
  })

  it.each([
    ['many lines', `Subject: a\n\n${`${'y'.repeat(999)}\n`.repeat(27_000)}`],
    ['one line', `Subject: a\n\n${'y'.repeat(26 * 1024 * 1024)}`],
  ])('is what is too large, in %s', async (_, content) => {
    const path = await store('big.eml', content)
    await expect(all(path)).rejects.toMatchObject({ exitCode: 65, message: `${path} is over 25 MiB` })
  })

  it('is a directory without messages', async () => {
    await expect(all(place)).rejects.toMatchObject({ exitCode: 65, message: `there is no message in ${place}` })
  })

  it('is a path where nothing is', async () => {
    const path = join(place, 'missing.eml')
    await expect(all(path)).rejects.toMatchObject({ exitCode: 66, message: `there is no file ${path}` })
  })

  it('is a path that cannot be walked', async () => {
    const path = join(await store('a.eml', 'Subject: a\n\n'), 'below')
    await expect(all(path)).rejects.toMatchObject({ exitCode: 66, message: `${path} cannot be read` })
  })
})
