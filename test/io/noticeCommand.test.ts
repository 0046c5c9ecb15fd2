import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import { noticeCommand } from '../../src/io/noticeCommand.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'have-we-met-notice-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const { signal } = new AbortController()
const run = (command: string, text = 'it broke\n', seconds = 30, stop = signal): Promise<void> =>
  noticeCommand({ PATH: process.env.PATH, HEARD: join(folder, 'heard') }, seconds)(command, text, stop)
const heard = (): string => readFileSync(join(folder, 'heard'), 'utf8')

const refusal = async (told: Promise<void>): Promise<readonly string[]> => {
  const error: unknown = await told.catch((caught) => caught)
  if (!(error instanceof OperatorError)) throw error
  expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  return [error.message, ...error.hints]
}

describe('a command that tells', () => {
  it('gets the text on its standard input, whole, and its arguments as they are written', async () => {
    const long = `Grüße\n\n${'a line of it\n'.repeat(20_000)}`
    await run(`sh -c 'cat >"$HEARD"; printf "%s" "$1" >>"$HEARD"' sh '$HOME; "*"'`, long)
    expect(heard()).toBe(`${long}$HOME; "*"`)
  })

  it('may leave unread what it is told', async () => {
    await run('true', 'x'.repeat(1_000_000))
  })

  const hint = 'run it yourself, with a text on its standard input'

  it.each([
    ['fails', "sh -c 'echo hunter; echo 2 >&2; echo no route >&2; exit 6'", 'ended with exit status 6', 'no route'],
    ['is not there', 'no-such-notifier --now', 'is not there', null],
    ['may not be run', '/etc/passwd', 'may not be run', null],
    ['never stops printing', 'yes hunter', 'printed far too much', null],
    ['is killed', "sh -c 'kill -TERM $$'", 'was ended by SIGTERM', null],
    [
      'obeys no terminal',
      `sh -c 'printf "\\033[2J%0300d" 7 >&2; exit 1'`,
      'ended with exit status 1',
      `[2J${'0'.repeat(197)}`,
    ],
  ])('that %s has not told', async (_, command, ending, complaint) => {
    expect(await refusal(run(command))).toEqual([
      `the command of notify ${ending}`,
      `${hint}: ${command}`,
      ...(complaint === null ? [] : [`it said: ${complaint}`]),
    ])
  })

  it('that prints a secret keeps it', async () => {
    expect(await refusal(run(`sh -c 'p=hunter; echo "$p"2; exit 1'`))).toHaveLength(2)
  })

  it('that hangs, deaf to SIGTERM, has not told', async () => {
    const deaf = `sh -c 'trap "" TERM; while :; do sleep 1; done'`
    expect((await refusal(run(deaf, '', 0.05)))[0]).toBe('the command of notify did not end within 0.05 seconds')
  })

  it('is stopped with the daemon', async () => {
    const stop = new AbortController()
    const told = refusal(run('sleep 600', '', 30, stop.signal))
    stop.abort()
    expect((await told)[0]).toBe('the command of notify was stopped')
  })
})
