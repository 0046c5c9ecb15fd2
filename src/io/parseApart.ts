import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Message } from '../core/message.ts'
import { messageOfFields } from '../core/rawFields.ts'
import type { Parse } from '../ports.ts'

export interface ParseLimits {
  /** Milliseconds for one message. */
  readonly deadline: number
  /** Mebibytes of heap. */
  readonly memory: number
}

const usual: ParseLimits = { deadline: 15_000, memory: 256 }

/**
 * Parses in a thread of its own, because a parser that hangs, or eats the memory, hangs and eats where no timer runs. A
 * message that takes more than the limits is given by its raw fields alone, with the reason in `defects`, and the next
 * one gets a new thread. One message is parsed at a time, whoever asks: a poll that was abandoned may still be waiting.
 * The thread begins with the first message, stays for the others, and holds no process open.
 * @param script the built parseWorker
 */
export const parseApart = (script: URL, limits: ParseLimits = usual): Parse => {
  let worker: Worker | null = null
  const begin = (): Worker => {
    const begun = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: limits.memory } })
    begun.unref()
    return begun
  }
  const drop = async (): Promise<void> => {
    const dropped = worker
    worker = null
    await dropped?.terminate()
  }
  const answerTo = async (bytes: Uint8Array): Promise<Message> => {
    worker ??= begin()
    try {
      return await ask(worker, bytes, limits)
    } catch (error) {
      await drop()
      if (error instanceof Unparsed) return messageOfFields(bytes, error.message)
      throw error
    }
  }
  let last: Promise<unknown> = Promise.resolve()
  return (bytes) => {
    const answer = last.then(() => answerTo(bytes))
    last = answer.catch(() => {})
    return answer
  }
}

/** Why there is no message. */
class Unparsed extends Error {}

/** @throws Unparsed when a limit was reached; the thread is of no more use then, nor after any other error */
const ask = async (worker: Worker, bytes: Uint8Array, { deadline, memory }: ParseLimits): Promise<Message> => {
  const late = AbortSignal.timeout(deadline)
  const copy = new Uint8Array(bytes)
  worker.postMessage(copy, [copy.buffer])
  worker.ref()
  try {
    const [message] = await once(worker, 'message', { signal: late })
    return message
  } catch (error) {
    if (late.aborted) throw new Unparsed(`it was not parsed within ${deadline / 1000} s`)
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new Unparsed(`it was not parsed within ${memory} MiB of memory`)
    throw error
  } finally {
    worker.unref()
  }
}
