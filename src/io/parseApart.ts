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
 * one gets a new thread. The thread begins with the first message and holds no process open.
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
  return async (bytes) => {
    worker ??= begin()
    const answer = await ask(worker, bytes, limits)
    if (typeof answer !== 'string') return answer
    await drop()
    return messageOfFields(bytes, answer)
  }
}

/** The message, or why there is none. */
const ask = async (worker: Worker, bytes: Uint8Array, { deadline, memory }: ParseLimits): Promise<Message | string> => {
  const late = AbortSignal.timeout(deadline)
  const copy = new Uint8Array(bytes)
  worker.postMessage(copy, [copy.buffer])
  worker.ref()
  try {
    const [message] = await once(worker, 'message', { signal: late })
    return message
  } catch (error) {
    if (late.aborted) return `it was not parsed within ${deadline / 1000} s`
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return `it was not parsed within ${memory} MiB of memory`
    throw error
  } finally {
    worker.unref()
  }
}
