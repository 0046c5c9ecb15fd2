import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from '../../src/io/parse.ts'
import { parseApart } from '../../src/io/parseApart.ts'
import { eml, multipart } from '../support/mail.ts'

/** The built one: a thread loads no TypeScript. */
const script = new URL('../../dist/io/parseWorker.js', import.meta.url)

/** Ten thousand parts, which take their time and their memory. */
const heap = Buffer.from(
  `X-LinkedIn-Template: email_m2m_invite_single_01\r\nMessage-ID: <1@x.example>\r\nX-Folded: a\r\n b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n'.repeat(10_000)}--b--\r\n`,
)

describe('a message parsed in a thread of its own', () => {
  const apart = parseApart(script)

  beforeAll(() => apart(Buffer.from('')))

  it('is what it would be in this one, one after the other', async () => {
    expect(await apart(eml(multipart))).toEqual(await parse(eml(multipart)))
    expect(await apart(Buffer.from('Subject: next\r\n\r\n'))).toMatchObject({ subject: 'next', defects: [] })
  })

  it('is given to whom it belongs, also when several are asked for at once', async () => {
    const subjects = ['one', 'two', 'three']
    const messages = await Promise.all(subjects.map((subject) => apart(Buffer.from(`Subject: ${subject}\r\n\r\n`))))
    expect(messages.map(({ subject }) => subject)).toEqual(subjects)
  })

  it('is not waited for in a thread that has ended', async () => {
    const broken = parseApart(new URL('data:text/javascript,throw new Error("broken")'), {
      deadline: 20_000,
      memory: 64,
    })
    await expect(broken(Buffer.from(''))).rejects.toThrow('broken')
    await expect(broken(Buffer.from(''))).rejects.toThrow('broken')
  })

  it('does not wait for another one that hangs, however many do', async () => {
    const worker =
      'import{parentPort as p}from"node:worker_threads";p.on("message",b=>b.length>1&&p.postMessage(b.length))'
    const lazy = parseApart(new URL(`data:text/javascript,${encodeURIComponent(worker)}`), {
      deadline: 5_000,
      memory: 64,
    })
    const hanging = [0, 1, 2].map(() => lazy(Buffer.from('x')))
    const others = (async () => [await lazy(Buffer.from('12')), await lazy(Buffer.from('123'))])()
    expect(await Promise.race([others, ...hanging])).toEqual([2, 3])
    expect((await Promise.all(hanging)).map(({ defects }) => defects)).toEqual(
      Array(3).fill(['it was not parsed within 5 s']),
    )
  })

  it('is not lost with a thread that breaks after it has answered', async () => {
    const worker =
      'import{parentPort as p}from"node:worker_threads";p.on("message",b=>{p.postMessage(b.length);setTimeout(()=>{throw new Error("late")},200)})'
    const brittle = parseApart(new URL(`data:text/javascript,${encodeURIComponent(worker)}`), {
      deadline: 3_000,
      memory: 64,
    })
    const broken = new Promise((resolve) => {
      process.once('worker', (thread) => thread.once('exit', resolve))
    })
    expect(await brittle(Buffer.from('12'))).toBe(2)
    await broken
    expect(await brittle(Buffer.from('123'))).toBe(3)
  })

  it('leaves the octets with their owner', async () => {
    const bytes = eml(multipart)
    await apart(bytes)
    expect(bytes.length).toBeGreaterThan(0)
  })
})

describe.each([
  ['longer than it may', { deadline: 1, memory: 256 }, 'it was not parsed within 0.001 s'],
  ['more memory than it may', { deadline: 15_000, memory: 1 }, 'it was not parsed within 1 MiB of memory'],
])('a message whose parsing takes %s', (_, limits, because) => {
  it('is given by its raw fields alone, says why, and so is the next one', async () => {
    const apart = parseApart(script, limits)
    for (const message of [await apart(heap), await apart(heap)]) {
      expect(message).toMatchObject({
        messageId: '<1@x.example>',
        text: null,
        html: null,
        from: [],
        defects: [because],
      })
      expect(message.fields).toContainEqual({ name: 'X-LinkedIn-Template', value: 'email_m2m_invite_single_01' })
      expect(message.fields).toContainEqual({ name: 'X-Folded', value: 'a b' })
    }
  })
})
